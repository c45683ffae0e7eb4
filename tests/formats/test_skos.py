"""The taxonomy as SKOS: two syntaxes, one graph, and the rules of SKOS kept."""

import json

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, SKOS

from feed.formats.skos import render_jsonld, render_turtle
from feed.taxonomy.loader import parse_taxonomy
from feed.taxonomy.taxonomy import Taxonomy

# rdflib warns of its own ways inside.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
BASE = "https://wire.example"


def graph(data: bytes, syntax: str) -> Graph:
    return Graph().parse(data=data.decode(), format=syntax)


@pytest.fixture(scope="module")
def small_graph(small: Taxonomy) -> Graph:
    return graph(render_turtle(small, BASE), "turtle")


def iri(key: str) -> URIRef:
    return URIRef(f"{BASE}/{key.replace(':', '/', 1)}")


def test_both_syntaxes_say_the_same(small: Taxonomy, small_graph: Graph) -> None:
    assert isomorphic(small_graph, graph(render_jsonld(small, BASE), "json-ld"))
    assert len(small_graph) > 5 * len(small)


def test_a_tag_as_a_concept(small_graph: Graph) -> None:
    harop = iri("weapon:harop")
    assert (harop, RDF.type, SKOS.Concept) in small_graph
    assert (harop, SKOS.prefLabel, Literal("Harop", "en")) in small_graph
    assert (harop, SKOS.altLabel, Literal("IAI Harop", "en")) in small_graph
    assert (harop, SKOS.broader, iri("weapon:loitering-munition")) in small_graph
    assert (iri("weapon:loitering-munition"), SKOS.narrower, harop) in small_graph
    assert (harop, SKOS.related, iri("company:iai")) in small_graph
    assert (harop, SKOS.inScheme, URIRef(f"{BASE}/tags#weapon")) in small_graph
    azerbaijan = iri("country:azerbaijan")
    assert (azerbaijan, SKOS.notation, Literal("AZ")) in small_graph
    assert (azerbaijan, SKOS.broadMatch, iri("region:south-caucasus")) in small_graph
    assert (iri("region:south-caucasus"), SKOS.narrowMatch, azerbaijan) in small_graph


def test_the_rules_of_skos_hold(taxonomy: Taxonomy) -> None:
    found = graph(render_turtle(taxonomy, BASE), "turtle")
    assert len(list(found.subjects(RDF.type, SKOS.Concept))) == len(taxonomy)
    for concept in found.subjects(RDF.type, SKOS.Concept):
        assert len(list(found.objects(concept, SKOS.prefLabel))) == 1  # S14
        kinds = [
            set(found.objects(concept, p))
            for p in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
        ]
        assert sum(map(len, kinds)) == len(set().union(*kinds))  # S13: no label of two kinds
        related = set(found.objects(concept, SKOS.related))
        assert not related & set(found.transitive_objects(concept, SKOS.broader))  # S27
        for broader in found.objects(concept, SKOS.broader):
            assert (broader, SKOS.narrower, concept) in found
    assert (
        iri("country:azerbaijan"),
        SKOS.exactMatch,
        URIRef("http://www.wikidata.org/entity/Q227"),
    ) in found


def test_one_tag_alone(small: Taxonomy) -> None:
    found = graph(render_jsonld(small, BASE, ["weapon:harop"]), "json-ld")
    assert set(found.subjects(RDF.type, SKOS.Concept)) == {iri("weapon:harop")}
    assert (iri("weapon:harop"), SKOS.broader, iri("weapon:loitering-munition")) in found


def test_odd_labels_are_escaped() -> None:
    labels = ['"quoted" \\ back', "tab\tand\nbreak", "Ünïcode 😀", "<a> & 'b'"]
    tags = {f"t{n}": {"label": label, "alt": ["x" + label]} for n, label in enumerate(labels)}
    taxonomy = parse_taxonomy(json.dumps({"weapon": {"tags": tags}}, ensure_ascii=False))
    turtle, jsonld = render_turtle(taxonomy, BASE), render_jsonld(taxonomy, BASE)
    assert isomorphic(graph(turtle, "turtle"), graph(jsonld, "json-ld"))
    found = {str(label) for label in graph(turtle, "turtle").objects(None, SKOS.prefLabel)}
    assert {tag.label for tag in taxonomy.values()} <= found


def test_equal_taxonomies_give_equal_bytes(small: Taxonomy) -> None:
    assert render_turtle(small, BASE) == render_turtle(small, BASE)
    assert render_jsonld(small, BASE) == render_jsonld(small, BASE)

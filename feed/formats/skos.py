"""The taxonomy as SKOS concept schemes, in JSON-LD 1.1 and in Turtle.

A tag is a skos:Concept whose IRI is the address of its page, a scheme a skos:ConceptScheme. What is
broader in another scheme is a broadMatch; makers, origins and countries are related.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from feed.taxonomy.taxonomy import Tag, Taxonomy

JSONLD_TYPE = "application/ld+json"
TURTLE_TYPE = "text/turtle"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCT = "http://purl.org/dc/terms/"
_WIKIDATA = "http://www.wikidata.org/entity/"
_LINKS = (
    "inScheme", "topConceptOf", "hasTopConcept", "broader", "narrower", "broadMatch", "narrowMatch",
    "related", "exactMatch",
)  # fmt: skip
_TEXTS = ("prefLabel", "altLabel", "hiddenLabel")  # in English


class _Resource(NamedTuple):
    """One thing with its properties, in the order they are written."""

    iri: str
    kind: str  # "Concept" or "ConceptScheme"
    properties: list[tuple[str, list[str]]]  # name, values; without empty ones


def render_jsonld(taxonomy: Taxonomy, base: str, keys: Iterable[str] | None = None) -> bytes:
    """The concepts as one JSON-LD document with its own context; only those of `keys` if given.

    `base` is the site's address without a slash at its end. Equal taxonomies give equal bytes.
    """
    context: dict[str, object] = {
        "skos": _SKOS,
        "dct": _DCT,
        "title": {"@id": "dct:title", "@language": "en"},
    }
    context |= {name: {"@id": f"skos:{name}", "@type": "@id"} for name in _LINKS}
    context |= {name: {"@id": f"skos:{name}", "@language": "en"} for name in _TEXTS}
    context["notation"] = "skos:notation"
    graph = []
    for resource in _resources(taxonomy, base, keys):
        node: dict[str, object] = {"@id": resource.iri, "@type": f"skos:{resource.kind}"}
        node |= {
            name: values if len(values) > 1 else values[0] for name, values in resource.properties
        }
        graph.append(node)
    document = {"@context": context, "@graph": graph}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def render_turtle(taxonomy: Taxonomy, base: str, keys: Iterable[str] | None = None) -> bytes:
    """The same in Turtle."""
    lines = [f"@prefix skos: <{_SKOS}> .", f"@prefix dct: <{_DCT}> .", ""]
    for resource in _resources(taxonomy, base, keys):
        lines.append(f"<{_iri(resource.iri)}> a skos:{resource.kind}")
        for name, values in resource.properties:
            predicate = "dct:title" if name == "title" else f"skos:{name}"
            lines[-1] += " ;"
            lines.append(f"    {predicate} " + ", ".join(_object(name, value) for value in values))
        lines[-1] += " ."
    return ("\n".join(lines) + "\n").encode()


def _resources(taxonomy: Taxonomy, base: str, keys: Iterable[str] | None) -> Iterator[_Resource]:
    if keys is None:
        for name, scheme in taxonomy.schemes.items():
            tops = [
                _concept(base, tag.key)
                for tag in taxonomy.values()
                if tag.scheme == name and not _same_scheme(tag)
            ]
            yield _Resource(
                f"{base}/tags#{name}",
                "ConceptScheme",
                _present(
                    [
                        ("title", [scheme.label]),
                        ("prefLabel", [scheme.label]),
                        ("hasTopConcept", tops),
                    ]
                ),
            )
    matched = _matched(taxonomy)
    for key in taxonomy if keys is None else keys:
        yield _concept_of(taxonomy, taxonomy[key], base, matched)


def _concept_of(
    taxonomy: Taxonomy, tag: Tag, base: str, matched: dict[str, list[str]]
) -> _Resource:
    def concepts(keys: Iterable[str]) -> list[str]:
        return [_concept(base, key) for key in dict.fromkeys(keys)]

    scheme = f"{base}/tags#{tag.scheme}"
    inside = _same_scheme(tag)
    outside = [key for key in tag.broader if key not in inside]
    narrower = [k for k in taxonomy.narrower.get(tag.key, ()) if taxonomy[k].scheme == tag.scheme]
    # SKOS keeps the hierarchy and what is merely related apart (S27).
    kin = {*taxonomy.ancestors[tag.key], *taxonomy.descendants(tag.key)}
    related = [k for k in (*tag.maker, *tag.origin, *tag.country) if k not in kin]
    # A label is of one kind only (S13).
    alt = [a for a in dict.fromkeys(tag.alt) if a != tag.label and a not in tag.weak]
    hidden = [w for w in dict.fromkeys(tag.weak) if w != tag.label]
    return _Resource(
        _concept(base, tag.key),
        "Concept",
        _present([
            ("inScheme", [scheme]),
            ("topConceptOf", [] if inside else [scheme]),
            ("prefLabel", [tag.label]),
            ("altLabel", alt),
            ("hiddenLabel", hidden),
            ("notation", [tag.notation]),
            ("broader", concepts(inside)),
            ("narrower", concepts(narrower)),
            ("broadMatch", concepts(outside)),
            ("narrowMatch", concepts(matched.get(tag.key, ()))),
            ("related", concepts(related)),
            ("exactMatch", [_elsewhere(tag.exact_match)]),
        ]),
    )  # fmt: skip


def _matched(taxonomy: Taxonomy) -> dict[str, list[str]]:
    """For each tag the narrower ones of other schemes."""
    found: dict[str, list[str]] = {}
    for tag in taxonomy.values():
        for key in tag.broader:
            if taxonomy[key].scheme != tag.scheme:
                found.setdefault(key, []).append(tag.key)
    return found


def _same_scheme(tag: Tag) -> list[str]:
    return [key for key in tag.broader if key.startswith(f"{tag.scheme}:")]


def _present(properties: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    return [(name, [v for v in values if v]) for name, values in properties if any(values)]


def _concept(base: str, key: str) -> str:
    scheme, _, term = key.partition(":")
    return f"{base}/{scheme}/{quote(term)}"


def _elsewhere(name: str) -> str:
    """`wikidata:Q227` as an IRI."""
    return name.replace("wikidata:", _WIKIDATA, 1) if name.startswith("wikidata:") else name


_UNFIT_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_UNFIT_TEXT = re.compile(r'[\x00-\x1f"\\\x7f]')


def _iri(text: str) -> str:
    return _UNFIT_IRI.sub(lambda match: quote(match[0]), text)


def _object(name: str, value: str) -> str:
    if name in _LINKS:
        return f"<{_iri(value)}>"
    text = _UNFIT_TEXT.sub(lambda match: f"\\u{ord(match[0]):04X}", value)
    return f'"{text}"' if name == "notation" else f'"{text}"@en'

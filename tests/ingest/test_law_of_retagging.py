"""One law for every change: retagging gives what tagging all anew gives, and a diff foretells it."""

import random
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.ingest import retag
from feed.ingest.taxonomy_diff import difference
from feed.model import Article
from feed.publisher import Publisher
from feed.query.explain import subject_of
from feed.settings import Settings
from feed.tagging.tagger import Tagger
from feed.taxonomy.loader import parse_taxonomy
from feed.taxonomy.taxonomy import Taxonomy

Data = dict[str, Any]
BEGIN: Data = {
    "region": {"label": "Region", "tags": {"north": {"label": "North Land"}}},
    "country": {
        "label": "Country",
        "tags": {
            "jordan": {"label": "Jordan", "alt": ["Jordanian"], "person": ["Jordan"]},
            "chad": {"label": "Chad", "alt": ["Chadian"], "broader": ["region:north"]},
            "georgia": {"label": "Georgia", "alt": ["Georgian"], "person": ["Georgia"], "never": ["Georgia Tech"]},
        },
    },
    "company": {
        "label": "Company",
        "tags": {
            "orel": {"label": "Orel Works", "weak": ["Orel"], "context": ["aircraft"]},
            "orel-naval": {"label": "Orel Naval", "broader": ["company:orel"]},
            "brandt": {"label": "Brandt", "country": ["country:chad"]},
        },
    },
    "weapon": {
        "label": "Weapon system",
        "tags": {
            "drone": {"label": "Attack drone", "alt": ["attack drone", "drone"]},
            "tank": {"label": "Tank", "alt": ["tank"]},
            "f-15": {"label": "F-15", "broader": ["weapon:drone"], "origin": ["country:chad"]},
            "type-052c": {"label": "Type 052C"},
            "puma": {"label": "Orel Puma", "weak": ["Puma"], "maker": ["company:orel"], "broader": ["weapon:tank"]},
            "lynx": {"label": "Lynx KF41", "weak": ["Lynx", "Puma"], "context": ["country:chad", "turret"]},
        },
    },
}  # fmt: skip
TAGS = [f"{scheme}:{term}" for scheme, data in BEGIN.items() for term in data["tags"]]
NAMES = [
    "Jordan", "Jordanian", "Chad", "Georgia", "Orel", "Orel Works", "Orel Naval", "Brandt", "drone", "attack drone",
    "Tank", "tank", "F-15", "F-16", "F-16C", "Type 052C", "Type 052D", "Puma", "Orel Puma", "Brandt Puma", "Lynx",
    "Lynx KF41", "MiG-29", "MiG-31", "Vega", "Vega Mk 2", "the crew", "launcher",
]  # fmt: skip
PIECES = [
    *NAMES, *(f"{name}s" for name in ("drone", "tank", "Puma", "Lynx")), "F-15/16", "F-15C and -16", "MiG-29/31",
    "Type 052C/D", "Type 052C/D/E", "Mr. Chad Jordan", "Michael Jordan said", "Georgia Tech", "Atlanta, Georgia",
    "turret", "aircraft", "the army of", "fired a", "shot down", "two", "and", ",", ".", "soup", "Sea", "in the", "Tbilisi",
    "missile", "headquarters", "The", "PUMA", "a", "'s", "/", "said", "Foal", "from Chad", "Open", "tablets",
]  # fmt: skip
names = st.sampled_from(NAMES)
keys = st.sampled_from(TAGS)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "label": names,
    "alt": st.lists(names, max_size=3, unique=True),
    "weak": st.lists(names, max_size=2, unique=True),
    "never": st.lists(st.sampled_from(["Georgia Tech", "Puma soup", "the crew", "Orel Puma"]), max_size=1),
    "context": st.lists(keys | st.sampled_from(["turret", "aircraft", "missile"]), max_size=2, unique=True),
    "person": st.lists(names, max_size=1),
    "surname": st.lists(names, max_size=1),
    "here": st.just(["Tbilisi"]),
    "elsewhere": st.just(["Atlanta"]),
    "broader": st.lists(keys, max_size=1),
    "maker": st.lists(st.sampled_from([k for k in TAGS if k.startswith("company:")]), max_size=2, unique=True),
    "origin": st.lists(st.sampled_from([k for k in TAGS if k.startswith("country:")]), max_size=1),
    "country": st.lists(st.sampled_from([k for k in TAGS if k.startswith("country:")]), max_size=1),
}  # fmt: skip
CATEGORY = {
    "says": "a soup",
    "kinds": ["product", "place"],
    "direction": "after",
    "words": ["soup"],
}
RULES: list[Data] = [
    {},
    {"use": ["en"]},
    {"use": ["en", "world", "defence"], "without": ["food"]},
    {"use": ["en", "world", "defence", "./mine.yaml"]},
    {"use": ["en", "world", "defence"], "without": ["sport"]},
]
edits = st.one_of(
    st.tuples(st.just("field"), keys, st.sampled_from(sorted(FIELDS)).flatmap(lambda f: st.tuples(st.just(f), FIELDS[f]))),
    st.tuples(st.just("remove"), keys, st.none()),
    st.tuples(st.just("kind"), st.sampled_from(sorted(BEGIN)), st.sampled_from(["place", "organisation", "product", "thing"])),
    st.tuples(st.just("order"), keys, st.none()),
    st.tuples(st.just("rules"), st.just(""), st.sampled_from(RULES)),
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), min_size=3, max_size=14).map(" ".join)


def edited(data: Data, kind: str, name: str, value: Any) -> Data:
    """The taxonomy with one edit made."""
    data = yaml.safe_load(yaml.safe_dump(data, sort_keys=False))
    if kind == "rules":
        rest = {scheme: content for scheme, content in data.items() if scheme != "rules"}
        return {"rules": value, **rest} if value else rest
    if kind == "kind":
        data[name]["kind"] = value
        return data
    scheme, _, term = name.partition(":")
    tags = data[scheme]["tags"]
    if kind == "field":
        tags.setdefault(term, {"label": term.title()})[value[0]] = value[1]
    elif kind == "remove":
        tags.pop(term, None)
    elif term in tags:
        tags[term] = tags.pop(term)
    return data


def read(data: Data, folder: Path) -> Taxonomy | None:
    """The taxonomy, or None when the edit makes none."""
    from feed.errors import TaxonomyError

    try:
        return parse_taxonomy(yaml.safe_dump(data, sort_keys=False), str(folder / "tags.yaml"))
    except TaxonomyError:
        return None


def feeds(publisher: Publisher, article: Article) -> set[str]:
    stored = publisher.archive.article(article.id)
    return set(subject_of(stored, publisher.archive.vocabulary).tags)


def hold_to_the_law(
    database: str, folder: Path, changes: list[Any], articles: list[Article]
) -> int:
    """Make one edit after the other; returns how many articles were spared."""
    (folder / "mine.yaml").write_text(yaml.safe_dump({"categories": {"soups": CATEGORY}}))
    data, spared = BEGIN, 0
    first = read(data, folder)
    assert first
    with (
        pytest.MonkeyPatch.context() as patch,
        closing(Publisher(Settings(database=database), first)) as publisher,
    ):
        patch.setattr(retag, "_EVERYTHING", 2)  # look for the affected, however many they are
        publisher.archive.ingest(articles)
        for kind, name, value in changes:
            after = edited(data, kind, name, value)
            taxonomy = read(after, folder)
            if taxonomy is None:
                continue
            data = after
            foretold = difference(publisher.archive, taxonomy)
            had = {a.id: feeds(publisher, a) for a in articles}
            publisher.archive.set_taxonomy(taxonomy)
            spared += len(articles) - retag.retag(publisher.archive)
            assert publisher.archive.stale() == 0
            tagger = Tagger(taxonomy)
            for article in articles:
                assert publisher.archive.article(article.id) == tagger.tag(article), (
                    kind,
                    name,
                    value,
                )
            changed = {a.id for a in articles if feeds(publisher, a) != had[a.id]}
            assert foretold.articles == len(changed), (kind, name, value)
    return spared


def reports(titled: list[str]) -> list[Article]:
    """Articles of these texts."""
    born = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        Article(f"tag:wire.example,2025:{n}", "Report", text, born, born)
        for n, text in enumerate(titled)
    ]


@settings(max_examples=25)
@given(
    changes=st.lists(edits, min_size=1, max_size=4), words=st.lists(texts, min_size=1, max_size=8)
)
def test_retagging_gives_what_tagging_all_gives(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Any], words: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("law")
    hold_to_the_law(f"sqlite:///{folder}/x.db", folder, changes, reports(words))


def test_on_both_databases(database: str, tmp_path: Path) -> None:
    """Many edits of a fixed choice over one archive, and most of it is left alone."""
    rng = random.Random(7)
    articles = reports([" ".join(rng.choices(PIECES, k=9)) for _ in range(60)])
    some: list[Any] = []
    for name in ("weapon:puma", "weapon:lynx", "country:georgia", "company:orel", "weapon:f-15"):
        some += [
            ("field", name, ("alt", ["Vega", "F-16"])),
            ("field", name, ("maker", ["company:brandt"])),
            ("field", name, ("broader", ["weapon:drone"])),
            ("field", name, ("weak", ["Vega"])),
            ("field", name, ("maker", [])),
            ("remove", name, None),
            ("field", name, ("label", "Lynx")),
        ]
    some += [("rules", "", value) for value in RULES]
    assert hold_to_the_law(database, tmp_path, some, articles) > 0

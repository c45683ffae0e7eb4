"""Sentences by kind of difficulty, written before the rules that they try: shares right do not fall."""

import json
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from feed.model import Article
from feed.tagging.tagger import Tagger
from tests.conftest import ROOT

# Of each kind at least so many are right; of all 307 it was 197 when they were written.
FLOORS = {
    "lead": 11, "main": 12, "class-civil": 26, "class-military": 16, "shared-words": 18, "foreign-tails": 13,
    "codes": 14, "country-in-names": 23, "namesake-places": 19, "surnames-firms": 18, "lists-zones": 6,
    "markup": 11, "agencies": 17, "boilerplate": 1, "membership": 14, "weak-name-class": 18, "trade-words": 11,
    "language": 5,
}  # fmt: skip
DAY = datetime(2026, 1, 1, tzinfo=UTC)


def mistakes(tagger: Tagger, row: dict[str, object]) -> list[str]:
    """What is missing, wrong or not as salient as it should be."""
    title, text = str(row.get("title") or ""), str(row["text"])
    article = Article(id="urn:x", title=title, text=text, published=DAY, updated=DAY)
    uses = tagger.tag(article).uses
    main, named = {u.tag: u.main for u in uses}, {u.tag for u in uses if u.mentions}
    expected, never, mains = (list(row.get(k) or []) for k in ("expect", "never", "main"))  # type: ignore[call-overload]
    wrong = [key for key in expected if key not in main] + [key for key in never if key in named]
    if "main" in row:
        wrong += [key for key in expected if main.get(key, False) != (key in mains)]
    return wrong


@pytest.fixture(scope="module")
def right(full_tagger: Tagger) -> dict[str, int]:
    """How many sentences of each kind are right."""
    counts: dict[str, int] = defaultdict(int)
    lines = (ROOT / "tests" / "data" / "sentences.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, filter(None, lines)):
        if "text" in row:
            counts[row["kind"]] += not mistakes(full_tagger, row)
    return counts


@pytest.mark.parametrize("kind", FLOORS)
def test_no_kind_gets_worse(right: dict[str, int], kind: str) -> None:
    assert right[kind] >= FLOORS[kind]


def test_every_kind_has_a_floor(right: dict[str, int]) -> None:
    assert right.keys() == FLOORS.keys()

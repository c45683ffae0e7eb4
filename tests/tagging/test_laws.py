"""Laws of tagging, on any text: offsets are true, spelling variants are equal, the slow twin agrees."""

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.tagging.matching.scanner import Finder
from feed.tagging.tagger import Finding, Tagger
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import Make

WORDS = [
    "Azerbaijan", "Azerbaijani", "Israel's", "Türkiye", "the U.S.", "US", "us", "Jordan", "Michael Jordan", "Harop",
    "Harops", "F-16C/D", "F-15/16", "MiG-29 and -31", "Type 052C/D", "Sa’ar 5", "Patriot", "Patriot missile",
    "Rafael", "Israel Aerospace Industries", "South China Sea", "Gulf of Oman", "USS America", "loitering munitions",
    "Also read:", "Atlanta, Georgia", "Tbilisi", "and", "or", ",", ".", "\n\n", "“", "”", "missile", "said", "the", "A-10",
    "10", "F", "16", "-", "é", "ß", "中文", "\u00ad", "\u0301",
]  # fmt: skip
prose = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=30).map(" ".join)


def answer(finding: Finding) -> dict[str, list[tuple[str, str]]]:
    """Tags with their surfaces, but for the ways to write one and the same."""
    return {
        key: [(m.part, canonical(m.surface)) for m in places]
        for key, places in finding.mentions().items()
    }


def canonical(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).replace("’", "'").replace("\u00a0", " ")
    return plain.replace("\u2011", "-")


@given(prose, prose)
def test_offsets_point_at_the_surface(tagger: Tagger, title: str, text: str) -> None:
    finding = tagger.find(title, text)
    for places in finding.mentions().values():
        for mention in places:
            source = title if mention.part == "title" else text
            assert source[mention.start : mention.end] == mention.surface != ""
    for rejection in finding.rejections():
        source = title if rejection.part == "title" else text
        assert source[rejection.start : rejection.end] == rejection.surface != ""


@given(prose)
def test_mentions_never_overlap(tagger: Tagger, text: str) -> None:
    spans = sorted({(m.start, m.end) for p in tagger.find("", text).mentions().values() for m in p})
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@given(prose, prose, prose)
def test_other_articles_do_not_matter(tagger: Tagger, title: str, text: str, other: str) -> None:
    before = answer(tagger.find(title, text))
    tagger.find(other, other)
    assert answer(tagger.find(title, text)) == before


VARIANTS: list[Callable[[str], str]] = [
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: text.replace("'", "’"),
    lambda text: text.replace("’", "'"),
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: text.replace("-", "\u2011"),
]


@pytest.mark.parametrize("vary", VARIANTS)
@given(text=prose.map(lambda text: unicodedata.normalize("NFC", text)))
def test_ways_to_write_the_same_give_the_same_tags(
    tagger: Tagger, vary: Callable[[str], str], text: str
) -> None:
    assert answer(tagger.find("", vary(text))) == answer(tagger.find("", text))


def regular_expression(patterns: Sequence[bytes]) -> Finder:
    """The same finds by the standard library alone: every pattern is tried at every blank."""
    numbers = {pattern: number for number, pattern in enumerate(patterns)}
    lengths = sorted({len(pattern) for pattern in patterns})

    def find(data: bytes) -> list[tuple[int, int, int]]:
        found = [
            (numbers[data[at : at + length]], at, at + length)
            for at in (match.start() for match in re.finditer(rb"(?= )", data))
            for length in lengths
            if data[at : at + length] in numbers
        ]
        return sorted(found, key=lambda f: (f[2], f[1]))

    return find


@given(prose, prose)
@settings(max_examples=60)
def test_the_fast_path_agrees_with_the_slow_one(small: Taxonomy, title: str, text: str) -> None:
    slow = _slow(small)
    fast = _fast(small)
    assert slow.find(title, text).mentions() == fast.find(title, text).mentions()


_TAGGERS: dict[str, Tagger] = {}


def _slow(taxonomy: Taxonomy) -> Tagger:
    return _TAGGERS.setdefault("slow", Tagger(taxonomy, regular_expression))


def _fast(taxonomy: Taxonomy) -> Tagger:
    return _TAGGERS.setdefault("fast", Tagger(taxonomy))


HOSTILE = [
    ("F-16 " * 1_000_000, 1_000_000),
    ("F-16/" * 200_000, None),
    ("F" * 10_000_000, 0),
    (" " * 10_000_000, 0),
    ("(photo by " * 100_000, 0),
    ("Jordan " * 200_000, None),
    ("Patriot " * 200_000, None),
    ("Patriot, " * 100_000 + "PAC-3", None),
]


@pytest.mark.parametrize(("text", "count"), HOSTILE, ids=lambda value: str(value)[:12])
def test_hostile_texts_end(tagger: Tagger, text: str, count: int | None) -> None:
    found = sum(map(len, tagger.find("", text).mentions().values()))
    assert count is None or found == count


def test_ten_megabytes_of_anything(tagger: Tagger) -> None:
    rng = random.Random(3)
    text = "".join(
        chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x110000)))) for _ in range(2_000_000)
    )
    tagger.find("", text)


def test_explained_uses_are_complete(tagger: Tagger, make: Make) -> None:
    tagged = tagger.tag(make(1, "Azerbaijan shows Harop", "Israel made the Harop."))
    uses = {use.tag: use for use in tagged.uses}
    assert uses["weapon:loitering-munition"].via == ("weapon:harop",)
    assert uses["weapon:loitering-munition"].main
    assert uses["country:israel"].reason == "in the lead, but only 1 of 2 mentions in its scheme"
    assert [use.main for use in tagged.uses] == sorted((u.main for u in tagged.uses), reverse=True)
    assert tagged.digest == tagger.digest

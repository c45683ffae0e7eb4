"""Finding a tag by any of its names: while typing, with one typo, by some of its words.

name -> exact, beginning, beginning of a word, all words, one typo, alike: the best kind first, and
within a kind what is used most.
"""

import difflib
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from feed.text.fold import words_of

if TYPE_CHECKING:
    from feed.taxonomy.taxonomy import Tag

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789 "
_LONGEST = 60  # code points of a name that are looked at
_MOST = 3_000  # names that begin alike and are weighed
_FEW = 30  # names whose likeness is measured
_ALIKE = 0.72  # how much of two names must agree
# How a name was met, the best first.
EXACT, WEAK, BEGINNING, WORD, WORDS, TYPO, LIKE = range(7)


@dataclass(frozen=True, slots=True)
class Found:
    """A tag that was found, by which of its names, and how (`EXACT` to `LIKE`)."""

    key: str
    name: str
    how: int


class TagLookup:
    """All tags by every name: label, alt, weak, code, term. Built when it is first asked, in a
    fraction of a second; safe between threads."""

    def __init__(self, tags: Mapping[str, "Tag"], narrower: Mapping[str, tuple[str, ...]]) -> None:
        self._tags, self._narrower = tags, narrower

    def find(
        self, text: str, uses: Callable[[str], int] = lambda key: 0, limit: int = 10
    ) -> list[Found]:
        """The tags a person may mean by `text`, the likeliest first.

        Args:
            text: what was typed so far; case, accents and punctuation do not count.
            uses: how many articles carry a tag; what is used more stands first.
            limit: how many at most.
        """
        sought = normal(text)
        if not sought:
            return []
        best: dict[str, Found] = {}
        for found in self._all(sought):
            if found.key not in best or found.how < best[found.key].how:
                best[found.key] = found
        ranked = sorted(best.values(), key=lambda found: self._rank(found, f"{sought} ", uses))
        return ranked[:limit]

    def exactly(self, text: str) -> list[str]:
        """The keys of the tags called so by a name that is evidence by itself, singular or plural."""
        hits = (self._exact.get(form, {}) for form in _forms(normal(text)))
        return list(dict.fromkeys(k for hit in hits for k, (_, how) in hit.items() if how == EXACT))

    def _rank(
        self, found: Found, whole: str, uses: Callable[[str], int]
    ) -> tuple[int, bool, int, bool, int, int, str]:
        """Whole words before beginnings of words, then what is used most, labels, wide tags."""
        key, label = found.key, self._tags[found.key].label
        wide = len(self._narrower.get(key, ()))
        part = whole not in f"{normal(found.name)} "
        return (found.how, part, -uses(key), found.name != label, -wide, len(label), key)

    def _all(self, sought: str) -> Iterator[Found]:
        some = list(self._near(sought))
        if not any(found.how <= WORD for found in some):
            some += self._with_words(sought)
        if not some:
            some += self._mistyped(sought)
        return iter(some or self._like(sought))

    def _near(self, sought: str) -> Iterator[Found]:
        """By the whole name, or its beginning, or that of one of its words."""
        for form in _forms(sought):
            for key, (name, how) in self._exact.get(form, {}).items():
                yield Found(key, name, how)
        yield from self._beginning(sought)

    def _beginning(self, sought: str) -> Iterator[Found]:
        starts = self._starts
        at = bisect_left(starts, (sought,))
        for phrase, key, name, how in islice(starts, at, at + _MOST):
            if not phrase.startswith(sought):
                return
            yield Found(key, name, how)

    def _with_words(self, sought: str) -> Iterator[Found]:
        """By names that have all words, the last one perhaps unfinished."""
        *whole, last = sought.split()
        if not whole:
            return
        rows = [self._words.get(word, frozenset[str]()) for word in whole]
        keys = frozenset.intersection(*rows)
        for key in keys:
            words = self._words_of(key)
            if any(word.startswith(last) for word in words):
                yield Found(key, self._tags[key].label, WORDS)

    def _mistyped(self, sought: str) -> Iterator[Found]:
        """By a name, or the beginning of one, that is one slip of the finger away."""
        for other in _slips(sought):
            for key, (name, _) in self._exact.get(other, {}).items():
                yield Found(key, name, TYPO)

    def _like(self, sought: str) -> Iterator[Found]:
        """By names that share most of their letters in a row."""
        shared: Counter[str] = Counter()
        for three in _threes(sought):
            shared.update(self._by_threes.get(three, ()))
        for name, _ in shared.most_common(_FEW):
            if difflib.SequenceMatcher(None, sought, name).ratio() >= _ALIKE:
                for key, (spelled, _) in self._exact[name].items():
                    yield Found(key, spelled, LIKE)

    def _words_of(self, key: str) -> set[str]:
        return {word for name, _ in _names(self._tags[key]) for word in normal(name).split()}

    @cached_property
    def _exact(self) -> Mapping[str, dict[str, tuple[str, int]]]:
        """Normal name, with and without blanks -> key -> (name, EXACT or WEAK)."""
        table: dict[str, dict[str, tuple[str, int]]] = {}
        for key, tag in self._tags.items():
            for name, how in _names(tag):
                whole = normal(name)
                for form in {whole, whole.replace(" ", "")} - {""}:
                    known = table.setdefault(form, {})
                    if key not in known or known[key][1] > how:
                        known[key] = (name, how)
        return table

    @cached_property
    def _starts(self) -> list[tuple[str, str, str, int]]:
        """(name from one of its words on, key, name, BEGINNING or WORD), sorted."""
        rows = set()
        for form, known in self._exact.items():
            for key, (name, _) in known.items():
                rows.add((form, key, name, BEGINNING))
                at = form.find(" ")
                while at >= 0:
                    rows.add((form[at + 1 :], key, name, WORD))
                    at = form.find(" ", at + 1)
        return sorted(rows)

    @cached_property
    def _words(self) -> Mapping[str, frozenset[str]]:
        """Word -> the keys of the tags that have it in a name."""
        table: dict[str, set[str]] = {}
        for key in self._tags:
            for word in self._words_of(key):
                table.setdefault(word, set()).add(key)
        return {word: frozenset(keys) for word, keys in table.items()}

    @cached_property
    def _by_threes(self) -> Mapping[str, list[str]]:
        """Three letters in a row -> the names that have them."""
        table: dict[str, list[str]] = {}
        for name in self._exact:
            for three in _threes(name):
                table.setdefault(three, []).append(name)
        return table


def normal(text: str) -> str:
    """A name as names are compared: its words, folded, with single blanks between them."""
    return words_of(text[:_LONGEST].replace("_", " ")).strip()


def _names(tag: "Tag") -> Iterator[tuple[str, int]]:
    for name in (tag.label, *tag.alt, tag.notation, tag.term):
        if name:
            yield name, WEAK if name in tag.weak else EXACT
    for name in tag.weak:
        yield name, WEAK


def _forms(sought: str) -> Iterable[str]:
    """What was typed, without blanks too, and in the singular."""
    made = {sought: None, sought.replace(" ", ""): None}
    endings: dict[str, Callable[[str], str]] = {
        "ies": lambda s: s[:-3] + "y",
        "es": lambda s: s[:-2],
        "s": lambda s: s[:-1],
    }
    for ending, singular in endings.items():
        if sought.endswith(ending) and len(sought) > len(ending) + 2:
            made[singular(sought)] = None
    if len(sought) > 2:
        made[sought + "s"] = None
    return made


def _slips(sought: str) -> Iterator[str]:
    """All texts one letter more, less, other or in another place (Damerau) away."""
    if len(sought) < 4:
        return
    for at in range(len(sought) + 1):
        head, tail = sought[:at], sought[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]


def _threes(name: str) -> set[str]:
    padded = f" {name} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}

"""Where names stand in a text: the automaton, leftmost longest match.

The scanner knows spellings and folded bytes, not tags: it finds the longest accepted spelling at
every place and the context rules beside it. What the matches mean is the resolver's work.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import ahocorasick_rs

from feed.tagging.matching.candidates import (
    BOILERPLATE,
    NAME,
    PSEUDO,
    Match,
    Meaning,
    Rejected,
    meaning_of,
)
from feed.tagging.matching.patterns import Form, Spelling, expansions, stands_for
from feed.text.fold import fold_name

# Raw matches: (pattern number, start, end), ordered by end.
Finder = Callable[[bytes], Sequence[tuple[int, int, int]]]
_MEMORY = 200_000  # surfaces remembered before the memory starts anew

# What may follow a designator: F-16s, F-16C, F-16C/D, F-16V Block 70, T-72B3M, Mi-8AMTSh, S-300PMU-2.
_TAIL = re.compile(
    r"(?:-?[A-Z](?:[A-Z]{0,4}|[a-zA-Z]{0,4}[A-Z][a-z]{0,2}|[a-z]{0,1})(?:-?\d{1,2}){0,2}[A-Z]{0,3}\d?"
    r"(?:/[A-Z]{1,3}\d?(?![a-zA-Z0-9]))*)?"
    r"(?:'s|s)?(?![a-zA-Z0-9])(?: (?:Block|Mod|Mk) ?\d{1,3}(?:/\d{1,3})*(?![a-zA-Z0-9]))?"
)
_NUMBER_GOES_ON = re.compile(r"[.,]\d|%|-year|-day|-foot|-ton")
# Further members of a list: F-15/16, MiG-29 and -31, Type 052C/D.
_LIST = re.compile(
    r"(?:/| ?, | and | or |, and | & )(?:-|(?<=/))([A-Z]?\d{1,4}[A-Z]{0,2}|[A-Z])(?![a-zA-Z0-9])"
)
_LAST_NUMBER = re.compile(r"(\d+[A-Z]{0,3})$")


class Scan(NamedTuple):
    """All that one text holds, in order of place."""

    matches: list[Match]
    rejected: list[Rejected]
    boilerplate: list[tuple[int, int]]


def aho_corasick(patterns: Sequence[bytes]) -> Finder:
    """The fast path: every occurrence of every pattern in one pass."""
    find = ahocorasick_rs.BytesAhoCorasick(patterns).find_matches_as_indexes
    return lambda data: find(data, overlapping=True)


class Scanner:
    """Finds names and context rules in folded text. Built once for a taxonomy; safe between threads.

    `finder` makes the search from the patterns; tests put another beside it.
    """

    def __init__(
        self,
        spellings: Iterable[Spelling],
        finder: Callable[[Sequence[bytes]], Finder] = aho_corasick,
    ) -> None:
        closed: dict[bytes, list[Form]] = {}
        opened: dict[bytes, list[Form]] = {}
        for spelling in spellings:
            group = opened if spelling.designator else closed
            for form, patterns in expansions(spelling):
                for pattern in patterns:
                    group.setdefault(pattern, []).append(form)
        # A designator's pattern has no blank behind it, for its tail may follow at once.
        every = [b" " + p + b" " for p in closed] + [b" " + p for p in opened]
        self._first_open = len(closed)
        self._forms = closed
        for pattern, forms in opened.items():
            self._forms.setdefault(pattern, []).extend(forms)
        self._find = finder(every)
        self._known: dict[str, Meaning | None] = {}
        self.size = len(every)

    def lookup(self, surface: str) -> Meaning | None:
        """What exactly this surface stands for, by the taxonomy and smart case alone."""
        if len(self._known) > _MEMORY:
            self._known.clear()
        forms = self._forms.get(fold_name(surface), ())
        meaning = meaning_of([form for form in forms if stands_for(form.text, surface)], surface)
        self._known[surface] = meaning
        return meaning

    def scan(self, text: str, data: bytes) -> Scan:  # noqa: C901 - the hot loop: calls double its time
        """Match everything in `text`, whose folded bytes are `data`, both padded with blanks."""
        matches: list[Match] = []
        rejected: list[Rejected] = []
        boilerplate: list[tuple[int, int]] = []
        known, first_open = self._known, self._first_open
        last_start = last_end = context_end = -9
        context: tuple[Spelling, ...] = ()
        for number, start, end in self._find(data):
            start += 1  # past the blank in front
            if number < first_open:
                end -= 1
                surface = text[start:end]
                try:
                    meaning = known[surface]
                except KeyError:
                    meaning = self.lookup(surface)
            else:
                end, meaning = self._designator(text, start, end)
            if meaning is None:
                continue
            if meaning.role <= PSEUDO:
                # The leftmost wins, and of those that begin together, the longest.
                if start < last_end:
                    if start > last_start:
                        if matches[-1][2].role == NAME or end - start <= last_end - last_start:
                            continue
                        matches.pop()  # a pseudo rule gives way to a longer name
                    elif end < last_end or not self._covers(matches, start):
                        continue
                if meaning.both and 1 <= start - last_end <= 2 and matches:
                    self._says_of_last(meaning.after, text, start, matches, rejected)
                if start - context_end <= 2 and (
                    reason := _says(context, meaning, text[context_end:start])
                ):
                    rejected.append(Rejected(start, end, meaning, reason))
                    meaning = _SWALLOW
                if meaning.maker:
                    matches.append((start, start + meaning.maker[0], meaning.maker[1]))
                matches.append((start, end, meaning))
                last_start, last_end = start, end
                if meaning.listed:
                    self._list(text, end, start, matches)
                if meaning.before:
                    context_end, context = end, meaning.before
            elif meaning.role == BOILERPLATE:
                if text[end] == ":" or meaning.spellings[0].text[-1] != ":":
                    boilerplate.append((start, end))
            else:
                if meaning.after and 1 <= start - last_end <= 2 and matches:
                    self._says_of_last(meaning.after, text, start, matches, rejected)
                if meaning.before:
                    context_end, context = end, meaning.before
        return Scan(matches, rejected, boilerplate)

    @staticmethod
    def _says_of_last(
        rules: tuple[Spelling, ...],
        text: str,
        start: int,
        matches: list[Match],
        rejected: list[Rejected],
    ) -> None:
        """Reject the name before the words of context rules, where they speak of it."""
        begin, end, name = matches[-1]
        if reason := _says(rules, name, text[end:start]):
            rejected.append(Rejected(begin, end, name, reason))
            matches[-1] = (begin, end, _SWALLOW)

    @staticmethod
    def _covers(matches: list[Match], start: int) -> bool:
        """Take back the matches that one from `start` on to here covers; False when one began before."""
        first = len(matches)
        while first and matches[first - 1][0] >= start:
            first -= 1
        if first and matches[first - 1][1] > start:
            return False
        del matches[first:]
        return True

    def _designator(self, text: str, start: int, end: int) -> tuple[int, Meaning | None]:
        """The end of a designator with its tail, and its meaning; None when it is another number."""
        surface = text[start:end]
        meaning = self._known[surface] if surface in self._known else self.lookup(surface)
        if meaning is None:
            return end, None
        tail = _TAIL.match(text, end)
        if tail is None or (tail.end() == end and _NUMBER_GOES_ON.match(text, end)):
            return end, None
        stop = tail.end()
        slash = text.find("/", end, stop)
        if slash > end and self.lookup(text[start:slash]) is not None:
            return end, None  # Type 052C is a name of its own, and begins the list "Type 052C/D"
        if text[stop - 2 : stop] == "'s":
            stop -= 2
        blank = text.rfind(" ", start, end)
        if blank > 0 and stop > end and self._is_another(text[blank + 1 : stop], meaning):
            return end, None  # in "Sukhoi Su-30MKI", Su-30MKI is a name of its own
        return stop, meaning

    def _is_another(self, surface: str, meaning: Meaning) -> bool:
        """Does a surface, perhaps in the plural, name something else?"""
        own = self.lookup(surface) or self.lookup(surface.removesuffix("s"))
        return own is not None and own.tag != meaning.tag

    def _list(self, text: str, end: int, start: int, matches: list[Match]) -> None:
        """Members of a list that share the designator's letters, as separate matches."""
        stem = text[start:end].removesuffix("s")
        while member := _LIST.match(text, end):
            last = _LAST_NUMBER.search(stem)
            if last is None:
                return
            part = member[1]
            whole = stem[:-1] + part if part.isalpha() else stem[: last.start()] + part
            meaning = self.lookup(whole) or self.lookup(whole.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            if meaning is None or not meaning.listed:
                return
            matches.append((member.start(1), member.end(1), meaning))
            end = member.end()


_SWALLOW = Meaning(PSEUDO, ())
_NUMBER = re.compile(r"\d")


_SEAMS = {" ", "-", ". ", ", ", "' "}


def _joins(rule: Spelling, seam: str) -> bool:
    """A comma stands before the state of a town, and may stand before a member of the family."""
    if seam == ", ":
        return rule.role == "after-comma" or (rule.role == "title" and rule.text.islower())
    return rule.role != "after-comma"


def _says(rules: tuple[Spelling, ...], meaning: Meaning, seam: str) -> str:
    """What these context rules say against a name beside them, or ""."""
    if meaning.role != NAME or (seam not in _SEAMS and not seam.isspace()):
        return ""
    name = meaning.spellings[0]
    if seam == ". " and not name.text[-1:].isupper() and rules[0].role.startswith("after"):
        return ""  # a sentence ends here; after "U.S." none need
    for rule in rules:
        if name.kind in rule.kinds and _joins(rule, seam) and _speaks_of(rule, name, seam):
            return rule.reason
    return ""


def _speaks_of(rule: Spelling, name: Spelling, seam: str) -> bool:
    """Does a context rule that stands beside a name hold of it?"""
    if name.text in rule.but:
        return False  # the city of Kuwait
    if rule.role == "before-hyphen":
        return not name.proper and seam == "-"
    if seam == ". " and rule.role in ("before", "title") and rule.text[-1] != ".":
        return False  # a sentence ends: "He met the President. Israel"; but "Gen. Israel Katz"
    if rule.role == "title":
        return name.person or (name.weak and name.proper)
    # The 104th Fighter Squadron A-10s: a number is nobody's name.
    return rule.role != "before" or _NUMBER.search(name.text) is None

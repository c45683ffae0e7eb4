"""Where names stand in a text: the automaton, leftmost longest match.

The scanner knows spellings and folded bytes, not tags: it finds the longest accepted spelling at
every place and the cues beside it. What the finds mean is the judge's work.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import ahocorasick_rs

from feed.tagging.matching.candidates import DECOY, MASK, NAME, Find, Hit, Reject, hit_of
from feed.tagging.matching.patterns import Form, Spelling, expansions, matches
from feed.tagging.rules.cues import AGAINST, INSTITUTION, TOWN, US_STATE
from feed.tagging.rules.words import WITH_CITIES
from feed.text.fold import fold_name

# Raw finds: (pattern number, start, end), ordered by end.
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

    finds: list[Find]
    rejects: list[Reject]
    masks: list[tuple[int, int]]


def aho_corasick(patterns: Sequence[bytes]) -> Finder:
    """The fast path: every occurrence of every pattern in one pass."""
    find = ahocorasick_rs.BytesAhoCorasick(patterns).find_matches_as_indexes
    return lambda data: find(data, overlapping=True)


class Scanner:
    """Finds spellings and cues in folded text. Built once for a taxonomy; safe between threads.

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
        self._known: dict[str, Hit | None] = {}
        self.size = len(every)

    def lookup(self, surface: str) -> Hit | None:
        """What exactly this surface stands for, by the taxonomy and smart case alone."""
        if len(self._known) > _MEMORY:
            self._known.clear()
        forms = self._forms.get(fold_name(surface), ())
        hit = hit_of([form for form in forms if matches(form.text, surface)], surface)
        self._known[surface] = hit
        return hit

    def scan(self, text: str, data: bytes) -> Scan:  # noqa: C901 - the hot loop: calls double its time
        """Find everything in `text`, whose folded bytes are `data`, both padded with blanks."""
        finds: list[Find] = []
        rejects: list[Reject] = []
        masks: list[tuple[int, int]] = []
        known, first_open = self._known, self._first_open
        last_start = last_end = cue_end = -9
        cues: tuple[Spelling, ...] = ()
        for number, start, end in self._find(data):
            start += 1  # past the blank in front
            if number < first_open:
                end -= 1
                surface = text[start:end]
                try:
                    hit = known[surface]
                except KeyError:
                    hit = self.lookup(surface)
            else:
                end, hit = self._designator(text, start, end)
            if hit is None:
                continue
            if hit.role <= DECOY:
                # The leftmost wins, and of those that begin together, the longest.
                if start < last_end:
                    if start > last_start:
                        if finds[-1][2].role == NAME or end - start <= last_end - last_start:
                            continue
                        finds.pop()  # a decoy gives way to a longer name
                    elif end < last_end or not self._covers(finds, start):
                        continue
                if start - cue_end <= 2 and (reason := _cue_says(cues, hit, text[cue_end:start])):
                    rejects.append(Reject(start, end, hit, reason))
                    hit = _SWALLOW
                if hit.maker:
                    finds.append((start, start + hit.maker[0], hit.maker[1]))
                finds.append((start, end, hit))
                last_start, last_end = start, end
                if hit.listed:
                    self._list(text, end, start, finds)
            elif hit.role == MASK:
                if text[end] == ":" or hit.spellings[0].text[-1] != ":":
                    masks.append((start, end))
            else:
                if hit.after and 1 <= start - last_end <= 2 and finds:
                    reason = _cue_says(hit.after, finds[-1][2], text[last_end:start])
                    if reason:
                        rejects.append(Reject(*finds[-1], reason))
                        finds[-1] = (last_start, last_end, _SWALLOW)
                if hit.before:
                    cue_end, cues = end, hit.before
        return Scan(finds, rejects, masks)

    @staticmethod
    def _covers(finds: list[Find], start: int) -> bool:
        """Take back the finds that one from `start` on to here covers; False when one began before."""
        first = len(finds)
        while first and finds[first - 1][0] >= start:
            first -= 1
        if first and finds[first - 1][1] > start:
            return False
        del finds[first:]
        return True

    def _designator(self, text: str, start: int, end: int) -> tuple[int, Hit | None]:
        """The end of a designator with its tail, and its hit; None when it is another number."""
        surface = text[start:end]
        hit = self._known[surface] if surface in self._known else self.lookup(surface)
        if hit is None:
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
        if blank > 0 and stop > end and self._is_another(text[blank + 1 : stop], hit):
            return end, None  # in "Sukhoi Su-30MKI", Su-30MKI is a name of its own
        return stop, hit

    def _is_another(self, surface: str, hit: Hit) -> bool:
        """Does a surface, perhaps in the plural, name something else?"""
        own = self.lookup(surface) or self.lookup(surface.removesuffix("s"))
        return own is not None and own.tag != hit.tag

    def _list(self, text: str, end: int, start: int, finds: list[Find]) -> None:
        """Members of a list that share the designator's letters, as separate finds."""
        stem = text[start:end].removesuffix("s")
        while member := _LIST.match(text, end):
            last = _LAST_NUMBER.search(stem)
            if last is None:
                return
            part = member[1]
            whole = stem[:-1] + part if part.isalpha() else stem[: last.start()] + part
            hit = self.lookup(whole) or self.lookup(whole.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            if hit is None or not hit.listed:
                return
            finds.append((member.start(1), member.end(1), hit))
            end = member.end()


_SWALLOW = Hit(DECOY, ())
_NUMBER = re.compile(r"\d")


_SEAMS = {" ", "-", ". ", ", ", "' "}


def _joins(cue: Spelling, seam: str) -> bool:
    """A comma stands before the state of a town, and may stand before a member of the family."""
    if seam == ", ":
        return cue.reason == US_STATE or (cue.role == "title" and cue.text.islower())
    return cue.reason != US_STATE


def _cue_says(cues: tuple[Spelling, ...], hit: Hit, seam: str) -> str:
    """The reason to reject `hit` beside these cues, or ""."""
    if hit.role != NAME or (seam not in _SEAMS and not seam.isspace()):
        return ""
    first = hit.spellings[0]
    if seam == ". " and not first.text[-1:].isupper() and cues[0].role == "after":
        return ""  # a sentence ends here; after "U.S." none need
    for cue in cues:
        if first.kind not in cue.kinds or not _joins(cue, seam):
            continue
        if cue.reason == AGAINST and (first.proper or seam != "-"):
            continue
        if cue.reason == TOWN and cue.role == "before" and first.text in WITH_CITIES:
            continue  # the city of Kuwait
        if cue.reason == INSTITUTION and _NUMBER.search(first.text):
            continue  # the 104th Fighter Squadron A-10s
        if seam == ". " and cue.role != "after" and cue.text[-1] != ".":
            continue  # a sentence ends: "He met the President. Israel"; but "Gen. Israel Katz"
        if cue.role == "title" and not (first.person or (first.weak and first.proper)):
            continue
        return cue.reason
    return ""

"""The hearing of an article's doubtful finds: reasons for, and reasons against.

Each reason is a small function; the first that holds is what `explain` shows.
"""

import re
from functools import cached_property
from typing import NamedTuple

from feed.tagging.brief import Brief, holds
from feed.tagging.cues import PERSON, US_STATE
from feed.tagging.hits import Find, Reject, only
from feed.tagging.neighbours import (
    is_fired,
    is_given_name,
    is_nickname,
    is_of_a_state,
    is_product_noun,
    is_town,
    noun_follows,
    sentence_end,
    sentence_start,
    title_case,
    word_before,
)
from feed.tagging.spellings import Spelling
from feed.tagging.words import (
    CALLINGS,
    COMPANY_NOUNS,
    COMPANY_SUFFIXES,
    COMPANY_VERBS,
    DEEDS,
    GIVEN_NAMES,
    GIVEN_OFTEN,
    GIVEN_TOO,
    ORGANISATIONS,
    PARTICLES,
    RANKS,
    SPEECH,
    STATE_NAMESAKES,
)

NAMED = "named elsewhere in the article"


class Verdict(NamedTuple):
    """The judge's answer for one text: what counts for each tag, and what does not.

    A find that counts has a hit of one spelling. `reasons` says why one counts whose spelling
    alone does not decide, by its start and its tag.
    """

    accepted: dict[str, list[Find]]
    rejects: list[Reject]
    reasons: dict[tuple[int, str], str]


# What reasons weigh, by how they begin; all others are light.
_HEAVY = (("followed by", "called", "fired"), ("its ", "beside"))
_LIGHT = 3


def _weight(why: str) -> int:
    """How much a reason says, 0 the most."""
    if why == NAMED:
        return 0
    return next((n for n, kinds in enumerate(_HEAVY, 1) if why.startswith(kinds)), _LIGHT)


class Pending(NamedTuple):
    """A find that waits for a reason to count."""

    find: Find
    spelling: Spelling
    place: int  # among the finds
    doubt: str  # what is said of it when nothing corroborates it
    after: str  # the word that follows


class Hearing:
    """One article's doubtful finds, heard until nothing new is accepted."""

    def __init__(
        self,
        brief: Brief,
        text: str,
        data: bytes,
        body: int,
        finds: list[Find],
        verdict: Verdict,
    ) -> None:
        self.brief, self.text, self.data, self.body = brief, text, data, body
        self.finds = finds
        self.accepted, self.rejects, self.reasons = verdict
        self.persons: set[str] = set()  # tags whose spelling is a person's name here
        self.words: dict[str, str] = {}  # context words found, by tag
        self.common: dict[str, bool] = {}  # names, and whether they stand in small letters, too

    @cached_property
    def titled(self) -> bool:
        """Is the headline in title case?"""
        return title_case(self.text[1 : self.body - 2])

    def hear(self, pending: list[Pending]) -> None:
        """Accept what is corroborated, by as many rounds as bring something new; reject the rest."""
        waiting = []
        for case in pending:
            reason = self.local_doubt(case)
            if reason == PERSON:
                self.persons.add(case.spelling.tag)
            if reason:
                self.rejects.append(Reject(case.find[0], case.find[1], only(case.spelling), reason))
            else:
                waiting.append(case)
        while waiting:
            heard = self._without_namesakes([(case, self.reason_for(case)) for case in waiting])
            for case, why in heard:
                if why:
                    self._accept(case, why)
            left = [case for case, why in heard if not why]
            if len(left) == len(heard):
                waiting = left
                break
            waiting = left
        for case in waiting:
            self.rejects.append(Reject(case.find[0], case.find[1], only(case.spelling), case.doubt))
        for key in {case.spelling.tag for case in pending} & self.accepted.keys():
            self.accepted[key].sort(key=lambda place: place[:2])

    def _without_namesakes(self, heard: list[tuple[Pending, str]]) -> list[tuple[Pending, str]]:
        """ "Lynx" is the vehicle when the article says "Lynx KF41", whatever speaks for a helicopter.

        Else the better reason wins: the Puma whose maker is named, not the one that is in a list.
        """
        best: dict[int, int] = {}
        for case, why in heard:
            if why:
                start = case.find[0]
                best[start] = min(_weight(why), best.get(start, _LIGHT))
        kept = []
        for case, why in heard:
            light = case.find[0] in best and (_weight(why) if why else _LIGHT) > best[case.find[0]]
            if light and (why or not best[case.find[0]]):
                reject = Reject(*case.find[:2], only(case.spelling), "a namesake is meant")
                self.rejects.append(reject)
            else:
                kept.append((case, why))
        return kept

    def _accept(self, case: Pending, why: str) -> None:
        start, end, _ = case.find
        self.reasons[start, case.spelling.tag] = why
        self.accepted.setdefault(case.spelling.tag, []).append((start, end, only(case.spelling)))

    def _is_present(self, key: str) -> bool:
        """Does the article carry a tag, or one narrower than it?"""
        if key in self.accepted:
            return True
        narrower = self.brief.narrower.get(key)
        return narrower is not None and not narrower.isdisjoint(self.accepted)

    # Reasons against, from the words beside the find.

    def local_doubt(self, case: Pending) -> str:
        """Why a weak find cannot be the thing, whatever else the article says; "" if it can."""
        spelling, find = case.spelling, case.find
        if not spelling.weak or spelling.kind == "place" or not spelling.proper:
            return ""
        if spelling.kind == "product" and _OFFICE.match(self.text, find[1]):
            return "part of a longer name"  # the Shadow Defence Minister
        if spelling.kind == "product" and is_town(self.text, find):
            return US_STATE  # of Jericho, Vermont
        if find[0] < self.body and self.titled:
            return ""  # in a headline in title case a capital says nothing
        if spelling.kind == "organisation" and _DESIGNATOR.match(self.text, find[1]):
            return "part of a longer name"  # MiG-29
        if is_nickname(self.text, find):
            return "nickname of a unit"
        return self._longer_name(case)

    def _longer_name(self, case: Pending) -> str:
        """Is it a person's name, or part of a longer one?"""
        start, end, _ = case.find
        before, after = word_before(self.text, start), case.after
        owner = self.text.startswith(("'s ", "' "), end)  # AIDC's Brave Eagle: two names
        if not owner and after and after[0].isupper() and not self._allowed_after(after, case):
            return PERSON if self.text[start:end] in GIVEN_TOO else "part of a longer name"
        if before in GIVEN_NAMES or before in CALLINGS or after in PARTICLES:
            return PERSON
        if _INITIALS.fullmatch(before) and before not in _STATES:
            return PERSON  # J.J. Abrams
        if after in (SPEECH if case.spelling.kind == "product" else DEEDS):
            return PERSON  # a system says nothing, a company draws nothing
        if before and before[0].isupper() and not self._allowed_before(before, case):
            return "part of a longer name"
        return ""

    def _allowed_after(self, word: str, case: Pending) -> bool:
        if not word[1:].islower() or any(ch.isdigit() for ch in word):
            return True  # an acronym or a designator: "Patriot PAC-3", "Typhoon FGR4"
        if word in ORGANISATIONS or word in COMPANY_SUFFIXES or is_product_noun(word):
            return True
        following = self.finds[case.place + 1] if case.place + 1 < len(self.finds) else None
        return (
            following is not None
            and following[0] - case.find[1] <= 3
            and bool(following[2].spellings)
        )

    def _allowed_before(self, word: str, case: Pending) -> bool:
        if not word[1:].islower() or word in ORGANISATIONS or word.endswith(("'s", "s'")):
            return True
        if any(ch.isdigit() for ch in word) or (word.rpartition("-")[2].islower() and "-" in word):
            return True  # "Israeli-made", "AH-64"
        if word[-1] == "." and word not in RANKS and len(word) > _INITIAL:
            return True  # the last word of the sentence before
        preceding = self.finds[case.place - 1] if case.place else None
        if preceding and case.find[0] - preceding[1] <= 3 and preceding[2].spellings:
            return True
        return sentence_start(self.text, case.find[0] - len(word) - 1)

    # Reasons for: the first that holds is what `explain` says.

    def reason_for(self, case: Pending) -> str:
        """What corroborates a find, or ""."""
        key = case.spelling.tag
        if key in self.accepted:
            return NAMED
        if why := self._said_beside(case):
            return why
        if key in self.persons:
            return ""  # "Archer said", after "Capt. Michael Archer"
        if land := self._apposition(case):
            return f"beside its country, {land}"
        if self._in_list(case):
            return "in a list of its kind"
        if related := self._maker_or_product(key):
            return f"its {related} is named"
        if self._capital_says_nothing(case):
            return ""
        return self._context_of(key, tags_only=self._common_too(case))

    def _said_beside(self, case: Pending) -> str:
        """The words beside a name that say what it is."""
        if self._noun_follows(case):
            return "followed by what it is"
        if case.spelling.kind == "product":
            return "fired, carried or shot down" if is_fired(self.text, case.find[0]) else ""
        if case.spelling.kind == "place":
            return self._is_state(case)
        if case.spelling.kind != "organisation":
            return ""
        if case.after in COMPANY_SUFFIXES:
            return "followed by a company's suffix"
        if case.after in COMPANY_VERBS:
            return "does what companies do"
        before = word_before(self.text, case.find[0]).lower()
        if before in COMPANY_NOUNS or _IS_A_COMPANY.match(self.text, case.find[1]):
            return "called a company"
        return ""

    def _is_state(self, case: Pending) -> str:
        """What says that a namesake of persons and towns is the state, all the same."""
        spelling = case.spelling
        if spelling.text not in STATE_NAMESAKES and is_of_a_state(self.text, case.find[1]):
            return "it has what states have"
        if spelling.weak or not spelling.person or spelling.text in GIVEN_OFTEN:
            return ""
        by_surname = any(
            reject.reason in (PERSON, US_STATE) and not is_given_name(self.text, reject.end)
            for reject in self.rejects
            if any(s.tag == spelling.tag for s in reject.hit.spellings)
        )
        return "" if by_surname else "the person has a surname"

    def _noun_follows(self, case: Pending) -> bool:
        if case.spelling.kind != "product":
            return False
        end = case.find[1]
        if sentence_end(self.text, end):
            return False
        return self._class_follows(case) or noun_follows(self.text, end)

    def _class_follows(self, case: Pending) -> bool:
        """A class that the system is of: "the Ruslan transport aircraft"."""
        if case.place + 1 == len(self.finds):
            return False
        start, _, hit = self.finds[case.place + 1]
        if start - case.find[1] != 1 or self.text[case.find[1]] not in " -":
            return False
        taxonomy = self.brief.taxonomy
        kinds = taxonomy.classes.intersection(taxonomy.ancestors[case.spelling.tag])
        return any(spelling.tag in kinds for spelling in hit.spellings)

    def _apposition(self, case: Pending) -> str:
        """The country named beside it: "Israel's Rafael", "the German firm Helsing", "Archers from Sweden"."""
        lands = self.brief.lands.get(case.spelling.tag)
        if not lands:
            return ""
        keys: set[str] = set()
        if case.place:
            start, end, hit = self.finds[case.place - 1]
            if case.find[0] - end <= _BESIDE and "." not in self.text[end : case.find[0]]:
                keys.update(s.tag for s in hit.spellings)
        if case.place + 1 < len(self.finds):
            start, end, hit = self.finds[case.place + 1]
            if self.text[case.find[1] : start] in (" from ", " of "):
                keys.update(s.tag for s in hit.spellings)
        return min(lands & keys & self.accepted.keys(), default="")

    def _maker_or_product(self, key: str) -> str:
        """A firm makes a weak name of its system likely, and the other way round."""
        for maker in self.brief.makers.get(key, ()):
            if self._is_present(maker):
                return f"maker, {maker},"
        products = self.brief.products.get(key, _NONE)
        if products.isdisjoint(self.accepted):
            return ""
        return f"product, {min(products.intersection(self.accepted))},"

    def _in_list(self, case: Pending) -> bool:
        """Joined by comma, slash, "and" or "or" to a sure find of the same scheme."""
        scheme = case.spelling.tag.partition(":")[0]
        for index, gap in ((case.place - 1, True), (case.place + 1, False)):
            if not 0 <= index < len(self.finds):
                continue
            other = self.finds[index]
            begin, end = (other[1], case.find[0]) if gap else (case.find[1], other[0])
            if end - begin <= _JOINT and _JOINTS.fullmatch(self.text, begin, end):
                kin = {s.tag for s in other[2].spellings if s.tag.startswith(scheme)}
                if (kin - self.brief.taxonomy.classes) & self.accepted.keys():
                    return True
        return False

    def _capital_says_nothing(self, case: Pending) -> bool:
        """At the start of a sentence or in a headline every word has a capital."""
        start, end, _ = case.find
        if case.spelling.kind != "product" or not case.spelling.proper:
            return False
        if start < self.body and self.titled:
            return True
        plural = self.text[end - 1] == "s" and case.spelling.text[-1] != "s"  # "Bradleys follow."
        return not plural and sentence_start(self.text, start)

    def _common_too(self, case: Pending) -> bool:
        """Does the article have a system's name in small letters, too: "a tornado", "the Tornado"?"""
        start, end, _ = case.find
        if case.spelling.kind != "product" or not case.spelling.proper:
            return False
        small = self.text[start:end].lower()
        if small not in self.common:  # once for each name: an article may have thousands
            self.common[small] = f" {small} " in self.text
        return self.common[small]

    def _context_of(self, key: str, tags_only: bool) -> str:
        """The first context tag or word of a tag that the article holds."""
        keys, words = self.brief.context_of(key)
        for tag in keys:
            if self._is_present(tag):
                return f"context: {tag}"
        if tags_only:
            return ""
        if key not in self.words:
            self.words[key] = next((w.decode() for w in words if holds(self.data, w)), "")
        return f"context: “{self.words[key]}”" if self.words[key] else ""


# Rafael, the Israeli company,
_IS_A_COMPANY = re.compile(
    rf", (?:an?|the|its) (?:[\w-]+ ){{0,4}}(?:{'|'.join(sorted(COMPANY_NOUNS))})\b"
)
_OFFICE = re.compile(
    r" (?:[A-Z]\w+ )?(?:Minister|Ministry|Secretary|Treasurer|Chancellor|Cabinet)\b"
)
_BESIDE = 24  # code points between a country and what is its
_INITIAL = 2  # a letter with its dot
_DESIGNATOR = re.compile(r"-\d")
_NONE: frozenset[str] = frozenset()
# What joins the members of a list: "a Tor, a Buk and two Pantsirs".
_JOINT = 14
_JOINTS = re.compile(
    r"s?(?:,? and|,? or|,| &|/)(?: (?:the|its|an?|two|three|four|five|six|some|more|other))? ?s?"
)
_INITIALS = re.compile(r"[A-Z]\.(?:[A-Z]\.)?")
_STATES = ("U.S.", "U.K.", "U.N.", "E.U.")

"""Reasons for a doubtful find, from all of its article.

Each is a small rule; the first that holds is what `explain` shows.
"""

import re

from feed.tagging.disambiguation.document import Candidate, Document
from feed.tagging.disambiguation.knowledge import holds
from feed.tagging.disambiguation.neighbours import (
    is_fired,
    noun_follows,
    sentence_end,
    sentence_start,
    word_before,
)
from feed.tagging.disambiguation.persons import is_given_name
from feed.tagging.disambiguation.places import is_of_a_state
from feed.tagging.rules.context_rules import PERSON, US_STATE
from feed.tagging.rules.words import (
    COMPANY_NOUNS,
    COMPANY_SUFFIXES,
    COMPANY_VERBS,
    GIVEN_OFTEN,
    STATE_NAMESAKES,
)

NAMED = "named elsewhere in the article"
# Rafael, the Israeli company,
_IS_A_COMPANY = re.compile(
    rf", (?:an?|the|its) (?:[\w-]+ ){{0,4}}(?:{'|'.join(sorted(COMPANY_NOUNS))})\b"
)
_BESIDE = 24  # code points between a country and what is its
_NONE: frozenset[str] = frozenset()
# What joins the members of a list: "a Tor, a Buk and two Pantsirs".
_JOINT = 14
_JOINTS = re.compile(
    r"s?(?:[,;]? and|,? or|,|;| &|/)(?: (?:the|its|an?|two|three|four|five|six|some|more|other))? ?s?"
)


class Reasons:
    """What the article of a document says for its doubtful matches."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.namesakes: set[str] = set()  # tags whose spelling is a person's or a unit's name here
        self._words: dict[str, str] = {}  # context words found, by tag
        self._common: dict[str, bool] = {}  # names, and whether they stand in small letters, too

    def reason_for(self, case: Candidate) -> str:
        """What corroborates a find, or ""."""
        key = case.spelling.tag
        if key in self._document.accepted:
            return NAMED
        if why := self._said_beside(case):
            return why
        if key in self.namesakes:
            return ""  # "Archer said", after "Capt. Michael Archer"; "Raiders", after "the Raider Brigade"
        if land := self._apposition(case):
            return f"beside its country, {land}"
        if self._in_list(case):
            return "in a list of its kind"
        if related := self._maker_or_product(key):
            return f"its {related} is named"
        if self._capital_says_nothing(case):
            return ""
        return self._context_of(key, tags_only=self._common_too(case))

    def _said_beside(self, case: Candidate) -> str:
        """The words beside a name that say what it is."""
        if self._noun_follows(case):
            return "followed by what it is"
        if case.spelling.kind == "product":
            return (
                "fired, carried or shot down" if is_fired(self._document.text, case.find[0]) else ""
            )
        if case.spelling.kind == "place":
            return self._is_state(case)
        if case.spelling.kind != "organisation":
            return ""
        if case.after in COMPANY_SUFFIXES:
            return "followed by a company's suffix"
        if case.after in COMPANY_VERBS:
            return "does what companies do"
        before = word_before(self._document.text, case.find[0]).lower()
        if before in COMPANY_NOUNS or _IS_A_COMPANY.match(self._document.text, case.find[1]):
            return "called a company"
        return ""

    def _is_state(self, case: Candidate) -> str:
        """What says that a namesake of persons and towns is the state, all the same."""
        spelling = case.spelling
        if spelling.text not in STATE_NAMESAKES and is_of_a_state(
            self._document.text, case.find[1]
        ):
            return "it has what states have"
        if spelling.weak or not spelling.person or spelling.text in GIVEN_OFTEN:
            return ""
        by_surname = any(
            reject.reason in (PERSON, US_STATE)
            and not is_given_name(self._document.text, reject.end)
            for reject in self._document.rejected
            if any(s.tag == spelling.tag for s in reject.meaning.spellings)
        )
        return "" if by_surname else "the person has a surname"

    def _noun_follows(self, case: Candidate) -> bool:
        if case.spelling.kind != "product":
            return False
        end = case.find[1]
        if sentence_end(self._document.text, end):
            return False
        return self._class_follows(case) or noun_follows(self._document.text, end)

    def _class_follows(self, case: Candidate) -> bool:
        """A class that the system is of: "the Ruslan transport aircraft"."""
        if case.place + 1 == len(self._document.matches):
            return False
        start, _, meaning = self._document.matches[case.place + 1]
        if start - case.find[1] != 1 or self._document.text[case.find[1]] not in " -":
            return False
        taxonomy = self._document.knowledge.taxonomy
        kinds = taxonomy.classes.intersection(taxonomy.ancestors[case.spelling.tag])
        return any(spelling.tag in kinds for spelling in meaning.spellings)

    def _apposition(self, case: Candidate) -> str:
        """The country named beside it: "Israel's Rafael", "the German firm Helsing", "Archers from Sweden"."""
        lands = self._document.knowledge.lands.get(case.spelling.tag)
        if not lands:
            return ""
        keys: set[str] = set()
        if case.place:
            start, end, meaning = self._document.matches[case.place - 1]
            if case.find[0] - end <= _BESIDE and "." not in self._document.text[end : case.find[0]]:
                keys.update(s.tag for s in meaning.spellings)
        if case.place + 1 < len(self._document.matches):
            start, end, meaning = self._document.matches[case.place + 1]
            if self._document.text[case.find[1] : start] in (" from ", " of "):
                keys.update(s.tag for s in meaning.spellings)
        return min(lands.intersection(keys, self._document.accepted), default="")

    def _maker_or_product(self, key: str) -> str:
        """A firm makes a weak name of its system likely, and the other way round."""
        for maker in self._document.knowledge.makers.get(key, ()):
            if self._document.holds(maker):
                return f"maker, {maker},"
        products = self._document.knowledge.products.get(key, _NONE)
        if products.isdisjoint(self._document.accepted):
            return ""
        return f"product, {min(products.intersection(self._document.accepted))},"

    def _in_list(self, case: Candidate) -> bool:
        """Joined by comma, slash, "and" or "or" to a sure find of the same scheme."""
        scheme = case.spelling.tag.partition(":")[0]
        for index, gap in ((case.place - 1, True), (case.place + 1, False)):
            if not 0 <= index < len(self._document.matches):
                continue
            other = self._document.matches[index]
            begin, end = (other[1], case.find[0]) if gap else (case.find[1], other[0])
            if end - begin <= _JOINT and _JOINTS.fullmatch(self._document.text, begin, end):
                kin = {s.tag for s in other[2].spellings if s.tag.startswith(scheme)}
                if (
                    kin - self._document.knowledge.taxonomy.classes
                ) & self._document.accepted.keys():
                    return True
        return False

    def _capital_says_nothing(self, case: Candidate) -> bool:
        """At the start of a sentence or in a headline every word has a capital."""
        start, end, _ = case.find
        if case.spelling.kind != "product" or not case.spelling.proper:
            return False
        if start < self._document.body and self._document.titled:
            return True
        plural = (
            self._document.text[end - 1] == "s" and case.spelling.text[-1] != "s"
        )  # "Bradleys follow."
        return not plural and sentence_start(self._document.text, start)

    def _common_too(self, case: Candidate) -> bool:
        """Does the article have a system's name in small letters, too: "a tornado", "the Tornado"?"""
        start, end, _ = case.find
        if case.spelling.kind != "product" or not case.spelling.proper:
            return False
        small = self._document.text[start:end].lower()
        if small not in self._common:  # once for each name: an article may have thousands
            self._common[small] = f" {small} " in self._document.text
        return self._common[small]

    def _context_of(self, key: str, tags_only: bool) -> str:
        """The first context tag or word of a tag that the article holds."""
        keys, words = self._document.knowledge.context_of(key)
        for tag in keys:
            if self._document.holds(tag):
                return f"context: {tag}"
        if tags_only:
            return ""
        if key not in self._words:
            self._words[key] = next(
                (w.decode() for w in words if holds(self._document.data, w)), ""
            )
        return f"context: “{self._words[key]}”" if self._words[key] else ""

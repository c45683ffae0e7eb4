"""Reasons against a weak find, from the words beside it.

Each is a small rule; the first that holds is what `explain` shows.
"""

import re

from feed.tagging.disambiguation.document import Candidate, Document
from feed.tagging.disambiguation.neighbours import (
    is_nickname,
    is_product_noun,
    sentence_start,
    word_before,
)
from feed.tagging.disambiguation.places import is_town
from feed.tagging.rules.context_rules import PERSON, US_STATE
from feed.tagging.rules.words import (
    CALLINGS,
    COMPANY_SUFFIXES,
    DEEDS,
    GIVEN_NAMES,
    GIVEN_TOO,
    ORGANISATIONS,
    PARTICLES,
    RANKS,
    SPEECH,
)

_OFFICE = re.compile(
    r" (?:[A-Z]\w+ )?(?:Minister|Ministry|Secretary|Treasurer|Chancellor|Cabinet)\b"
)
LONGER = "part of a longer name"
UNIT = "nickname of a unit"
# The Raider Brigade; but a Patriot battalion has Patriots.
_UNIT_AFTER = re.compile(
    r"\"? (?:Brigade|Company|Battalion|Troop|Platoon|Squad|Detachment|Soldiers?|Paratroopers?|Medics?)\b"
)
_UNCREWED = re.compile(r" (?:[Uu]nmanned|[Uu]ncrewed|UAS|UAV)")
_INITIAL = 2  # a letter with its dot
_DESIGNATOR = re.compile(r"-\d")
_INITIALS = re.compile(r"[A-Z]\.(?:[A-Z]\.)?")
_STATES = ("U.S.", "U.K.", "U.N.", "E.U.")


def doubt_beside(document: Document, case: Candidate) -> str:
    """Why a weak find cannot be the thing, whatever else the article says; "" if it can."""
    spelling, find = case.spelling, case.find
    if not spelling.weak or spelling.kind == "place" or not spelling.proper:
        return ""
    if spelling.kind == "product" and _OFFICE.match(document.text, find[1]):
        return LONGER  # the Shadow Defence Minister
    if spelling.kind == "product" and _is_uncrewed(document, case):
        return "a namesake is meant"  # Hornet Unmanned Aerial Systems
    if spelling.kind == "product" and _is_unit(document, case):
        return UNIT
    if spelling.kind == "product" and is_town(document.text, find, document.knowledge.states):
        return US_STATE  # of Jericho, Vermont
    if find[0] < document.body and document.titled:
        return ""  # in a headline in title case a capital says nothing
    if spelling.kind == "organisation" and _DESIGNATOR.match(document.text, find[1]):
        return LONGER  # MiG-29
    if is_nickname(document.text, find):
        return UNIT
    return _longer_name(document, case)


def _is_unit(document: Document, case: Candidate) -> bool:
    """Does a unit bear its name: "the “Raider” Brigade"?"""
    return _UNIT_AFTER.match(document.text, case.find[1]) is not None


def _is_uncrewed(document: Document, case: Candidate) -> bool:
    """Is it called uncrewed, which the system of this name is not: "Hornet Unmanned Aerial Systems"?"""
    end = case.find[1]
    if not _UNCREWED.match(document.text, end) or case.place + 1 == len(document.matches):
        return False
    start, _, meaning = document.matches[case.place + 1]
    kinds = document.knowledge.taxonomy.ancestors[case.spelling.tag]
    return (
        start == end + 1
        and bool(meaning.spellings)
        and not any(spelling.tag in kinds for spelling in meaning.spellings)
    )


def _longer_name(document: Document, case: Candidate) -> str:
    """Is it a person's name, or part of a longer one?"""
    start, end, _ = case.find
    before, after = word_before(document.text, start), case.after
    owner = document.text.startswith(("'s ", "' "), end)  # AIDC's Brave Eagle: two names
    numbered = _DESIGNATOR.search(document.text, start, end) is not None  # the C-5 Modernization
    if (
        not owner
        and not numbered
        and after
        and after[0].isupper()
        and not _allowed_after(document, after, case)
    ):
        return PERSON if document.text[start:end] in GIVEN_TOO else LONGER
    if before in GIVEN_NAMES or before in CALLINGS or after in PARTICLES:
        return PERSON
    if _INITIALS.fullmatch(before) and before not in _STATES:
        return PERSON  # J.J. Abrams
    if after in (SPEECH if case.spelling.kind == "product" else DEEDS):
        return PERSON  # a system says nothing, a company draws nothing
    if before and before[0].isupper() and not _allowed_before(document, before, case):
        return LONGER
    return ""


def _allowed_after(document: Document, word: str, case: Candidate) -> bool:
    if not word[1:].islower() or any(ch.isdigit() for ch in word):
        return True  # an acronym or a designator: "Patriot PAC-3", "Typhoon FGR4"
    if word in ORGANISATIONS or word in COMPANY_SUFFIXES or is_product_noun(word):
        return True
    following = document.matches[case.place + 1] if case.place + 1 < len(document.matches) else None
    return (
        following is not None and following[0] - case.find[1] <= 3 and bool(following[2].spellings)
    )


def _allowed_before(document: Document, word: str, case: Candidate) -> bool:
    if not word[1:].islower() or word in ORGANISATIONS or word.endswith(("'s", "s'")):
        return True
    if any(ch.isdigit() for ch in word) or (word.rpartition("-")[2].islower() and "-" in word):
        return True  # "Israeli-made", "AH-64"
    if word[-1] == "." and word not in RANKS and len(word) > _INITIAL:
        return True  # the last word of the sentence before
    preceding = document.matches[case.place - 1] if case.place else None
    if preceding and case.find[0] - preceding[1] <= 3 and preceding[2].spellings:
        return True
    return sentence_start(document.text, case.find[0] - len(word) - 1)

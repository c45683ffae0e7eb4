"""Names of persons, teams and units: what the words beside a find say, when they bear it, too."""

import re

from feed.tagging.disambiguation.neighbours import (
    is_product_noun,
    sentence_start,
    word_after,
    word_before,
)
from feed.tagging.disambiguation.places import georgias
from feed.tagging.matching.candidates import Match
from feed.tagging.matching.patterns import Spelling
from feed.tagging.rules.context_rules import PERSON, US_STATE
from feed.tagging.rules.words import (
    COMPANY_SUFFIXES,
    DIRECTIONS,
    GIVEN_NAMES,
    GIVEN_PLACES,
    HEADLINE_WORDS,
    NO_GIVEN_NAMES,
    ORGANISATIONS,
    PEOPLES,
    RANKS,
    SURNAMES_OFTEN,
)
from feed.text.fold import base_letter

_INITIAL = re.compile(r"[A-Z]\.?")
# How nobody's name ends: "Georgia Deployment Program", but Vance and Clement.
_NO_SURNAME = ("tion", "sion", "ment", "ship", "ity")
_SURNAME = 8


def is_given_name(text: str, end: int) -> bool:
    """Does a surname follow? News goes on with that: after "Israel Katz", "Israel" is the state."""
    return text[end] == " " and text[end + 1].isupper()


def _is_will(text: str, start: int, before: str) -> bool:
    """Is it the given name, which has its capital amid a sentence: "a pass to Will Jordan"?"""
    if before != "Will":
        return False
    at = start - len(" Will ")
    return text[text.rfind(" ", max(0, at - 40), at) + 1].islower()


_AGE = re.compile(r", \d\d?, ")  # Chad, 41, of Ames
_JUNIOR = re.compile(r",? (?:Jr|Sr|III)\b")  # Miller Jordan Jr.
_GIVEN = re.compile(r"[A-Z][a-z]+")


def _is_surname(text: str, start: int, end: int, before: str) -> bool:
    """Is an unknown word with a capital before a frequent surname, amid a sentence: "as Dana Jordan"?"""
    if text[start:end] not in SURNAMES_OFTEN or not _GIVEN.fullmatch(before):
        return False
    if before in NO_GIVEN_NAMES or before in ORGANISATIONS or before in HEADLINE_WORDS:
        return False
    at = start - len(before) - 1
    return text[at - 1] == " " and text[text.rfind(" ", max(0, at - 40), at - 1) + 1].islower()


def surname(text: str, find: Match) -> bool:
    """Is a people's or country's name that of a person: "Sgt. French", "Kyle German said"?"""
    start, end, _ = find
    before = word_before(text, start)
    if before not in RANKS and (before not in GIVEN_NAMES or before in GIVEN_PLACES):
        return False
    return not (text[end] == " " and text[end + 1].isupper()) and not text[start:end].isupper()


def person(text: str, find: Match) -> str:
    """The reason when a name that people bear, too, is a person's here; else ""."""
    start, end, _ = find
    before = word_before(text, start)
    if (
        before in GIVEN_NAMES
        or _is_will(text, start, before)
        or (
            before
            and len(before) < 3
            and _INITIAL.fullmatch(plain := base_letter(before[0]) + before[1:])
            and plain not in "AI"
        )
    ):
        return "" if text[start:end].isupper() else PERSON
    if text[end] == "," and _AGE.match(text, end):
        return PERSON
    if _JUNIOR.match(text, end) or _is_surname(text, start, end, before):
        return PERSON
    if text[end] not in " \n" or text[end + 1].islower() or text[start:end].isupper():
        return ""
    after = word_after(text, end)
    bare = after.split("-")[0].removesuffix("'s")
    if not bare[:1].isupper() or not bare[1:].islower() or len(bare) < 3:
        return ""
    if bare in ORGANISATIONS or bare in COMPANY_SUFFIXES or is_product_noun(bare):
        return ""
    if bare in HEADLINE_WORDS or (len(bare) > _SURNAME and bare.endswith(_NO_SURNAME)):
        return ""
    return PERSON


def nickname(text: str, find: Match, spelling: Spelling) -> str:
    """A people's name in the plural after another name is a team's or unit's: "Cleveland Indians"."""
    if not spelling.proper:
        return ""
    if spelling.text == "Georgian" and georgias(text) == (True, False):
        return US_STATE  # "Georgians" vote in Atlanta
    before = word_before(text, find[0])
    if not before[:1].isupper() or not before[1:2].islower():
        return ""
    if before in PEOPLES or before in ORGANISATIONS or before in DIRECTIONS:
        return ""
    if before in HEADLINE_WORDS:
        return ""  # "Kyiv Says Russians Withdraw"
    if sentence_start(text, find[0] - len(before) - 1):
        return ""
    return "name of a team or unit"

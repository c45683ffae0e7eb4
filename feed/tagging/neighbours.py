"""What the words beside a find say: persons, US states, teams, sentence starts, headlines."""

import re
from collections.abc import Iterable

from feed.tagging.cues import PERSON, US_STATE
from feed.tagging.fold import fold_name
from feed.tagging.scanner import Find
from feed.tagging.spellings import Spelling
from feed.tagging.words import (
    COMPANY_SUFFIXES,
    DIRECTIONS,
    GIVEN_NAMES,
    MONTHS,
    NO_SURNAMES,
    ORGANISATIONS,
    PEOPLES,
    PRODUCT_NOUNS,
)

_WORD_AFTER = re.compile(r"['’]?s?[ \u00a0\n\-–](?![ \u00a0\n])[\"“”(]?([\w$][\w.&/\-]*)")
_WORD_BEFORE = re.compile(r"([\w$][\w.&/\-’']*)[\"“”]?[ \u00a0\n]$")
_INITIAL = re.compile(r"[A-Z]\.?")


def word_after(text: str, end: int) -> str:
    """The next word, past a possessive; "" at the end of a clause."""
    match = _WORD_AFTER.match(text, end, end + 40)
    return match[1].rstrip(".-") if match else ""


def word_before(text: str, start: int) -> str:
    """The word before, "" after a stop."""
    match = _WORD_BEFORE.search(text[max(0, start - 32) : start])
    return match[1] if match else ""


def noun(word: str) -> str:
    """A word as PRODUCT_NOUNS has it: in the singular, in small letters unless an acronym."""
    word = word.removesuffix("’s").removesuffix("'s")
    if word.isupper():
        return word
    word = word.lower()
    for singular in (
        word,
        word.removesuffix("s"),
        word.removesuffix("es"),
        word.removesuffix("ies") + "y",
    ):
        if singular in PRODUCT_NOUNS:
            return singular
    return word


def sentence_end(text: str, end: int) -> bool:
    """True when punctuation follows at once."""
    return text[end : end + 1] in ".!?:;"


def sentence_start(text: str, start: int) -> bool:
    """True when nothing but a full stop, a line break or a quotation mark stands before."""
    before = text[max(0, start - 4) : start].rstrip(" \"“”'‘’(\u00a0")
    return not before or before[-1] in ".!?\n:–—•*-"


def title_case(title: str) -> bool:
    """A headline in which nearly every longer word has a capital."""
    words: list[str] = re.findall(r"[^\W\d_]{4,}", title)
    return len(words) >= 3 and sum(w[0].isupper() for w in words) >= 0.75 * len(words)


def amid_capitals(text: str, find: Find) -> bool:
    """Both neighbours shout, too: "GIVE US PEACE" is no evidence of a country."""
    before, after = word_before(text, find.start), word_after(text, find.end)
    return len(before) > 1 and len(after) > 1 and before.isupper() and after.isupper()


_TOWN = re.compile(r"([A-Z][\w.'’]*)(?: \([^)]*\))?, $")


def us_state(text: str, find: Find, own_places: Iterable[bytes]) -> str:
    """A town before the comma that the tag's own context does not know: "Savannah, Georgia"."""
    town = _TOWN.search(text[max(0, find.start - 48) : find.start])
    if town and fold_name(town[1]) not in own_places and town[1] not in MONTHS:
        # "Armenia, Georgia and Azerbaijan" is a list of states, not a town and its state.
        after = text[find.end : find.end + 5]
        if not after.startswith((" and ", " or ")):
            return US_STATE
    before = text[max(0, find.start - 9) : find.start]
    if before.endswith(("state of ", "State of ")):
        return US_STATE
    if text[find.end : find.end + 1] == " " and word_after(text, find.end) in (
        "Army",
        "Air",
        "National",
    ):
        follows = text[find.end : find.end + 24]
        return US_STATE if "National Guard" in follows else ""
    return ""


def person(text: str, find: Find) -> str:
    """The reason when a name that people bear, too, is a person's here; else ""."""
    if text[find.start : find.end] == text[find.start : find.end].upper():
        return ""
    before = word_before(text, find.start)
    if before in GIVEN_NAMES or (before and _INITIAL.fullmatch(before) and before not in "AI"):
        return PERSON
    if text[find.end : find.end + 1] not in (" ", "\u00a0", "\n"):
        return ""
    after = word_after(text, find.end)
    bare = after.split("-")[0].removesuffix("’s").removesuffix("'s")
    if not bare[:1].isupper() or not bare[1:].islower() or len(bare) < 3:
        return ""
    if bare in ORGANISATIONS or bare in COMPANY_SUFFIXES or noun(bare) in PRODUCT_NOUNS:
        return ""
    return "" if bare in NO_SURNAMES else PERSON


def nickname(text: str, find: Find, spelling: Spelling) -> str:
    """A people's name in the plural after another name is a team's or unit's: "Cleveland Indians"."""
    if text[find.start : find.end].lower() == spelling.text.lower() or not spelling.proper:
        return ""
    before = word_before(text, find.start)
    if not before[:1].isupper() or not before[1:2].islower():
        return ""
    if before in PEOPLES or before in ORGANISATIONS or before in DIRECTIONS:
        return ""
    if sentence_start(text, find.start - len(before) - 1):
        return ""
    return "name of a team or unit"

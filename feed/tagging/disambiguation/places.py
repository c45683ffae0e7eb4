"""States, and the towns and the American state that are called like them."""

import re
from collections.abc import Iterable
from functools import lru_cache

from feed.tagging.disambiguation.neighbours import word_after
from feed.tagging.matching.candidates import Match
from feed.tagging.rules.context_rules import US_STATE
from feed.tagging.rules.words import (
    MONTHS,
    OF_THE_COUNTRY,
    OF_THE_STATE,
)
from feed.text.fold import fold_name

_TOWN = re.compile(r"([A-Z][\w.']*)(?: \([^)]*\))?, $")


@lru_cache(maxsize=4)
def georgias(text: str) -> tuple[bool, bool]:
    """Does an article name what only the American state has, and what only the country has?

    Asked once for an article, whose text is looked through.
    """
    return any(map(text.__contains__, OF_THE_STATE)), any(map(text.__contains__, OF_THE_COUNTRY))


_STATE_BODIES = re.compile(
    r"(?:'s)? (?:Gov\b|Governor|General Assembly|[Ll]egislat|House of Rep|Senate\b|lawmakers|Guards[mw]"
    r"|State (?:Patrol|University|Police)|Bureau of Inv|Department of|Ports Auth|Power\b)"
)


def us_state(text: str, find: Match, own_places: Iterable[bytes]) -> str:
    """A town before the comma that the tag's own context does not know: "Savannah, Georgia"."""
    start, end, _ = find
    before = text[max(0, start - 12) : start]
    if before.endswith(("country of ", "Country of ", "nation of ", "epublic of ")):
        return ""
    of_the_state, of_the_country = georgias(text)
    if of_the_state and not of_the_country:
        return US_STATE
    town = _TOWN.search(text[max(0, start - 48) : start])
    if town and fold_name(town[1]) not in own_places and town[1] not in MONTHS:
        # "Armenia, Georgia and Azerbaijan" is a list of states, not a town and its state.
        after = text[end : end + 5]
        if not after.startswith((" and ", " or ")) and (of_the_state or not of_the_country):
            return US_STATE
    if before.endswith(("state of ", "State of ", "overnor of ", "nator of ", "tor from ")):
        return US_STATE
    if not of_the_country and _STATE_BODIES.match(text, end):
        return US_STATE
    if text[end : end + 1] == " " and word_after(text, end) in ("Army", "Air", "National"):
        return US_STATE if "National Guard" in text[end : end + 24] else ""
    return ""


_TOWN_IN = re.compile(r", ([A-Z][A-Za-z]*(?: [A-Z][a-z]+)?)")


def is_town(text: str, find: Match, states: frozenset[str]) -> bool:
    """Does an American state follow behind a comma: "Jericho, Vermont"?"""
    match = _TOWN_IN.match(text, find[1])
    return match is not None and (match[1] in states or match[1].split()[0] in states)


_OF_A_STATE = re.compile(
    r"(?:'s?)? (?:[Gg]overnment|[Aa]rmy|[Nn]avy|[Aa]ir [Ff]orce|[Mm]ilitary|[Aa]rmed [Ff]orces|[Pp]arliament"
    r"|(?:[Pp]rime |[Ff]oreign |[Dd]efen[cs]e )[Mm]inist|[Kk]ing\b|[Ee]mbassy)"
)


def is_of_a_state(text: str, end: int) -> bool:
    """Does a word follow for what states have, and neither persons nor towns: an army, a king?"""
    return _OF_A_STATE.match(text, end) is not None

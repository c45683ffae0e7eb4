"""States, and the towns and the American state that are called like them."""

import re

from feed.tagging.disambiguation.document import Candidate, Document
from feed.tagging.disambiguation.namesakes import among_states
from feed.tagging.rules.context_rules import US_STATE
from feed.text.fold import fold_name

_TOWN_BEFORE = re.compile(r"([A-Z][\w.']*)(?: \([^)]*\))?, $")
_TOWN_IN = re.compile(r", ([A-Z][A-Za-z]*(?: [A-Z][a-z]+)?)")


def us_state(document: Document, candidate: Candidate) -> str:
    """Is a state's name that of its namesake: "Savannah, Georgia", "Georgia lawmakers"?"""
    if among_states(document, candidate):
        return ""
    text, words, start, end = document.text, document.words, candidate.start, candidate.end
    key = candidate.spelling.tag
    if text.endswith(words.of_a_country, 0, start):
        return ""
    here = document.is_here(key)
    if document.is_elsewhere(key) or _is_behind_town(document, candidate, here):
        return US_STATE
    if text.endswith(words.of_a_us_state, 0, start):
        return US_STATE
    if not here and words.us_state_has.match(text, end):
        return US_STATE
    if text[end] == " " and candidate.after(text) in words.us_forces:
        return US_STATE if "National Guard" in text[end : end + 24] else ""
    return ""


def _is_behind_town(document: Document, candidate: Candidate, here: bool) -> bool:
    """Does a town stand before the comma that the tag's own context does not know?"""
    text, start, end = document.text, candidate.start, candidate.end
    town = _TOWN_BEFORE.search(text[max(0, start - 48) : start])
    if here or town is None or town[1] in document.words.months:
        return False
    own = document.knowledge.context_of(candidate.spelling.tag)[1]
    # "Armenia, Georgia and Azerbaijan" is a list of states, not a town and its state.
    return fold_name(town[1]) not in own and not text.startswith((" and ", " or "), end)


def us_state_people(document: Document, candidate: Candidate) -> str:
    """Are "Georgians" those who vote in Atlanta?"""
    return US_STATE if document.is_elsewhere(candidate.spelling.tag) else ""


def is_town(document: Document, candidate: Candidate) -> bool:
    """Does an American state follow behind a comma: "Jericho, Vermont"?"""
    match = _TOWN_IN.match(document.text, candidate.end)
    states = document.words.states
    return match is not None and (match[1] in states or match[1].split()[0] in states)


def is_of_a_state(document: Document, end: int) -> bool:
    """Does a word follow for what states have, and neither persons nor towns: an army, a king?"""
    return document.words.state_has.match(document.text, end) is not None

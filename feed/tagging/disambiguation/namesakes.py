"""Towns and persons called like states: what an article that names one of them does not speak of."""

from feed.tagging.disambiguation.document import Candidate, Document
from feed.tagging.disambiguation.persons import is_given_name
from feed.tagging.matching.candidates import PSEUDO, Rejected
from feed.tagging.rules.context_rules import PERSON, TOWN, US_STATE

NAMESAKE = "a person or place of that name is meant"
NAMESAKE_MEANT = "a namesake is meant"

_JOINTS = (", ", " and ", " or ", ", and ", " and the ")
_JOINT = max(map(len, _JOINTS))


def names_searched_state(document: Document) -> bool:
    """Does the code of an American state that is a word, too, stand behind a comma anywhere?"""
    text = document.text
    return any(code in text for code in document.words.searched_states)


def town_state_code(document: Document, candidate: Candidate) -> str:
    """Does the code of an American state follow that is a word, too: "Lebanon, IN 46052"?"""
    text, end = document.text, candidate.end
    for code in document.words.searched_states:
        if text.startswith(code, end) and not text[end + len(code)].isalnum():
            return US_STATE
    return ""


def towns_named(document: Document) -> dict[str, str]:
    """The tags of places whose names are a town's here, with the name in small letters.

    A state is meant all the same when its adjective is there ("Lebanese"), or when it has an army.
    """
    text = document.text
    towns = {
        spelling.tag: text[rejected.start : rejected.end].lower()
        for rejected in document.rejected
        if rejected.reason == US_STATE or _is_municipal(document, rejected)
        for spelling in rejected.meaning.spellings
        if spelling.kind == "place"
    }
    for start, end, meaning in document.matches if towns else ():
        if (
            meaning.tag in towns
            and (
                text[start:end].lower()
                != towns[meaning.tag]  # its adjective, or another of its names
                or document.words.state_has.match(text, end)
                or text[max(0, start - 12) : start].lower().endswith(document.words.beyond_towns)
            )
        ):
            del towns[meaning.tag]
    return towns


def is_rejected_town(document: Document, candidate: Candidate) -> str:
    """Is it "Lebanon", where "Lebanon, Pa." stands elsewhere, and not in a list of states?"""
    named = document.towns and candidate.spelling.tag in document.towns
    listed = named and (
        _joined(document, candidate.place - 1) or _joined(document, candidate.place)
    )
    return US_STATE if named and not listed else ""


def _is_municipal(document: Document, rejected: Rejected) -> bool:
    """Was it named as a town, or with a town's bodies: "City of Lebanon", "the Lebanon Police Department"?"""
    if rejected.reason != TOWN:
        return False
    text, words = document.text, document.words
    if text.startswith(words.town_bodies, rejected.end + 1):
        city = text.startswith("City", rejected.end + 1)
        return not (city and text[rejected.start : rejected.end] in words.states_with_cities)
    return text.endswith(words.town_of, 0, rejected.start)


def _joined(document: Document, index: int) -> bool:
    """Are two matches that follow each other members of one list of places?"""
    matches = document.matches
    if not 0 <= index < len(matches) - 1:
        return False
    (_, end, meaning), (start, _, other) = matches[index], matches[index + 1]
    return (
        start - end <= _JOINT
        and document.text[end:start] in _JOINTS
        and meaning.is_place
        and other.is_place
        and meaning.tag != other.tag
    )


def among_states(document: Document, candidate: Candidate) -> bool:
    """Is it the second or a later member of a list of at least three states: "Denmark, Georgia, Estonia"?"""
    place = candidate.place
    return _joined(document, place - 1) and (
        _joined(document, place) or _joined(document, place - 2)
    )


def is_namesake_of_rejected(document: Document, candidate: Candidate) -> str:
    """A bare "Jordan" after "Michael Jordan", or "Georgia" after "Atlanta, Georgia", "Georgia Tech"."""
    key, split = candidate.spelling.tag, candidate.spelling.split
    for rejected in document.rejected:
        named = rejected.reason in (PERSON, US_STATE)
        if named or (split and rejected.meaning.role == PSEUDO):
            for spelling in rejected.meaning.spellings:
                if spelling.tag == key:
                    return NAMESAKE
    return ""


def tags_of_persons(document: Document) -> set[str]:
    """The accepted tags whose names were a person's elsewhere in the article."""
    return {
        spelling.tag
        for rejected in document.rejected
        if rejected.reason == PERSON
        for spelling in rejected.meaning.spellings
        if (spelling.person or spelling.surname) and spelling.tag in document.accepted
    }


def headline_person(document: Document, candidate: Candidate) -> str:
    """A bare "Jordan" in the headline, when the text begins with "Michael Jordan"."""
    key = candidate.spelling.tag
    if not candidate.spelling.person:
        return ""
    first = [
        rejected.start
        for rejected in document.rejected
        if rejected.reason == PERSON
        and rejected.meaning.spellings
        and rejected.meaning.spellings[0].tag == key
        and rejected.meaning.spellings[0].person
        and not is_given_name(document.text, rejected.end)
    ]
    if not first:
        return ""
    at = min(first)
    before = [m for m in document.accepted[key] if m[0] < at and m[2].spellings[0].person]
    if not before or before[-1][0] >= document.body:
        return ""  # the text names the state first
    return NAMESAKE if candidate.start < at else ""


def surname_of_person(document: Document, candidate: Candidate) -> str:
    """Is it a bare "French said" in an article that names a "Sgt. Kyle French"?"""
    spelling = candidate.spelling
    if not spelling.surname or document.surface(candidate) != spelling.text:
        return ""
    borne = any(
        s.surname and s.tag == spelling.tag
        for rejected in document.rejected
        if rejected.reason == PERSON
        for s in rejected.meaning.spellings
    )
    if borne and document.words.as_a_person.match(document.text, candidate.end):
        return NAMESAKE
    return ""

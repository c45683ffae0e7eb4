"""Towns and persons called like states: what an article that names one of them does not speak of."""

import re

from feed.tagging.disambiguation.document import Candidate
from feed.tagging.disambiguation.neighbours import word_after
from feed.tagging.disambiguation.persons import is_given_name
from feed.tagging.disambiguation.places import is_of_a_state
from feed.tagging.matching.candidates import NAME, Match, Rejected
from feed.tagging.rules.context_rules import PERSON, TOWN, US_STATE
from feed.tagging.rules.words import SPEECH, SURNAMES, TOWN_BODIES, WITH_CITIES

NAMESAKE = "a person or place of that name is meant"

_JOINTS = (", ", " and ", " or ", ", and ", " and the ")
_JOINT = max(map(len, _JOINTS))
_TOWN_OF = ("ity of ", "own of ", "illage of ")
# Where towns do not reach.
_REGIONS = ("north of ", "south of ", "east of ", "west of ", "border with ", "republic of ")


def without_towns(text: str, matches: list[Match], rejected: list[Rejected]) -> list[Match]:
    """The matches but "Lebanon" where "Lebanon, Pa." stands elsewhere; those become rejected.

    A state is meant all the same when its adjective is there ("Lebanese"), when it has an army, or
    in a list of states.
    """
    towns = {
        spelling.tag: text[reject.start : reject.end].lower()
        for reject in rejected
        if reject.reason == US_STATE or _is_municipal(text, reject)
        for spelling in reject.meaning.spellings
        if spelling.kind == "place"
    }
    for find in matches if towns else ():
        start, end, meaning = find
        if (
            meaning.tag in towns
            and (
                text[start:end].lower()
                != towns[meaning.tag]  # its adjective, or another of its names
                or is_of_a_state(text, end)
                or text[max(0, start - 12) : start].lower().endswith(_REGIONS)
            )
        ):
            del towns[meaning.tag]
    if not towns:
        return matches
    kept = []
    for index, find in enumerate(matches):
        if find[2].tag in towns and find[2].role == NAME and not _listed(text, matches, index):
            rejected.append(Rejected(*find, US_STATE))
        else:
            kept.append(find)
    return kept


def _is_municipal(text: str, reject: Rejected) -> bool:
    """Was it named as a town, or with a town's bodies: "City of Lebanon", "the Lebanon Police Department"?"""
    if reject.reason != TOWN:
        return False
    if text.startswith(TOWN_BODIES, reject.end + 1):
        city = text.startswith("City", reject.end + 1)
        return not (city and text[reject.start : reject.end] in WITH_CITIES)
    return text.endswith(_TOWN_OF, 0, reject.start)


def _listed(text: str, matches: list[Match], index: int) -> bool:
    """Does another state stand beside it: "Syria and Lebanon"?"""
    return _joined(text, matches, index - 1) or _joined(text, matches, index)


def _joined(text: str, matches: list[Match], index: int) -> bool:
    """Are two matches that follow each other members of one list of places?"""
    if not 0 <= index < len(matches) - 1:
        return False
    (_, end, meaning), (start, _, other) = matches[index], matches[index + 1]
    return (
        start - end <= _JOINT
        and text[end:start] in _JOINTS
        and meaning.is_place
        and other.is_place
        and meaning.tag != other.tag
    )


def among_states(text: str, matches: list[Match], index: int) -> bool:
    """Is it the second or a later member of a list of at least three states: "Denmark, Georgia, Estonia"?"""
    return _joined(text, matches, index - 1) and (
        _joined(text, matches, index) or _joined(text, matches, index - 2)
    )


_AS_A_PERSON = re.compile(
    rf"'s\b|,? (?:{'|'.join(sorted(SPEECH))}|says|was|is|has|had|who|did|will|also|joined|earned|served)\b|[,.;!?\"]"
)


def without_surnames(text: str, accepted: dict[str, list[Match]], rejected: list[Rejected]) -> None:
    """Take back a bare "French said" in an article that names a "Sgt. Kyle French"."""
    tags = {
        spelling.tag
        for reject in rejected
        if reject.reason == PERSON
        for spelling in reject.meaning.spellings
        if spelling.text in SURNAMES and spelling.tag in accepted
    }
    for tag in tags:
        kept = []
        for find in accepted[tag]:
            if text[find[0] : find[1]] in SURNAMES and _AS_A_PERSON.match(text, find[1]):
                rejected.append(Rejected(*find, NAMESAKE))
            else:
                kept.append(find)
        if kept:
            accepted[tag] = kept
        else:
            del accepted[tag]


def named_before(
    text: str, matches: list[Match], accepted: dict[str, list[Match]], rejected: list[Rejected]
) -> list[Candidate]:
    """A bare "Jordan" in the headline, when the text begins with "Michael Jordan": taken back, to be heard."""
    body = text.find("\n\n")
    first: dict[str, int] = {}
    for reject in rejected:
        spelling = reject.meaning.spellings[0] if reject.meaning.spellings else None
        if (
            reject.reason == PERSON
            and spelling
            and spelling.person
            and spelling.tag in accepted
            and not is_given_name(text, reject.end)
        ):
            first[spelling.tag] = min(reject.start, first.get(spelling.tag, reject.start))
    taken = []
    for tag, at in first.items():
        back = [f for f in accepted[tag] if f[0] < at and f[2].spellings[0].person]
        if not back or back[-1][0] > body:
            continue  # the text names the state first
        taken += back
        kept = [f for f in accepted[tag] if f[0] >= at or not f[2].spellings[0].person]
        if kept:
            accepted[tag] = kept
        else:
            del accepted[tag]
    if not taken:
        return []
    places = {find[:2]: place for place, find in enumerate(matches)}
    return [
        Candidate(find, find[2].spellings[0], places[find[:2]], NAMESAKE, word_after(text, find[1]))
        for find in taken
    ]

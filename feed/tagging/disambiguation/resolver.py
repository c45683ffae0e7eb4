"""What the matches mean: corroboration of weak spellings, and the names of persons.

A find is *accepted* at once when its spelling is strong. A weak or doubtful one waits until the
whole article is read and then needs a reason to count; each reason is a small function here, and
so is each reason to reject. `Resolution.why` and the rejected are what `explain` shows.
"""

from collections.abc import Iterable

from feed.tagging.disambiguation.boilerplate import BREADCRUMB, CREDIT, without_boilerplate
from feed.tagging.disambiguation.document import Candidate, Document, Resolution
from feed.tagging.disambiguation.hearing import Hearing
from feed.tagging.disambiguation.knowledge import Knowledge
from feed.tagging.disambiguation.namesakes import (
    NAMESAKE,
    among_states,
    named_before,
    without_surnames,
    without_towns,
)
from feed.tagging.disambiguation.neighbours import (
    LANGUAGE_TAILS,
    amid_capitals,
    is_hull_number,
    is_money,
    language,
    word_after,
)
from feed.tagging.disambiguation.persons import nickname, person, surname
from feed.tagging.disambiguation.places import us_state
from feed.tagging.matching.candidates import (
    BY_SPELLING,
    HULL,
    MONEY,
    PEOPLE,
    PERSON_TOO,
    PSEUDO,
    SHOUT,
    STATE_TOO,
    SURNAME,
    TONGUE,
    WEAK,
    Match,
    Rejected,
    only,
)
from feed.tagging.matching.patterns import Spelling
from feed.tagging.matching.scanner import Scan
from feed.tagging.rules.context_rules import PERSON, US_STATE
from feed.tagging.rules.words import STATE_NAMESAKES
from feed.taxonomy.taxonomy import Taxonomy

INDIANA = ", IN"
UNSAID = "nothing corroborates it"
# Checks for which the words beside a find are looked at.
BESIDE = HULL | MONEY | TONGUE | PEOPLE | PERSON_TOO | STATE_TOO | SURNAME


class Resolver:
    """Decides on the matches of a scan. A pure function of the taxonomy and one text."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._knowledge = Knowledge(taxonomy)

    def decide(self, text: str, data: bytes, body: int, scan: Scan) -> Resolution:
        """Resolver the matches of one text; `body` is where the article's body begins in it."""
        accepted: dict[str, list[Match]] = {}
        rejected = scan.rejected
        resolution = Resolution(accepted, rejected, {})
        pending: list[Candidate] = []
        matches = scan.matches
        opening = text[body : body + 3]
        crumbs = text.find(BREADCRUMB, body, body + CREDIT) >= 0
        if scan.boilerplate or crumbs or opening == "By " or opening.isupper():
            matches = without_boilerplate(text, body, scan, rejected)
        if INDIANA in text:
            matches = _without_indiana(text, matches, rejected)
        if rejected:
            matches = without_towns(text, matches, rejected)
        for index, find in enumerate(matches):
            start, end, meaning = find
            checks = meaning.checks
            if checks & SURNAME and text[text.rfind(" ", 0, start - 1) + 1].islower():
                checks ^= SURNAME  # no name before it
            # Most adjectives have nothing of a language beside them, most namesakes of persons no
            # capital: seen here, without a call, because there are so many.
            if (
                checks
                and (checks != HULL or text[start - 1] == "(")
                and (checks != TONGUE or text[start - 2 : start] in LANGUAGE_TAILS)
                and (
                    checks != PERSON_TOO
                    or rejected
                    or not (text[end] not in " \n," or text[end + 1].islower())
                    or not text[text.rfind(" ", 0, start - 1) + 1].islower()
                )
                and self._is_doubtful(text, matches, index, resolution, pending)
            ):
                continue
            tag = meaning.tag
            if tag in accepted:
                accepted[tag].append(find)
            else:
                accepted[tag] = [find]
        if rejected:
            pending += named_before(text, matches, accepted, rejected)
            without_surnames(text, accepted, rejected)
        if pending:
            Hearing(Document(self._knowledge, text, data, body, matches, resolution)).hear(pending)
        return resolution

    def _is_doubtful(
        self,
        text: str,
        matches: list[Match],
        index: int,
        resolution: Resolution,
        pending: list[Candidate],
    ) -> bool:
        """Look at a find that has something to check; True when all is said about it here."""
        find = matches[index]
        start, end, meaning = find
        checks, rejected = meaning.checks, resolution.rejected
        if meaning.role == PSEUDO:
            rejected.extend(Rejected(start, end, meaning, s.reason) for s in meaning.spellings)
            return True
        if checks & BESIDE and (reason := self._ruled_out(text, matches, index)):
            rejected.append(Rejected(start, end, meaning, reason))
            return True
        if not (checks & (WEAK | SHOUT | BY_SPELLING) or (checks & PERSON_TOO and rejected)):
            return False
        for spelling in meaning.spellings:
            if doubt := UNSAID if spelling.weak else _doubt(text, find, spelling, rejected):
                pending.append(Candidate(find, spelling, index, doubt, word_after(text, end)))
            else:
                resolution.accepted.setdefault(spelling.tag, []).append(
                    (start, end, only(spelling))
                )
        return True

    def _ruled_out(self, text: str, matches: list[Match], index: int) -> str:
        """What the neighbouring words say against a find, whichever of its tags is meant; or ""."""
        find = matches[index]
        meaning = find[2]
        checks = meaning.checks
        if checks & HULL and is_hull_number(text, find):
            return "hull number"
        if checks & MONEY and is_money(text, find):
            return "currency"
        if checks & TONGUE and language(text, find):
            return "language"
        if checks & PEOPLE and (reason := nickname(text, find, meaning.spellings[0])):
            return reason
        if checks & PERSON_TOO and (reason := person(text, find)):
            return reason
        if checks & SURNAME and surname(text, find):
            return PERSON
        if checks & STATE_TOO and not among_states(text, matches, index):
            return us_state(text, find, self._knowledge.context_of(meaning.spellings[0].tag)[1])
        return ""


def _doubt(text: str, find: Match, spelling: Spelling, rejected: Iterable[Rejected]) -> str:
    """The doubt to hear a strong spelling with, or "" when it counts at once."""
    if text[find[1] + 1].isupper() and amid_capitals(text, find, spelling):
        return "a word in capitals"
    if spelling.person and _was_person(spelling, rejected):
        return NAMESAKE
    return ""


def _without_indiana(text: str, matches: list[Match], rejected: list[Rejected]) -> list[Match]:
    """The matches but those before ", IN": Lebanon, IN 46052 is a town."""
    kept = []
    for find in matches:
        end = find[1] + len(INDIANA)
        if text.startswith(INDIANA, find[1]) and not text[end].isalnum() and find[2].is_place:
            rejected.append(Rejected(*find, US_STATE))
        else:
            kept.append(find)
    return kept


def _was_person(spelling: Spelling, rejected: Iterable[Rejected]) -> bool:
    """A bare "Jordan" after "Michael Jordan", or "Georgia" after "Atlanta, Georgia", "Georgia Tech"."""
    state = spelling.text in STATE_NAMESAKES
    return any(
        spelling.tag == s.tag
        for reject in rejected
        if reject.reason in (PERSON, US_STATE) or (state and reject.meaning.role == PSEUDO)
        for s in reject.meaning.spellings
    )

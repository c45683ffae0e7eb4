"""What the finds mean: corroboration of weak spellings, and the names of persons.

A find is *accepted* at once when its spelling is strong. A weak or doubtful one waits until the
whole article is read and then needs a reason to count; each reason is a small function here, and
so is each reason to reject. `Verdict.why` and the rejects are what `explain` shows.
"""

from collections.abc import Iterable

from feed.tagging.disambiguation.boilerplate import BREADCRUMB, CREDIT, without_boilerplate
from feed.tagging.disambiguation.document import Matter, Pending, Verdict
from feed.tagging.disambiguation.hearing import Hearing
from feed.tagging.disambiguation.knowledge import Brief
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
    DECOY,
    HULL,
    MONEY,
    PEOPLE,
    PERSON_TOO,
    SHOUT,
    STATE_TOO,
    SURNAME,
    TONGUE,
    WEAK,
    Find,
    Reject,
    only,
)
from feed.tagging.matching.patterns import Spelling
from feed.tagging.matching.scanner import Scan
from feed.tagging.rules.cues import INDIANA, PERSON, US_STATE
from feed.tagging.rules.words import STATE_NAMESAKES
from feed.taxonomy.taxonomy import Taxonomy

UNSAID = "nothing corroborates it"
# Checks for which the words beside a find are looked at.
BESIDE = HULL | MONEY | TONGUE | PEOPLE | PERSON_TOO | STATE_TOO | SURNAME


class Judge:
    """Decides on the finds of a scan. A pure function of the taxonomy and one text."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._brief = Brief(taxonomy)

    def decide(self, text: str, data: bytes, body: int, scan: Scan) -> Verdict:
        """Judge the finds of one text; `body` is where the article's body begins in it."""
        accepted: dict[str, list[Find]] = {}
        rejects = scan.rejects
        verdict = Verdict(accepted, rejects, {})
        pending: list[Pending] = []
        finds = scan.finds
        opening = text[body : body + 3]
        crumbs = text.find(BREADCRUMB, body, body + CREDIT) >= 0
        if scan.masks or crumbs or opening == "By " or opening.isupper():
            finds = without_boilerplate(text, body, scan, rejects)
        if INDIANA in text:
            finds = _without_indiana(text, finds, rejects)
        if rejects:
            finds = without_towns(text, finds, rejects)
        for index, find in enumerate(finds):
            start, end, hit = find
            checks = hit.checks
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
                    or rejects
                    or not (text[end] not in " \n," or text[end + 1].islower())
                    or not text[text.rfind(" ", 0, start - 1) + 1].islower()
                )
                and self._is_doubtful(text, finds, index, verdict, pending)
            ):
                continue
            tag = hit.tag
            if tag in accepted:
                accepted[tag].append(find)
            else:
                accepted[tag] = [find]
        if rejects:
            pending += named_before(text, finds, accepted, rejects)
            without_surnames(text, accepted, rejects)
        if pending:
            Hearing(Matter(self._brief, text, data, body, finds, verdict)).hear(pending)
        return verdict

    def _is_doubtful(
        self,
        text: str,
        finds: list[Find],
        index: int,
        verdict: Verdict,
        pending: list[Pending],
    ) -> bool:
        """Look at a find that has something to check; True when all is said about it here."""
        find = finds[index]
        start, end, hit = find
        checks, rejects = hit.checks, verdict.rejects
        if hit.role == DECOY:
            rejects.extend(Reject(start, end, hit, s.reason) for s in hit.spellings)
            return True
        if checks & BESIDE and (reason := self._ruled_out(text, finds, index)):
            rejects.append(Reject(start, end, hit, reason))
            return True
        if not (checks & (WEAK | SHOUT | BY_SPELLING) or (checks & PERSON_TOO and rejects)):
            return False
        for spelling in hit.spellings:
            if doubt := UNSAID if spelling.weak else _doubt(text, find, spelling, rejects):
                pending.append(Pending(find, spelling, index, doubt, word_after(text, end)))
            else:
                verdict.accepted.setdefault(spelling.tag, []).append((start, end, only(spelling)))
        return True

    def _ruled_out(self, text: str, finds: list[Find], index: int) -> str:
        """What the neighbouring words say against a find, whichever of its tags is meant; or ""."""
        find = finds[index]
        hit = find[2]
        checks = hit.checks
        if checks & HULL and is_hull_number(text, find):
            return "hull number"
        if checks & MONEY and is_money(text, find):
            return "currency"
        if checks & TONGUE and language(text, find):
            return "language"
        if checks & PEOPLE and (reason := nickname(text, find, hit.spellings[0])):
            return reason
        if checks & PERSON_TOO and (reason := person(text, find)):
            return reason
        if checks & SURNAME and surname(text, find):
            return PERSON
        if checks & STATE_TOO and not among_states(text, finds, index):
            return us_state(text, find, self._brief.context_of(hit.spellings[0].tag)[1])
        return ""


def _doubt(text: str, find: Find, spelling: Spelling, rejects: Iterable[Reject]) -> str:
    """The doubt to hear a strong spelling with, or "" when it counts at once."""
    if text[find[1] + 1].isupper() and amid_capitals(text, find, spelling):
        return "a word in capitals"
    if spelling.person and _was_person(spelling, rejects):
        return NAMESAKE
    return ""


def _without_indiana(text: str, finds: list[Find], rejects: list[Reject]) -> list[Find]:
    """The finds but those before ", IN": Lebanon, IN 46052 is a town."""
    kept = []
    for find in finds:
        end = find[1] + len(INDIANA)
        if text.startswith(INDIANA, find[1]) and not text[end].isalnum() and find[2].is_place:
            rejects.append(Reject(*find, US_STATE))
        else:
            kept.append(find)
    return kept


def _was_person(spelling: Spelling, rejects: Iterable[Reject]) -> bool:
    """A bare "Jordan" after "Michael Jordan", or "Georgia" after "Atlanta, Georgia", "Georgia Tech"."""
    state = spelling.text in STATE_NAMESAKES
    return any(
        spelling.tag == s.tag
        for reject in rejects
        if reject.reason in (PERSON, US_STATE) or (state and reject.hit.role == DECOY)
        for s in reject.hit.spellings
    )

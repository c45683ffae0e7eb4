"""What the finds mean: corroboration of weak spellings, and the names of persons.

A find is *accepted* at once when its spelling is strong. A weak or doubtful one waits until the
whole article is read and then needs a reason to count; each reason is a small function here, and
so is each reason to reject. `Verdict.why` and the rejects are what `explain` shows.
"""

from collections.abc import Iterable

from feed.tagging.boilerplate import without_boilerplate
from feed.tagging.cues import PERSON, US_STATE
from feed.tagging.hearing import STRONG, Accepted, Brief, Hearing, Pending, Verdict, only
from feed.tagging.neighbours import amid_capitals, language, nickname, person, us_state, word_after
from feed.tagging.scanner import DECOY, Find, Reject, Scan
from feed.tagging.spellings import Spelling
from feed.tagging.words import STATE_NAMESAKES
from feed.taxonomy import Taxonomy


class Judge:
    """Decides on the finds of a scan. A pure function of the taxonomy and one text."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._brief = Brief(taxonomy)

    def decide(self, text: str, data: bytes, body: int, scan: Scan) -> Verdict:
        """Judge the finds of one text; `body` is where the article's body begins in it."""
        accepted: dict[str, list[Accepted]] = {}
        rejects = scan.rejects
        pending: list[Pending] = []
        finds = scan.finds
        if scan.masks or text[body : body + 3] == "By " or text[body : body + 3].isupper():
            finds = without_boilerplate(text, body, scan, rejects)
        for index, find in enumerate(finds):
            start, end, hit = find
            if hit.checked:
                self._look(text, find, index, accepted, rejects, pending)
                continue
            for spelling in hit.spellings:
                try:
                    accepted[spelling.tag].append((start, end, spelling, STRONG))
                except KeyError:
                    accepted[spelling.tag] = [(start, end, spelling, STRONG)]
        if pending:
            Hearing(self._brief, text, data, body, finds, accepted, rejects).hear(pending)
        return Verdict(accepted, rejects)

    def _look(
        self,
        text: str,
        find: Find,
        index: int,
        accepted: dict[str, list[Accepted]],
        rejects: list[Reject],
        pending: list[Pending],
    ) -> None:
        """Sort a checked find: accepted, rejected, or to be heard."""
        start, end, hit = find
        if hit.role == DECOY:
            rejects.extend(Reject(start, end, hit, s.reason) for s in hit.spellings)
            return
        for spelling in hit.spellings:
            reason, doubt = self._first_look(text, find, spelling, rejects)
            if reason:
                rejects.append(Reject(start, end, only(spelling), reason))
            elif doubt:
                pending.append(Pending(find, spelling, index, doubt, word_after(text, end)))
            else:
                accepted.setdefault(spelling.tag, []).append((start, end, spelling, STRONG))

    def _first_look(
        self, text: str, find: Find, spelling: Spelling, rejects: list[Reject]
    ) -> tuple[str, str]:
        """For a checked find: the reason to reject it, or else the doubt to hear it with."""
        end, hit = find[1], find[2]
        if text[end] == "$":
            return "currency", ""
        if hit.plural and spelling.kind == "place" and (reason := nickname(text, find, spelling)):
            return reason, ""
        if hit.tongue and language(text, find):
            return "language", ""
        if spelling.person and (reason := self._namesake(text, find, spelling)):
            return reason, ""
        if spelling.weak:
            return "", "nothing corroborates it"
        if text[end + 1].isupper() and amid_capitals(text, find, spelling):
            return "", "a word in capitals"
        if spelling.person and _was_person(spelling, rejects):
            return "", "a person or place of that name is meant"
        return "", ""

    def _namesake(self, text: str, find: Find, spelling: Spelling) -> str:
        """The reason when a person or a US state of the same name is meant; else ""."""
        return person(text, find) or (
            us_state(text, find, self._brief.context.get(spelling.tag, ((), ()))[1])
            if spelling.text in STATE_NAMESAKES
            else ""
        )


def _was_person(spelling: Spelling, rejects: Iterable[Reject]) -> bool:
    """A bare "Jordan" after "Michael Jordan", or "Georgia" after "Atlanta, Georgia"."""
    return any(
        spelling.tag == s.tag
        for reject in rejects
        if reject.reason in (PERSON, US_STATE)
        for s in reject.hit.spellings
    )

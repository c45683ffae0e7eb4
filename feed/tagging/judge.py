"""What the finds mean: corroboration of weak spellings, and the names of persons.

A find is *accepted* at once when its spelling is strong. A weak or doubtful one waits until the
whole article is read and then needs a reason to count; each reason is a small function here, and
so is each reason to reject. `Verdict.why` and the rejects are what `explain` shows.
"""

from collections.abc import Iterable

from feed.tagging.boilerplate import without_boilerplate
from feed.tagging.cues import PERSON, US_STATE
from feed.tagging.hearing import Accepted, Brief, Hearing, Pending, Verdict, only
from feed.tagging.neighbours import amid_capitals, nickname, person, us_state
from feed.tagging.scanner import Find, Reject, Scan
from feed.tagging.spellings import Spelling
from feed.tagging.words import SHOUTED, STATE_NAMESAKES
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
        if scan.masks:
            finds = without_boilerplate(text, scan, rejects)
        for index, find in enumerate(finds):
            hit = find.hit
            if not hit.checked:
                for spelling in hit.spellings:
                    entry = Accepted(find.start, find.end, spelling, "strong spelling")
                    if spelling.tag in accepted:
                        accepted[spelling.tag].append(entry)
                    else:
                        accepted[spelling.tag] = [entry]
                continue
            if hit.role == "decoy":
                rejects.extend(Reject(*find, s.reason) for s in hit.spellings)
                continue
            for spelling in hit.spellings:
                self._first_look(text, find, spelling, index, accepted, rejects, pending)
        if pending:
            Hearing(self._brief, text, data, body, finds, accepted, rejects).hear(pending)
        return Verdict(accepted, rejects)

    def _first_look(
        self,
        text: str,
        find: Find,
        spelling: Spelling,
        index: int,
        accepted: dict[str, list[Accepted]],
        rejects: list[Reject],
        pending: list[Pending],
    ) -> None:
        """Sort one checked find: rejected for its neighbours, accepted, or waiting."""
        if spelling.kind == "place" and (reason := nickname(text, find, spelling)):
            rejects.append(Reject(*find._replace(hit=only(find, spelling)), reason))
        elif text[find.end : find.end + 1] == "$":
            rejects.append(Reject(*find._replace(hit=only(find, spelling)), "currency"))
        elif spelling.person and (reason := self._namesake(text, find, spelling, index)):
            rejects.append(Reject(*find._replace(hit=only(find, spelling)), reason))
        elif spelling.weak:
            pending.append(Pending(find, spelling, index, "nothing corroborates it"))
        elif spelling.text in SHOUTED and amid_capitals(text, find):
            pending.append(Pending(find, spelling, index, "a word in capitals"))
        elif spelling.person and _was_person(spelling, rejects):
            pending.append(
                Pending(find, spelling, index, "a person or place of that name is meant")
            )
        else:
            entry = Accepted(find.start, find.end, spelling, "strong spelling")
            accepted.setdefault(spelling.tag, []).append(entry)

    def _namesake(self, text: str, find: Find, spelling: Spelling, index: int) -> str:
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

"""The hearing of an article's doubtful finds: what corroborates them, and what does not."""

from feed.tagging.disambiguation.document import Matter, Pending
from feed.tagging.disambiguation.evidence_rules import NAMED, Reasons
from feed.tagging.disambiguation.exclusion_rules import LONGER, UNIT, doubt_beside
from feed.tagging.disambiguation.neighbours import word_before
from feed.tagging.matching.candidates import Reject, only
from feed.tagging.rules.cues import PERSON

# What reasons weigh, by how they begin; all others are light.
_HEAVY = (("followed by", "called", "fired"), ("its ", "beside"))
_LIGHT = 3


def _weight(why: str) -> int:
    """How much a reason says, 0 the most."""
    if why == NAMED:
        return 0
    return next((n for n, kinds in enumerate(_HEAVY, 1) if why.startswith(kinds)), _LIGHT)


class Hearing:
    """One article's doubtful finds, heard until nothing new is accepted."""

    def __init__(self, matter: Matter) -> None:
        self._matter, self._for = matter, Reasons(matter)

    def hear(self, pending: list[Pending]) -> None:
        """Accept what is corroborated, by as many rounds as bring something new; reject the rest."""
        waiting = []
        for case in pending:
            reason = doubt_beside(self._matter, case)
            if reason in (PERSON, UNIT):
                self._for.namesakes.add(case.spelling.tag)
            if reason:
                self._matter.rejects.append(
                    Reject(case.find[0], case.find[1], only(case.spelling), reason)
                )
            else:
                waiting.append(case)
        waiting = self._without_longer_names(waiting)
        while waiting:
            heard = self._without_namesakes(
                [(case, self._for.reason_for(case)) for case in waiting]
            )
            for case, why in heard:
                if why:
                    self._accept(case, why)
            left = [case for case, why in heard if not why]
            if len(left) == len(heard):
                waiting = left
                break
            waiting = left
        for case in waiting:
            self._matter.rejects.append(
                Reject(case.find[0], case.find[1], only(case.spelling), case.doubt)
            )
        for key in {case.spelling.tag for case in pending} & self._matter.accepted.keys():
            self._matter.accepted[key].sort(key=lambda place: place[:2])

    def _without_longer_names(self, waiting: list[Pending]) -> list[Pending]:
        """At the start of a sentence "Foal Eagle" is what it is elsewhere: a longer name."""
        text, rejects = self._matter.text, self._matter.rejects
        longer = {
            (spelling.tag, word_before(text, reject.start))
            for reject in rejects
            if reject.reason == LONGER
            for spelling in reject.hit.spellings
        }
        if not longer:
            return waiting
        kept = []
        for case in waiting:
            before = word_before(text, case.find[0])
            if before[:1].isupper() and (case.spelling.tag, before) in longer:
                rejects.append(Reject(*case.find[:2], only(case.spelling), LONGER))
            else:
                kept.append(case)
        return kept

    def _without_namesakes(self, heard: list[tuple[Pending, str]]) -> list[tuple[Pending, str]]:
        """ "Lynx" is the vehicle when the article says "Lynx KF41", whatever speaks for a helicopter.

        Else the better reason wins: the Puma whose maker is named, not the one that is in a list.
        """
        best: dict[int, int] = {}
        for case, why in heard:
            if why:
                start = case.find[0]
                best[start] = min(_weight(why), best.get(start, _LIGHT))
        kept = []
        for case, why in heard:
            light = case.find[0] in best and (_weight(why) if why else _LIGHT) > best[case.find[0]]
            if light and (why or not best[case.find[0]]):
                reject = Reject(*case.find[:2], only(case.spelling), "a namesake is meant")
                self._matter.rejects.append(reject)
            else:
                kept.append((case, why))
        return kept

    def _accept(self, case: Pending, why: str) -> None:
        start, end, _ = case.find
        self._matter.reasons[start, case.spelling.tag] = why
        self._matter.accepted.setdefault(case.spelling.tag, []).append(
            (start, end, only(case.spelling))
        )

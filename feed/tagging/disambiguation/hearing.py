"""The hearing of an article's doubtful matches: what corroborates them, and what does not."""

from feed.tagging.disambiguation.document import Candidate, Document
from feed.tagging.disambiguation.evidence_rules import NAMED, Reasons
from feed.tagging.disambiguation.exclusion_rules import LONGER, UNIT, doubt_beside
from feed.tagging.disambiguation.neighbours import word_before
from feed.tagging.matching.candidates import Rejected, only
from feed.tagging.rules.context_rules import PERSON

# What reasons weigh, by how they begin; all others are light.
_HEAVY = (("followed by", "called", "fired"), ("its ", "beside"))
_LIGHT = 3


def _weight(why: str) -> int:
    """How much a reason says, 0 the most."""
    if why == NAMED:
        return 0
    return next((n for n, kinds in enumerate(_HEAVY, 1) if why.startswith(kinds)), _LIGHT)


class Hearing:
    """One article's doubtful matches, heard until nothing new is accepted."""

    def __init__(self, document: Document) -> None:
        self._document, self._for = document, Reasons(document)

    def hear(self, pending: list[Candidate]) -> None:
        """Accept what is corroborated, by as many rounds as bring something new; reject the rest."""
        waiting = []
        for case in pending:
            reason = doubt_beside(self._document, case)
            if reason in (PERSON, UNIT):
                self._for.namesakes.add(case.spelling.tag)
            if reason:
                self._document.rejected.append(
                    Rejected(case.find[0], case.find[1], only(case.spelling), reason)
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
            self._document.rejected.append(
                Rejected(case.find[0], case.find[1], only(case.spelling), case.doubt)
            )
        for key in {case.spelling.tag for case in pending} & self._document.accepted.keys():
            self._document.accepted[key].sort(key=lambda place: place[:2])

    def _without_longer_names(self, waiting: list[Candidate]) -> list[Candidate]:
        """At the start of a sentence "Foal Eagle" is what it is elsewhere: a longer name."""
        text, rejected = self._document.text, self._document.rejected
        longer = {
            (spelling.tag, word_before(text, reject.start))
            for reject in rejected
            if reject.reason == LONGER
            for spelling in reject.meaning.spellings
        }
        if not longer:
            return waiting
        kept = []
        for case in waiting:
            before = word_before(text, case.find[0])
            if before[:1].isupper() and (case.spelling.tag, before) in longer:
                rejected.append(Rejected(*case.find[:2], only(case.spelling), LONGER))
            else:
                kept.append(case)
        return kept

    def _without_namesakes(self, heard: list[tuple[Candidate, str]]) -> list[tuple[Candidate, str]]:
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
                reject = Rejected(*case.find[:2], only(case.spelling), "a namesake is meant")
                self._document.rejected.append(reject)
            else:
                kept.append((case, why))
        return kept

    def _accept(self, case: Candidate, why: str) -> None:
        start, end, _ = case.find
        self._document.reasons[start, case.spelling.tag] = why
        self._document.accepted.setdefault(case.spelling.tag, []).append(
            (start, end, only(case.spelling))
        )

"""What a hearing is about: an article's doubtful finds, and all that is known of the article."""

from functools import cached_property
from typing import NamedTuple

from feed.tagging.disambiguation.knowledge import Brief
from feed.tagging.disambiguation.neighbours import title_case
from feed.tagging.matching.candidates import Find, Reject
from feed.tagging.matching.patterns import Spelling


class Verdict(NamedTuple):
    """The judge's answer for one text: what counts for each tag, and what does not.

    A find that counts has a hit of one spelling. `reasons` says why one counts whose spelling
    alone does not decide, by its start and its tag.
    """

    accepted: dict[str, list[Find]]
    rejects: list[Reject]
    reasons: dict[tuple[int, str], str]


class Pending(NamedTuple):
    """A find that waits for a reason to count."""

    find: Find
    spelling: Spelling
    place: int  # among the finds
    doubt: str  # what is said of it when nothing corroborates it
    after: str  # the word that follows


class Matter:
    """One article: its text, its folded bytes, where its body begins, its finds and the verdict so far."""

    def __init__(
        self,
        brief: Brief,
        text: str,
        data: bytes,
        body: int,
        finds: list[Find],
        verdict: Verdict,
    ) -> None:
        self.brief, self.text, self.data, self.body = brief, text, data, body
        self.finds = finds
        self.accepted, self.rejects, self.reasons = verdict

    @cached_property
    def titled(self) -> bool:
        """Is the headline in title case?"""
        return title_case(self.text[1 : self.body - 2])

    def holds(self, key: str) -> bool:
        """Does the article carry a tag, or one narrower than it?"""
        if key in self.accepted:
            return True
        narrower = self.brief.narrower.get(key)
        return narrower is not None and not narrower.isdisjoint(self.accepted)

"""What a hearing is about: an article's doubtful matches, and all that is known of the article."""

from functools import cached_property
from typing import NamedTuple

from feed.tagging.disambiguation.knowledge import Knowledge
from feed.tagging.disambiguation.neighbours import title_case
from feed.tagging.matching.candidates import Match, Rejected
from feed.tagging.matching.patterns import Spelling


class Resolution(NamedTuple):
    """The judge's answer for one text: what counts for each tag, and what does not.

    A find that counts has a meaning of one spelling. `reasons` says why one counts whose spelling
    alone does not decide, by its start and its tag.
    """

    accepted: dict[str, list[Match]]
    rejected: list[Rejected]
    reasons: dict[tuple[int, str], str]


class Candidate(NamedTuple):
    """A find that waits for a reason to count."""

    find: Match
    spelling: Spelling
    place: int  # among the matches
    doubt: str  # what is said of it when nothing corroborates it
    after: str  # the word that follows


class Document:
    """One article: its text, its folded bytes, where its body begins, its matches and the resolution so far."""

    def __init__(
        self,
        knowledge: Knowledge,
        text: str,
        data: bytes,
        body: int,
        matches: list[Match],
        resolution: Resolution,
    ) -> None:
        self.knowledge, self.text, self.data, self.body = knowledge, text, data, body
        self.matches = matches
        self.accepted, self.rejected, self.reasons = resolution

    @cached_property
    def titled(self) -> bool:
        """Is the headline in title case?"""
        return title_case(self.text[1 : self.body - 2])

    def holds(self, key: str) -> bool:
        """Does the article carry a tag, or one narrower than it?"""
        if key in self.accepted:
            return True
        narrower = self.knowledge.narrower.get(key)
        return narrower is not None and not narrower.isdisjoint(self.accepted)

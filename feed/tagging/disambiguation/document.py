"""What the resolver decides on: an article's matches, and what is known and decided of them so far."""

from collections.abc import Iterable
from typing import NamedTuple

from feed.tagging.disambiguation.knowledge import Knowledge, holds
from feed.tagging.disambiguation.sentences import title_case, word_after, word_before
from feed.tagging.matching.candidates import Match, Rejected
from feed.tagging.matching.patterns import Spelling


class Resolution(NamedTuple):
    """The resolver's answer for one text: what counts for each tag, and what does not.

    A match that counts has a meaning of one spelling. `reasons` says why one counts whose spelling
    alone does not decide, by its start and its tag.
    """

    accepted: dict[str, list[Match]]
    rejected: list[Rejected]
    reasons: dict[tuple[int, str], str]


class Candidate:
    """A match under one of its spellings, as the rules look at it."""

    __slots__ = ("_after", "_before", "doubt", "end", "match", "place", "spelling", "start")

    def __init__(self, match: Match, spelling: Spelling, place: int, doubt: str = "") -> None:
        self.match = match
        self.start, self.end = match[0], match[1]
        self.spelling = spelling
        self.place = place  # among the matches
        self.doubt = doubt  # what is said of it when nothing is evidence for it
        self._after: str | None = None
        self._before: str | None = None

    def after(self, text: str) -> str:
        """The word that follows."""
        if self._after is None:
            self._after = word_after(text, self.end)
        return self._after

    def before(self, text: str) -> str:
        """The word before."""
        if self._before is None:
            self._before = word_before(text, self.start)
        return self._before


class Document:
    """One article: its text, its folded bytes, where its body begins, its matches and what is
    decided so far. Rules read it; only the resolver writes.
    """

    __slots__ = (
        "_common", "_context", "_held", "_titled", "accepted", "body", "boilerplate", "data", "knowledge",
        "matches", "namesakes", "reasons", "rejected", "text", "towns", "words",
    )  # fmt: skip

    def __init__(
        self, knowledge: Knowledge, text: str, data: bytes, body: int, matches: list[Match]
    ) -> None:
        self.knowledge, self.words = knowledge, knowledge.words
        self.text, self.data, self.body = text, data, body
        self.matches = matches
        self.accepted: dict[str, list[Match]] = {}
        self.rejected: list[Rejected] = []
        self.reasons: dict[tuple[int, str], str] = {}
        self.boilerplate: list[tuple[int, int]] = []  # where it stands
        self.towns: dict[str, str] = {}  # tags of places that are a town's name here, and that name
        self.namesakes: set[str] = set()  # tags whose spelling is a person's or a unit's name here
        self._held: dict[bytes, bool] = {}  # folded words, and whether they stand here
        self._common: dict[str, bool] = {}  # texts, and whether they stand here
        self._context: dict[str, str] = {}  # by tag, the word of its context that stands here
        self._titled: bool | None = None

    @property
    def titled(self) -> bool:
        """Is the headline in title case?"""
        if self._titled is None:
            self._titled = title_case(self.text[1 : self.body - 2])
        return self._titled

    def surface(self, candidate: Candidate) -> str:
        """The text of a candidate."""
        return self.text[candidate.start : candidate.end]

    def next(self, candidate: Candidate) -> Match | None:
        """The match that follows."""
        place = candidate.place + 1
        return self.matches[place] if place < len(self.matches) else None

    def previous(self, candidate: Candidate) -> Match | None:
        """The match before."""
        return self.matches[candidate.place - 1] if candidate.place else None

    def carries(self, key: str) -> bool:
        """Is a tag accepted, or one narrower than it?"""
        if key in self.accepted:
            return True
        narrower = self.knowledge.narrower.get(key)
        return narrower is not None and not narrower.isdisjoint(self.accepted)

    def names_any(self, words: Iterable[bytes]) -> bool:
        """Does one of these folded words stand in the article?"""
        for word in words:
            if word not in self._held:  # once for each: an article may ask thousands of times
                self._held[word] = b" " + word + b" " in self.data
            if self._held[word]:
                return True
        return False

    def holds_text(self, text: str) -> bool:
        """Does exactly this text stand in the article?"""
        if text not in self._common:
            self._common[text] = text in self.text
        return self._common[text]

    def context_word(self, key: str) -> str:
        """The first word of a tag's context that the article holds, also in the plural; or ""."""
        if key not in self._context:
            words = self.knowledge.context_of(key)[1]
            self._context[key] = next((w.decode() for w in words if holds(self.data, w)), "")
        return self._context[key]

    def is_here(self, key: str) -> bool:
        """Does the article name what only the news of this tag names?"""
        return self.names_any(self.knowledge.here.get(key, ()))

    def is_elsewhere(self, key: str) -> bool:
        """Does it name what only the news of the tag's namesake names, and nothing of the tag's?"""
        return self.names_any(self.knowledge.elsewhere.get(key, ())) and not self.is_here(key)

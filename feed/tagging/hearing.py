"""The hearing of an article's doubtful finds: reasons for, and reasons against.

Each reason is a small function; the first that holds is what `explain` shows.
"""

from typing import NamedTuple

from feed.tagging.cues import PERSON
from feed.tagging.fold import fold_name
from feed.tagging.neighbours import (
    noun,
    sentence_end,
    sentence_start,
    title_case,
    word_after,
    word_before,
)
from feed.tagging.scanner import Find, Hit, Reject
from feed.tagging.spellings import Spelling
from feed.tagging.words import (
    COMPANY_SUFFIXES,
    GIVEN_NAMES,
    ORGANISATIONS,
    PARTICLES,
    PRODUCT_NOUNS,
)
from feed.taxonomy import Tag, Taxonomy


class Accepted(NamedTuple):
    """A find that counts for a tag."""

    start: int
    end: int
    spelling: Spelling
    why: str  # "strong spelling", or what corroborated a weak one


class Verdict(NamedTuple):
    """The judge's answer for one text: what counts for each tag, and what does not."""

    accepted: dict[str, list[Accepted]]
    rejects: list[Reject]


class Pending(NamedTuple):
    """A find that waits for a reason to count."""

    find: Find
    spelling: Spelling
    place: int  # among the finds
    doubt: str  # what is said of it when nothing corroborates it


class Brief:
    """What a hearing knows of the taxonomy: contexts, makers and countries of each tag."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.context = {tag.key: context_of(tag) for tag in taxonomy.values() if tag.context}
        self.makers = {tag.key: tag.maker for tag in taxonomy.values() if tag.maker}
        self.lands = {
            tag.key: frozenset((*tag.country, *tag.origin))
            for tag in taxonomy.values()
            if tag.country or tag.origin
        }


class Hearing:
    """One article's doubtful finds, heard until nothing new is accepted."""

    def __init__(
        self,
        brief: Brief,
        text: str,
        data: bytes,
        body: int,
        finds: list[Find],
        accepted: dict[str, list[Accepted]],
        rejects: list[Reject],
    ) -> None:
        self.brief, self.text, self.data, self.body = brief, text, data, body
        self.finds, self.accepted, self.rejects = finds, accepted, rejects
        self.present: set[str] = set()  # accepted tags and everything broader
        self.titled = title_case(text[1 : body - 2])
        self.contexts: dict[str, str] = {}

    def hear(self, pending: list[Pending]) -> None:
        """Accept what is corroborated, by as many rounds as bring something new; reject the rest."""
        waiting = []
        for case in pending:
            reason = self.local_doubt(case)
            if reason:
                self.rejects.append(
                    Reject(*case.find._replace(hit=only(case.find, case.spelling)), reason)
                )
            else:
                waiting.append(case)
        while waiting:
            self.present = self._present()
            heard = [(case, self.reason_for(case)) for case in waiting]
            for case, why in heard:
                if why:
                    entry = Accepted(case.find.start, case.find.end, case.spelling, why)
                    self.accepted.setdefault(case.spelling.tag, []).append(entry)
            left = [case for case, why in heard if not why]
            if len(left) == len(waiting):
                break
            waiting = left
        for case in waiting:
            self.rejects.append(
                Reject(*case.find._replace(hit=only(case.find, case.spelling)), case.doubt)
            )
        for key in {case.spelling.tag for case in pending} & self.accepted.keys():
            self.accepted[key].sort()

    def _present(self) -> set[str]:
        ancestors = self.brief.taxonomy.ancestors
        return {k for key in self.accepted for k in (key, *ancestors[key])}

    # Reasons against, from the words beside the find.

    def local_doubt(self, case: Pending) -> str:
        """Why a weak find cannot be the thing, whatever else the article says; "" if it can."""
        spelling, find = case.spelling, case.find
        if not spelling.weak or spelling.kind == "place" or not spelling.proper:
            return ""
        if find.start < self.body and self.titled:
            return ""  # in a headline in title case a capital says nothing
        before, after = word_before(self.text, find.start), word_after(self.text, find.end)
        if after and after[0].isupper() and not self._allowed_after(after, case):
            return "part of a longer name"
        if before in GIVEN_NAMES or after in PARTICLES:
            return PERSON
        if before and before[0].isupper() and not self._allowed_before(before, case):
            return "part of a longer name"
        return ""

    def _allowed_after(self, word: str, case: Pending) -> bool:
        if not word[1:].islower() or any(ch.isdigit() for ch in word):
            return True  # an acronym or a designator: "Patriot PAC-3", "Typhoon FGR4"
        if word in ORGANISATIONS or word in COMPANY_SUFFIXES or noun(word) in PRODUCT_NOUNS:
            return True
        following = self.finds[case.place + 1] if case.place + 1 < len(self.finds) else None
        return (
            following is not None
            and following.start - case.find.end <= 3
            and bool(following.hit.spellings)
        )

    def _allowed_before(self, word: str, case: Pending) -> bool:
        if (
            not word[1:].islower()
            or word in ORGANISATIONS
            or word.endswith(("'s", "’s", "s'", "s’"))
        ):
            return True
        if any(ch.isdigit() for ch in word) or (word.rpartition("-")[2].islower() and "-" in word):
            return True  # "Israeli-made", "AH-64"
        preceding = self.finds[case.place - 1] if case.place else None
        if preceding and case.find.start - preceding.end <= 3 and preceding.hit.spellings:
            return True
        return sentence_start(self.text, case.find.start - len(word) - 1)

    # Reasons for: the first that holds is what `explain` says.

    def reason_for(self, case: Pending) -> str:
        """What corroborates a find, or ""."""
        spelling, find = case.spelling, case.find
        if spelling.tag in self.accepted:
            return "named elsewhere in the article"
        if self._noun_follows(case):
            return "followed by what it is"
        if spelling.kind == "organisation" and word_after(self.text, find.end) in COMPANY_SUFFIXES:
            return "followed by a company's suffix"
        if land := self._apposition(case):
            return f"beside its country, {land}"
        if self._in_list(case):
            return "in a list of its kind"
        if related := self._maker_or_product(spelling.tag):
            return f"its {related} is named"
        if self._capital_says_nothing(case):
            return ""
        return self._context_of(spelling.tag)

    def _noun_follows(self, case: Pending) -> bool:
        if case.spelling.kind != "product":
            return False
        word = word_after(self.text, case.find.end)
        return noun(word) in PRODUCT_NOUNS and not sentence_end(self.text, case.find.end)

    def _apposition(self, case: Pending) -> str:
        """The country named just before: "Israel's Rafael", "the German firm Helsing"."""
        lands = self.brief.lands.get(case.spelling.tag)
        if not lands or not case.place:
            return ""
        preceding = self.finds[case.place - 1]
        if (
            case.find.start - preceding.end > 24
            or "." in self.text[preceding.end : case.find.start]
        ):
            return ""
        keys = {s.tag for s in preceding.hit.spellings} & self.accepted.keys()
        return next(iter(sorted(lands & keys)), "")

    def _maker_or_product(self, key: str) -> str:
        """A firm makes a weak name of its system likely, and the other way round."""
        makers = self.brief.makers
        for maker in makers.get(key, ()):
            if maker in self.present:
                return f"maker, {maker},"
        for product in self.accepted:
            if key in makers.get(product, ()):
                return f"product, {product},"
        return ""

    def _in_list(self, case: Pending) -> bool:
        """Joined by comma, slash, "and" or "or" to a sure find of the same scheme."""
        scheme = case.spelling.tag.partition(":")[0]
        for index, gap in ((case.place - 1, True), (case.place + 1, False)):
            if not 0 <= index < len(self.finds):
                continue
            other = self.finds[index]
            between = (
                self.text[other.end : case.find.start]
                if gap
                else self.text[case.find.end : other.start]
            )
            if between.strip("s") not in _JOINTS:
                continue
            kin = {s.tag for s in other.hit.spellings if s.tag.startswith(scheme)}
            if kin & self.accepted.keys() - self.brief.taxonomy.classes:
                return True
        return False

    def _capital_says_nothing(self, case: Pending) -> bool:
        """At the start of a sentence or in a headline every word has a capital."""
        if case.spelling.kind != "product" or not case.spelling.proper:
            return False
        if case.find.start < self.body and self.titled:
            return True
        return sentence_start(self.text, case.find.start)

    def _context_of(self, key: str) -> str:
        """The first context tag or word of a tag that the article holds."""
        if key not in self.contexts:
            self.contexts[key] = ""
            keys, words = self.brief.context.get(key, ((), ()))
            tag = next((k for k in keys if k in self.present), "")
            if tag:
                self.contexts[key] = f"context: {tag}"
            else:
                word = next((w for w in words if _holds(self.data, w)), None)
                self.contexts[key] = f"context: “{word.decode()}”" if word else ""
        if self.contexts[key] == "":  # tags may still come; words may not
            keys, _ = self.brief.context.get(key, ((), ()))
            tag = next((k for k in keys if k in self.present), "")
            return f"context: {tag}" if tag else ""
        return self.contexts[key]


_JOINTS = {
    ", ",
    " and ",
    " or ",
    ", and ",
    ", or ",
    "/",
    " & ",
    " and the ",
    ", the ",
    " or the ",
    " and its ",
}


def context_of(tag: Tag) -> tuple[tuple[str, ...], tuple[bytes, ...]]:
    keys = tuple(c for c in tag.context if ":" in c)
    words = tuple(fold_name(c) for c in tag.context if ":" not in c)
    return keys, words


def _holds(data: bytes, word: bytes) -> bool:
    """Does the folded text hold the word or phrase, also in the plural?"""
    needle = b" " + word
    at = data.find(needle)
    while at >= 0:
        end = at + len(needle)
        if data[end : end + 1] == b" " or data[end : end + 2] == b"s ":
            return True
        at = data.find(needle, end)
    return False


def only(find: Find, spelling: Spelling) -> Hit:
    return find.hit._replace(spellings=(spelling,))

"""What the page of an expression shows: its newest articles, counts, facets, what it leaves out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from feed.errors import NotFound
from feed.index.snapshot import BLOCK, Snapshot
from feed.ingest.archive import Archive, T
from feed.model import Entry, Tagged
from feed.publishing.access import Access, Visitor
from feed.publishing.entries import Entries
from feed.publishing.feeds import PAGE
from feed.query import composer, explain
from feed.query.composer import Chip, Edits
from feed.query.explain import Clause
from feed.query.expression import Everything, Expression, Has, Not, texts, title_of
from feed.taxonomy.renames import present
from feed.taxonomy.taxonomy import Tag

SHOWN = 10  # articles shown of what an exclusion removes
FACETS = 12  # tags of a scheme that are offered
WEEKS = 52  # shown of how much was published


@dataclass(frozen=True, slots=True)
class Facet:
    """A tag that some of a page's articles carry, and what it may do to the question."""

    tag: Tag
    count: int  # of all articles of the question, not only those shown
    edits: Edits


@dataclass(frozen=True, slots=True)
class Week:
    """How many articles were published in the week that begins on a Monday."""

    monday: date
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """What a page of an expression shows."""

    expression: Expression
    title: str
    tag: Tag | None  # when the expression is a single tag
    entries: tuple[Entry, ...]
    total: int
    chips: tuple[Chip, ...]  # the question's clauses
    facets: Mapping[str, list[Facet]]  # by scheme, implied ones last: frequent tags
    volume: tuple[Week, ...]  # the last weeks up to the newest article, without a gap
    feeds: dict[str, str]
    next_url: str
    hints: tuple[tuple[str, Tag], ...]  # words searched for that are the name of a tag, too


@dataclass(frozen=True, slots=True)
class Removed:
    """What one exclusion keeps out of a feed."""

    clause: Not
    question: Expression  # holds all of it
    total: int
    entries: tuple[Entry, ...]  # the newest of them


class Pages:
    """Makes pages. Safe between threads."""

    def __init__(self, archive: Archive, entries: Entries, access: Access) -> None:
        self._archive, self._entries, self._access = archive, entries, access

    def page(
        self,
        expression: Expression,
        before: int | None = None,
        visitor: Visitor | None = None,
        facets: bool = True,
    ) -> Page:
        """What the page of an expression shows: the feed's articles, their count and facets."""
        visitor = visitor or self._access.public()
        addresses = self._entries.addresses.opening(expression, visitor.token)
        taxonomy = self._archive.taxonomy
        seqs, total, found, volume = self._ask(
            visitor,
            lambda snapshot: (
                snapshot.page(expression, PAGE + 1, before),
                snapshot.count(expression),
                self._facets(snapshot, expression) if facets else {},
                _weeks(snapshot.by_day(expression)) if facets else (),
            ),
        )
        single = isinstance(expression, Has) and not expression.main
        return Page(
            expression=expression,
            title=title_of(expression, self._archive.vocabulary.label),
            tag=taxonomy.get(str(expression)) if single else None,
            entries=self._entries.get(seqs[:PAGE]),
            total=total,
            chips=tuple(composer.chips(expression)),
            facets=found,
            volume=volume,
            feeds=addresses.feeds(expression),
            next_url=addresses.page(expression, seqs[PAGE - 1]) if len(seqs) > PAGE else "",
            hints=tuple(
                (text.words, taxonomy[key])
                for text in texts(expression)
                for key in taxonomy.named(text.words)
            ),
        )

    def _facets(self, snapshot: Snapshot, expression: Expression) -> dict[str, list[Facet]]:
        """The most frequent tags of each scheme that the question does not have already."""
        taxonomy = self._archive.taxonomy
        found: dict[str, list[Facet]] = {}
        counts = snapshot.facet_counts(expression, taxonomy)
        for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            rows = found.setdefault(taxonomy[key].scheme, [])
            if len(rows) < FACETS and (edits := composer.adding(expression, key)):
                rows.append(Facet(taxonomy[key], count, edits))
        order = sorted(taxonomy.schemes, key=lambda scheme: scheme in taxonomy.implied_schemes)
        return {scheme: found[scheme] for scheme in order if found.get(scheme)}

    def _ask(self, visitor: Visitor | None, question: Callable[[Snapshot], T]) -> T:
        """The answer to a question about the index as a visitor sees it; None is the public."""
        seen_by = visitor or self._access.public()
        return self._archive.query(lambda snapshot: question(seen_by.view(snapshot)))

    def count(self, expression: Expression, visitor: Visitor | None = None) -> int:
        """How many articles an expression holds."""
        return self._ask(visitor, lambda snapshot: snapshot.count(expression))

    def counts(self, visitor: Visitor | None = None) -> dict[str, int]:
        """How many articles carry each tag; tags without articles are absent."""
        taxonomy = self._archive.taxonomy
        sizes = self._ask(visitor, lambda snapshot: {key: snapshot.size(key) for key in taxonomy})
        return {key: size for key, size in sizes.items() if size}

    def slugs(self, visitor: Visitor | None = None) -> Iterator[str]:
        """The names of all articles in URLs, oldest first."""
        seen_by = visitor or self._access.public()
        everything = self._ask(seen_by, lambda snapshot: snapshot.held(Everything()))
        for rows in self._archive.store.rows():
            for row in rows:
                if not row.removed and (row.seq & 0xFFFF) in everything.get(row.seq >> BLOCK, ()):
                    yield row.slug

    def article(self, name: str, visitor: Visitor | None = None) -> Tagged:
        """An article by slug or id, with its tags and evidence.

        Raises:
            NotFound: there is none, as far as the visitor may know (Gone: it was removed).
        """
        seen_by = visitor or self._access.public()
        found = self._archive.store.article(name)
        if found is not None and seen_by.hidden is not None:
            seq = found[0]
            if not self._ask(seen_by, lambda snapshot: snapshot.holds(Everything(), seq)):
                found = None
        if found is None:
            raise NotFound("article", name)
        return present(found[1], self._archive.taxonomy.renamed)

    def excluded(
        self, expression: Expression, most: int | None = None, visitor: Visitor | None = None
    ) -> list[Removed]:
        """What each exclusion of an expression keeps out of its feed; of many, the first ones."""
        exclusions = list(islice(explain.exclusions(expression), most))
        found = self._ask(
            visitor,
            lambda snapshot: [
                (snapshot.count(e.question), snapshot.page(e.question, SHOWN)) for e in exclusions
            ],
        )
        return [
            Removed(exclusion.clause, exclusion.question, total, self._entries.get(seqs))
            for exclusion, (total, seqs) in zip(exclusions, found, strict=True)
        ]

    def explain(self, expression: Expression, name: str, visitor: Visitor | None = None) -> Clause:
        """Clause by clause: why an expression holds an article, or does not.

        Raises:
            NotFound: there is no such article.
        """
        tagged = self.article(name, visitor)
        return explain.explain(expression, explain.case_of(tagged, self._archive.vocabulary))


def _weeks(days: Mapping[date, int]) -> tuple[Week, ...]:
    """The last weeks up to that of the newest article."""
    if not days:
        return ()
    counts: dict[date, int] = {}
    for day, count in days.items():
        monday = day - timedelta(days=day.weekday())
        counts[monday] = counts.get(monday, 0) + count
    last = max(counts)
    shown = min(WEEKS, last.toordinal() // 7 + 1)  # the calendar begins in the year 1
    mondays = [last - timedelta(weeks=back) for back in reversed(range(shown))]
    return tuple(Week(monday, counts.get(monday, 0)) for monday in mondays)

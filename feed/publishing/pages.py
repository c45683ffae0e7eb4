"""What the page of an expression shows: its newest articles, counts, facets, what it leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from feed.index.snapshot import Snapshot
from feed.ingest.archive import Archive
from feed.model import Entry
from feed.publishing.entries import Entries
from feed.publishing.feeds import PAGE
from feed.query import composer, explain
from feed.query.composer import Chip, Edits
from feed.query.explain import Clause
from feed.query.expression import Expression, Has, Not, texts, title_of
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

    def __init__(self, archive: Archive, entries: Entries) -> None:
        self._archive, self._entries = archive, entries

    def page(
        self,
        expression: Expression,
        before: int | None = None,
        token: str = "",
        facets: bool = True,
    ) -> Page:
        """What the page of an expression shows: the feed's articles, their count and facets."""
        addresses = self._entries.addresses.opening(expression, token)
        taxonomy = self._archive.taxonomy
        seqs, total, found, volume = self._archive.query(
            lambda snapshot: (
                snapshot.page(expression, PAGE + 1, before),
                snapshot.count(expression),
                self._facets(snapshot, expression) if facets else {},
                _weeks(snapshot.by_day(expression)) if facets else (),
            )
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

    def excluded(self, expression: Expression, most: int | None = None) -> list[Removed]:
        """What each exclusion of an expression keeps out of its feed; of many, the first ones."""
        exclusions = list(islice(explain.exclusions(expression), most))
        found = self._archive.query(
            lambda snapshot: [
                (snapshot.count(e.question), snapshot.page(e.question, SHOWN)) for e in exclusions
            ]
        )
        return [
            Removed(exclusion.clause, exclusion.question, total, self._entries.get(seqs))
            for exclusion, (total, seqs) in zip(exclusions, found, strict=True)
        ]

    def explain(self, expression: Expression, name: str) -> Clause:
        """Clause by clause: why an expression holds an article, or does not.

        Raises:
            NotFound: there is no such article.
        """
        tagged = self._archive.article(name)
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

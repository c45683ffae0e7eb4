"""What the page of an expression shows: its newest articles, counts, facets, what it leaves out."""

from dataclasses import dataclass
from itertools import islice

from feed.index.snapshot import Snapshot
from feed.ingest.archive import Archive
from feed.model import Entry
from feed.publishing.entries import Entries
from feed.publishing.feeds import PAGE
from feed.query import explain
from feed.query.explain import Clause
from feed.query.expression import Everything, Expression, Has, Not, texts, title_of
from feed.taxonomy.taxonomy import Tag

SHOWN = 10  # articles shown of what an exclusion removes
FACETS = 12  # tags of a scheme that are offered
SAMPLE = 500  # articles whose tags are counted for them


@dataclass(frozen=True, slots=True)
class Page:
    """What a page of an expression shows."""

    expression: Expression
    title: str
    tag: Tag | None  # when the expression is a single tag
    entries: tuple[Entry, ...]
    total: int
    facets: dict[str, list[tuple[Tag, int]]]  # by scheme: frequent tags among the articles
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
        seqs, total, found = self._archive.query(
            lambda snapshot: (
                snapshot.page(expression, PAGE + 1, before),
                snapshot.count(expression),
                self._facets(snapshot, expression) if facets else {},
            )
        )
        single = isinstance(expression, Has) and not expression.main
        return Page(
            expression=expression,
            title=title_of(expression, self._archive.vocabulary.label),
            tag=taxonomy.get(str(expression)) if single else None,
            entries=self._entries.get(seqs[:PAGE]),
            total=total,
            facets=found,
            feeds=addresses.feeds(expression),
            next_url=addresses.page(expression, seqs[PAGE - 1]) if len(seqs) > PAGE else "",
            hints=tuple(
                (text.words, taxonomy[key])
                for text in texts(expression)
                for key in taxonomy.named(text.words)
            ),
        )

    def _facets(
        self, snapshot: Snapshot, expression: Expression
    ) -> dict[str, list[tuple[Tag, int]]]:
        """The most frequent tags of each scheme among the newest articles."""
        taxonomy = self._archive.taxonomy
        seqs = snapshot.page(expression, SAMPLE)
        everywhere = isinstance(expression, Everything)
        found: dict[str, list[tuple[Tag, int]]] = {}
        recent = snapshot.facet_counts(seqs, taxonomy)
        for key, size in sorted(recent.items(), key=lambda item: (-item[1], item[0])):
            tag = taxonomy[key]
            rows = found.setdefault(tag.scheme, [])
            if len(rows) < FACETS and key != str(expression):
                rows.append((tag, snapshot.size(key) if everywhere else size))
        return {scheme: found[scheme] for scheme in taxonomy.schemes if found.get(scheme)}

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

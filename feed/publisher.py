"""The one door of the house: everything the web and the command line may ask for.

ingest -> tag -> store and index, one transaction a batch
feed, page, article, tags -> from the index and the store
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from feed.errors import NotFound, SourceError
from feed.index.snapshot import Snapshot
from feed.ingest import maintenance, retag, taxonomy_diff
from feed.ingest.archive import Archive, Progress, Report, T, silent
from feed.ingest.taxonomy_diff import Difference
from feed.model import Article, Entry, Listed, Outline, Tagged
from feed.publishing.access import Access
from feed.publishing.feeds import PAGE, Feeds, Month
from feed.publishing.outlines import outlines
from feed.publishing.representations import Document
from feed.publishing.urls import Addresses
from feed.query import explain
from feed.query.explain import Clause
from feed.query.expression import Everything, Expression, Has, Not, texts, title_of
from feed.query.keys import Vocabulary
from feed.query.parser import parse
from feed.settings import Settings
from feed.tagging.tagger import Tagger
from feed.taxonomy.renames import present
from feed.taxonomy.taxonomy import Tag, Taxonomy

SHOWN = 10  # articles shown of what an exclusion removes


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


class Publisher:
    """Ingests, finds and publishes. Safe between threads.

    Args:
        settings: where the database is and how the site is called.
        taxonomy: what articles are tagged with.
    """

    def __init__(self, settings: Settings, taxonomy: Taxonomy) -> None:
        self.settings = settings
        self.addresses = Addresses(settings.public_url)
        self._feeds = Feeds(settings, self.addresses)
        self._entries = self._feeds.entries
        self._archive = Archive(settings.database, taxonomy, self._entries.drop)
        self._feeds.of(self._archive)
        self.access = Access(self._archive)
        if self._archive.store.counter("rebuild"):  # a migration has asked for it
            maintenance.rebuild(self._archive)

    def close(self) -> None:
        """Close the database."""
        self._archive.store.close()

    @property
    def taxonomy(self) -> Taxonomy:
        """The present taxonomy."""
        return self._archive.taxonomy

    @property
    def vocabulary(self) -> Vocabulary:
        """All keys that expressions may name."""
        return self._archive.vocabulary

    @property
    def tagger(self) -> Tagger:
        """A tagger of the present taxonomy."""
        return self._archive.tagger

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Go on with another taxonomy; articles keep their tags until `retag`."""
        self._archive.set_taxonomy(taxonomy)
        self._feeds.clear()

    # Things come in, and are kept in order

    def ingest(
        self, articles: Iterable[Article | SourceError], progress: Progress = silent
    ) -> Report:
        """Tag and keep articles; see `Archive.ingest`."""
        return self._archive.ingest(articles, progress)

    def remove(self, name: str) -> Article:
        """Take an article out for good, by its id or slug."""
        return self._archive.remove(name)

    def retag(self, progress: Progress = silent) -> int:
        """Tag anew what the present taxonomy may tag otherwise; returns how many articles."""
        return retag.retag(self._archive, progress)

    def stale(self) -> int:
        """How many articles another taxonomy tagged."""
        present = self.taxonomy.digest
        return sum(n for d, n in self._archive.store.taxonomies().items() if d != present)

    def difference(self, taxonomy: Taxonomy, progress: Progress = silent) -> Difference:
        """What another taxonomy would change."""
        return taxonomy_diff.difference(self._archive, taxonomy, progress)

    def rebuild(self, progress: Progress = silent) -> int:
        """Make the index anew; returns the number of articles."""
        return maintenance.rebuild(self._archive, progress)

    def check(self, progress: Progress = silent) -> list[str]:
        """Problems of the index, as sentences."""
        return maintenance.check(self._archive, progress)

    # Things are found

    def current_snapshot(self) -> Snapshot:
        """The index as of the last commit, whoever made it."""
        return self._archive.current_snapshot()

    def query(self, question: Callable[[Snapshot], T]) -> T:
        """The answer to a question about the index, tags and words as of one commit."""
        return self._archive.query(question)

    def count(self) -> int:
        """How many articles there are."""
        return self.current_snapshot().count(Everything())

    def slugs(self) -> Iterator[str]:
        """The names of all articles in URLs, oldest first."""
        for rows in self._archive.store.rows():
            yield from (row.slug for row in rows if not row.removed)

    def parse(self, text: str) -> Expression:
        """An expression over this taxonomy; renamed tags are understood.

        Raises:
            ExpressionError: with position and suggestions.
        """
        return parse(text, self.vocabulary.resolve)

    def article(self, name: str) -> Tagged:
        """An article by slug or id, with its tags and evidence.

        Raises:
            NotFound: there is none.
        """
        found = self._archive.store.article(name)
        if found is None:
            raise NotFound("article", name)
        return present(found[1], self.taxonomy.renamed)

    def counts(self) -> dict[str, int]:
        """How many articles carry each tag; tags without articles are absent."""
        snapshot = self.current_snapshot()
        return {key: size for key in self.taxonomy if (size := snapshot.size(key))}

    def excluded(self, expression: Expression, most: int | None = None) -> list[Removed]:
        """What each exclusion of an expression keeps out of its feed; of many, the first ones."""
        exclusions = list(islice(explain.exclusions(expression), most))
        found = self.query(
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
        return explain.explain(expression, explain.case_of(self.article(name), self.vocabulary))

    # What a hub must know

    def recent(self) -> list[Expression]:
        """Expressions whose feeds were asked for lately."""
        return self._feeds.recent()

    def written_since(self, version: int) -> tuple[list[int], set[str]]:
        """The articles written after a commit, and all keys the index holds of them."""
        seqs = self._archive.store.written_since(version)
        return seqs, set().union(*self._archive.keys(seqs).values())

    def announced(self) -> int:
        """The commit up to which a hub was told; the present one when none ever was."""
        return self._archive.store.counter("announced") or self.current_snapshot().version

    def note_announced(self, version: int) -> None:
        """Remember that a hub was told up to a commit."""
        with self._archive.store.writing() as writer:
            writer.set_counter("announced", version)

    # Things go out

    def feed(
        self, expression: Expression, form: str, before: int | None = None, token: str = ""
    ) -> Document:
        """The feed of an expression as bytes; equal bytes and ETag while nothing changed."""
        return self._feeds.feed(expression, form, before, token)

    def month(self, key: str, month: Month, form: str, token: str = "") -> Document:
        """What of a tag was published in a month. Raises NotFound when nothing was."""
        return self._feeds.month(key, month, form, token)

    def months(self, key: str) -> list[Month]:
        """The months in which something of a tag was published, oldest first."""
        return self._feeds.months(key)

    def as_files(self) -> None:
        """From now on, feeds name no further pages and no hub: they will be files.

        No password is asked for: it is the server's, and files know none.
        """
        self.settings = replace(self.settings, basic="")
        self._feeds.served = False
        self._feeds.clear()

    def entry(self, tagged: Tagged) -> Entry:
        """An article as a feed's entry."""
        tags = [(use.tag, use.main) for use in tagged.uses]
        return self._feeds.entry(Listed(tagged.article, tags, lambda: tagged.uses))

    def page(
        self,
        expression: Expression,
        before: int | None = None,
        token: str = "",
        facets: bool = True,
    ) -> Page:
        """What the page of an expression shows: the feed's articles, their count and facets."""
        addresses = self.addresses.opening(expression, token)
        seqs, total, found = self.query(
            lambda snapshot: (
                snapshot.page(expression, PAGE + 1, before),
                snapshot.count(expression),
                self._facets(snapshot, expression) if facets else {},
            )
        )
        single = isinstance(expression, Has) and not expression.main
        return Page(
            expression=expression,
            title=title_of(expression, self.vocabulary.label),
            tag=self.taxonomy.get(str(expression)) if single else None,
            entries=self._entries.get(seqs[:PAGE]),
            total=total,
            facets=found,
            feeds=addresses.feeds(expression),
            next_url=addresses.page(expression, seqs[PAGE - 1]) if len(seqs) > PAGE else "",
            hints=tuple(
                (text.words, self.taxonomy[key])
                for text in texts(expression)
                for key in self.taxonomy.named(text.words)
            ),
        )

    def _facets(
        self, snapshot: Snapshot, expression: Expression, most: int = 12
    ) -> dict[str, list[tuple[Tag, int]]]:
        """The most frequent tags of each scheme among the newest 500 articles."""
        seqs = snapshot.page(expression, 500)
        everywhere = isinstance(expression, Everything)
        found: dict[str, list[tuple[Tag, int]]] = {}
        recent = snapshot.facet_counts(seqs, self.taxonomy)
        for key, size in sorted(recent.items(), key=lambda item: (-item[1], item[0])):
            tag = self.taxonomy[key]
            rows = found.setdefault(tag.scheme, [])
            if len(rows) < most and key != str(expression):
                rows.append((tag, snapshot.size(key) if everywhere else size))
        return {scheme: found[scheme] for scheme in self.taxonomy.schemes if found.get(scheme)}

    def concepts(self, form: str, key: str = "") -> Document:
        """The taxonomy, or one tag of it, as SKOS: `form` is "jsonld" or "turtle"."""
        return self._feeds.concepts(form, key)

    def outlines(self, counts: Mapping[str, int]) -> list[Outline]:
        """The feeds of these tags in folders, with how many articles carry each."""
        return outlines(self.taxonomy, counts, self.addresses, self.settings.title)

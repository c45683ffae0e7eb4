"""The one door of the house: everything the web and the command line may ask for.

ingest -> tag -> store and index, one transaction a batch
feed, page, article, tags -> from the index and the store
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from feed import audit, formats, retagging, upkeep
from feed.addresses import Addresses
from feed.archive import Archive, Progress, Report, silent
from feed.audit import Clause
from feed.entries import EntryCache
from feed.errors import NotFound, SourceError
from feed.expression import Everything, Expression, Has, texts, title_of
from feed.grammar import parse
from feed.index import Snapshot
from feed.model import Article, Category, Entry, Feed, Outline, Tagged
from feed.retagging import Difference
from feed.settings import Settings
from feed.tagging.tagger import Tagger
from feed.taxonomy import Tag, Taxonomy
from feed.vocabulary import Vocabulary

PAGE = 50  # entries of a feed or page
SHOWN = 10  # articles shown of what an exclusion removes
CACHED = 2_000  # documents kept in memory
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # `updated` of a feed without entries


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as bytes. `etag` is strong and made of the bytes alone."""

    body: bytes
    media_type: str
    etag: str
    next_url: str = ""


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

    clause: Expression
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
        self._entries = EntryCache(self._load)
        self._archive = Archive(settings.database, taxonomy, self._entries.drop)
        self._documents: OrderedDict[tuple[str, str, int | None], tuple[int, Document]] = (
            OrderedDict()
        )
        if self._archive.store.counter("rebuild"):  # a migration has asked for it
            upkeep.rebuild(self._archive)

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

    def use(self, taxonomy: Taxonomy) -> None:
        """Go on with another taxonomy; articles keep their tags until `retag`."""
        self._archive.use(taxonomy)
        self._entries.clear()
        self._documents.clear()

    # Things come in, and are kept in order

    def ingest(
        self, articles: Iterable[Article | SourceError], progress: Progress = silent
    ) -> Report:
        """Tag and keep articles; see `Archive.ingest`."""
        return self._archive.ingest(articles, progress)

    def retag(self, progress: Progress = silent) -> int:
        """Tag anew what the present taxonomy may tag otherwise; returns how many articles."""
        return retagging.retag(self._archive, progress)

    def stale(self) -> int:
        """How many articles another taxonomy tagged."""
        present = self.taxonomy.digest
        return sum(n for d, n in self._archive.store.taxonomies().items() if d != present)

    def difference(self, taxonomy: Taxonomy, progress: Progress = silent) -> Difference:
        """What another taxonomy would change."""
        return retagging.difference(self._archive, taxonomy, progress)

    def rebuild(self, progress: Progress = silent) -> int:
        """Make the index anew; returns the number of articles."""
        return upkeep.rebuild(self._archive, progress)

    def check(self, progress: Progress = silent) -> list[str]:
        """Problems of the index, as sentences."""
        return upkeep.check(self._archive, progress)

    # Things are found

    def fresh(self) -> Snapshot:
        """The index as of the last commit, whoever made it."""
        return self._archive.fresh()

    def count(self) -> int:
        """How many articles there are."""
        return self.fresh().count(Everything())

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
        return found[1]

    def counts(self) -> dict[str, int]:
        """How many articles carry each tag; tags without articles are absent."""
        snapshot = self.fresh()
        return {key: size for key in self.taxonomy if (size := snapshot.size(key))}

    def excluded(self, expression: Expression) -> list[Removed]:
        """What each exclusion of an expression keeps out of its feed."""
        snapshot = self.fresh()
        return [
            Removed(
                exclusion.clause,
                exclusion.question,
                snapshot.count(exclusion.question),
                self._entries.get(snapshot.page(exclusion.question, SHOWN)),
            )
            for exclusion in audit.exclusions(expression)
        ]

    def explain(self, expression: Expression, name: str) -> Clause:
        """Clause by clause: why an expression holds an article, or does not.

        Raises:
            NotFound: there is no such article.
        """
        tagged = self.article(name)
        subject = audit.subject_of(tagged, self._archive.keys_of(tagged))
        return audit.explain(expression, subject, tagged)

    # Things go out

    def feed(self, expression: Expression, form: str, before: int | None = None) -> Document:
        """The feed of an expression as bytes; equal bytes and ETag while nothing changed."""
        snapshot = self.fresh()
        name = (str(expression), form, before)
        cached = self._documents.get(name)
        if cached and cached[0] == snapshot.version:
            return cached[1]
        document = self._render(snapshot, expression, form, before)
        self._documents[name] = (snapshot.version, document)
        while len(self._documents) > CACHED:
            self._documents.popitem(last=False)
        return document

    def _render(
        self, snapshot: Snapshot, expression: Expression, form: str, before: int | None
    ) -> Document:
        seqs = snapshot.page(expression, PAGE + 1, before)
        following = seqs[PAGE - 1] if len(seqs) > PAGE else None
        entries = self._entries.get(seqs[:PAGE])
        title = title_of(expression, self.vocabulary.label)
        feed = Feed(
            id=self.addresses.feed(expression, "atom"),
            title=f"{self.settings.title}: {title}",
            subtitle=f"Articles tagged {title}" if str(expression) else "All articles",
            home=self.addresses.page(expression),
            self_urls=self.addresses.feeds(expression, before),
            updated=max((entry.article.updated for entry in entries), default=NEVER),
            scheme_base=self.addresses.scheme,
            entries=entries,
            next_urls=self.addresses.feeds(expression, following) if following is not None else {},
            icon=self.addresses.icon,
        )
        chosen = formats.FORMATS[form]
        body = chosen.render(feed, self._entries.fragment(chosen.fragment))
        etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        return Document(body, chosen.media_type, etag, feed.next_urls.get(form, ""))

    def _load(self, seqs: Sequence[int]) -> dict[int, Entry]:
        return {
            seq: self.entry(tagged) for seq, tagged in self._archive.store.articles(seqs).items()
        }

    def entry(self, tagged: Tagged) -> Entry:
        """An article as a feed's entry: main tags first, unknown tags left out."""
        categories = tuple(
            Category(use.tag, tag.scheme, tag.term, tag.label, use.main, use.via, use.mentions)
            for use in tagged.uses
            if (tag := self.taxonomy.get(use.tag))
        )
        return Entry(tagged.article, self.addresses.article(tagged.article.slug), categories)

    def page(self, expression: Expression, before: int | None = None, facets: bool = True) -> Page:
        """What the page of an expression shows: the feed's articles, their count and facets."""
        snapshot = self.fresh()
        seqs = snapshot.page(expression, PAGE + 1, before)
        single = isinstance(expression, Has) and not expression.main
        return Page(
            expression=expression,
            title=title_of(expression, self.vocabulary.label),
            tag=self.taxonomy.get(str(expression)) if single else None,
            entries=self._entries.get(seqs[:PAGE]),
            total=snapshot.count(expression),
            facets=self._facets(snapshot, expression) if facets else {},
            feeds=self.addresses.feeds(expression),
            next_url=self.addresses.page(expression, seqs[PAGE - 1]) if len(seqs) > PAGE else "",
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
        recent = snapshot.tally(seqs, self.taxonomy)
        for key, size in sorted(recent.items(), key=lambda item: (-item[1], item[0])):
            tag = self.taxonomy[key]
            rows = found.setdefault(tag.scheme, [])
            if len(rows) < most and key != str(expression):
                rows.append((tag, snapshot.size(key) if everywhere else size))
        return {scheme: found[scheme] for scheme in self.taxonomy.schemes if found.get(scheme)}

    def outlines(self) -> list[Outline]:
        """All tag feeds as an OPML list: by scheme, tags with articles only."""
        counts = self.counts()
        return [
            Outline(
                scheme.label,
                children=tuple(
                    self._outline(tag)
                    for tag in sorted(self.taxonomy.values(), key=lambda tag: tag.label.casefold())
                    if tag.scheme == scheme.name and tag.key in counts
                ),
            )
            for scheme in self.taxonomy.schemes.values()
        ]

    def _outline(self, tag: Tag) -> Outline:
        expression = Has(tag.key)
        title = f"{self.settings.title}: {tag.label}"
        return Outline(
            title, self.addresses.feed(expression, "atom"), self.addresses.page(expression)
        )

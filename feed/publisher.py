"""The one door of the house: everything the web and the command line may ask for.

ingest -> tag -> store and index, one transaction a batch
feed, page, article, tags -> from the index and the store
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from feed import formats
from feed.addresses import Addresses
from feed.entries import EntryCache
from feed.errors import NotFound, SourceError
from feed.expression import Everything, Expression, Has, parse, title_of
from feed.index import ALL, Move, Snapshot
from feed.model import Article, Category, Entry, Feed, Outline, Tagged
from feed.settings import Settings
from feed.store.records import digest_of, dump_article
from feed.store.sqlite import Changes, Known, Row, Store, row_of
from feed.tagging.tagger import Tagger
from feed.taxonomy import Tag, Taxonomy, unhindered
from feed.vocabulary import Vocabulary

PAGE = 50  # entries of a feed or page
BATCH = 500  # articles of a transaction
WINDOW = 10_000  # articles that are sorted by date before they arrive
CACHED = 2_000  # documents kept in memory
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # `updated` of a feed without entries


@dataclass(slots=True)
class Report:
    """What became of the articles that came in."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    retagged: int = 0  # unchanged, but tagged anew because the taxonomy had changed
    failed: list[SourceError] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All articles that were looked at."""
        return self.new + self.changed + self.unchanged + len(self.failed)


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


class Publisher:
    """Ingests, finds and publishes. Safe between threads.

    Args:
        settings: where the database is and how the site is called.
        taxonomy: what articles are tagged with.
    """

    def __init__(self, settings: Settings, taxonomy: Taxonomy) -> None:
        self.settings = settings
        self.taxonomy = taxonomy
        self.vocabulary = Vocabulary(taxonomy)
        self.addresses = Addresses(settings.public_url)
        self._store = Store(settings.database)
        self._tagger: Tagger | None = None
        self._snapshot = Snapshot()
        self._lock = threading.Lock()
        self._entries = EntryCache(self._load)
        self._documents: OrderedDict[tuple[str, str, int | None], tuple[int, Document]] = (
            OrderedDict()
        )

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    @property
    def tagger(self) -> Tagger:
        """The tagger, built when first needed: serving alone does without."""
        if self._tagger is None:
            self._tagger = Tagger(self.taxonomy)
        return self._tagger

    # Things come in

    def ingest(
        self,
        articles: Iterable[Article | SourceError],
        progress: Callable[[int], None] = lambda count: None,
    ) -> Report:
        """Tag and keep articles; failures among them are passed on to the report.

        Each window of 10,000 is sorted by date, so that a batch import arrives in order. After
        every transaction `progress` is told how many articles it took.
        """
        report = Report()
        stream = iter(articles)
        while window := list(islice(stream, WINDOW)):
            failed = [item for item in window if isinstance(item, SourceError)]
            report.failed += failed
            progress(len(failed))
            good = [item for item in window if not isinstance(item, SourceError)]
            good.sort(key=lambda article: article.published)
            for at in range(0, len(good), BATCH):
                batch = good[at : at + BATCH]
                self._take(batch, report)
                progress(len(batch))
        return report

    def _take(self, batch: Sequence[Article], report: Report) -> None:
        """One transaction: tag what is new or changed, write rows and bitmaps."""
        latest = {article.id: article for article in batch}  # the last of equal ids counts
        report.unchanged += len(batch) - len(latest)
        with self._lock:
            changes = self._write(latest, report)
            if changes:
                self._advance(changes)

    def _write(self, latest: Mapping[str, Article], report: Report) -> Changes | None:
        """The transaction itself; None when nothing was due."""
        # A batch makes no cycles, and all of it is dropped at the end.
        with unhindered(), self._store.writing() as writer:
            self._refresh()
            known = self._store.known(list(latest.values()))
            seq = writer.next_seq()
            rows: list[Row] = []
            moves: list[Move] = []
            for article in latest.values():
                old = known.get(article.id)
                if not self._is_due(article, old, report):
                    continue
                if old:
                    article = _under_id(article, old.id)
                tagged = self.tagger.tag(article)
                keys = self.vocabulary.keys_of(tagged)
                rows.append(row_of(old.seq if old else seq, tagged, keys))
                before = old.keys if old else frozenset()
                moves.append(Move(rows[-1].seq, keys - before | {ALL}, before - keys))
                seq += not old
            if not rows:
                return None
            version = writer.next_version()
            bitmaps = self._snapshot.changes(moves)
            writer.put(rows, version)
            writer.put_bitmaps(bitmaps, version)
        return Changes(version, [(*k, v) for k, v in bitmaps.items()], [row.seq for row in rows])

    def _is_due(self, article: Article, old: Known | None, report: Report) -> bool:
        """Must this article be written? Counts it in the report."""
        if old is None:
            report.new += 1
            return True
        if old.id == article.id and old.digest != digest_of(dump_article(article)):
            report.changed += 1
            return True
        report.unchanged += 1
        report.retagged += old.taxonomy != self.taxonomy.digest
        return old.taxonomy != self.taxonomy.digest

    def retag(self, progress: Callable[[int], None] = lambda count: None) -> int:
        """Tag anew every article that another taxonomy tagged; returns how many."""
        seqs = self._store.seqs_by_other_taxonomy(self.taxonomy.digest)
        report = Report()
        for at in range(0, len(seqs), BATCH):
            stale = self._store.articles(seqs[at : at + BATCH])
            self._take([tagged.article for tagged in stale.values()], report)
            progress(len(stale))
        return report.retagged

    def stale(self) -> int:
        """How many articles another taxonomy tagged."""
        return len(self._store.seqs_by_other_taxonomy(self.taxonomy.digest))

    # Things are found

    def fresh(self) -> Snapshot:
        """The index as of the last commit, whoever made it. Microseconds when nothing changed."""
        if self._store.changed():
            with self._lock:
                self._refresh()
        return self._snapshot

    def _refresh(self) -> None:
        changes = self._store.since(self._snapshot.version)
        if changes.version != self._snapshot.version:
            self._advance(changes)

    def _advance(self, changes: Changes) -> None:
        """Go on to a newer version: drop the entries that changed, then show the new index."""
        self._entries.drop(changes.seqs)
        self._snapshot = self._snapshot.with_bitmaps(changes.version, changes.bitmaps)

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
        found = self._store.article(name)
        if found is None:
            raise NotFound("article", name)
        return found[1]

    def counts(self) -> dict[str, int]:
        """How many articles carry each tag; tags without articles are absent."""
        snapshot = self.fresh()
        return {key: size for key in self.taxonomy if (size := snapshot.size(key))}

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
        return {seq: self.entry(tagged) for seq, tagged in self._store.articles(seqs).items()}

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


def _under_id(article: Article, id_: str) -> Article:
    """The same text from another place keeps the id it came with first."""
    return article if article.id == id_ else replace(article, id=id_)

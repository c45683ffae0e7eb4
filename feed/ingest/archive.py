"""What is kept, how it gets in, and the index of it: articles in, one transaction a batch.

article -> due? -> tagger -> row, keys, words -> one commit -> the next snapshot
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

from feed.errors import NotFound, SourceError, StaleSnapshot
from feed.index.snapshot import ALL, Snapshot, Update
from feed.model import Article, Tagged
from feed.query.expression import Everything, Expression
from feed.query.keys import Vocabulary, keys_of
from feed.query.parser import parse
from feed.store.database import CHUNK, Changes, Known, Store
from feed.store.records import digest_of, dump_article
from feed.store.writer import REMOVED, Row, row_of
from feed.tagging.tagger import Tagger
from feed.taxonomy.renames import present
from feed.taxonomy.taxonomy import Taxonomy, gc_paused

BATCH = 5_000  # articles of a transaction: the more, the fewer times a bitmap is written
WINDOW = 10_000  # articles that are sorted by date before they arrive
ATTEMPTS = 2  # of a question that commits overtake, before it takes a transaction
T = TypeVar("T")
Progress = Callable[[int], None]  # told how many articles more are done
# Told the arrival numbers of articles that changed, before their index is shown; None for all.
Listener = Callable[[Sequence[int] | None], None]


def silent(count: int) -> None:
    """Progress that nobody watches."""


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
class Shard:
    """A range of arrival numbers that is tagged anew in one transaction."""

    first: int
    last: int  # the first that is no longer in it
    due: Sequence[int]  # the articles that the present taxonomy may tag otherwise
    version: int  # the commit as of which all others are known to stay as they are


class Archive:
    """The articles of one database, tagged from one taxonomy, and the index of them.

    Args:
        url: the database.
        taxonomy: what articles are tagged with.
    """

    def __init__(self, url: str, taxonomy: Taxonomy) -> None:
        self.store = Store(url)
        self.vocabulary = Vocabulary(taxonomy)
        self._listeners: list[Listener] = []
        self._tagger: Tagger | None = None
        self._snapshot = self._nothing()
        self._behind = False  # is there a commit that could not be read?
        self._lock = threading.RLock()

    @property
    def taxonomy(self) -> Taxonomy:
        """What articles are tagged with."""
        return self.vocabulary.taxonomy

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Go on with another taxonomy; stored tags stay until they are made anew."""
        with self._lock:
            self._tagger = None
            self.vocabulary = Vocabulary(taxonomy)
            self._snapshot = self._snapshot.with_relations(self.vocabulary.relations)
            self._tell(None)

    def subscribe(self, listener: Listener) -> None:
        """Tell a listener of every change from now on: who keeps something must forget it."""
        self._listeners.append(listener)

    def _tell(self, seqs: Sequence[int] | None) -> None:
        for listener in self._listeners:
            listener(seqs)

    @property
    def tagger(self) -> Tagger:
        """The tagger, built when first needed: serving alone does without."""
        with self._lock:
            if self._tagger is None:
                self._tagger = Tagger(self.taxonomy)
            return self._tagger

    # In

    def ingest(
        self, articles: Iterable[Article | SourceError], progress: Progress = silent
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
                self.ingest_batch(batch, report)
                progress(len(batch))
        return report

    def ingest_batch(self, batch: Sequence[Article], report: Report) -> None:
        """One transaction: tag what is new, changed or tagged otherwise; write rows and bitmaps."""
        latest = {article.id: article for article in batch}  # the last of equal ids counts
        report.unchanged += len(batch) - len(latest)
        self._commit(lambda: latest, report)

    def retag_range(self, shard: Shard, report: Report) -> None:
        """One transaction: tag anew what of a range is due; the present taxonomy adopts the rest."""
        self._commit(lambda: self._due(shard), report, shard)

    def _due(self, shard: Shard) -> dict[str, Article]:
        """The articles to tag anew, as they are now; with those that another process wrote meanwhile.

        Nobody has looked at those yet, and whoever wrote them may know another taxonomy alone.
        """
        late = self.store.written_since(shard.version, shard.first, shard.last)
        seqs = sorted({*shard.due, *late})
        found = self.store.articles(seqs).values()
        return {tagged.article.id: tagged.article for tagged in found}

    def _commit(
        self, read: Callable[[], Mapping[str, Article]], report: Report, shard: Shard | None = None
    ) -> None:
        with self._lock:
            changes = self._write(read, report, shard)
            if changes:
                self._advance(changes)

    def _write(
        self, read: Callable[[], Mapping[str, Article]], report: Report, shard: Shard | None
    ) -> Changes | None:
        """The transaction itself; None when nothing changed."""
        taxonomy = self.taxonomy
        # A batch makes no cycles, and all of it is dropped at the end.
        with gc_paused(), self.store.writing() as writer:
            self._refresh()
            latest = read()
            known = self.store.known(list(latest.values()))
            seq = writer.next_seq()
            rows: list[Row] = []
            updates: list[Update] = []
            due = [a for a in latest.values() if self._is_due(a, known.get(a.id), report)]
            before = self.keys([known[a.id].seq for a in due if a.id in known])
            articles: list[Article] = []
            for article in due:
                old = known.get(article.id)
                if old:
                    article = _under_id(article, old.id)
                try:
                    tagged = self.tagger.tag(article)
                    row = row_of(old.seq if old else seq, tagged)
                except Exception as e:  # it costs this article, not those beside it
                    _count_failure(article, old, e, report)
                    continue
                rows.append(row)
                articles.append(article)
                had = before[old.seq] if old else frozenset()
                keys = keys_of(tagged)
                updates.append(Update(rows[-1].seq, keys - had | {ALL}, had - keys))
                seq += not old
            if shard:
                writer.put_taxonomy(taxonomy.digest, taxonomy.source)
                writer.mark_current(shard.first, shard.last, taxonomy.digest)
            if not rows:
                return None
            version = writer.next_version()
            bitmaps = self._snapshot.changes(updates)
            writer.put_taxonomy(taxonomy.digest, taxonomy.source)
            writer.put(rows, articles, version)
            writer.put_bitmaps(bitmaps, version)
        return Changes(version, [(*k, v) for k, v in bitmaps.items()], [row.seq for row in rows])

    def remove(self, name: str) -> Article:
        """Take an article out for good; it will not come in again under its id.

        Raises:
            NotFound: there is none of that id or slug (Gone: it was removed).
        """
        with self._lock, self.store.writing() as writer:
            self._refresh()
            found = self.store.article(name)
            if found is None:
                raise NotFound("article", name)
            seq, tagged = found
            version = writer.next_version()
            bitmaps = self._snapshot.changes([Update(seq, frozenset(), keys_of(tagged) | {ALL})])
            writer.remove(seq, tagged.article, version)
            writer.put_bitmaps(bitmaps, version)
        self.refresh()
        return tagged.article

    def _is_due(self, article: Article, old: Known | None, report: Report) -> bool:
        """Must this article be written? Counts it in the report."""
        if old is None:
            report.new += 1
            return True
        if old.digest == REMOVED:
            report.unchanged += 1
            return False
        if old.id == article.id and old.digest != digest_of(dump_article(article)):
            report.changed += 1
            return True
        report.unchanged += 1
        report.retagged += old.taxonomy != self.taxonomy.digest
        return old.taxonomy != self.taxonomy.digest

    # Out

    def parse(self, text: str) -> Expression:
        """An expression over the present taxonomy; renamed tags are understood.

        Raises:
            ExpressionError: with position and suggestions.
            Gone: all that is asked for is a tag that was retired.
        """
        return parse(text, self.vocabulary.resolve)

    def article(self, name: str) -> Tagged:
        """An article by slug or id, with its evidence and its tags under their present names.

        Raises:
            NotFound: there is none (Gone: it was removed).
        """
        found = self.store.article(name)
        if found is None:
            raise NotFound("article", name)
        return present(found[1], self.taxonomy.renamed)

    def slugs(self) -> Iterator[str]:
        """The names of all articles in URLs, oldest first."""
        for rows in self.store.rows():
            yield from (row.slug for row in rows if not row.removed)

    def written_since(self, version: int) -> tuple[list[int], set[str]]:
        """The articles written after a commit, and all keys the index holds of them."""
        seqs = self.store.written_since(version)
        return seqs, set().union(*self.keys(seqs).values())

    def count(self) -> int:
        """How many articles there are."""
        return self.current_snapshot().count(Everything())

    def counts(self) -> dict[str, int]:
        """How many articles carry each tag; tags without articles are absent."""
        snapshot = self.current_snapshot()
        return {key: size for key in self.taxonomy if (size := snapshot.size(key))}

    def stale(self) -> int:
        """How many articles another taxonomy tagged."""
        digest = self.taxonomy.digest
        return sum(n for d, n in self.store.taxonomies().items() if d != digest)

    # The index

    def keys(self, seqs: Sequence[int]) -> dict[int, frozenset[str]]:
        """What the index holds of some articles; read a few at a time, for they may be many."""
        found: dict[int, frozenset[str]] = {}
        for at in range(0, len(seqs), CHUNK):
            some = self.store.articles(seqs[at : at + CHUNK])
            found.update((seq, keys_of(tagged)) for seq, tagged in some.items())
        return found

    def current_snapshot(self) -> Snapshot:
        """The index as of the last commit, whoever made it. Microseconds when nothing changed."""
        if self.store.changed() or self._behind:  # the store says so once to every thread
            with self._lock:
                self._refresh()
        return self._snapshot

    def query(self, question: Callable[[Snapshot], T]) -> T:
        """The answer to a question, tags and words as of one commit.

        A question that has been overtaken is asked again; the last time in a transaction of its
        own, which no commit can overtake. It should look at nothing but the snapshot.
        """
        for _ in range(ATTEMPTS):
            with suppress(StaleSnapshot):
                return question(self.current_snapshot())
        with ExitStack() as view:
            with self._lock:  # nobody brings in a newer snapshot while the view begins
                view.enter_context(self.store.reading())
                self._refresh()
                snapshot = self._snapshot
            return question(snapshot)

    def refresh(self) -> None:
        """Look for commits, our own included, which SQLite does not report to who made them."""
        with self._lock:
            self._refresh()

    def _refresh(self) -> None:
        self._behind = True
        with self.store.since(self._snapshot.version) as changes:
            if changes.version != self._snapshot.version:
                self._advance(changes)
        self._behind = False

    def _nothing(self) -> Snapshot:
        """The index of no articles."""
        return Snapshot(search=self.store.search, relations=self.vocabulary.relations)

    def _advance(self, changes: Changes) -> None:
        """Go on to a newer version: forget what changed, then show the new index."""
        self._tell(changes.seqs)
        known = self._nothing() if changes.whole else self._snapshot
        self._snapshot = known.with_bitmaps(changes.version, changes.bitmaps)


def _count_failure(article: Article, old: Known | None, error: Exception, report: Report) -> None:
    """Count an article that was due as failed, by its id; what is kept of it stays as it was."""
    what = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    report.failed.append(SourceError(article.id, f"cannot be tagged ({what})"))
    if old is None:
        report.new -= 1
    elif old.digest != digest_of(dump_article(article)):
        report.changed -= 1
    else:
        report.unchanged -= 1
        report.retagged -= 1


def _under_id(article: Article, id_: str) -> Article:
    """The same text from another place keeps the id it came with first."""
    return article if article.id == id_ else replace(article, id=id_)

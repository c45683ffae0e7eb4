"""What is kept, how it gets in, and the index of it: articles in, one transaction a batch.

article -> due? -> tagger -> row, keys, words -> one commit -> the next snapshot
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from feed.errors import NotFound, OtherRules, SourceError, StaleSnapshot, StoreError
from feed.index.snapshot import ALL, Snapshot, Update
from feed.ingest.report import DUE, Fate, Progress, Report, silent
from feed.ingest.rules_in_use import RulesInUse
from feed.ingest.view import View
from feed.model import Article, Tagged
from feed.query.expression import Everything, Expression
from feed.query.keys import Vocabulary, keys_of
from feed.query.parser import parse
from feed.store.database import CHUNK, Changes, Known, Store
from feed.store.records import digest_of, dump_article
from feed.store.writer import REMOVED, WITHDRAWN, Row, Writer, row_of
from feed.tagging.tagger import Tagger
from feed.taxonomy.renames import present
from feed.taxonomy.taxonomy import Taxonomy, gc_paused

BATCH = 5_000  # articles of a transaction at most: the more, the fewer times a bitmap is written
WINDOW = 10_000  # articles that are sorted by date before they arrive
ATTEMPTS = 2  # of a question that commits overtake, before it takes a transaction
T = TypeVar("T")
# Told the arrival numbers of articles that changed, before their index is shown; None for all.
Listener = Callable[[Sequence[int] | None], None]


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
        self._vocabulary = Vocabulary(taxonomy)
        self._view = View()
        self.rules = RulesInUse(self.store, taxonomy)
        self._listeners: list[Listener] = []
        self._tagger: Tagger | None = None
        self._snapshot = self._nothing()
        self._behind = False  # is there a commit that could not be read?
        self._lock = threading.RLock()

    @property
    def vocabulary(self) -> Vocabulary:
        """All keys that expressions may name; within a question, as of when it was asked."""
        return self._view.vocabulary or self._vocabulary

    @property
    def taxonomy(self) -> Taxonomy:
        """What articles are tagged with."""
        return self.vocabulary.taxonomy

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Go on with another taxonomy, which a person has saved; stored tags stay until `retag`.

        The database goes by it from now on, unless this process was behind and is again.
        """
        in_use = self.rules.are_mine()
        with self._lock:
            self._tagger = None
            self._vocabulary = Vocabulary(taxonomy)
            self.rules.set_taxonomy(taxonomy)
            self._snapshot = self._snapshot.with_relations(self._vocabulary.relations)
            self._tell(None)
        with suppress(StoreError):  # it cannot be written; `complaint` says that it has another
            if in_use:
                self.rules.make_current()
            else:
                self.rules.make_current_if_unseen()

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
        with gc_paused():  # a batch makes no cycles, and all of it is dropped at the end
            tagger, known = self.tagger, self.store.known(list(latest.values()))
            due = [a for a in latest.values() if self._fate(a, known.get(a.id)) in DUE]
            ahead = {article.id: _tagged(tagger, article) for article in due}
            self._commit(tagger, lambda: latest, ahead, report)

    def retag_range(self, shard: Shard, report: Report) -> None:
        """One transaction: tag anew what of a range is due; the present ruleset adopts the rest."""
        with gc_paused():
            tagger, version = self.tagger, self.store.counter("version")
            late = self.store.written_since(shard.version, shard.first, shard.last)
            found = self.store.articles(sorted({*shard.due, *late}))
            ahead = {t.article.id: _tagged(tagger, t.article) for t in found.values()}

            def read() -> dict[str, Article]:
                """As they are now: what others wrote meanwhile, or took out, is looked at again."""
                late = self.store.written_since(version, shard.first, shard.last)
                kept = [found[seq].article for seq in found.keys() - set(late)]
                kept += [tagged.article for tagged in self.store.articles(late).values()]
                return {article.id: article for article in kept}

            self._commit(tagger, read, ahead, report, shard)

    def _commit(
        self,
        tagger: Tagger,
        read: Callable[[], Mapping[str, Article]],
        ahead: Mapping[str, Tagged | Exception],
        report: Report,
        shard: Shard | None = None,
    ) -> None:
        """Write what `read` gives inside the transaction; `ahead` was tagged before it."""
        with ExitStack() as stack:
            with self.store.writing() as writer:
                stack.enter_context(self._lock)  # nobody waits for it while we wait for a writer
                ruleset = self.rules.mine
                if writer.current_digest() not in ("", ruleset.digest):
                    raise OtherRules(self.store.place)
                if tagger.digest != ruleset.digest:  # a new taxonomy came in meanwhile
                    tagger, ahead = self.tagger, {}
                self._refresh()
                writer.make_current_if_first(ruleset)
                changes = self._write(writer, read(), ahead, tagger, report)
                if shard:
                    writer.mark_current(shard.first, shard.last, ruleset.digest)
            if changes:
                self._advance(changes)

    def _write(
        self,
        writer: Writer,
        latest: Mapping[str, Article],
        ahead: Mapping[str, Tagged | Exception],
        tagger: Tagger,
        report: Report,
    ) -> Changes | None:
        """Rows, words and bitmaps of what is due; None when nothing is."""
        known = self.store.known(list(latest.values()))
        seq = writer.next_seq()
        rows: list[Row] = []
        updates: list[Update] = []
        due = [a for a in latest.values() if self._is_due(a, known.get(a.id), report)]
        before = self.keys([known[a.id].seq for a in due if a.id in known])
        articles: list[Article] = []
        for article in due:
            old, tagged = known.get(article.id), ahead.get(article.id)
            if tagged is None or (isinstance(tagged, Tagged) and tagged.article != article):
                tagged = _tagged(tagger, article)  # it changed meanwhile
            try:
                if isinstance(tagged, Exception):
                    raise tagged
                tagged = _under_id(tagged, old.id if old else article.id)
                row = row_of(old.seq if old else seq, tagged)
            except Exception as e:  # it costs this article, not those beside it
                _count_failure(article, old, e, report)
                continue
            rows.append(row)
            articles.append(tagged.article)
            had = before.get(old.seq, frozenset()) if old else frozenset()
            keys = keys_of(tagged)
            updates.append(Update(rows[-1].seq, keys - had | {ALL}, had - keys))
            seq += not old
        if not rows:
            return None
        version = writer.next_version()
        bitmaps = self._snapshot.changes(updates)
        writer.put(rows, articles, version)
        writer.put_bitmaps(bitmaps, version)
        return Changes(version, [(*k, v) for k, v in bitmaps.items()], [row.seq for row in rows])

    def remove(self, name: str, for_good: bool = True) -> Article:
        """Take an article out; for good, it will not come in again under its id.

        Raises:
            NotFound: there is none of that id or slug (Gone: it was removed).
        """
        with self.store.writing() as writer, self._lock:
            self._refresh()
            found = self.store.article(name)
            if found is None:
                raise NotFound("article", name)
            seq, tagged = found
            version = writer.next_version()
            bitmaps = self._snapshot.changes([Update(seq, frozenset(), keys_of(tagged) | {ALL})])
            writer.remove(seq, tagged.article, version, REMOVED if for_good else WITHDRAWN)
            writer.put_bitmaps(bitmaps, version)
        return tagged.article

    def _is_due(self, article: Article, old: Known | None, report: Report) -> bool:
        """Must this article be written? Counts it in the report."""
        fate = self._fate(article, old)
        report.count(fate)
        return fate in DUE

    def _fate(self, article: Article, old: Known | None) -> Fate:
        """What becomes of an article that comes in."""
        if old is None:
            return "new"
        if old.digest == REMOVED:
            return "unchanged"
        if old.id == article.id and old.digest != digest_of(dump_article(article)):
            return "changed"
        return "unchanged" if old.taxonomy == self.rules.mine.digest else "retagged"

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

    def count(self) -> int:
        """How many articles there are."""
        return self.current_snapshot().count(Everything())

    def counts(self) -> dict[str, int]:
        """How many articles carry each tag; tags without articles are absent."""
        snapshot = self.current_snapshot()
        return {key: size for key in self.taxonomy if (size := snapshot.size(key))}

    def stale(self) -> int:
        """How many articles were tagged by another taxonomy, other rules or other code than ours."""
        digest = self.rules.mine.digest
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
        """The index as of the last commit, whoever made it; within a question, as of when it was asked."""
        if self._view.snapshot is not None:
            return self._view.snapshot
        if self.store.changed() or self._behind:  # the store says so once to every thread
            with self._lock:
                self._refresh()
        return self._snapshot

    def query(self, question: Callable[[Snapshot], T], first: Snapshot | None = None) -> T:
        """The answer to a question, tags, words and taxonomy as of one commit.

        A question that has been overtaken is asked again; the last time in a transaction of its
        own, which no commit can overtake. What is asked within it, in the same thread, is answered
        as of the same commit, and nobody asks the database again whether there is a newer one.

        Args:
            first: the present snapshot, for who has asked for it already.
        """
        if self._view.snapshot is not None:
            return question(self._view.snapshot)
        for attempt in range(ATTEMPTS):
            with suppress(StaleSnapshot):
                snapshot = first if first and not attempt else self.current_snapshot()
                with self._view.of(snapshot, self._vocabulary):
                    return question(snapshot)
        with ExitStack() as view:
            with self._lock:  # nobody brings in a newer snapshot while the view begins
                view.enter_context(self.store.reading())
                self._refresh()
                snapshot = self._snapshot
            view.enter_context(self._view.of(snapshot, self._vocabulary))
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


def _tagged(tagger: Tagger, article: Article) -> Tagged | Exception:
    """An article with its tags, or what went wrong."""
    try:
        return tagger.tag(article)
    except Exception as e:
        return e


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


def _under_id(tagged: Tagged, id_: str) -> Tagged:
    """The same text from another place keeps the id it came with first."""
    article = tagged.article
    return tagged if article.id == id_ else replace(tagged, article=replace(article, id=id_))

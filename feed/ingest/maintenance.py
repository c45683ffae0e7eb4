"""The index made anew, held against the articles, and a database copied into another."""

from collections import Counter
from collections.abc import Iterable
from contextlib import closing

from feed.database_url import database_name
from feed.errors import StoreError
from feed.index.snapshot import ALL, BLOCK, PostingsBuilder, Snapshot
from feed.ingest.archive import Archive
from feed.ingest.report import Progress, silent
from feed.query.expression import Has
from feed.query.keys import keys_of
from feed.store.database import Store
from feed.store.records import load_article, load_tagged
from feed.store.writer import Row, Writer
from feed.text.fold import blanked

SHOWN = 100  # problems that are told one by one


def rebuild(archive: Archive, progress: Progress = silent) -> int:
    """Make all bitmaps and the text index anew from the articles, in one transaction.

    Returns:
        The number of articles.
    """
    count = 0
    builder = PostingsBuilder()
    with archive.store.writing() as writer:
        writer.clear_index()
        version = writer.next_version()
        for rows in archive.store.rows():
            for row in rows:
                if row.seq & ((1 << BLOCK) - 1) == 0:
                    writer.put_bitmaps(builder.build(), version)
                if row.removed:
                    continue
                builder.add(row.seq, (*_keys(row), ALL))
            writer.put_words(_words(row) for row in rows if not row.removed)
            count += sum(not row.removed for row in rows)
            progress(len(rows))
        writer.put_bitmaps(builder.build(), version)
        writer.set_counter("rebuild", 0)
        writer.set_counter("remade", version)  # every process reads the whole index anew
    archive.refresh()
    return count


def _keys(row: Row) -> frozenset[str]:
    return keys_of(load_tagged(load_article(row.record), row.uses, row.taxonomy))


def _words(row: Row) -> tuple[int, str, str]:
    article = load_article(row.record)
    return row.seq, blanked(article.title), blanked(article.text)


def check(archive: Archive, progress: Progress = silent) -> list[str]:
    """Hold bitmaps and words against the articles; each problem found is a sentence.

    Writes nothing. It looks at one moment; others may go on writing.
    """
    with archive.store.reading():
        return _problems(archive, progress)


def _problems(archive: Archive, progress: Progress) -> list[str]:
    problems: list[str] = []
    snapshot = Snapshot().with_bitmaps(0, archive.store.bitmaps())
    sizes: Counter[str] = Counter()
    words: Counter[str] = Counter()
    expected = 0
    for rows in archive.store.rows():
        for row in rows:
            if row.seq != expected:
                problems.append(f"articles {expected} to {row.seq - 1} are missing")
            expected = row.seq + 1
            if row.removed:
                continue
            keys = (*_keys(row), ALL)
            problems += _check_row(row.seq, keys, snapshot)
            sizes.update(keys)
            _, title, body = _words(row)
            words.update(set(f"{title} {body}".split()))
        progress(len(rows))
    if archive.store.counter("seq") != expected:
        problems.append(f"the next article should be {expected}")
    problems += _surplus(snapshot, sizes)
    problems += _wrong_words(words, archive.store.word_counts())
    if len(problems) > SHOWN:
        problems[SHOWN:] = [f"and {len(problems) - SHOWN} more"]
    return problems


def _check_row(seq: int, keys: Iterable[str], snapshot: Snapshot) -> Iterable[str]:
    for key in keys:
        if not snapshot.holds(Has(key), seq):
            yield f"article {seq}: the index of '{key}' does not hold it"


def _surplus(snapshot: Snapshot, sizes: Counter[str]) -> Iterable[str]:
    for key in snapshot.bitmaps:
        if snapshot.size(key) > sizes[key]:
            yield f"the index of '{key}' holds {snapshot.size(key)} articles instead of {sizes[key]}"


def _wrong_words(expected: Counter[str], found: dict[str, int]) -> Iterable[str]:
    for word in sorted({**expected, **found}):
        if expected[word] != found.get(word, 0):
            yield (
                f"the word '{word}' is indexed for {found.get(word, 0)} articles instead of"
                f" {expected[word]}"
            )


def copy_database(source: str, target: str, progress: Progress = silent) -> int:
    """Copy all articles, sources, taxonomies and the index into an empty database, in one transaction.

    The source is copied as it is at one moment; others may go on writing to it.

    Returns:
        The number of articles.

    Raises:
        StoreError: there is no source, the target is not empty, or either cannot be used.
    """
    with (
        closing(Store(source, make=False)) as store,
        closing(Store(target)) as into,
        into.writing() as writer,
        store.reading(),
    ):
        if into.counter("seq"):
            raise StoreError(
                f"{database_name(target)}: holds articles already; copy into an empty database"
            )
        version = store.counter("version") + into.counter("version") + 1
        count = _copy_articles(store, writer, version, progress)
        bitmaps = {(key, block): bits for key, block, bits in store.bitmaps()}
        writer.put_bitmaps(bitmaps, version)
        writer.put_rulesets(store.rulesets())
        for token in store.tokens():
            writer.put_token(token)
        with store.names() as names:
            writer.names.put_rows(names.rows())
        writer.set_counter("former", store.counter("former"))
        for hidden in store.hidden():
            writer.put_hidden(*hidden)
        for row, items in store.sources.dump():
            writer.put_source(row, items)
        writer.set_counter("seq", store.counter("seq"))
        writer.set_counter("version", version)
        writer.set_counter("rebuild", store.counter("rebuild"))
        return count


def _copy_articles(store: Store, writer: Writer, version: int, progress: Progress) -> int:
    count = 0
    for rows in store.rows():
        writer.put_rows(rows, version)
        writer.put_words(_words(row) for row in rows if not row.removed)
        count += sum(not row.removed for row in rows)
        progress(len(rows))
    return count

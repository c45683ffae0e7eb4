"""Articles, tags and bitmaps in one SQLite file: write-ahead log, one transaction a batch.

Every thread has its own connection. A writer takes the lock at the beginning of its transaction,
so that what it reads there is what it changes.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from feed.errors import StoreError
from feed.model import Article, Tagged
from feed.store.records import (
    content_digest,
    digest_of,
    dump_article,
    dump_uses,
    load_article,
    load_tagged,
)
from feed.store.schema import MIGRATIONS

SCHEME = "sqlite:///"
_BUSY = 30_000  # milliseconds to wait for another writer
_CHUNK = 500  # names in one IN (...)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of an article that comes in again."""

    seq: int
    id: str
    digest: str
    taxonomy: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One article to write, at its place in the order of arrival, as the database keeps it.

    Texts, not objects: a batch of them is nothing for the garbage collector to look through.
    """

    seq: int
    id: str
    slug: str
    digest: str
    content: str
    record: str
    taxonomy: str
    uses: str
    keys: str


def row_of(seq: int, tagged: Tagged, keys: Iterable[str]) -> Row:
    """The row of a tagged article; `keys` is what the index holds of it."""
    article = tagged.article
    record = dump_article(article)
    return Row(
        seq,
        article.id,
        article.slug,
        digest_of(record),
        content_digest(article),
        record,
        tagged.digest,
        dump_uses(tagged),
        " ".join(sorted(keys)),
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """What other connections committed: the present version, bitmaps, and articles that changed."""

    version: int
    bitmaps: list[tuple[str, int, bytes]]
    seqs: list[int]


Bitmaps = Mapping[tuple[str, int], bytes]  # (key, block) -> serialised bitmap


class Store:
    """One database file. Open it once; close it when done.

    Raises:
        StoreError: the file cannot be opened, or is not ours.
    """

    def __init__(self, url: str) -> None:
        self.path = Path(url.removeprefix(SCHEME))
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._migrate()

    def close(self) -> None:
        """Close every thread's connection."""
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
        self._local = threading.local()

    # Reading

    def changed(self) -> bool:
        """Has any other connection committed since this thread last asked? About 3 microseconds."""
        with _translated(self.path):
            (now,) = self._connection.execute("PRAGMA data_version").fetchone()
        before = getattr(self._local, "data_version", None)
        self._local.data_version = now
        return bool(now != before)

    def since(self, version: int) -> "Changes":
        """What was committed after `version`, in one consistent read."""
        with self._reading() as db:
            (now,) = db.execute("SELECT value FROM counter WHERE name = 'version'").fetchone()
            if now == version:
                return Changes(now, [], [])
            bitmaps = db.execute(
                "SELECT key, block, bits FROM bitmap WHERE version > ?", (version,)
            ).fetchall()
            seqs = db.execute("SELECT seq FROM article WHERE version > ?", (version,)).fetchall()
            return Changes(now, bitmaps, [seq for (seq,) in seqs] if version else [])

    def known(self, articles: Sequence[Article]) -> dict[str, Known]:
        """By id of the given articles: those that are here, under that id or as the same text.

        Sameness of text counts only for articles that have no name of their own.
        """
        by_id = {a.id: a.id for a in articles}
        by_content = {content_digest(a): a.id for a in articles if a.id.startswith("tag:tagwire,")}
        found: dict[str, Known] = {}
        for column, names in (("content", by_content), ("id", by_id)):
            for seq, id_, digest, taxonomy, keys, name in self._select_known(column, list(names)):
                found[names[name]] = Known(seq, id_, digest, taxonomy, frozenset(keys.split()))
        return found

    def _select_known(
        self, column: str, names: list[str]
    ) -> Iterator[tuple[int, str, str, str, str, str]]:
        with _translated(self.path):
            for at in range(0, len(names), _CHUNK):
                chunk = names[at : at + _CHUNK]
                marks = ",".join("?" * len(chunk))
                yield from self._connection.execute(
                    f"SELECT seq, id, digest, taxonomy, keys, {column} FROM article"
                    f" WHERE {column} IN ({marks})",
                    chunk,
                )

    def articles(self, seqs: Sequence[int]) -> dict[int, Tagged]:
        """Articles with their tags, by their place in the order of arrival."""
        found: dict[int, Tagged] = {}
        with _translated(self.path):
            for at in range(0, len(seqs), _CHUNK):
                chunk = list(seqs[at : at + _CHUNK])
                marks = ",".join("?" * len(chunk))
                for seq, record, uses, taxonomy in self._connection.execute(
                    f"SELECT seq, record, uses, taxonomy FROM article WHERE seq IN ({marks})", chunk
                ):
                    found[seq] = load_tagged(load_article(record), uses, taxonomy)
        return found

    def article(self, name: str) -> tuple[int, Tagged] | None:
        """The article of that slug, id or URL, with its seq; None when there is none."""
        with _translated(self.path):
            row = self._connection.execute(
                "SELECT seq, record, uses, taxonomy FROM article WHERE slug = ?1 OR id = ?1",
                (name,),
            ).fetchone()
        if row is None:
            return None
        return row[0], load_tagged(load_article(row[1]), row[2], row[3])

    def seqs_by_other_taxonomy(self, digest: str) -> list[int]:
        """All articles that another taxonomy tagged, oldest first."""
        with _translated(self.path):
            rows = self._connection.execute(
                "SELECT seq FROM article WHERE taxonomy <> ? ORDER BY seq", (digest,)
            )
            return [seq for (seq,) in rows]

    # Writing

    @contextmanager
    def writing(self) -> Iterator["Writer"]:
        """One transaction: all of it is kept, or nothing."""
        with _translated(self.path):
            db = self._connection
            db.execute("BEGIN IMMEDIATE")
            try:
                yield Writer(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    # Connections

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = _connect(self.path)
            self._local.connection = connection
            with self._lock:
                self._all.append(connection)
        return connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with _translated(self.path):
            db = self._connection
            if db.in_transaction:  # inside our own write
                yield db
                return
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.execute("COMMIT")

    def _migrate(self) -> None:
        with _translated(self.path):
            db = self._connection
            db.execute("BEGIN IMMEDIATE")
            try:
                (done,) = db.execute("PRAGMA user_version").fetchone()
                if done > len(MIGRATIONS):
                    raise StoreError(
                        f"{self.path}: written by a newer Tagwire (schema {done}); upgrade Tagwire"
                    )
                for step in MIGRATIONS[done:]:
                    for statement in _statements(step):
                        db.execute(statement)
                db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise


class Writer:
    """What may be done inside one transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def next_seq(self) -> int:
        """The place of the next new article."""
        (seq,) = self._db.execute("SELECT value FROM counter WHERE name = 'seq'").fetchone()
        return int(seq)

    def put(self, rows: Sequence[Row], version: int) -> None:
        """Insert new articles, replace known ones at their place."""
        self._db.executemany(
            "INSERT INTO article (seq, id, slug, digest, content, record, taxonomy, uses, keys, version)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (seq) DO UPDATE SET digest = excluded.digest, content = excluded.content,"
            " record = excluded.record, taxonomy = excluded.taxonomy, uses = excluded.uses,"
            " keys = excluded.keys, version = excluded.version",
            [(*astuple(row), version) for row in rows],
        )
        last = max(row.seq for row in rows)
        self._db.execute("UPDATE counter SET value = max(value, ?) WHERE name = 'seq'", (last + 1,))

    def next_version(self) -> int:
        """The number of this commit."""
        (version,) = self._db.execute(
            "UPDATE counter SET value = value + 1 WHERE name = 'version' RETURNING value"
        ).fetchone()
        return int(version)

    def put_bitmaps(self, bitmaps: Bitmaps, version: int) -> None:
        """Write changed bitmaps."""
        self._db.executemany(
            "INSERT INTO bitmap (key, block, bits, version) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key, block) DO UPDATE SET bits = excluded.bits,"
            " version = excluded.version",
            [(key, block, bits, version) for (key, block), bits in bitmaps.items()],
        )


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in (
        f"busy_timeout = {_BUSY}",
        "journal_mode = WAL",
        "synchronous = NORMAL",  # with WAL: never torn; a power cut may cost the last commits
        "cache_size = -65536",  # KiB, when negative
        "mmap_size = 1073741824",
    ):
        db.execute(f"PRAGMA {pragma}")
    return db


def _statements(script: str) -> Iterator[str]:
    """The statements of a migration, one by one: `executescript` would commit behind our back."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as e:
        raise StoreError(f"{path}: {_advice(e)}") from e


def _advice(error: sqlite3.Error) -> str:
    text = str(error)
    if "not a database" in text or "malformed" in text:
        return f"this is no Tagwire database ({text}); move it away or name another"
    if "unable to open" in text:
        return "cannot be opened; is the folder there, and may you write to it?"
    if "readonly" in text:
        return "cannot be written; check the permissions of the file and its folder"
    if "locked" in text:
        return "another process has kept it locked for half a minute; try again"
    return text

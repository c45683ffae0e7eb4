"""SQLite: one file, a write-ahead log, FTS5 for words."""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

from feed.errors import QueryTimeout, StoreError
from feed.query.expression import Text
from feed.store.connection import Connection, Rows, Words
from feed.store.identity import APPLICATION, is_our_file
from feed.store.schema import SQLITE
from feed.store.writers_lock import WritersLock

SCHEME = "sqlite:///"
_BUSY = 30_000  # milliseconds to wait for another writer
SOUND = (3, 51, 3)  # before it, what is mapped into memory makes damage of a log worse
_MAPPED = 1 << 30  # bytes of the file
_LONG_LOG = (
    32 << 20
)  # bytes of a log that is copied into the database; a batch writes some millions
_WRITES = ("INSERT", "UPDATE", "DELETE")
_STEPS = 1_000  # of SQLite's machine, some tens of microseconds, between two looks at the clock


class SqliteConnection(Connection):
    """A connection to one file, which is made when it is not there."""

    migrations = SQLITE
    now = "((julianday('now') - 2440587.5) * 86400.0)"

    def __init__(self, url: str) -> None:
        self.place = str(Path(url.removeprefix(SCHEME)))
        self._writing = False  # is the present transaction, or was the last one, to write?
        self._seen: int | None = None  # SQLite's number for what it held when last asked
        self._lock = WritersLock(self.place, _BUSY / 1000)
        with self.translated():
            known = is_our_file(Path(self.place))
            self._db = sqlite3.connect(self.place, isolation_level=None, check_same_thread=False)
            try:
                self._set_up(known)
            except sqlite3.OperationalError:
                self._db.close()
                if not known or not _cannot_change(self.place):
                    raise
                self._db = _opened_as_it_is(self.place)

    def _set_up(self, known: bool) -> None:
        for pragma in (
            f"busy_timeout = {_BUSY}",
            "synchronous = NORMAL",  # with WAL: never torn; a power cut may cost the last commits
            "wal_autocheckpoint = 0",  # who writes does it, see `end`
            "cache_size = -65536",  # KiB, when negative
            f"mmap_size = {_MAPPED if sqlite3.sqlite_version_info >= SOUND else 0}",
        ):
            self._db.execute(f"PRAGMA {pragma}")
        if not known:
            self._db.execute(f"PRAGMA application_id = {APPLICATION}")
        if self._db.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            self._log_ahead()

    def _log_ahead(self) -> None:
        """Switch to a write-ahead log. SQLite waits for nobody here, so that of several processes
        that make a database together all but one would fail."""
        until = time.monotonic() + _BUSY / 1000
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as e:
                if "locked" not in str(e) or time.monotonic() > until:
                    raise
                time.sleep(0.01)

    @classmethod
    def is_there(cls, url: str) -> bool:
        path = Path(url.removeprefix(SCHEME))
        try:
            return is_our_file(path)
        except sqlite3.Error as e:
            raise StoreError(f"{path}: {_advice(e)}") from e

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Rows:
        if self._db.in_transaction or not sql.startswith(_WRITES):
            return self._db.execute(sql, values).fetchall()
        self.begin(write=True)
        try:
            rows = self._db.execute(sql, values).fetchall()
        except BaseException:
            self.end(keep=False)
            raise
        self.end(keep=True)
        return rows

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        yield from self._db.execute(sql)

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        self._db.executemany(sql, rows)

    def begin(self, write: bool) -> None:
        # A writer takes the lock at once, so that what it reads is what it changes.
        if write:
            self._lock.acquire()
        try:
            self._db.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        except BaseException:
            self._lock.release()
            raise
        self._writing = write

    def begin_row_by_row(self) -> None:
        self.begin(write=True)

    def end(self, keep: bool) -> None:
        try:
            if self._db.in_transaction:
                self._db.execute("COMMIT" if keep else "ROLLBACK")
                if self._writing:
                    self._seen = None  # SQLite does not report a commit to who made it
                    self._copy_log()
        finally:
            self._lock.release()

    def _copy_log(self) -> None:
        """Copy a long log into the database, as far as no reader needs it, before others write."""
        try:
            long = os.stat(f"{self.place}-wal").st_size > _LONG_LOG
        except OSError:
            return
        if long:
            with suppress(sqlite3.OperationalError):  # a later writer will do it
                self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    @property
    def busy(self) -> bool:
        return self._db.in_transaction

    def close(self) -> None:
        self._db.close()
        self._lock.close()

    def changed(self) -> bool:
        """Some microseconds."""
        before = self._seen
        try:  # written out: this is asked with every request
            self._seen = self._db.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error as e:
            raise StoreError(f"{self.place}: {_advice(e)}") from e
        return self._seen != before

    @contextmanager
    def translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as e:
            raise StoreError(f"{self.place}: {_advice(e)}") from e

    def schema_version(self) -> int:
        (done,) = self._db.execute("PRAGMA user_version").fetchone()
        return int(done)

    def migrate(self, script: str, number: int) -> None:
        for statement in _statements(script):
            self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {number}")
        self._db.execute(f"PRAGMA application_id = {APPLICATION}")

    def put_words(self, new: Sequence[Words], old: Sequence[Words]) -> None:
        for words in old:
            self.drop_words(words)
        self._db.executemany("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", new)

    def drop_words(self, old: Words) -> None:
        self._db.execute(
            "INSERT INTO words (words, rowid, title, body) VALUES ('delete', ?, ?, ?)", old
        )

    def clear_words(self) -> None:
        self._db.execute("INSERT INTO words (words) VALUES ('delete-all')")

    def search(self, text: Text, first: int, last: int, seconds: float | None = None) -> list[int]:
        query = f'"{text.words}"' + " *" * text.prefix
        if text.title:
            query = f"title : {query}"
        with self._patience(seconds):
            rows = self._db.execute(
                "SELECT rowid FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ?",
                (query, first, last),
            )
            return [seq for (seq,) in rows]

    @contextmanager
    def _patience(self, seconds: float | None) -> Iterator[None]:
        """Breaks off what takes too long: SQLite asks now and then whether it should go on."""
        if seconds is None:
            yield
            return
        end = monotonic() + seconds
        self._db.set_progress_handler(lambda: monotonic() > end, _STEPS)
        try:
            yield
        except sqlite3.OperationalError as e:
            if monotonic() > end:
                raise QueryTimeout(seconds) from e
            raise
        finally:
            self._db.set_progress_handler(None, 0)

    def word_counts(self) -> Iterator[tuple[str, int]]:
        yield from self._db.execute("SELECT term, doc FROM word_counts")


def _cannot_change(place: str) -> bool:
    """Is it on a medium that nobody writes to, with all that was written in the file itself?"""
    log = Path(f"{place}-wal")
    written = log.exists() and log.stat().st_size > 0
    return not written and not os.access(Path(place).absolute().parent, os.W_OK)


def _opened_as_it_is(place: str) -> sqlite3.Connection:
    """A file that does not change: without a log, which SQLite would have to make beside it."""
    name = f"{Path(place).absolute().as_uri()}?immutable=1"
    return sqlite3.connect(name, uri=True, isolation_level=None, check_same_thread=False)


def _statements(script: str) -> Iterator[str]:
    """The statements of a migration, one by one: `executescript` would commit behind our back."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


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

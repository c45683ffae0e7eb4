"""PostgreSQL, 14 or later: the same tables; a GIN index over the words of the articles."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import Any

from feed.database_url import database_name
from feed.errors import QueryTimeout, StoreError
from feed.query.expression import Text
from feed.store.connection import Connection, Rows, Words
from feed.store.identity import has_tables, shape_of
from feed.store.schema import POSTGRES

_STREAMED = 5_000  # rows of one round trip
NOTE = "Tagwire"  # the comment on the table of migrations
_OF_MIGRATIONS = "migration"
_NOTED = "SELECT obj_description(to_regclass('migration'), 'pg_class')"
# The tables of our schema, those of extensions left out.
_TABLES = (
    "SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
    " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"
    " AND attnum > 0 AND NOT attisdropped AND NOT EXISTS (SELECT FROM pg_depend"
    " WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')"
    " ORDER BY relname, attnum"
)
_WRITERS = 7_482_111  # the advisory lock that one writer at a time holds


class PostgresConnection(Connection):
    """A connection to one server's database, whose tables are made when they are not there."""

    migrations = POSTGRES
    now = "extract(epoch FROM clock_timestamp())"

    def __init__(self, url: str) -> None:
        try:
            import psycopg
        except ImportError as e:
            raise StoreError(
                "PostgreSQL needs its driver: install Tagwire as 'tagwire[postgres]'"
            ) from e
        self._error, self._canceled = psycopg.Error, psycopg.errors.QueryCanceled
        self.place = database_name(url)
        self._version: int | None = None
        with self.translated():
            self._db = psycopg.connect(url, autocommit=True, connect_timeout=10)

    @classmethod
    def is_there(cls, url: str) -> bool:
        with closing(cls(url)) as db:
            return db.schema_version() > 0

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Rows:
        cursor = self._db.execute(_formatted(sql), values)
        return cursor.fetchall() if cursor.description else []

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        with self._db.cursor(name="stream") as cursor:
            cursor.itersize = _STREAMED
            yield from cursor.execute(sql.encode())

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._db.cursor() as cursor:
            cursor.executemany(_formatted(sql), rows)

    def begin(self, write: bool) -> None:
        if write:
            self._db.execute("BEGIN")
            self._db.execute("SELECT pg_advisory_xact_lock(%s)", (_WRITERS,))
        else:
            self._db.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    skip_locked = " FOR UPDATE SKIP LOCKED"

    def begin_row_by_row(self) -> None:
        self._db.execute("BEGIN")

    def end(self, keep: bool) -> None:
        self._db.execute("COMMIT" if keep else "ROLLBACK")

    @property
    def busy(self) -> bool:
        return bool(self._db.info.transaction_status)

    @property
    def alive(self) -> bool:
        return not self._db.closed

    def close(self) -> None:
        self._db.close()

    def changed(self) -> bool:
        """One round trip: some 60 microseconds on one machine."""
        before = self._version
        with self.translated():
            ((self._version,),) = self.execute("SELECT value FROM counter WHERE name = 'version'")
        return self._version != before

    @contextmanager
    def translated(self) -> Iterator[None]:
        try:
            yield
        except self._error as e:
            reason = str(e).strip().splitlines()[0] if str(e).strip() else type(e).__name__
            raise StoreError(f"{self.place}: {reason}") from e

    def schema_version(self) -> int:
        """How many migrations have run.

        Raises:
            StoreError: the tables are somebody else's.
        """
        ((note,),) = self.execute(_NOTED)
        if note == NOTE:
            return self._migrations()
        shape = shape_of((table, column) for table, column in self.execute(_TABLES))
        ours = shape.get(_OF_MIGRATIONS) == ("number",)
        done = self._migrations() if ours else 0
        others = {table: columns for table, columns in shape.items() if table != _OF_MIGRATIONS}
        has_tables(self.place, others if ours else shape, done, self.migrations)
        return done

    def _migrations(self) -> int:
        ((done,),) = self.execute("SELECT coalesce(max(number), 0) FROM migration")
        return int(done)

    def migrate(self, script: str, number: int) -> None:
        self._db.execute("CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY)")
        self._db.execute(f"COMMENT ON TABLE migration IS '{NOTE}'".encode())
        self._db.execute(script.encode())
        self._db.execute("INSERT INTO migration VALUES (%s)", (number,))

    def put_words(self, new: Sequence[Words], old: Sequence[Words]) -> None:
        self.many(
            "INSERT INTO words (seq, title, body, vector)"
            " VALUES (?, ?, ?, coalesce(array_to_tsvector(string_to_array(?, ' ')), ''))"
            " ON CONFLICT (seq) DO UPDATE SET title = excluded.title, body = excluded.body,"
            " vector = excluded.vector",
            [_row(*words) for words in new],
        )

    def drop_words(self, old: Words) -> None:
        self.execute("DELETE FROM words WHERE seq = ?", old[:1])

    def clear_words(self) -> None:
        self._db.execute("DELETE FROM words")

    def search(self, text: Text, first: int, last: int, seconds: float | None = None) -> list[int]:
        words = text.words.split()
        query = " & ".join(f"'{word}'" for word in words) + ":*" * text.prefix
        sql = "SELECT seq FROM words WHERE vector @@ ?::tsquery AND seq >= ? AND seq < ?"
        values: list[Any] = [query, first, last]
        if len(words) > 1 or text.title:  # the vector says neither where nor in what order
            sought = f"% {text.words}" + ("%" if text.prefix else " %")
            sql += " AND title LIKE ?" if text.title else " AND (title LIKE ? OR body LIKE ?)"
            values += [sought] if text.title else [sought, sought]
        if seconds is None:
            return [seq for (seq,) in self.execute(sql, values)]
        try:
            with self._db.transaction():  # the limit is for this search alone
                self._db.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}".encode())
                return [seq for (seq,) in self.execute(sql, values)]
        except self._canceled as e:
            raise QueryTimeout(seconds) from e

    def word_counts(self) -> Iterator[tuple[str, int]]:
        yield from self.execute("SELECT word, ndoc FROM ts_stat('SELECT vector FROM words')")


def _row(seq: int, title: str, body: str) -> tuple[int, str, str, str | None]:
    """The words of title and body between single blanks; and those of both, each once, or None."""
    parts = title.split(), body.split()
    every = " ".join(dict.fromkeys([*parts[0], *parts[1]])) or None
    return seq, f" {' '.join(parts[0])} ", f" {' '.join(parts[1])} ", every


@lru_cache(maxsize=256)
def _formatted(sql: str) -> bytes:
    """Our SQL has `?` for values; psycopg wants `%s`."""
    return sql.replace("?", "%s").encode()

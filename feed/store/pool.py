"""The connections to one database: one for every thread, and the transactions on them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from feed.database_url import POSTGRES, check_database, database_name
from feed.errors import StoreError
from feed.store.connection import Connection
from feed.store.postgres import PostgresConnection
from feed.store.sqlite import SqliteConnection


class Pool:
    """Every thread's connection to a database whose tables are up to date. Opened as a `Store` is."""

    def __init__(self, url: str, make: bool = True) -> None:
        check_database(url)
        if not make and not _kind(url).is_there(url):
            raise StoreError(f"{database_name(url)}: there is no Tagwire database of that name")
        self._url = url
        self._local = threading.local()
        self._all: list[tuple[threading.Thread, Connection]] = []
        self._lock = threading.Lock()
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every thread's connection."""
        with self._lock:
            for _, connection in self._all:
                connection.close()
            self._all.clear()
        self._local = threading.local()

    @property
    def connection(self) -> Connection:
        """This thread's; a new one when the server has gone."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None or not connection.alive:
            connection = connect(self._url)
            self._local.connection = connection
            self._keep(connection)
        return connection

    def _keep(self, connection: Connection) -> None:
        """Remember it, to be closed when its thread has ended, or with all others."""
        with self._lock:
            known, self._all = self._all, [(threading.current_thread(), connection)]
            for thread, other in known:
                if not thread.is_alive():
                    other.close()
                elif other.alive:
                    self._all.append((thread, other))

    @contextmanager
    def using(self) -> Iterator[Connection]:
        """This thread's connection, with its driver's errors as ours."""
        connection = self.connection
        with connection.translated():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; that of this thread's transaction, if one is under way."""
        with self.using() as db:
            if db.busy:
                yield db
                return
            db.begin(write=False)
            try:
                yield db
            finally:
                db.end(keep=True)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or nothing."""
        with self.using() as db:
            db.begin(write=True)
            with _kept(db):
                yield db

    @contextmanager
    def row_by_row(self) -> Iterator[Connection]:
        """A short transaction beside those of articles; see `Connection.begin_row_by_row`."""
        with self.using() as db:
            db.begin_row_by_row()
            with _kept(db):
                yield db

    def _migrate(self) -> None:
        """Bring the tables up to date. Where they are, nobody has to wait for a writer."""
        with self.using() as db:
            if not _due(db):
                return
        with self.writing() as db:  # of several processes that start, one migrates
            for number, script in _due(db):
                db.migrate(script, number)


def _due(db: Connection) -> list[tuple[int, str]]:
    """The migrations that have not run yet, with their numbers."""
    done = db.schema_version()
    if done > len(db.migrations):
        raise StoreError(f"{db.place}: written by a newer Tagwire (schema {done}); upgrade Tagwire")
    return list(enumerate(db.migrations[done:], done + 1))


@contextmanager
def _kept(db: Connection) -> Iterator[None]:
    """The end of a transaction: commit, or roll back when something is raised."""
    try:
        yield
        db.end(keep=True)
    except BaseException:
        db.end(keep=False)
        raise


def connect(url: str) -> Connection:
    """A connection to the database of that URL."""
    return _kind(url)(url)


def _kind(url: str) -> type[PostgresConnection] | type[SqliteConnection]:
    return PostgresConnection if url.startswith(POSTGRES) else SqliteConnection

"""What is not ours is refused with a sentence, and stays as it was to the byte."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from feed.database_url import check_database
from feed.errors import SettingError, StoreError
from feed.store.database import Store
from feed.store.identity import APPLICATION
from feed.store.pool import connect
from feed.store.schema import SQLITE
from tests.conftest import Make
from tests.postgres import Server


def of(*statements: str) -> Callable[[Path], object]:
    """Makes a SQLite file with these statements."""

    def make(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            for statement in statements:
                db.execute(statement)

    return make


def written_by_us(*statements: str) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        Store(f"sqlite:///{path}").close()
        of(*statements)(path)

    return make


def of_size(size: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_text("x" * size)

    return make


FOREIGN: dict[str, tuple[Callable[[Path], object], str]] = {
    "another program's": (of("CREATE TABLE places (id, url)"), "no Tagwire database"),
    "another program's with a log": (of("PRAGMA journal_mode = WAL", "CREATE TABLE t (x)"), "no Tagwire database"),
    "another program's by its id": (of("PRAGMA application_id = 1196444487"), "no Tagwire database"),
    "tables of our names": (
        of("CREATE TABLE article (id, text)", "CREATE TABLE counter (name, value)", "CREATE TABLE bitmap (x)"),
        "it holds article, bitmap, counter",
    ),
    "our names and a version": (of("CREATE TABLE article (seq)", "PRAGMA user_version = 3"), "no Tagwire database"),
    "a version without tables": (of("PRAGMA user_version = 3"), "no Tagwire database"),
    "ours and one table more": (
        written_by_us("CREATE TABLE mine (x)", "PRAGMA application_id = 0"), "no Tagwire database",
    ),
    "one of a later version": (written_by_us("PRAGMA user_version = 99"), "newer Tagwire .schema 99."),
    "a text": (lambda path: path.write_text("Dear diary, " * 500), "no Tagwire database"),
    **{
        f"a text of {size} bytes": (of_size(size), "no Tagwire database")
        for size in (1, 15, 16, 100, 511, 512, 1024)
    },
    "a folder": (Path.mkdir, "this is a folder"),
}  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() if p.is_file() else b"" for p in folder.iterdir()}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("make", [True, False])
def test_a_foreign_file_is_not_written_to(name: str, make: bool, tmp_path: Path) -> None:
    prepare, said = FOREIGN[name]
    prepare(tmp_path / "x.db")
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=said):
        Store(f"sqlite:///{tmp_path}/x.db", make)
    assert contents(tmp_path) == before


def test_a_foreign_file_that_somebody_writes_to_is_not_written_to(tmp_path: Path) -> None:
    """Its tables are in its log alone."""
    with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE mine (x)")
        with pytest.raises(StoreError, match="it holds mine"):
            Store(f"sqlite:///{tmp_path}/x.db")
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]


@pytest.mark.parametrize("content", [None, b"", "tables"])
def test_what_holds_nothing_is_new(content: bytes | str | None, tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content:
        of("CREATE TABLE gone (x)", "DROP TABLE gone")(file)
    with pytest.raises(StoreError, match="no Tagwire database of that name"):
        Store(f"sqlite:///{file}", make=False)
    with closing(Store(f"sqlite:///{file}")) as store:
        assert store.counter("seq") == 0
    assert int.from_bytes(file.read_bytes()[68:72]) == APPLICATION


@pytest.mark.parametrize("done", range(1, len(SQLITE)))
def test_a_file_of_an_earlier_version_is_marked_when_it_is_migrated(
    done: int, tmp_path: Path
) -> None:
    with closing(connect(f"sqlite:///{tmp_path}/x.db")) as db:
        db.begin(write=True)
        for number, script in enumerate(SQLITE[:done], 1):
            db.migrate(script, number)
        db.execute("PRAGMA application_id = 0")
        db.end(keep=True)
    with closing(Store(f"sqlite:///{tmp_path}/x.db")) as store:
        assert store.counter("seq") == 0
        with store.reading() as db:
            assert db.execute("PRAGMA application_id") == [(APPLICATION,)]
            assert db.schema_version() == len(SQLITE)


OTHERS: dict[str, tuple[str, str]] = {
    "tables": ("CREATE TABLE users (id INT)", "it holds users"),
    "a view": ("CREATE VIEW people AS SELECT 1 AS id", "it holds people"),
    "our names": ("CREATE TABLE article (id INT); CREATE TABLE counter (n INT)", "article, counter"),
    "migrations of others": ("CREATE TABLE migration (id INT, name TEXT)", "it holds migration"),
    "migrations like ours": (
        "CREATE TABLE migration (number BIGINT); INSERT INTO migration VALUES (2);"
        " CREATE TABLE users (id INT)",
        "it holds users",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_a_foreign_database_of_a_server_is_not_written_to(name: str, postgres: Server) -> None:
    script, said = OTHERS[name]
    url = postgres.url()
    tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(script.encode())
        before = db.execute(tables.encode()).fetchall()
        for make in (True, False):
            with pytest.raises(StoreError, match=said):
                Store(url, make)
        assert db.execute(tables.encode()).fetchall() == before


def test_an_earlier_database_of_a_server_goes_on(postgres: Server) -> None:
    url = postgres.url()
    Store(url).close()
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("COMMENT ON TABLE migration IS NULL")
    with closing(Store(url, make=False)) as store:
        assert store.counter("seq") == 0


def test_nobody_waits_for_a_writer_to_open(database: str, make: Make) -> None:
    """Opening takes no lock of writers when there is nothing to migrate."""
    with closing(Store(database)) as store, store.writing() as writer:
        writer.set_counter("seq", 7)
        with closing(Store(database)) as other:
            assert other.counter("seq") == 0


MEMORY = [
    "", "sqlite:", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://:memory:", ":memory:",
    "sqlite:///./:memory:", "sqlite:///%3Amemory%3A", "SQLITE:///:MEMORY:", " sqlite:///:memory: ",
    "file::memory:", "file::memory:?cache=shared", "sqlite:///file::memory:", "sqlite:///x.db?mode=memory",
    "sqlite:///file:x?mode=memory", "sqlite:///file:x?cache=shared&mode=memory", "sqlite:///file:/x?vfs=memdb",
]  # fmt: skip


@pytest.mark.parametrize("url", MEMORY)
def test_a_database_in_memory_is_refused(url: str) -> None:
    for refuse in (check_database, Store):
        with pytest.raises(SettingError, match="in memory and gone"):
            refuse(url)


def test_the_command_refuses_a_database_in_memory(tmp_path: Path) -> None:
    command = [
        str(Path(sys.executable).parent / "tagwire"),
        "--database",
        "sqlite:///:memory:",
        "retag",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "in memory and gone" in done.stderr
    assert not list(tmp_path.iterdir())

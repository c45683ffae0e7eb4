"""Whether anybody committed, as SQLite tells it."""

import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from feed.store.identity import APPLICATION
from feed.store.sqlite import SCHEME, SqliteConnection

# Commits a row, or says that somebody else is writing.
INSERT = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=0)
try:
    with db:
        db.execute("INSERT INTO t VALUES (1)")
except sqlite3.OperationalError as e:
    print(e)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some.db"


@pytest.fixture
def writer(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE t (x)")
        yield db


@pytest.fixture
def reader(file: Path, writer: sqlite3.Connection) -> Iterator[SqliteConnection]:
    with closing(SqliteConnection(f"{SCHEME}{file}")) as connection:
        assert connection.changed()
        yield connection


def elsewhere(file: Path) -> str:
    """What another process says that tries to commit a row."""
    command = [sys.executable, "-c", INSERT, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_every_commit_is_seen_and_nothing_else(
    reader: SqliteConnection, writer: sqlite3.Connection
) -> None:
    chance = random.Random(5)
    for number in range(600):
        match chance.randrange(5):
            case 0 | 1:
                writer.execute("INSERT INTO t VALUES (?)", (number,))
                assert reader.changed()
            case 2:
                writer.execute("BEGIN IMMEDIATE")
                writer.execute("INSERT INTO t VALUES (?)", (number,))
                assert not reader.changed()
                writer.execute("ROLLBACK")
            case 3:
                writer.execute("SELECT count(*) FROM t").fetchone()
                reader.execute("SELECT count(*) FROM t")
            case 4:  # the log begins anew at the next commit
                writer.execute("PRAGMA wal_checkpoint(RESTART)")
                reader.changed()
        assert not reader.changed()


def test_commits_of_another_process_are_seen(reader: SqliteConnection, file: Path) -> None:
    for _ in range(5):
        assert elsewhere(file) == ""
        assert reader.changed()
        assert not reader.changed()


def test_a_commit_of_our_own_is_seen_by_all(file: Path) -> None:
    with (
        closing(SqliteConnection(f"{SCHEME}{file}")) as one,
        closing(SqliteConnection(f"{SCHEME}{file}")) as other,
    ):
        one.changed(), other.changed()
        one.begin(write=True)
        one.execute("CREATE TABLE t (x)")
        assert not other.changed()
        one.end(keep=True)
        assert (one.changed(), other.changed()) == (True, True)
        one.begin(write=False)
        one.execute("SELECT * FROM t")
        one.end(keep=True)
        assert (one.changed(), other.changed()) == (False, False)


def test_without_a_log_commits_are_seen_as_well(
    reader: SqliteConnection, writer: sqlite3.Connection, file: Path
) -> None:
    reader.close()
    assert writer.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    with closing(SqliteConnection(f"{SCHEME}{file}")) as late:
        late.execute("PRAGMA journal_mode = DELETE")
        assert late.changed()
        assert not late.changed()
        writer.execute("INSERT INTO t VALUES (1)")
        assert late.changed()
        assert not late.changed()

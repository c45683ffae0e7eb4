"""Writers of a SQLite file come in turn, and nobody writes while its log is copied."""

import os
import sqlite3
import threading
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest

from feed.errors import StoreError
from feed.store import sqlite
from feed.store.database import Store
from feed.store.writers_lock import WritersLock
from tests.loopback import PATIENCE

WRITERS, COMMITS = 3, 40


def write(url: str, name: str) -> None:
    """Commits of a process that copies the log again and again."""
    sqlite._LONG_LOG = 0
    with closing(Store(url)) as store:
        for number in range(COMMITS):
            with store.writing() as writer:
                writer.set_counter(f"{name} {number}", number)
            if number % 10 == 0:
                store.claim(f"{name} {number}", name, 60)


def test_processes_that_write_and_copy_the_log_lose_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    Store(url).close()
    context = get_context("spawn")
    processes = [context.Process(target=write, args=(url, str(n))) for n in range(WRITERS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(PATIENCE)
    assert [process.exitcode for process in processes] == [0] * WRITERS
    with closing(sqlite3.connect(tmp_path / "x.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        ((count,),) = db.execute("SELECT count(*) FROM counter WHERE name LIKE '% %'")
        assert count == WRITERS * COMMITS
        ((count,),) = db.execute("SELECT count(*) FROM lease")
        assert count == WRITERS * COMMITS // 10


def test_a_long_log_is_copied_by_who_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_LONG_LOG", 0)
    with closing(Store(f"sqlite:///{tmp_path}/x.db")) as store:
        for number in range(50):
            with store.writing() as writer:
                writer.set_counter(str(number), number)
        assert (tmp_path / "x.db-wal").stat().st_size < 1 << 20
        with closing(sqlite3.connect(f"file:{tmp_path}/x.db?immutable=1", uri=True)) as db:
            assert db.execute("SELECT value FROM counter WHERE name = '49'").fetchall() == [(49,)]


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    place = str(tmp_path / "x.db")
    one, other = WritersLock(place, 10), WritersLock(place, 0.05)
    one.acquire()
    with pytest.raises(StoreError, match="kept it locked"):
        other.acquire()
    threading.Timer(0.05, one.release).start()
    later = WritersLock(place, 60)
    later.acquire()
    assert later.held
    for lock in (one, other, later):
        lock.close()


def test_a_file_is_mapped_only_by_a_sound_sqlite(tmp_path: Path) -> None:
    with closing(Store(f"sqlite:///{tmp_path}/x.db")) as store, store.reading() as db:
        ((mapped,),) = db.execute("PRAGMA mmap_size")
        assert (mapped > 0) == (sqlite3.sqlite_version_info >= sqlite.SOUND)
        assert db.execute("PRAGMA wal_autocheckpoint") == [(0,)]


def test_what_cannot_be_written_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a medium where SQLite cannot make the files of its log."""
    Store(f"sqlite:///{tmp_path}/x.db").close()
    folder = tmp_path

    class Unable(sqlite3.Connection):
        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
            if sql == "PRAGMA journal_mode":
                raise sqlite3.OperationalError("unable to open database file")
            return super().execute(sql, *values)  # type: ignore[arg-type]

    connect = sqlite3.connect

    def opened(name: str, **options: object) -> sqlite3.Connection:
        if options.get("uri"):
            return connect(name, **options)  # type: ignore[call-overload, no-any-return]
        return connect(name, factory=Unable, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", opened)
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).startswith(str(folder)))
    with closing(Store(f"sqlite:///{tmp_path}/x.db")) as store:
        assert store.counter("seq") == 0
        assert not store.changed() or not store.changed()
        with pytest.raises(StoreError), store.writing() as writer:
            writer.set_counter("seq", 1)

"""The sources as a queue, in both databases."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from feed.ingest.maintenance import copy_database
from feed.sources.upstream import State, Upstream
from feed.store.database import Store
from feed.store.sources import SourceTable

NOW = 1_800_000_000.0


def source(host: str, path: str = "f") -> Upstream:
    return Upstream(f"https://{host}.example/{path}", f"https://{host}.example/{path}")


@pytest.fixture
def table(database: str) -> Iterator[SourceTable]:
    with closing(Store(database)) as store:
        yield store.sources


def test_what_is_there_is_not_added_again(table: SourceTable) -> None:
    assert table.add([source("a"), source("b"), source("a")]) == [source("a"), source("b")]
    assert table.add([replace(source("a"), title="Other")]) == []
    assert [row.upstream for row in table.all()] == [source("a"), source("b")]


def test_a_host_is_leased_once(table: SourceTable) -> None:
    table.add([source("a", str(n)) for n in range(5)] + [source("b")])
    first = table.lease(NOW, 10, 60)
    assert {leased.upstream.host for leased in first} == {"a.example", "b.example"}
    assert len(first) == 2
    assert table.lease(NOW, 10, 60) == []
    a = next(leased for leased in first if leased.upstream.host == "a.example")
    assert table.finish(a, a.upstream, NOW + 100, NOW + 1)
    assert table.lease(NOW + 0.9, 10, 60) == [], "the pace of the host"
    (second,) = table.lease(NOW + 1, 10, 60)
    assert second.upstream.host == "a.example"
    assert second.id != a.id


def test_leases_run_out(table: SourceTable) -> None:
    table.add([source("a")])
    (dead,) = table.lease(NOW, 10, 60)
    assert table.lease(NOW + 59, 10, 60) == []
    (alive,) = table.lease(NOW + 60, 10, 60)
    assert not table.finish(dead, replace(dead.upstream, title="late"), NOW, NOW)
    assert not table.renew(dead, NOW, 60)
    assert table.renew(alive, NOW + 100, 60)
    assert table.lease(NOW + 159, 10, 60) == []
    assert table.finish(alive, replace(alive.upstream, title="in time"), NOW + 500, NOW)
    assert table.all()[0].upstream.title == "in time"
    assert table.lease(NOW + 499, 10, 60) == []
    assert len(table.lease(NOW + 500, 10, 60)) == 1


def test_the_longest_overdue_comes_first(table: SourceTable) -> None:
    table.add([source("a"), source("b"), source("c")])
    for row, seconds in zip(table.all(), (30, 10, 20), strict=True):
        table.put(row.id, row.upstream, NOW + seconds)
    assert table.next_due() == NOW + 10
    assert table.due(NOW + 20) == 2
    hosts = [leased.upstream.host[0] for _ in range(3) for leased in table.lease(NOW + 99, 1, 60)]
    assert hosts == ["b", "c", "a"]


@pytest.mark.parametrize("state", [State.PAUSED, State.GONE])
def test_only_active_sources_are_asked(table: SourceTable, state: State) -> None:
    table.add([source("a")])
    (row,) = table.all()
    (leased,) = table.lease(NOW, 1, 60)
    table.put(row.id, replace(row.upstream, state=state))
    assert not table.finish(leased, leased.upstream, NOW, NOW), "who pauses it has the last word"
    assert table.lease(NOW + 999, 1, 60) == []
    assert table.all()[0].upstream.state is state


def test_hosts_of_redirects(table: SourceTable) -> None:
    assert table.take_host("x.example", NOW, 60)
    assert not table.take_host("x.example", NOW, 60)
    table.free_host("x.example", NOW + 1)
    assert not table.take_host("x.example", NOW, 60)
    assert table.take_host("x.example", NOW + 1, 60)


def test_an_item_has_one_owner(table: SourceTable) -> None:
    items = [("urn:1", "2026-01-01"), ("urn:2", "2026-01-01")]
    both = {"urn:1", "urn:2"}
    assert table.claim(1, items, both, set()) == both
    assert table.claim(2, items, both, set()) == set(), "another one brought them first"
    assert table.claim(1, items, set(), set()) == both, (
        "it stays its own though it is stored by now"
    )
    assert table.claim(2, items, both, {"urn:2"}) == {"urn:2"}, "at home"
    assert table.claim(1, items, both, set()) == {"urn:1"}
    assert table.claim(3, [("urn:3", "")], set(), {"urn:3"}) == set(), "a file's article"
    table.note_items(1, [("urn:1", "d", "2026-01-01", True)])
    assert table.items(1, ["urn:1", "urn:9"])["urn:1"].digest == "d"


def test_removed_sources_leave_nothing(table: SourceTable) -> None:
    table.add([source("a")])
    (row,) = table.all()
    table.claim(row.id, [("urn:1", "")], {"urn:1"}, set())
    table.remove(row.id)
    assert table.all() == []
    assert table.items(row.id, ["urn:1"]) == {}
    assert table.claim(9, [("urn:1", "")], {"urn:1"}, set()) == {"urn:1"}


def test_a_copied_database_has_its_sources(database: str, tmp_path: Path) -> None:
    with closing(Store(database)) as store:
        store.sources.add([source("a"), source("b")])
        store.sources.remove(store.sources.all()[0].id)
        (row,) = store.sources.all()
        store.sources.claim(row.id, [("urn:1", "2026")], {"urn:1"}, set())
    other = f"sqlite:///{tmp_path}/other.db"
    copy_database(database, other)
    with closing(Store(other)) as store:
        (copied,) = store.sources.all()
        assert copied.upstream == source("b")
        assert store.sources.items(copied.id, ["urn:1"])["urn:1"].published == "2026"
        assert len(store.sources.lease(NOW, 5, 60)) == 1

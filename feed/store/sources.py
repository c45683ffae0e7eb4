"""The sources in the database: the queue of what is to be asked is the table itself.

A row is leased for a time by who asks it, and its host with it: so that any number of processes share the work, no
host is asked twice at once, and what a dead process had is free again when its leases run out. Moments are
milliseconds in the database.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import orjson

from feed.sources.upstream import State, Upstream
from feed.store.connection import Connection
from feed.store.pool import Pool

CHUNK = 500
SPARE = 4  # times as many rows are looked at as are wanted: some are of one host


class SourceRow(NamedTuple):
    """A source and its place in the queue."""

    id: int
    upstream: Upstream
    next_at: float


class Leased(NamedTuple):
    """A source that we may ask, until the lease runs out."""

    id: int
    upstream: Upstream
    lease: str
    since: float


class KnownItem(NamedTuple):
    """An item that a source brought before."""

    digest: str  # of the article that became of it
    published: str  # the date it got, for items that have none


def health(rows: Iterable[SourceRow], now: float) -> dict[str, int]:
    """How many sources are well, failing, silent, paused, gone."""
    counts = dict.fromkeys(("well", "failing", "silent", "paused", "gone"), 0)
    for row in rows:
        counts[row.upstream.health(now)] += 1
    return counts


class SourceTable:
    """All sources of one database. Safe between threads and processes."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    # What people do

    def add(self, upstreams: Iterable[Upstream]) -> list[Upstream]:
        """Add sources; those whose address is there already are left as they are. Returns the added."""
        added = []
        with self._pool.row_by_row() as db:
            for upstream in upstreams:
                row = (upstream.url, upstream.host, upstream.state, 0, _dump(upstream))
                if _insert(db, row):
                    added.append(upstream)
                    _know_host(db, upstream.host)
        return added

    def all(self) -> list[SourceRow]:
        """All sources, in the order they were added."""
        with self._pool.using() as db:
            rows = db.execute("SELECT id, next_at, record FROM source ORDER BY id")
        return [SourceRow(id_, _load(record), next_at / 1000) for id_, next_at, record in rows]

    def find(self, url: str) -> SourceRow | None:
        """The source of that address, or None."""
        with self._pool.using() as db:
            rows = db.execute("SELECT id, next_at, record FROM source WHERE url = ?", (url,))
        return SourceRow(rows[0][0], _load(rows[0][2]), rows[0][1] / 1000) if rows else None

    def put(self, id_: int, upstream: Upstream, next_at: float = 0.0) -> None:
        """Change a source, whoever is asking it: what they find is not noted any more."""
        with self._pool.row_by_row() as db:
            self._write(db, id_, upstream, next_at)

    def remove(self, id_: int) -> None:
        """Forget a source; its articles stay."""
        with self._pool.row_by_row() as db:
            db.execute("DELETE FROM source_item WHERE source = ?", (id_,))
            db.execute("DELETE FROM subscription WHERE source = ?", (id_,))
            db.execute("DELETE FROM source WHERE id = ?", (id_,))

    # The queue

    def lease(self, now: float, most: int, seconds: float) -> list[Leased]:
        """Sources that are due, each of another host, for as many seconds."""
        token, until = secrets.token_hex(8), _ms(now + seconds)
        found: dict[str, Leased] = {}
        with self._pool.row_by_row() as db:
            rows = db.execute(
                "SELECT s.id, s.host, s.record FROM source s JOIN source_host h ON h.name = s.host"
                " WHERE s.state = 'active' AND s.next_at <= ? AND s.lease_until <= ? AND h.free_at <= ?"
                f" ORDER BY s.next_at LIMIT ?{db.skip_locked}",
                (_ms(now), _ms(now), _ms(now), most * SPARE),
            )
            for id_, host, record in rows:
                if host not in found and len(found) < most:
                    found[host] = Leased(id_, _load(record), token, now)
            db.many(
                "UPDATE source SET lease = ?, lease_until = ? WHERE id = ?",
                [(token, until, leased.id) for leased in found.values()],
            )
            db.many(
                "UPDATE source_host SET free_at = ? WHERE name = ?",
                [(until, host) for host in found],
            )
        return list(found.values())

    def renew(self, leased: Leased, now: float, seconds: float) -> bool:
        """Keep a lease for longer; False when it is no longer ours."""
        with self._pool.row_by_row() as db:
            rows = db.execute(
                "UPDATE source SET lease_until = ? WHERE id = ? AND lease = ? RETURNING host",
                (_ms(now + seconds), leased.id, leased.lease),
            )
            for (host,) in rows:
                db.execute(
                    "UPDATE source_host SET free_at = ? WHERE name = ?", (_ms(now + seconds), host)
                )
        return bool(rows)

    def finish(self, leased: Leased, after: Upstream, next_at: float, host_free: float) -> bool:
        """Note what became of it, and give the lease back; False when it was no longer ours."""
        with self._pool.row_by_row() as db:
            ours = db.execute(
                "SELECT 1 FROM source WHERE id = ? AND lease = ?", (leased.id, leased.lease)
            )
            if ours:
                self._write(db, leased.id, after, next_at)
                db.execute(  # what was pushed meanwhile may not have been in the answer
                    "UPDATE source SET next_at = 0 WHERE id = ? AND pushed >= ?",
                    (leased.id, _ms(leased.since)),
                )
            db.execute(
                "UPDATE source_host SET free_at = ? WHERE name = ?",
                (_ms(host_free), leased.upstream.host),
            )
        return bool(ours)

    def take_host(self, host: str, now: float, seconds: float) -> bool:
        """Lease a host that a redirect leads to; False while another one asks it."""
        with self._pool.row_by_row() as db:
            _know_host(db, host)
            return bool(
                db.execute(
                    "UPDATE source_host SET free_at = ? WHERE name = ? AND free_at <= ? RETURNING 1",
                    (_ms(now + seconds), host, _ms(now)),
                )
            )

    def free_host(self, host: str, when: float) -> None:
        """Give a host back; it may be asked again from then on."""
        with self._pool.row_by_row() as db:
            db.execute("UPDATE source_host SET free_at = ? WHERE name = ?", (_ms(when), host))

    def next_due(self) -> float | None:
        """When the next source is to be asked; None when there is none."""
        with self._pool.using() as db:
            ((when,),) = db.execute("SELECT min(next_at) FROM source WHERE state = 'active'")
        return None if when is None else when / 1000

    def push(self, source: int, now: float) -> None:
        """Have a source asked at once: somebody says that it has news."""
        with self._pool.row_by_row() as db:
            db.execute("UPDATE source SET next_at = 0, pushed = ? WHERE id = ?", (_ms(now), source))

    def make_due(self) -> None:
        """Have all sources asked now, whenever they would be."""
        with self._pool.row_by_row() as db:
            db.execute("UPDATE source SET next_at = 0 WHERE state = 'active'")

    def due(self, now: float) -> int:
        """How many sources are to be asked now, those that are being asked included."""
        with self._pool.using() as db:
            ((count,),) = db.execute(
                "SELECT count(*) FROM source WHERE state = 'active' AND next_at <= ?", (_ms(now),)
            )
        return int(count)

    # Items

    def dump(self) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
        """All sources as they are kept, each with its items: what `load` takes in another database."""
        with self._pool.reading() as db:
            rows = db.execute(
                "SELECT url, host, state, next_at, record, id FROM source ORDER BY id"
            )
            for *row, id_ in rows:
                yield (
                    tuple(row),
                    db.execute(
                        "SELECT id, digest, published, owner FROM source_item WHERE source = ?",
                        (id_,),
                    ),
                )

    @staticmethod
    def load(db: Connection, row: tuple[Any, ...], items: Iterable[tuple[Any, ...]]) -> None:
        """A source of another database, inside a transaction."""
        id_ = _insert(db, row)
        _know_host(db, row[1])
        db.many(
            "INSERT INTO source_item (source, id, digest, published, owner) VALUES (?, ?, ?, ?, ?)",
            [(id_, *item) for item in items],
        )

    def items(self, source: int, ids: Sequence[str]) -> dict[str, KnownItem]:
        """By id, those items that a source brought before."""
        found: dict[str, KnownItem] = {}
        with self._pool.using() as db:
            for at in range(0, len(ids), CHUNK):
                chunk = ids[at : at + CHUNK]
                rows = db.execute(
                    "SELECT id, digest, published FROM source_item"
                    f" WHERE source = ? AND id IN ({','.join('?' * len(chunk))})",
                    [source, *chunk],
                )
                found.update((id_, KnownItem(digest, date)) for id_, digest, date in rows)
        return found

    def claim(
        self, source: int, items: Sequence[tuple[str, str]], free: set[str], home: set[str]
    ) -> set[str]:
        """The ids of those items that a source may write; they are its own from now on.

        Args:
            items: id and date.
            free: ids that belong to it unless another source has brought them.
            home: ids that belong to it even if another source has.
        """
        own: set[str] = set()
        with self._pool.writing() as db:  # of two sources that bring an item at once, one has it
            for at in range(0, len(items), CHUNK):
                chunk = items[at : at + CHUNK]
                marks = ",".join("?" * len(chunk))
                owners: dict[str, int] = dict(
                    db.execute(
                        f"SELECT id, source FROM source_item WHERE owner = 1 AND id IN ({marks})",
                        [id_ for id_, _ in chunk],
                    )
                )
                for id_, _ in chunk:
                    if owners[id_] == source or id_ in home if id_ in owners else id_ in free:
                        own.add(id_)
            self._note(db, source, [(id_, "", date, id_ in own) for id_, date in items])
        return own

    def note_items(self, source: int, items: Sequence[tuple[str, str, str, bool]]) -> None:
        """Remember items of a source: id, digest, date, and whether they are its own."""
        with self._pool.row_by_row() as db:
            self._note(db, source, items)

    def _note(
        self, db: Connection, source: int, items: Sequence[tuple[str, str, str, bool]]
    ) -> None:
        db.many(
            "UPDATE source_item SET owner = 0 WHERE id = ? AND source <> ? AND owner = 1",
            [(id_, source) for id_, _, _, own in items if own],
        )
        db.many(
            "INSERT INTO source_item (source, id, digest, published, owner) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (source, id) DO UPDATE SET digest = excluded.digest,"
            " published = excluded.published, owner = excluded.owner",
            [(source, id_, digest, date, int(own)) for id_, digest, date, own in items],
        )

    def _write(self, db: Connection, id_: int, upstream: Upstream, next_at: float) -> None:
        _know_host(db, upstream.host)
        db.execute(
            "UPDATE source SET url = ?, host = ?, state = ?, next_at = ?, lease_until = 0, lease = '',"
            " record = ? WHERE id = ?",
            (upstream.url, upstream.host, upstream.state, _ms(next_at), _dump(upstream), id_),
        )


def _insert(db: Connection, row: Sequence[Any]) -> int:
    """A new source: url, host, state, next_at, record; its number, 0 when its address is there already."""
    ((number,),) = db.execute(
        "UPDATE counter SET value = value + 1 WHERE name = 'source' RETURNING value"
    )
    rows = db.execute(
        "INSERT INTO source (id, url, host, state, next_at, record, lease_until, lease)"
        " VALUES (?, ?, ?, ?, ?, ?, 0, '') ON CONFLICT (url) DO NOTHING RETURNING id",
        (number, *row),
    )
    return int(number) if rows else 0


def _know_host(db: Connection, host: str) -> None:
    db.execute(
        "INSERT INTO source_host (name, free_at) VALUES (?, 0) ON CONFLICT (name) DO NOTHING",
        (host,),
    )


def _ms(seconds: float) -> int:
    return int(seconds * 1000)


def _dump(upstream: Upstream) -> str:
    return orjson.dumps(asdict(upstream)).decode()


def _load(record: str) -> Upstream:
    fields = orjson.loads(record)
    fields["state"] = State(fields["state"])
    return Upstream(**fields)

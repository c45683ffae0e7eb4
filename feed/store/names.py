"""What is known of articles besides what is published: other names, files, and what waits.

An article is found again by more than its id: by its address without what says how a reader came,
and by the name it would have had from another file. What waits for its moment lies here and not among the
articles, so that no question can reach it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from feed.model import Article
from feed.store.connection import Connection
from feed.store.records import dump_article, load_article

CHUNK = 500  # names of one statement


class Waiting(NamedTuple):
    """An article that may not be shown yet."""

    id: str
    opens: datetime
    ends: datetime | None
    article: Article


class Names:
    """These tables, over one connection."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    # Names and files

    def aliases(self, names: Sequence[str]) -> dict[str, str]:
        """The ids that other names lead to; unknown names are left out."""
        return dict(self._in("SELECT name, id FROM alias WHERE name IN ({})", names))

    def put_aliases(self, rows: Iterable[tuple[str, str]]) -> None:
        """Let names lead to ids; a name that leads somewhere keeps doing so."""
        self._db.many(
            "INSERT INTO alias (name, id) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", list(rows)
        )

    def put_notes(self, rows: Iterable[tuple[str, str]]) -> None:
        """As `put_aliases`, and a name goes where it is last sent."""
        self._db.many(
            "INSERT INTO alias (name, id) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET id = excluded.id",
            list(rows),
        )

    def present(self, ids: Sequence[str]) -> set[str]:
        """Those ids under which there is an article, or was one."""
        return {id_ for (id_,) in self._in("SELECT id FROM article WHERE id IN ({})", ids)}

    def files(self, ids: Sequence[str]) -> dict[str, set[str]]:
        """The files that articles came from, by id."""
        found: dict[str, set[str]] = {}
        for id_, file in self._in("SELECT id, file FROM origin WHERE id IN ({})", ids):
            found.setdefault(id_, set()).add(file)
        return found

    def from_files(self, files: Sequence[str]) -> dict[str, list[str]]:
        """The ids of the articles that came from files."""
        found: dict[str, list[str]] = {}
        for file, id_ in self._in("SELECT file, id FROM origin WHERE file IN ({})", files):
            found.setdefault(file, []).append(id_)
        return found

    def put_files(self, rows: Iterable[tuple[str, str]]) -> None:
        """Note that an article (its id first) came from a file."""
        self._db.many(
            "INSERT INTO origin (id, file) VALUES (?, ?) ON CONFLICT (file, id) DO NOTHING",
            list(rows),
        )

    # What waits, and what ends

    def wait(self, rows: Iterable[Waiting]) -> None:
        """Keep articles until their moment; one that waits already waits anew."""
        self._db.many(
            "INSERT INTO waiting (id, opens, ends, record) VALUES (?, ?, ?, ?) ON CONFLICT (id)"
            " DO UPDATE SET opens = excluded.opens, ends = excluded.ends, record = excluded.record",
            [
                (w.id, _text(w.opens), _text(w.ends) if w.ends else "", dump_article(w.article))
                for w in rows
            ],
        )

    def waiting(self, until: datetime | None = None) -> list[Waiting]:
        """What waits, that which opens first first; with `until` only what opens by then."""
        rows = self._db.execute(
            "SELECT id, opens, ends, record FROM waiting WHERE opens <= ? ORDER BY opens, id",
            (_text(until) if until else "9",),
        )
        return [
            Waiting(id_, _moment(opens), _moment(ends) if ends else None, load_article(record))
            for id_, opens, ends, record in rows
        ]

    def forget_waiting(self, ids: Iterable[str]) -> None:
        """Let articles wait no longer."""
        self._db.many("DELETE FROM waiting WHERE id = ?", [(id_,) for id_ in ids])

    def put_ends(self, rows: Iterable[tuple[str, datetime]]) -> None:
        """Note when articles are to be taken out."""
        self._db.many(
            "INSERT INTO expiry (id, ends) VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET ends = excluded.ends",
            [(id_, _text(ends)) for id_, ends in rows],
        )

    def forget_ends(self, ids: Iterable[str]) -> None:
        """These articles have no end."""
        self._db.many("DELETE FROM expiry WHERE id = ?", [(id_,) for id_ in ids])

    def with_ends(self, ids: Sequence[str]) -> set[str]:
        """Those of some articles that are to be taken out some day."""
        return {id_ for (id_,) in self._in("SELECT id FROM expiry WHERE id IN ({})", ids)}

    def ended(self, now: datetime) -> list[str]:
        """The articles whose time is over."""
        rows = self._db.execute(
            "SELECT id FROM expiry WHERE ends <= ? ORDER BY ends", (_text(now),)
        )
        return [id_ for (id_,) in rows]

    # All of it, for a copy

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """All rows, by table."""
        return {
            table: [tuple(row) for row in self._db.execute(f"SELECT {columns} FROM {table}")]
            for table, columns in _TABLES.items()
        }

    def put_rows(self, rows: dict[str, list[tuple[object, ...]]]) -> None:
        """All rows of another database."""
        for table, columns in _TABLES.items():
            marks = ", ".join("?" * (columns.count(",") + 1))
            self._db.many(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows[table])

    def _in(self, sql: str, names: Sequence[str]) -> Iterator[tuple]:  # type: ignore[type-arg]
        for at in range(0, len(names), CHUNK):
            chunk = names[at : at + CHUNK]
            yield from self._db.execute(sql.format(",".join("?" * len(chunk))), chunk)


_TABLES = {
    "alias": "name, id",
    "origin": "id, file",
    "waiting": "id, opens, ends, record",
    "expiry": "id, ends",
}


def _text(moment: datetime) -> str:
    """A moment in UTC as a text that sorts by time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)

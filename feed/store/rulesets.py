"""Rulesets: by what articles are tagged. The database goes by one of them at a time."""

from typing import NamedTuple

from feed.store.connection import Connection


class Ruleset(NamedTuple):
    """A taxonomy with its rule files, and the version of the code that applies them."""

    digest: str  # of all three; every stored tagging names it
    source: str  # of taxonomy and rule files, as `from_source` reads it
    version: str  # of the code: `rule_version`
    program: str  # the version of Tagwire, e.g. "0.2.0"


_COLUMNS = "digest, source, version, program"


def put(db: Connection, ruleset: Ruleset) -> None:
    """Keep a ruleset: the next one is compared with it."""
    db.execute(
        f"INSERT INTO taxonomy ({_COLUMNS}) VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING",
        ruleset,
    )


def make_current(db: Connection, ruleset: Ruleset) -> None:
    """From now on the database goes by this ruleset."""
    put(db, ruleset)
    db.execute(
        "UPDATE taxonomy SET turn = (SELECT coalesce(max(turn), 0) + 1 FROM taxonomy)"
        " WHERE digest = ?",
        (ruleset.digest,),
    )


def current(db: Connection) -> Ruleset | None:
    """What the database goes by; None before the first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM taxonomy WHERE turn IS NOT NULL ORDER BY turn DESC LIMIT 1"
    )
    return Ruleset(*rows[0]) if rows else None


def current_digest(db: Connection) -> str:
    """Its digest alone; "" before the first."""
    rows = db.execute(
        "SELECT digest FROM taxonomy WHERE turn IS NOT NULL ORDER BY turn DESC LIMIT 1"
    )
    return rows[0][0] if rows else ""


def find(db: Connection, digest: str) -> Ruleset | None:
    """A ruleset that was kept, or None."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM taxonomy WHERE digest = ?", (digest,))
    return Ruleset(*rows[0]) if rows else None


def earlier(db: Connection) -> list[tuple[str, str]]:
    """Digest and source of all that the database has gone by, the present one too."""
    rows = db.execute("SELECT digest, source FROM taxonomy WHERE turn IS NOT NULL")
    return [(digest, source) for digest, source in rows]


def kept(db: Connection) -> list[tuple[Ruleset, int | None]]:
    """All that are kept, with the order in which they came to count: for a copy."""
    rows = db.execute(f"SELECT {_COLUMNS}, turn FROM taxonomy ORDER BY digest")
    return [(Ruleset(*row[:4]), row[4]) for row in rows]


def put_kept(db: Connection, rows: list[tuple[Ruleset, int | None]]) -> None:
    """What `kept` gave of another database."""
    db.many(
        f"INSERT INTO taxonomy ({_COLUMNS}, turn) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (digest) DO UPDATE SET turn = excluded.turn",
        [(*ruleset, turn) for ruleset, turn in rows],
    )

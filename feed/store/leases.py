"""Leases: rows that say which process does what one at a time may do, and until when.

The clock is the database's, so that processes on several machines agree.
"""

from feed.store.connection import Connection


def claim(db: Connection, name: str, holder: str, seconds: float) -> bool:
    """Take a lease, or keep it; False while another holds it.

    One statement decides. Who can see that it is another's asks for no lock of writers.
    """
    others = f"SELECT 1 FROM lease WHERE name = ? AND holder <> ? AND until > {db.now}"
    if db.execute(others, (name, holder)):
        return False
    taken = db.execute(
        f"INSERT INTO lease (name, holder, until) VALUES (?, ?, {db.now} + ?)"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until"
        f" WHERE lease.holder = excluded.holder OR lease.until <= {db.now}"
        " RETURNING holder",
        (name, holder, seconds),
    )
    return bool(taken)


def release(db: Connection, name: str, holder: str) -> None:
    """Give a lease back, if it is this holder's."""
    db.execute("DELETE FROM lease WHERE name = ? AND holder = ?", (name, holder))


def held(db: Connection) -> dict[str, str]:
    """Who holds what at present."""
    return dict(db.execute(f"SELECT name, holder FROM lease WHERE until > {db.now} ORDER BY name"))

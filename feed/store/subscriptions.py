"""The hubs that tell us of sources, in the database. Moments are milliseconds there, seconds here."""

import secrets
from typing import NamedTuple

from feed.store.pool import Pool

_COLUMNS = "source, token, secret, hub, topic, asked, until"


class Subscription(NamedTuple):
    """What we asked a hub for, and what it has confirmed."""

    source: int
    token: str  # of the callback's address
    secret: str  # what the hub signs with
    hub: str
    topic: str
    asked: float  # when, last
    until: float  # confirmed to then; 0 for never

    def left(self, now: float) -> float:
        """Seconds until a new lease should be asked for: a fifth of it before its end; 0 when there is none."""
        return max(0.0, self.until - (self.until - self.asked) / 5 - now) if self.until else 0.0


class SubscriptionTable:
    """All subscriptions of one database. Safe between threads and processes."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def of(self, source: int) -> Subscription | None:
        """That of a source."""
        return self._one("source = ?", source)

    def find(self, token: str) -> Subscription | None:
        """That of a callback's address."""
        return self._one("token = ?", token)

    def _one(self, where: str, value: int | str) -> Subscription | None:
        with self._pool.using() as db:
            rows = db.execute(f"SELECT {_COLUMNS} FROM subscription WHERE {where}", (value,))
        for source, token, secret, hub, topic, asked, until in rows:
            return Subscription(source, token, secret, hub, topic, asked / 1000, until / 1000)
        return None

    def ask(self, source: int, hub: str, topic: str, now: float) -> Subscription:
        """Note that a hub is asked. What it has confirmed before stays, with its address and secret.

        Another hub or topic is another subscription.
        """
        before = self.of(source)
        same = before is not None and (before.hub, before.topic) == (hub, topic)
        made = (
            before._replace(asked=now)
            if before and same
            else Subscription(
                source, secrets.token_urlsafe(24), secrets.token_hex(24), hub, topic, now, 0.0
            )
        )
        with self._pool.row_by_row() as db:
            db.execute(
                f"INSERT INTO subscription ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (source) DO UPDATE SET token = excluded.token, secret = excluded.secret,"
                " hub = excluded.hub, topic = excluded.topic, asked = excluded.asked,"
                " until = CASE WHEN subscription.token = excluded.token THEN subscription.until ELSE 0 END",
                (*made[:5], int(made.asked * 1000), int(made.until * 1000)),
            )
        return made

    def confirm(self, token: str, until: float) -> None:
        """The hub has confirmed it, until then; or refused it, when that is 0."""
        with self._pool.row_by_row() as db:
            db.execute(
                "UPDATE subscription SET until = ? WHERE token = ?", (int(until * 1000), token)
            )

    def drop(self, source: int) -> None:
        """Forget a subscription."""
        with self._pool.row_by_row() as db:
            db.execute("DELETE FROM subscription WHERE source = ?", (source,))

"""Hubs tell us of news (W3C WebSub, sections 5 to 7): we ask them to, and believe what they sign.

A push says that there is news, and the source is asked at once: what comes in comes through one door, whoever
says that it is there. A source whose hub tells us is polled as seldom as may be, in case it does not.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from feed.errors import FetchError
from feed.sources.fetch import Fetcher, Gate
from feed.sources.upstream import DAY, State, Upstream
from feed.store.database import Store
from feed.text.iri import resolve

LEASE = 10 * DAY  # what we ask for
SHORTEST, LONGEST = 3600.0, 90 * DAY  # leases that are believed
AGAIN = 3600.0  # seconds until a hub that has not answered is asked again
ANSWERS = DAY  # seconds after we asked in which a hub may confirm
_HASHES = {name: getattr(hashlib, name) for name in ("sha1", "sha256", "sha384", "sha512")}


class Reply(NamedTuple):
    """What is answered to a hub."""

    status: HTTPStatus
    text: str = ""


class Subscriber:
    """Keeps the subscriptions of one site.

    Args:
        store: the database.
        callback: where hubs reach us, without the token; "" when nobody can.
        clock: seconds since 1970.
    """

    def __init__(self, store: Store, callback: str, clock: Callable[[], float]) -> None:
        self._table, self._sources = store.subscriptions, store.sources
        self._callback, self._clock = callback, clock

    def told_for(self, source: int) -> float:
        """For how many seconds a hub tells us of this source before it has to be asked again."""
        found = self._table.of(source)
        return found.left(self._clock()) if found else 0.0

    def look(self, source: int, upstream: Upstream, fetcher: Fetcher, gate: Gate) -> None:
        """After a poll: ask the feed's hub, when it has one, in good time before a lease ends.

        The old lease holds until the new one is confirmed.
        """
        hub, topic = resolve(upstream.hub), resolve(upstream.topic) or upstream.url
        if not (self._callback and hub and upstream.state is State.ACTIVE):
            return
        now, known = self._clock(), self._table.of(source)
        same = known is not None and (known.hub, known.topic) == (hub, topic)
        if known and same and (now - known.asked < AGAIN or known.left(now)):
            return
        asked = self._table.ask(source, hub, topic, now)
        form = {
            "hub.mode": "subscribe",
            "hub.topic": topic,
            "hub.callback": f"{self._callback}/{asked.token}",
            "hub.secret": asked.secret,
            "hub.lease_seconds": str(int(LEASE)),
        }
        try:
            fetcher.post(hub, form, gate)
        except FetchError:
            return  # it is polled, as it was

    def verify(self, token: str, query: Mapping[str, str]) -> Reply:
        """A hub asks whether we meant it (section 5.3): yes to what we asked for lately, else 404."""
        known, now = self._table.find(token), self._clock()
        mode = query.get("hub.mode", "")
        if known is None or query.get("hub.topic") != known.topic:
            return Reply(HTTPStatus.NOT_FOUND)
        if mode == "denied":
            self._table.confirm(token, 0.0)
            return Reply(HTTPStatus.OK)
        challenge = query.get("hub.challenge", "")
        if mode != "subscribe" or not challenge or now - known.asked > ANSWERS:
            return Reply(HTTPStatus.NOT_FOUND)
        said = query.get("hub.lease_seconds", "")
        seconds = float(said) if said.isascii() and said.isdecimal() and len(said) < 12 else LEASE
        self._table.confirm(token, now + min(max(seconds, SHORTEST), LONGEST))
        return Reply(HTTPStatus.OK, challenge)

    def receive(self, token: str, signature: str, body: bytes) -> Reply:
        """A push. One that is not signed as agreed is taken and not believed (section 7.1)."""
        known = self._table.find(token)
        if known is None:
            return Reply(HTTPStatus.GONE)  # the hub ends its subscription
        if _is_signed(known.secret, signature, body):
            self._sources.push(known.source, self._clock())
        return Reply(HTTPStatus.ACCEPTED)


def _is_signed(secret: str, signature: str, body: bytes) -> bool:
    """By `X-Hub-Signature: method=digest` (section 8)."""
    method, _, given = signature.partition("=")
    made = _HASHES.get(method.strip().lower())
    if made is None or not given.isascii():
        return False
    expected = hmac.new(secret.encode(), body, made).hexdigest()
    return hmac.compare_digest(expected, given.strip().lower())

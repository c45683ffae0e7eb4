"""Hubs tell us of news: what they confirm, what they sign, and how soon it is there."""

import hashlib
import hmac
import statistics
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest
from flask.testing import FlaskClient

from feed.jobs.intake import Intake
from feed.jobs.poll import Poller
from feed.jobs.subscribe import LEASE, Subscriber
from feed.publisher import Publisher
from feed.sources.fetch import Fetcher, open_gate
from feed.sources.networks import Networks
from feed.sources.sandbox import Sandbox
from feed.sources.schedule import Bounds
from feed.sources.upstream import DAY, Upstream
from feed.store.subscriptions import Subscription
from feed.web import create_app
from tests.loopback import until
from tests.sources.test_fetch import Upstream as Site
from tests.sources.test_fetch import say

BASE = "https://wire.example/websub"


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site() -> Iterator[Site]:
    with closing(Site()) as found:
        found.plays["/hub"] = say(202)
        yield found


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with closing(
        Fetcher(Networks(["127.0.0.0/8"]), "Tagwire/test", seconds=5, wait=(2, 2))
    ) as found:
        yield found


@pytest.fixture
def client(publisher: Publisher) -> FlaskClient:
    return create_app(publisher).test_client()


def asked(publisher: Publisher, site: Site, fetcher: Fetcher, clock: Clock) -> Subscription:
    """The subscription of a source whose feed names the site's hub."""
    store, url = publisher.archive.store, f"{site.url}/feed"
    store.sources.add([Upstream(url, url, hub=f"{site.url}/hub", topic=url)])
    (row,) = store.sources.all()
    Subscriber(store, BASE, clock).look(row.id, row.upstream, fetcher, open_gate)
    found = store.subscriptions.of(row.id)
    assert found
    return found


def path(known: Subscription, **query: str) -> str:
    named = {f"hub.{name}": value for name, value in query.items()}
    return f"/websub/{known.token}?{urllib.parse.urlencode(named)}"


def test_it_is_confirmed_and_renewed(
    publisher: Publisher, site: Site, fetcher: Fetcher, clock: Clock, client: FlaskClient
) -> None:
    known = asked(publisher, site, fetcher, clock)
    assert [p for p, _ in site.asked] == ["/hub"]
    assert known.until == 0
    answer = client.get(
        path(
            known,
            mode="subscribe",
            topic=known.topic,
            challenge="<b>x",
            lease_seconds=str(int(LEASE)),
        )
    )
    assert (answer.status_code, answer.text) == (200, "<b>x")
    assert answer.content_type.startswith("text/plain")
    store = publisher.archive.store
    subscriber = Subscriber(store, BASE, clock)
    assert abs(subscriber.told_for(known.source) - LEASE * 0.8) < 60
    upstream = store.sources.all()[0].upstream
    clock.now += LEASE * 0.7
    subscriber.look(known.source, upstream, fetcher, open_gate)
    assert len(site.asked) == 1, "there is time"
    clock.now += LEASE * 0.2
    subscriber.look(known.source, upstream, fetcher, open_gate)
    subscriber.look(known.source, upstream, fetcher, open_gate)
    assert len(site.asked) == 2
    again = store.subscriptions.of(known.source)
    assert again
    assert (again.token, again.secret, again.until) == (
        known.token,
        known.secret,
        known.until + again.until - known.until,
    )
    assert again.until > clock.now, "the old lease holds"
    other = replace(upstream, topic="https://other.example/feed")
    subscriber.look(known.source, other, fetcher, open_gate)
    changed = store.subscriptions.of(known.source)
    assert changed
    assert changed.token != known.token
    assert changed.until == 0


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"mode": "subscribe", "topic": "https://evil.example/", "challenge": "x"}, 404),
        ({"mode": "subscribe", "challenge": "x"}, 404),
        ({"mode": "unsubscribe", "topic": "{topic}", "challenge": "x"}, 404),
        ({"mode": "subscribe", "topic": "{topic}"}, 404),
        ({}, 404),
        ({"mode": "denied", "topic": "{topic}", "reason": "no"}, 200),
    ],
)
def test_only_what_was_asked_for_is_confirmed(
    query: dict[str, str], status: int,
    publisher: Publisher, site: Site, fetcher: Fetcher, clock: Clock, client: FlaskClient,
) -> None:  # fmt: skip
    known = asked(publisher, site, fetcher, clock)
    named = {k: v.replace("{topic}", known.topic) for k, v in query.items()}
    answer = client.get(path(known, **named))
    assert answer.status_code == status
    assert answer.text.strip() != "x"
    assert Subscriber(publisher.archive.store, BASE, clock).told_for(known.source) == 0


def test_a_confirmation_comes_soon_or_never(
    publisher: Publisher, site: Site, fetcher: Fetcher, clock: Clock
) -> None:
    known = asked(publisher, site, fetcher, clock)
    clock.now += DAY + 1
    late = Subscriber(publisher.archive.store, BASE, clock).verify(
        known.token, {"hub.mode": "subscribe", "hub.topic": known.topic, "hub.challenge": "x"}
    )
    assert late.status == 404


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("", LEASE),
        ("60", 3600),
        ("86400", 86_400),
        ("9" * 11, 90 * DAY),
        ("9" * 40, LEASE),
        ("-5", LEASE),
        ("soon", LEASE),
    ],
)
def test_leases_with_sanity(
    said: str, seconds: float, publisher: Publisher, site: Site, fetcher: Fetcher, clock: Clock
) -> None:
    known = asked(publisher, site, fetcher, clock)
    query = {
        "hub.mode": "subscribe",
        "hub.topic": known.topic,
        "hub.challenge": "x",
        "hub.lease_seconds": said,
    }
    Subscriber(publisher.archive.store, BASE, clock).verify(known.token, query)
    after = publisher.archive.store.subscriptions.of(known.source)
    assert after
    assert abs(after.until - clock.now - seconds) < 1


@pytest.mark.parametrize(
    ("method", "secret", "believed"),
    [
        ("sha1", "", True), ("sha256", "", True), ("sha384", "", True), ("sha512", "", True), ("SHA256", "", True),
        ("sha256", "wrong", False), ("md5", "", False), ("", "", False), ("none", "", False),
    ],
)  # fmt: skip
def test_a_push_counts_when_it_is_signed(
    method: str, secret: str, believed: bool,
    publisher: Publisher, site: Site, fetcher: Fetcher, clock: Clock, client: FlaskClient,
) -> None:  # fmt: skip
    known = asked(publisher, site, fetcher, clock)
    table = publisher.archive.store.sources
    table.put(known.source, table.all()[0].upstream, clock.now + 9999)
    digest = getattr(hashlib, method.lower(), hashlib.sha256)
    made = hmac.new((secret or known.secret).encode(), b"news", digest).hexdigest()
    answer = client.post(
        f"/websub/{known.token}", data=b"news", headers={"X-Hub-Signature": f"{method}={made}"}
    )
    assert answer.status_code == 202
    assert (table.due(clock.now) == 1) is believed


def test_who_is_not_known_is_told_so(client: FlaskClient) -> None:
    assert client.post("/websub/nobody", data=b"x").status_code == 410
    assert client.get("/websub/nobody?hub.mode=subscribe&hub.challenge=x").status_code == 404


def test_a_push_while_a_source_is_asked_is_not_lost(
    publisher: Publisher, site: Site, fetcher: Fetcher, clock: Clock
) -> None:
    known = asked(publisher, site, fetcher, clock)
    table = publisher.archive.store.sources
    (leased,) = table.lease(clock.now, 1, 60)
    table.push(known.source, clock.now + 1)
    table.finish(leased, leased.upstream, clock.now + 9999, clock.now)
    assert table.due(clock.now) == 1
    (leased,) = table.lease(clock.now + 2, 1, 60)
    table.finish(leased, leased.upstream, clock.now + 9999, clock.now)
    assert table.due(clock.now + 3) == 0


def test_without_a_public_address_nobody_is_asked(
    publisher: Publisher, site: Site, fetcher: Fetcher, clock: Clock
) -> None:
    upstream = Upstream("https://a.example/f", "https://a.example/f", hub=f"{site.url}/hub")
    Subscriber(publisher.archive.store, "", clock).look(1, upstream, fetcher, open_gate)
    assert site.asked == []


def _shows(client: FlaskClient, title: str) -> bool:
    return title in client.get("/feed.json").text


def test_from_push_to_feed(publisher: Publisher, site: Site, fetcher: Fetcher) -> None:
    """The hub confirms by itself; a push is followed by the article, mostly within a second."""
    store, client = publisher.archive.store, create_app(publisher).test_client()
    feed = f"{site.url}/feed"
    numbers: list[int] = [0]

    def play_feed(handler: object) -> None:
        items = "".join(
            f"<item><guid>https://a.example/{n}</guid><title>Tug {n}</title><link>https://a.example/{n}</link></item>"
            for n in reversed(numbers)
        )
        body = f"<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel><title>T</title><a:link rel='hub' href='{site.url}/hub'/><a:link rel='self' href='{feed}'/>{items}</channel></rss>"
        say(200, body.encode())(handler)  # type: ignore[arg-type]

    site.plays["/feed"] = play_feed
    store.sources.add([Upstream(feed, feed)])
    with closing(Sandbox(1)) as sandbox:
        intake = Intake(publisher.archive, fetcher, sandbox, time.time)
        poller = Poller(
            store.sources, intake, fetcher, sandbox, Bounds(3600, 7200), 2, 0.01,
            subscriber=Subscriber(store, BASE, time.time),
        )  # fmt: skip
        poller.start()
        try:
            known = until(lambda: store.subscriptions.of(1))
            query = path(known, mode="subscribe", topic=feed, challenge="c")
            assert client.get(query).status_code == 200
            waits = []
            for number in range(1, 6):
                numbers.append(number)
                made = hmac.new(known.secret.encode(), b"x", "sha256").hexdigest()
                begun = time.monotonic()
                client.post(
                    f"/websub/{known.token}",
                    data=b"x",
                    headers={"X-Hub-Signature": f"sha256={made}"},
                )
                until(partial(_shows, client, f"Tug {number}"))
                waits.append(time.monotonic() - begun)
            print(f"from push to feed: median {statistics.median(waits):.2f} s")
        finally:
            poller.stop()


@pytest.mark.parametrize(("size", "status"), [(2 << 20, 202), ((2 << 20) + 1, 413)])
def test_pushes_have_an_end(
    size: int, status: int,
    publisher: Publisher, site: Site, fetcher: Fetcher, clock: Clock, client: FlaskClient,
) -> None:  # fmt: skip
    known = asked(publisher, site, fetcher, clock)
    assert client.post(f"/websub/{known.token}", data=b"x" * size).status_code == status

"""The hub is told exactly what changed, until it listens, and nobody waits for it."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from feed.errors import QueryTimeout
from feed.jobs.websub import ATTEMPTS, BATCH, Announcer, post
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.taxonomy import Taxonomy
from feed.web import create_app
from tests.conftest import Make
from tests.loopback import PATIENCE, eventually

BASE = "https://wire.example"


class Hub:
    """A hub that remembers what it was told, and may refuse."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.requests = self.failures = 0

    def __call__(self, hub: str, body: bytes) -> None:
        self.requests += 1
        if self.failures:
            self.failures -= 1
            raise OSError("no route")
        form = parse_qs(body.decode())
        assert form["hub.mode"] == ["publish"]
        assert len(form["hub.url"]) <= BATCH
        self.told += form["hub.url"]

    def topics(self) -> set[str]:
        found = {
            url.removeprefix(BASE).removesuffix(".atom") for url in self.told if ".atom" in url
        }
        self.told.clear()
        return found


@pytest.fixture
def publisher(database: str, small: Taxonomy) -> Iterator[Publisher]:
    settings = Settings(database=database, base_url=BASE, hub="https://hub.example/")
    publisher = Publisher(settings, small)
    yield publisher
    publisher.close()


def look(announcer: Announcer) -> None:
    announcer.look()
    announcer.tell(time.monotonic())


def test_exactly_what_changed_is_told(publisher: Publisher, make: Make) -> None:
    hub = Hub()
    publisher.archive.ingest([make(1, "Israel"), make(2, "Iran")])
    announcer = Announcer(publisher, hub)
    look(announcer)
    assert hub.topics() == set()  # nothing happened since the server started
    publisher.feeds.feed(publisher.archive.parse("country:iran -country:israel"), "atom")
    publisher.feeds.feed(publisher.archive.parse("country:israel harop"), "atom")
    publisher.archive.ingest([make(3, "Iran shows Harop")])
    look(announcer)
    assert hub.topics() == {
        "/feed", "/country/iran", "/weapon/harop", "/weapon/loitering-munition", "/weapon/uav",
        "/maker/iai", "/origin/israel", "/region/middle-east", "/feed.atom?q=country:iran%20-country:israel",
    }  # fmt: skip
    look(announcer)
    assert hub.topics() == set()
    publisher.archive.ingest(
        [make(2, "Israel instead")]
    )  # a correction: one feed loses it, one gains it
    look(announcer)
    assert hub.topics() >= {"/feed", "/country/iran", "/country/israel"}
    publisher.archive.ingest([make(2, "Israel instead")])
    look(announcer)
    assert hub.topics() == set()


def test_a_change_beyond_the_first_page_is_no_news(publisher: Publisher, make: Make) -> None:
    hub = Hub()
    publisher.archive.ingest(make(n, f"Iran {n}") for n in range(60))
    announcer = Announcer(publisher, hub)
    look(announcer)
    publisher.archive.ingest([make(0, "Iran corrected")])
    look(announcer)
    assert hub.topics() == set()


def test_all_formats_are_topics(publisher: Publisher, make: Make) -> None:
    hub = Hub()
    announcer = Announcer(publisher, hub)
    publisher.archive.ingest([make(1, "Iran")])
    look(announcer)
    assert {f"{BASE}/country/iran.{form}" for form in ("atom", "rss", "json")} <= set(hub.told)


def test_what_happened_while_no_server_ran_is_told_later(
    publisher: Publisher, make: Make, small: Taxonomy
) -> None:
    hub = Hub()
    publisher.archive.ingest([make(1, "Israel")])
    first = Announcer(publisher, hub)
    publisher.archive.ingest([make(2, "Israel again")])
    look(first)
    hub.topics()
    publisher.archive.ingest([make(3, "Iran")])
    later = Announcer(publisher, hub)
    look(later)
    assert "/country/iran" in hub.topics()


def test_a_private_feed_is_not_told(publisher: Publisher, make: Make) -> None:
    hub = Hub()
    announcer = Announcer(publisher, hub)
    publisher.access.create(publisher.archive.parse("country:iran"))
    publisher.archive.ingest([make(1, "Iran")])
    look(announcer)
    assert not hub.told  # nothing that the public could see has happened
    publisher.archive.ingest([make(2, "Iran and Israel"), make(3, "Israel")])
    look(announcer)
    topics = hub.topics()
    assert "/country/iran" not in topics
    assert {"/feed", "/country/israel"} <= set(topics)


def test_a_search_that_takes_too_long_silences_no_other_feed(
    publisher: Publisher, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Hub()
    publisher.feeds.feed(publisher.archive.parse("drones"), "atom")
    announcer = Announcer(publisher, hub)
    publisher.archive.ingest([make(1, "Iran")])

    def slow(*_: object) -> None:
        raise QueryTimeout(10)

    monkeypatch.setattr("feed.index.snapshot.Snapshot._searched", slow)
    look(announcer)
    assert hub.topics() >= {"/country/iran", "/feed"}


def test_a_hub_that_fails_is_told_again_and_later_each_time(
    publisher: Publisher, make: Make
) -> None:
    hub = Hub()
    announcer = Announcer(publisher, hub, wait=1.0)
    publisher.archive.ingest([make(1, "Iran")])
    hub.failures = 2
    announcer.look()
    announcer.tell(100.0)
    announcer.tell(101.0)  # not yet
    assert hub.requests == 1
    announcer.tell(102.0)
    assert (hub.requests, hub.told) == (2, [])
    announcer.tell(105.0)
    assert hub.requests == 2
    announcer.tell(106.0)
    assert "/country/iran" in hub.topics()


def test_it_gives_up_in_the_end_and_says_so(
    publisher: Publisher, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    hub = Hub()
    announcer = Announcer(publisher, hub, wait=1.0)
    publisher.archive.ingest([make(1, "Iran")])
    hub.failures = 1_000
    announcer.look()
    for step in range(ATTEMPTS + 5):
        announcer.tell(10.0 ** (step + 1))
    assert hub.requests == ATTEMPTS
    assert "was not told of" in caplog.text


def test_feeds_name_the_hub(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(1, "Iran")])
    client = create_app(publisher).test_client()
    atom = client.get("/country/iran.atom")
    assert '<https://hub.example/>; rel="hub"' in atom.headers["Link"]
    assert b'<link href="https://hub.example/" rel="hub"/>' in atom.data
    assert b'href="https://hub.example/" rel="hub"' in client.get("/country/iran.rss").data
    assert client.get("/country/iran.json").get_json()["hubs"] == [
        {"type": "WebSub", "url": "https://hub.example/"}
    ]


def test_a_feed_that_is_not_told_of_does_not_name_the_hub(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest(make(n, f"Iran {n}") for n in range(60))
    client = create_app(publisher).test_client()
    token = publisher.access.create(publisher.archive.parse("country:iran@main"))
    paths = [f"/feed.{form}?q=country:iran@main&token={token}" for form in ("atom", "rss", "json")]
    paths += [f"/country/iran/2025-01.{form}?token={token}" for form in ("atom", "rss", "json")]
    for path in [*paths, f"/country/iran.atom?before=40&token={token}"]:
        answer = client.get(path)
        assert answer.status_code == 200
        assert "hub.example" not in answer.headers["Link"] + answer.text, path


def test_a_hub_cannot_read_what_is_behind_a_password(
    database: str, small: Taxonomy, make: Make
) -> None:
    settings = Settings(database=database, hub="https://hub.example/", basic="jo:secret")
    closed = Publisher(settings, small)
    closed.archive.ingest([make(1, "Iran")])
    answer = create_app(closed).test_client().get("/feed.atom", auth=("jo", "secret"))
    assert "hub.example" not in answer.headers["Link"] + answer.text
    closed.close()


def test_the_feed_of_main_subjects_is_told_of(publisher: Publisher, make: Make) -> None:
    hub = Hub()
    announcer = Announcer(publisher, hub)
    publisher.feeds.feed(publisher.archive.parse("country:iran@main"), "atom")
    publisher.archive.ingest([make(1, "Iran")])
    look(announcer)
    assert "/feed.atom?q=country:iran@main" in hub.topics()


def test_what_was_not_delivered_is_told_at_the_next_start(publisher: Publisher, make: Make) -> None:
    hub = Hub()
    hub.failures = 1
    first = Announcer(publisher, hub, wait=1.0)
    publisher.archive.ingest([make(1, "Iran")])
    look(first)  # the first commit ever told of, and the hub does not answer
    publisher.archive.ingest([make(2, "Israel")])
    look(first)
    assert "/country/israel" in hub.topics()
    look(Announcer(publisher, hub))
    assert hub.topics() >= {"/country/iran", "/country/israel"}
    look(Announcer(publisher, hub))
    assert hub.topics() == set()  # delivered


def test_a_hub_that_answers_nonsense_is_told_again(publisher: Publisher, make: Make) -> None:
    lines = [b"what?\r\n", b"HTTP/1.1 204 No Content\r\n\r\n"]
    requests = []

    def answer(listening: socket.socket) -> None:
        for line in lines:
            client, _ = listening.accept()
            with client:
                requests.append(client.recv(65536))
                client.sendall(line)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=(listening,), daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        announcer = Announcer(publisher, lambda _, body: post(address, body), wait=0.05)
        publisher.archive.ingest([make(1, "Iran")])
        announcer.start()
        thread.join(PATIENCE)
        announcer.stop()
        announcer.join(PATIENCE)
    assert len(requests) == 2


def test_nothing_ends_the_thread(
    publisher: Publisher, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    hub = Hub()

    broken = threading.Event()
    broken.set()

    class Broken(Announcer):
        def look(self) -> None:
            if broken.is_set():
                raise ZeroDivisionError("a mistake of ours")
            super().look()

    announcer = Broken(publisher, hub, wait=0.01)
    announcer.start()
    time.sleep(0.2)
    broken.clear()
    publisher.archive.ingest([make(1, "Iran")])
    assert eventually(lambda: hub.told)
    announcer.stop()
    announcer.join(PATIENCE)
    assert "/country/iran" in hub.topics()
    assert caplog.text.count("Error: a mistake") == 1  # said once, not every time


class Busy(ThreadingHTTPServer):
    """A hub that takes its time: nobody gets an answer before `may_go`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Later)
        self.asked = threading.Event()
        self.may_go = threading.Event()
        self.bodies: list[bytes] = []


class Later(BaseHTTPRequestHandler):
    server: Busy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.set()
        self.server.may_go.wait(PATIENCE)
        self.server.bodies.append(body)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None: ...


def test_writing_does_not_wait_for_a_real_hub(database: str, small: Taxonomy, make: Make) -> None:
    server = Busy()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = Settings(
        database=database, base_url=BASE, hub=f"http://127.0.0.1:{server.server_port}/"
    )
    publisher = Publisher(settings, small)
    announcer = Announcer(publisher, wait=0.05)
    announcer.start()
    publisher.archive.ingest([make(0, "Iran 0")])
    assert server.asked.wait(PATIENCE)
    for number in range(1, 10):
        publisher.archive.ingest([make(number, f"Iran {number}")])
    assert not server.bodies  # all is written while the hub still thinks about the first
    server.may_go.set()
    assert eventually(lambda: any(b"country%2Firan" in body for body in server.bodies))
    announcer.stop()
    announcer.join(PATIENCE)
    server.shutdown()
    server.server_close()
    publisher.close()


def test_of_several_processes_one_tells_and_the_next_goes_on(
    database: str, small: Taxonomy, make: Make
) -> None:
    settings = Settings(database=database, base_url=BASE, hub="https://hub.example/")
    sites = [Publisher(settings, small) for _ in range(2)]
    hubs = Hub(), Hub()
    first, second = (Announcer(site, hub, wait=0.01) for site, hub in zip(sites, hubs, strict=True))

    def told(hub: Hub, path: str) -> bool:
        return any(path in topic for topic in hub.told)

    first.start()
    sites[1].archive.ingest([make(1, "Iran")])
    assert eventually(lambda: told(hubs[0], "/country/iran"))
    second.start()
    sites[0].archive.ingest([make(2, "Israel")])
    assert eventually(lambda: told(hubs[0], "/country/israel"))
    first.stop()
    first.join(PATIENCE)
    sites[0].archive.ingest([make(3, "Chad")])
    assert eventually(lambda: told(hubs[1], "/country/chad"))
    assert not told(hubs[1], "/country/iran")  # that was told before
    assert not told(hubs[0], "/country/chad")
    second.stop()
    second.join(PATIENCE)
    for site in sites:
        site.close()

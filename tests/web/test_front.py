"""What stands in front of the application: framing, order and refusals, whatever clients send."""

import contextlib
import random
import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feed.model import Article
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import Make
from tests.loopback import PATIENCE
from tests.web.served import Served, everything, get, one, status, statuses

HEADERS = [
    "",
    "Accept-Encoding: gzip\r\n",
    "Accept-Encoding: br;q=0, zstd\r\n",
    "If-None-Match: *\r\n",
    "If-None-Match: *\r\nX-Request-Id: 7\r\nCookie: a=b\r\n",
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, small: Taxonomy) -> Iterator[Served]:
    """The application as `tagwire serve` has it, with two articles."""
    folder = tmp_path_factory.mktemp("front")
    database = f"sqlite:///{folder}/wire.db"
    publisher = Publisher(Settings(database=database), small)
    fill(publisher)
    publisher.close()
    running = Served(folder, database, "--access-log")
    yield running
    running.stop()


def fill(publisher: Publisher) -> None:
    """Two articles, one of them long."""
    for number, title, text in [(1, "Iran shows Harop", "Long text. " * 80), (2, "Israel", "")]:
        day = datetime(2025, 1, number, tzinfo=UTC)
        id_ = f"tag:wire.example,2025:{number}"
        publisher.archive.ingest(
            [Article(id=id_, title=title, text=text, published=day, updated=day)]
        )


def undated(answer: bytes) -> bytes:
    return re.sub(rb"(?i)date: [^\r]*", b"date", answer)


@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/country/iran.atom", "/tags", "/country/iran", "/tags.opml"])
def test_the_same_question_gets_the_same_answer(
    served: Served, path: str, method: str, headers: str
) -> None:
    """The first from Flask, the others from the response cache."""
    with closing(served.connect()) as client:
        answers = [undated(one(client, get(path, headers, method))) for _ in range(3)]
    assert sorted(answers[0].split(b"\r\n")) == sorted(answers[1].split(b"\r\n"))
    assert answers[1] == answers[2]
    assert status(answers[0]) == (304 if "None-Match" in headers else 200)


def test_an_answer_to_head_and_one_without_change_have_no_body(served: Served) -> None:
    whole = served.ask(get("/feed.atom", last=True))
    head = served.ask(get("/feed.atom", method="HEAD", last=True))
    length = re.search(rb"(?i)content-length: (\d+)", head)
    assert length
    assert len(whole) - len(head) == int(length[1])
    same = served.ask(get("/feed.atom", "If-None-Match: *\r\n", last=True))
    assert status(same) == 304
    assert same.endswith(b"\r\n\r\n")
    assert b"content-length" not in same.lower()
    assert same.lower().count(b"date: ") == whole.lower().count(b"\r\ndate: ") == 1


def test_pipelined_requests_are_answered_in_order(served: Served) -> None:
    mixed = [get("/feed.atom"), get("/country/iran.rss"), get("/nowhere"), get("/feed.atom")] * 50
    said = served.ask(*mixed, get("/feed.atom", last=True))
    assert statuses(said) == [200, 200, 404, 200] * 50 + [200]


def test_requests_may_arrive_in_any_pieces(served: Served) -> None:
    rng = random.Random(4)
    whole = get("/feed.atom") + get("/feed.rss", HEADERS[1]) + get("/feed.json", last=True)
    expected = undated(served.ask(whole))
    for _ in range(10):
        cuts = sorted(rng.sample(range(1, len(whole)), rng.randrange(1, 12)))
        pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
        with closing(served.connect()) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                client.sendall(piece)
                time.sleep(0.002)
            assert undated(everything(client)) == expected


# What is no request, or one that nobody should take; the statuses that a server may give, 0 for none.
CLOSE = b"Connection: close\r\n"
BAD = {
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", {400}),
    "no host": (b"GET / HTTP/1.1\r\n" + CLOSE + b"\r\n", {400}),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n" + CLOSE + b"\r\n", {400}),
    "HTTP/0.9": (b"GET /\r\n\r\n", {400}),
    "HTTP/3.7": (b"GET / HTTP/3.7\r\nHost: a\r\n\r\n", {400, 505}),
    "a blank before the colon": (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", {400}),
    "NUL": (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", {400}),
    "a bare CR": (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", {400}),
    "a folded line": (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", {400}),
    "another method": (b"SMUGGLE / HTTP/1.1\r\nHost: a\r\n" + CLOSE + b"\r\n", {400, 405, 501}),
    "a body": (b"POST / HTTP/1.1\r\nHost: a\r\n" + CLOSE + b"Content-Length: 3\r\n\r\nabc", {405}),
    "no length": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", {400}),
    "less than none": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", {400}),
    "two lengths": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", {400}),
    "lengths in a list": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\nab", {400}),
    "another coding": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n", {400, 501}),
    "chunks that are none": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", {400, 405}),
    "a large head": (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", {400, 431}),
    "many fields": (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 1_000 + b"\r\n", {400, 431}),
    "a long target": (b"GET /" + b"y" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", {400, 414, 431}),
    "a target without an end": (b"GET /" + b"y" * 100_000, {400, 414, 431}),
    "a large body": (b"POST / HTTP/1.1\r\nHost: a\r\n" + CLOSE + b"Content-Length: 100000\r\n\r\n" + b"y" * 100_000, {405, 413}),
    "a body that does not come": (b"POST / HTTP/1.1\r\nHost: a\r\n" + CLOSE + b"Content-Length: 9000000\r\n\r\n" + b"y" * 90_000, {405, 413}),
    "a blank in the target": (b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", {400}),
    "nonsense": (b"nonsense\r\n\r\n", {400}),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_request_is_refused(served: Served, kind: str) -> None:
    request, expected = BAD[kind]
    with closing(served.connect()) as client:
        client.settimeout(PATIENCE)
        client.sendall(request)
        assert status(everything(client)) in expected
    assert status(served.ask(get("/healthz", last=True))) == 200


SMUGGLED = {
    "both": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
    "a coding in disguise": "Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n",
    "a coding behind a tab": "Content-Length: 4\r\nTransfer-Encoding:\tchunked\r\n",
    "two codings": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    "a plus": "Content-Length: +4\r\n",
}


@pytest.mark.parametrize("kind", SMUGGLED)
def test_nothing_is_smuggled(served: Served, kind: str) -> None:
    """A request whose end two may see in two places is not followed by what one of them sees there."""
    body = b"1\r\nZ\r\n0\r\n\r\n" + get("/country/iran.json", last=True)
    said = served.ask(get("/", SMUGGLED[kind], "POST") + body)
    found = statuses(said)
    assert found[0] in (400, 405, 501)
    # What follows is read by RFC 9112, section 6.3: chunks count, or the connection ends.
    assert found[1:] in ([], [400], [200])
    assert found[1:] != [200] or "chunked\r\n" in SMUGGLED[kind]


GOOD = {
    "codes in the path": (get("/country/%69ran.atom", last=True), 200),
    "letters as they are": ("GET /search?q=Türkiye HTTP/1.0\r\n\r\n".encode(), 200),
    "a whole address": (b"GET http://wire.example/feed.atom?y HTTP/1.1\r\nHost: a\r\n" + CLOSE + b"\r\n", 200),
    "an empty line before": (b"\r\n" + get("/feed.atom", last=True), 200),
    "an upgrade": (get("/feed.atom", "Connection: Upgrade, close\r\nUpgrade: h2c\r\n"), 200),
    "HTTP/1.0": (b"GET /feed.atom HTTP/1.0\r\n\r\n", 200),
    "a field that is not ASCII": (get("/feed.atom", "X: \xe9\r\n", last=True), 200),
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_request_in_its_many_forms(served: Served, kind: str) -> None:
    request, expected = GOOD[kind]
    assert status(served.ask(request)) == expected


def test_http_1_0_stays_open_when_it_asks_to(served: Served) -> None:
    with closing(served.connect()) as client:
        for _ in range(3):
            answer = one(client, b"GET /feed.atom HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert status(answer) == 200


def test_noise_hurts_nobody(served: Served) -> None:
    rng = random.Random(7)
    alphabet = [
        b"GET ",
        b"/",
        b"HTTP/1.1",
        b"\r\n",
        b"\n",
        b"Host: a",
        b":",
        b"\x00",
        b"\xff",
        b"0",
        b"chunked",
    ]
    for _ in range(150):
        with closing(served.connect()) as client:
            client.sendall(b"".join(rng.choices(alphabet, k=rng.randrange(1, 40))))
            with contextlib.suppress(OSError):  # it may be closed already
                client.shutdown(socket.SHUT_WR)
            everything(client)
    assert status(served.ask(get("/healthz", last=True))) == 200
    assert not [line for line in served.log.splitlines() if "Traceback" in line or "panic" in line]


def test_what_clients_send_stays_in_its_line_of_the_access_log(served: Served) -> None:
    paths = [
        "/x%0A127.0.0.1%20-%20forged",
        "/x?a%0Dforged",
        "/x?token=secret",
        "/%E2%80%A8forged",
        '/"',
    ]
    for path in paths:
        served.ask(get(path, "X-Request-Id: r7\r\nReferer: \x85forged\r\n", last=True))
    said = served.out.read_text(encoding="utf-8")
    lines = said.splitlines()[1:]
    form = r'127\.0\.0\.1 - - \[[^]]+\] "[A-Z]+ \S+ HTTP/1(\.1)?" \d{3} \d+( \S+)?'
    assert not [line for line in lines if not re.fullmatch(form, line)]
    assert "secret" not in said
    assert "/x%0A127.0.0.1%20-%20forged" in said


def test_a_hundred_clients_that_never_read_keep_nobody_waiting(
    tmp_path: Path, publisher: Publisher, make: Make
) -> None:
    publisher.archive.ingest(make(n, f"Iran {n}", "Long text. " * 900) for n in range(60))
    running = Served(tmp_path, publisher.settings.database)
    clients = [running.connect() for _ in range(100)]
    try:
        for client in clients:
            client.sendall(get("/country/iran.json") * 20)
        assert running.status("/country/iran.rss") == 200
        assert running.status("/healthz") == 200
    finally:
        for client in clients:
            client.close()
        running.stop()

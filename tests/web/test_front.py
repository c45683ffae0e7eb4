"""The server's own HTTP: framing, order, refusals, and the same bytes for the same question."""

import asyncio
import contextlib
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from feed.publisher import Publisher
from feed.web import create_app, front
from feed.web.front import Connection, Front
from feed.web.response_cache import ResponseCache
from tests.conftest import Make
from tests.loopback import PATIENCE, eventually

HEADERS = [
    "",
    "Accept-Encoding: gzip\r\n",
    "Accept-Encoding: br;q=0, zstd\r\n",
    "If-None-Match: *\r\n",
]


class Served:
    """A front in a thread, on a free port; `ask` sends bytes and reads to the end of the answers."""

    def __init__(
        self, application: Any, cache: ResponseCache | None = None, threads: int = 1, **more: Any
    ) -> None:
        self.lines: list[str] = []
        self.calls = 0

        def counting(environ: Any, start: Any) -> Any:
            self.calls += 1
            return application(environ, start)

        self.front = Front(counting, cache, threads, self.lines.append, **more)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._ready.wait(PATIENCE)

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        server = await self.loop.create_server(lambda: Connection(self.front), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.front.server = "127.0.0.1", self.port
        self._ready.set()
        await self._ended.wait()
        server.close()
        await self.front.end()

    def stop(self) -> None:
        """Tell it to end, and wait."""
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def connect(self) -> socket.socket:
        """A client."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def ask(self, *pieces: bytes) -> bytes:
        """All that is answered until the server closes."""
        with closing(self.connect()) as client:
            for piece in pieces:
                client.sendall(piece)
            return everything(client)

    def sweep(self, seconds: float) -> None:
        """What the server does when so much time has passed."""

        async def check() -> None:
            self.front.now = time.monotonic() + seconds
            for connection in list(self.front.connections):
                connection.check(self.front.now)

        asyncio.run_coroutine_threadsafe(check(), self.loop).result(PATIENCE)


def everything(client: socket.socket) -> bytes:
    got = b""
    while piece := client.recv(65536):
        got += piece
    return got


def get(path: str, headers: str = "", method: str = "GET", last: bool = False) -> bytes:
    """The bytes of a request; the last of a connection closes it."""
    close = "Connection: close\r\n" if last else ""
    return f"{method} {path} HTTP/1.1\r\nHost: wire.example\r\n{headers}{close}\r\n".encode()


def one(client: socket.socket, request: bytes) -> bytes:
    """Ask on an open connection, and read one answer with its body."""
    client.sendall(request)
    got = b""
    while b"\r\n\r\n" not in got:
        got += client.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length: (\d+)", head)
    if length and not request.startswith(b"HEAD"):
        while len(body) < int(length[1]):
            body += client.recv(65536)
    return head + b"\r\n\r\n" + body


def undated(answer: bytes) -> bytes:
    return re.sub(rb"Date: [^\r]*", b"Date", answer)


def status(answer: bytes) -> int:
    return int(answer[9:12]) if answer else 0


@pytest.fixture
def served(publisher: Publisher, make: Make) -> Iterator[Served]:
    """The application as `tagwire serve` has it, with two articles."""
    publisher.archive.ingest([make(1, "Iran shows Harop", "Long text. " * 80), make(2, "Israel")])
    cache = ResponseCache(create_app(publisher), publisher)
    running = Served(cache, cache)
    yield running
    running.stop()


Start = Callable[..., Served]


@pytest.fixture
def start() -> Iterator[Start]:
    """Serves any WSGI application."""
    running: list[Served] = []

    def begin(application: Any, threads: int = 1, **more: Any) -> Served:
        running.append(Served(application, None, threads, **more))
        return running[-1]

    yield begin
    for each in running:
        each.stop()


def hello(environ: Any, start: Any) -> Any:
    """Says what it was asked."""
    body = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}".encode("latin-1")
    start("200 OK", [("Content-Type", "text/plain")])
    return [body]


@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_same_question_gets_the_same_bytes(served: Served, method: str, headers: str) -> None:
    """The first from Flask, the second from the response cache, the third as it was sent before."""
    request = get("/country/iran.atom", headers, method)
    with closing(served.connect()) as client:
        answers = [undated(one(client, request)) for _ in range(4)]
        assert served.calls == 1
    assert sorted(answers[0].split(b"\r\n")) == sorted(answers[1].split(b"\r\n"))
    assert answers[1] == answers[2] == answers[3]
    assert status(answers[0]) == (304 if "None-Match" in headers else 200)
    assert all(line.split('"')[2].split()[0] == str(status(answers[0])) for line in served.lines)
    assert len({line.split("] ")[1] for line in served.lines}) == 1


def test_a_commit_is_seen_at_once(served: Served, publisher: Publisher, make: Make) -> None:
    with closing(served.connect()) as client:
        for number in range(3, 30):
            for _ in range(3):
                one(client, get("/country/iran.atom"))
            publisher.archive.ingest([make(number, f"Iran {number}")])
            assert f"Iran {number}".encode() in one(client, get("/country/iran.atom"))


def test_what_became_private_is_not_repeated(served: Served, publisher: Publisher) -> None:
    with closing(served.connect()) as client:
        assert [status(one(client, get("/country/iran.atom"))) for _ in range(3)] == [200] * 3
        publisher.access.create(publisher.archive.parse("country:iran"), "Jo")
        assert status(one(client, get("/country/iran.atom"))) == 403


def test_an_answer_to_head_and_one_without_change_have_no_body(served: Served) -> None:
    whole = served.ask(get("/feed.atom", last=True))
    head = served.ask(get("/feed.atom", method="HEAD", last=True))
    length = re.search(rb"Content-Length: (\d+)", head)
    assert length
    assert len(whole) - len(head) == int(length[1])
    assert undated(whole).startswith(undated(head))
    same = served.ask(get("/feed.atom", "If-None-Match: *\r\n", last=True))
    assert status(same) == 304
    assert same.endswith(b"\r\n\r\n")
    assert b"content-length" not in same.lower()
    assert same.count(b"Date: ") == whole.count(b"Date: ") == 1


def test_pipelined_requests_are_answered_in_order(served: Served, start: Start) -> None:
    paths = [f"/{n}" for n in range(500)]
    requests = [get(path) for path in paths[:-1]] + [get(paths[-1], last=True)]
    said = start(hello).ask(b"".join(requests))
    assert re.findall(rb"\r\n\r\n(/\d+)\?", said) == [path.encode() for path in paths]
    mixed = [get("/feed.atom"), get("/country/iran.rss"), get("/nowhere"), get("/feed.atom")] * 20
    said = served.ask(*mixed, get("/feed.atom", last=True))
    statuses = re.findall(rb"HTTP/1.1 (\d+) [^\r]*\r\n(?:Content-Type|Date)", said)
    assert statuses == [b"200", b"200", b"404", b"200"] * 20 + [b"200"]


def test_requests_may_arrive_in_any_pieces(served: Served) -> None:
    rng = random.Random(4)
    whole = get("/feed.atom") + get("/feed.rss", HEADERS[1]) + get("/feed.json", last=True)
    expected = undated(served.ask(whole))
    for _ in range(15):
        cuts = sorted(rng.sample(range(1, len(whole)), rng.randrange(1, 12)))
        pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
        with closing(served.connect()) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                client.sendall(piece)
                time.sleep(0.002)
            assert undated(everything(client)) == expected
    with closing(served.connect()) as client:
        for byte in whole:
            client.sendall(bytes([byte]))
        assert undated(everything(client)) == expected


BAD = [
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),  # TLS
    (b"GET / HTTP/1.1\r\n\r\n", 400),  # no Host
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    (b"GET /\r\n\r\n", 400),  # HTTP/0.9
    (b"GET / HTTP/3.7\r\nHost: a\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\nHost: a\n\n", 400),
    (b"SMUGGLE / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 40_000 + b"\r\n\r\n", 431),
    (b"GET /" + b"y" * 40_000, 431),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + b"y" * 100_000, 413),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n" + b"y" * 90_000, 413),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n", 413),
    (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + b"9\r\nyyyyyyyyy\r\n" * 9_000, 413),
    (b"GET / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n", 417),
    (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: a\r\n\r\n", 400),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "expected"), BAD)
def test_a_bad_request_is_refused_and_closed(start: Start, request_: bytes, expected: int) -> None:
    served = start(hello)
    answer = served.ask(request_)
    assert status(answer) == expected
    assert b"Connection: close" in answer
    assert status(served.ask(get("/", last=True))) == 200


GOOD = [
    (get("/a%20b%2Fc?q=%C3%A9&x", last=True), b"/a b/c?q=%C3%A9&x"),
    ("GET /search?q=Türkiye HTTP/1.0\r\n\r\n".encode(), b"/search?q=T%C3%BCrkiye"),
    (b"GET http://wire.example/x?y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"/x?y"),
    (b"\r\n\r\n" + get("/x", last=True), b"/x?"),  # RFC 9112, section 2.2
    (b"POST /x HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", b"/x?"),
    (get("/x", "Connection: Upgrade\r\nUpgrade: h2c\r\n"), b"/x?"),
]


@pytest.mark.parametrize(("request_", "expected"), GOOD)
def test_a_good_request_in_its_many_forms(start: Start, request_: bytes, expected: bytes) -> None:
    answer = start(hello).ask(request_)
    assert status(answer) == 200
    assert answer.partition(b"\r\n\r\n")[2] == expected


def test_http_1_0_stays_open_when_it_asks_to(start: Start) -> None:
    with closing(start(hello).connect()) as client:
        for _ in range(3):
            answer = one(client, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert b"Connection: keep-alive" in answer


def test_who_waits_for_a_word_before_the_body_gets_it(start: Start) -> None:
    with closing(start(hello).connect()) as client:
        client.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        )
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert status(one(client, b"ab")) == 200


def test_the_word_is_not_said_before_an_earlier_answer(start: Start) -> None:
    post = b"POST /2 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    with closing(start(hello).connect()) as client:
        client.sendall(get("/1") + post + b"ab")
        client.shutdown(socket.SHUT_WR)
        assert re.findall(rb"HTTP/1.1 (\d+)|(/\d)\?", everything(client)) == [
            (b"200", b""), (b"", b"/1"), (b"200", b""), (b"", b"/2")]  # fmt: skip


def test_what_came_before_a_mistake_is_answered(start: Start) -> None:
    said = start(hello).ask(get("/1") + get("/2") + b"nonsense\r\n\r\n" + get("/3"))
    assert re.findall(rb"HTTP/1.1 (\d+)", said) == [b"200", b"200", b"400"]
    said = start(hello).ask(get("/1", last=True) + b"x")
    assert re.findall(rb"HTTP/1.1 (\d+)", said) == [b"200"]


def test_who_is_refused_sees_why_though_it_still_sends(start: Start) -> None:
    served = start(hello)
    with closing(served.connect()) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n")
        for _ in range(20):
            client.sendall(b"y" * 10_000)
        assert status(client.recv(65536)) == 413
        for _ in range(20):
            client.sendall(b"y" * 10_000)
        served.sweep(front.LINGER + 1)
        assert eventually(lambda: not served.front.connections)


def test_trailers_are_no_fields_and_fill_no_memory(start: Start) -> None:
    seen: list[Any] = []

    def look(environ: Any, begin: Any) -> Any:
        seen.append(environ.get("HTTP_IF_NONE_MATCH"))
        return hello(environ, begin)

    served = start(look)
    chunked = get("/", "Transfer-Encoding: chunked\r\nConnection: close\r\n") + b"0\r\n"
    assert status(served.ask(chunked + b"If-None-Match: *\r\n\r\n")) == 200
    assert seen == [None]
    with closing(served.connect()) as client:
        client.sendall(chunked)
        with contextlib.suppress(OSError):  # it may be closed meanwhile
            for _ in range(1_000):
                client.sendall(b"a:b\r\n" * 200)
        answer = client.recv(65536)
    assert status(answer) == 413


def test_fields_become_the_environment_of_pep_3333(start: Start) -> None:
    seen: dict[str, str] = {}

    def look(environ: Any, begin: Any) -> Any:
        seen.update({k: v for k, v in environ.items() if isinstance(v, str)})
        return hello(environ, begin)

    fields = "X-A: 1\r\nx-a: 2\r\nX_Forwarded_For: 192.0.2.9\r\nContent-Length: 0\r\n"
    served = start(look)
    served.ask(get("/a?b", fields, last=True))
    assert seen["HTTP_X_A"] == "1,2"
    assert "HTTP_X_FORWARDED_FOR" not in seen
    assert "HTTP_CONTENT_LENGTH" not in seen
    assert (seen["CONTENT_LENGTH"], seen["REMOTE_ADDR"]) == ("0", "127.0.0.1")
    assert (seen["SERVER_PORT"], seen["HTTP_HOST"]) == (str(served.port), "wire.example")


def test_an_error_of_the_application_is_a_500_and_no_more(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(environ: Any, begin: Any) -> Any:
        if environ["PATH_INFO"] == "/fail":
            raise RuntimeError("oops")
        return hello(environ, begin)

    with closing(start(failing).connect()) as client:
        assert status(one(client, get("/fail"))) == 500
        assert status(one(client, get("/"))) == 200
    assert "oops" in caplog.text


BAD_HEADERS = [("X-A", "Новости"), ("X-A", "a\r\nX-B: c"), ("X\n-A", "a")]


@pytest.mark.parametrize("header", BAD_HEADERS)
def test_a_header_that_is_none_is_a_500(
    start: Start, header: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(environ: Any, begin: Any) -> Any:
        begin("200 OK", [header])
        return [b"x"]

    answer = start(wrong).ask(get("/", last=True))
    assert status(answer) == 500
    assert b"X-B" not in answer
    assert "Error" in caplog.text


def test_there_is_one_date(start: Start) -> None:
    def dated(environ: Any, begin: Any) -> Any:
        begin("200 OK", [("Date", "Thu, 01 Jan 1970 00:00:00 GMT")])
        return [b""]

    answer = start(dated).ask(get("/", last=True))
    assert answer.count(b"Date: ") == 1
    assert b"1970" not in answer


def test_a_log_line_is_one_and_quoted(served: Served) -> None:
    with closing(served.connect()) as client:
        for _ in range(3):
            one(client, get('/feed.atom?a="b"'))
    assert len(served.lines) == 3
    assert {line.split("] ")[1].split(" 200")[0] for line in served.lines} == {
        '"GET /feed.atom?a=%22b%22 HTTP/1.1"'
    }


def test_a_log_names_no_token(served: Served) -> None:
    with closing(served.connect()) as client:
        for _ in range(3):
            one(client, get("/feed.atom?token=s3cret&q=iran"))
    assert len(served.lines) == 3
    assert all('"GET /feed.atom?token=...&q=iran HTTP/1.1"' in line for line in served.lines)


def test_of_too_many_clients_the_idle_ones_go(start: Start) -> None:
    served = start(hello, most=5)
    clients = [served.connect() for _ in range(20)]
    assert status(one(clients[-1], get("/"))) == 200
    assert eventually(lambda: len(served.front.connections) == 5)
    for client in clients:
        client.close()


def test_nobody_is_waited_for_who_has_gone_and_monitors_wait_for_nobody(start: Start) -> None:
    may_go = threading.Event()

    def slow(environ: Any, begin: Any) -> Any:
        if environ["PATH_INFO"] != "/healthz":
            may_go.wait(PATIENCE)
        return hello(environ, begin)

    served = start(slow, urgent=("/healthz",))
    for _ in range(50):
        client = served.connect()
        client.sendall(get("/"))
        client.close()
    time.sleep(0.3)
    assert status(served.ask(get("/healthz", last=True))) == 200
    may_go.set()
    assert status(served.ask(get("/", last=True))) == 200
    assert served.calls < 15  # of 52


def test_who_does_not_read_is_in_nobodys_way(start: Start) -> None:
    big = b"x" * 4_000_000

    def large(environ: Any, begin: Any) -> Any:
        begin("200 OK", [])
        return [big]

    served = start(large)
    with closing(served.connect()) as lazy:
        lazy.sendall(get("/") * 50)  # 200 MB, of which it takes nothing
        time.sleep(0.5)
        with closing(served.connect()) as client:
            assert one(client, get("/")).endswith(big)
        assert served.calls < 5  # the rest is not even made
        served.sweep(front.WRITE_TIMEOUT - 1)
        assert len(served.front.connections) == 1
        served.sweep(2 * front.WRITE_TIMEOUT)
        served.sweep(3 * front.WRITE_TIMEOUT)
        assert eventually(lambda: not served.front.connections)


def test_who_does_not_send_is_sent_away(start: Start) -> None:
    served = start(hello)
    with closing(served.connect()) as silent, closing(served.connect()) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHos")
        time.sleep(0.2)
        served.sweep(front.HEAD_TIMEOUT + 1)
        assert status(everything(slow)) == 408
        slow.close()
        assert eventually(lambda: len(served.front.connections) == 1)
        served.sweep(front.IDLE_TIMEOUT + 1)
        assert everything(silent) == b""


def test_too_many_wait(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "MAX_WAITING", 2)
    may_go = threading.Event()

    def slow(environ: Any, begin: Any) -> Any:
        may_go.wait(PATIENCE)
        return hello(environ, begin)

    served = start(slow)
    clients = [served.connect() for _ in range(4)]
    for client in clients:
        client.sendall(get("/", last=True))
        time.sleep(0.1)
    refused = everything(clients[-1])
    assert status(refused) == 503
    many = served.ask(get("/") * 900 + get("/", last=True))
    assert many.count(b"HTTP/1.1 503") == 901
    assert b"Retry-After: 5" in refused
    may_go.set()
    assert [status(everything(client)) for client in clients[:2]] == [200, 200]
    for client in clients:
        client.close()


def test_the_last_answers_are_sent_before_the_end(start: Start) -> None:
    def slow(environ: Any, begin: Any) -> Any:
        time.sleep(0.5)
        return hello(environ, begin)

    served = start(slow)
    with closing(served.connect()) as client, closing(served.connect()) as idle:
        client.sendall(get("/late"))
        time.sleep(0.1)
        served.stop()
        answer = everything(client)
        assert answer.endswith(b"/late?")
        assert b"Connection: close" in answer
        assert everything(idle) == b""


def test_who_has_said_all_still_gets_its_answers(start: Start) -> None:
    with closing(start(hello).connect()) as client:
        client.sendall(get("/1") + get("/2"))
        client.shutdown(socket.SHUT_WR)
        assert re.findall(rb"/\d\?", everything(client)) == [b"/1?", b"/2?"]


def test_who_leaves_early_harms_nobody(start: Start) -> None:
    def slow(environ: Any, begin: Any) -> Any:
        time.sleep(0.02)
        return hello(environ, begin)

    served = start(slow, 4)
    for _ in range(50):
        client = served.connect()
        client.sendall(get("/") * 3)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        client.close()
    assert status(served.ask(get("/", last=True))) == 200
    assert eventually(lambda: not served.front.connections)


def test_no_bytes_bring_it_down(start: Start) -> None:
    """Seeded noise, and requests with a bit of it in them."""
    served, rng = start(hello, 2), random.Random(5)
    for _ in range(300):
        request = bytearray(get("/a?b=c", "X-A: b\r\n" * rng.randrange(3)) * rng.randrange(1, 3))
        for _ in range(rng.randrange(1, 5)):
            request[rng.randrange(len(request))] = rng.randrange(256)
        with closing(served.connect()) as client:
            client.sendall(bytes(request) if rng.random() < 0.8 else rng.randbytes(200))
            client.shutdown(socket.SHUT_WR)
            answer = everything(client)
        assert all(int(s) in (200, 400, 413, 431) for s in re.findall(rb"HTTP/1.1 (\d+) ", answer))
    assert status(served.ask(get("/", last=True))) == 200

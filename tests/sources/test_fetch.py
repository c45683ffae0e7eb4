"""The way out: no private address by any way, no answer without end, nothing larger than it should be."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from urllib3.util import connection as sockets

from feed.errors import FetchError, SettingError
from feed.settings import Settings, read_settings
from feed.sources.fetch import Fetcher, fetcher
from feed.sources.networks import Networks
from feed.sources.robots import Robots

AGENT = "Tagwire/test (feed reader; +https://wire.example/)"
Play = Callable[[BaseHTTPRequestHandler], None]


class Upstream:
    """A server on loopback; `plays` says by path what it does."""

    def __init__(self) -> None:
        self.plays: dict[str, Play] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                outer.plays.get(self.path, say(404))(self)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.do_GET()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def say(status: int, body: bytes = b"", **headers: str) -> Play:
    def play(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return play


def endless(piece: bytes, pause: float = 0.0) -> Play:
    def play(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        handler.end_headers()
        with suppress(OSError):
            while True:
                handler.wfile.write(piece)
                handler.wfile.flush()
                time.sleep(pause)

    return play


def slow_head(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            handler.wfile.write(b"X-Slow: a\r\n")
            time.sleep(0.05)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    server = Upstream()
    yield server
    server.close()


@pytest.fixture
def allowed() -> Iterator[Fetcher]:
    """May ask loopback; quick to lose patience."""
    fetch = Fetcher(Networks(["127.0.0.0/8"]), AGENT, seconds=5, wait=(2, 2))
    yield fetch
    fetch.close()


@pytest.fixture
def strict() -> Iterator[Fetcher]:
    fetch = Fetcher(Networks(), AGENT, seconds=5, wait=(2, 2))
    yield fetch
    fetch.close()


PRIVATE = {
    "loopback": "http://127.0.0.1:{port}/",
    "elsewhere in loopback": "http://127.8.9.10:{port}/",
    "by name": "http://localhost:{port}/",
    "by name with a dot": "http://localhost.:{port}/",
    "decimal": "http://2130706433:{port}/",
    "hexadecimal": "http://0x7f000001:{port}/",
    "hexadecimal parts": "http://0x7f.0.0.0x1:{port}/",
    "octal": "http://0177.0.0.1:{port}/",
    "octal with zeros": "http://00000177.0.0.1:{port}/",
    "short": "http://127.1:{port}/",
    "unspecified": "http://0.0.0.0:{port}/",
    "zero": "http://0:{port}/",
    "IPv6": "http://[::1]:{port}/",
    "IPv6 in full": "http://[0:0:0:0:0:0:0:1]:{port}/",
    "IPv6 unspecified": "http://[::]:{port}/",
    "IPv4 mapped": "http://[::ffff:127.0.0.1]:{port}/",
    "IPv4 mapped, hexadecimal": "http://[::ffff:7f00:1]:{port}/",
    "IPv4 compatible": "http://[::127.0.0.1]:{port}/",
    "NAT64": "http://[64:ff9b::7f00:1]:{port}/",
    "6to4": "http://[2002:7f00:1::]:{port}/",
    "Teredo": "http://[2001:0:7f00:1::1]:{port}/",
    "link-local IPv6": "http://[fe80::1]:{port}/",
    "site-local IPv6": "http://[fec0::1]:{port}/",
    "unique local IPv6": "http://[fd00:ec2::254]/latest/meta-data/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "metadata, decimal": "http://2852039166/latest/meta-data/",
    "metadata, mapped": "http://[::ffff:a9fe:a9fe]/",
    "private 10": "http://10.0.0.1/",
    "private 172": "http://172.16.5.4/",
    "private 192": "http://192.168.1.1/",
    "carrier": "http://100.64.0.1/",
    "benchmarks": "http://198.18.0.1/",
    "reserved": "http://240.0.0.1/",
    "broadcast": "http://255.255.255.255/",
    "multicast": "http://224.0.0.1/",
    "user before the host": "http://public.example@127.0.0.1:{port}/",
    "user and password": "http://public.example:80@127.0.0.1:{port}/",
    "backslash": "http://127.0.0.1:{port}\\@public.example/",
    "circled digits": "http://①②⑦.⓪.⓪.①:{port}/",
    "full-width dots": "http://127。0。0。1:{port}/",
    "percent": "http://127.0.0.%31:{port}/",
    "tab inside": "http://127.0.\t0.1:{port}/",
}


@pytest.mark.parametrize("url", PRIVATE.values(), ids=PRIVATE)
def test_no_way_leads_to_a_private_address(
    url: str, strict: Fetcher, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.plays["/"] = say(200, b"secret")
    tried: list[object] = []
    monkeypatch.setattr(sockets, "create_connection", lambda place, *a: tried.append(place))
    real = socket.getaddrinfo

    def offline(host: str, *args: Any, **options: Any) -> Any:
        if host.endswith(".example"):
            raise socket.gaierror
        return real(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    with pytest.raises(FetchError):
        strict.get(url.format(port=upstream.port))
    assert tried == []
    assert upstream.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://public.example/",
        "gopher://127.0.0.1:25/_x",
        "data:text/plain,x",
        "//public.example/",
        "http://",
        "http:///x",
        "http://[::1/",
        "http://public.example:0/",
        "http://public.example:99999/",
        "javascript:alert(1)",
        "",
    ],
)
def test_only_addresses_of_the_web(url: str, strict: Fetcher) -> None:
    with pytest.raises(FetchError, match="no address of the web"):
        strict.get(url)


Names = dict[str, list[list[str]]]


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch, upstream: Upstream) -> Names:
    """Names, with what they resolve to the first, second, ... time; all public addresses are our server."""
    names: Names = {}
    real_connect = sockets.create_connection

    def look_up(host: str, port: int, *args: Any, **options: Any) -> Any:
        answers = names.get(host, [[host]])
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    def connect(place: tuple[str, int], *args: Any) -> socket.socket:
        assert place[0].startswith("93."), f"connected to {place[0]}"
        if place[0] == "93.184.0.9":
            raise ConnectionRefusedError("nobody there")
        return real_connect(("127.0.0.1", upstream.port), *args)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(sockets, "create_connection", connect)
    return names


def test_a_name_that_changes_its_answer_is_asked_where_it_was_checked(
    strict: Fetcher, upstream: Upstream, resolver: Names
) -> None:
    upstream.plays["/"] = say(200, b"fine", Connection="close")
    resolver["turning.example"] = [["93.184.0.1"], ["127.0.0.1"]]
    assert strict.get("http://turning.example/").body == b"fine"
    with pytest.raises(FetchError, match=r"'turning\.example' is 127\.0\.0\.1, which is no public"):
        strict.get("http://turning.example/")


def test_a_host_with_one_private_address_is_refused(strict: Fetcher, resolver: Names) -> None:
    resolver["half.example"] = [["93.184.0.1", "10.0.0.7"]]
    with pytest.raises(FetchError, match=r"10\.0\.0\.7") as caught:
        strict.get("http://half.example/")
    assert caught.value.refused


def test_the_addresses_of_a_host_are_tried_in_turn(
    strict: Fetcher, upstream: Upstream, resolver: Names
) -> None:
    upstream.plays["/"] = say(200, b"second")
    resolver["two.example"] = [["93.184.0.9", "93.184.0.2"]]
    assert strict.get("http://two.example/").body == b"second"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to", ["http://127.0.0.1/", "http://[::ffff:7f00:1]/", "http://inner.example/", "//0x7f.1/"]
)
def test_every_hop_is_checked(
    status: int, to: str, strict: Fetcher, upstream: Upstream, resolver: Names
) -> None:
    upstream.plays["/"] = say(status, Location=to)
    resolver["outer.example"] = [["93.184.0.1"]]
    resolver["inner.example"] = [["10.1.2.3"]]
    resolver["0x7f.1"] = [["127.0.0.1"]]
    with pytest.raises(FetchError, match="no public address"):
        strict.get("http://outer.example/")
    assert len(upstream.asked) == 1


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://a.example/", "javascript:x", "http://["]
)
def test_no_hop_leaves_the_web(
    to: str, strict: Fetcher, upstream: Upstream, resolver: Names
) -> None:
    upstream.plays["/"] = say(302, Location=to)
    resolver["outer.example"] = [["93.184.0.1"]]
    with pytest.raises(FetchError, match="no web address"):
        strict.get("http://outer.example/")


def test_networks_can_be_allowed(upstream: Upstream, strict: Fetcher) -> None:
    upstream.plays["/"] = say(200, b"ours")
    fetch = fetcher(Settings(fetch_allow="10.1.0.0/16, 127.0.0.1"))
    assert fetch.get(f"{upstream.url}/").body == b"ours"
    with pytest.raises(FetchError, match="TAGWIRE_FETCH_ALLOW"):
        fetch.get(f"http://127.0.0.2:{upstream.port}/")


@pytest.mark.parametrize("networks", ["10.1.0.0/99", "here", "10.0.0.0/8,,x", "1.2.3"])
def test_networks_that_are_none_are_a_mistake(networks: str) -> None:
    with pytest.raises(SettingError, match="TAGWIRE_FETCH_ALLOW"):
        read_settings({}, {"TAGWIRE_FETCH_ALLOW": networks})


def test_proxies_of_the_environment_count_only_by_setting(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.plays["/"] = say(200, b"direct")
    proxy = Upstream()
    target = f"{upstream.url}/"
    proxy.plays[target] = say(200, b"by proxy")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    monkeypatch.setenv("no_proxy", "")
    allow = "127.0.0.0/8"
    assert fetcher(Settings(fetch_allow=allow)).get(target).body == b"direct"
    for setting in ("environment", proxy.url):
        assert (
            fetcher(Settings(fetch_allow=allow, fetch_proxy=setting)).get(target).body
            == b"by proxy"
        )
    with pytest.raises(FetchError, match="no public address"):  # nor may the proxy ask for us
        fetcher(Settings(fetch_proxy=proxy.url)).get(target)
    proxy.close()


def bomb(coding: str) -> bytes:
    zeros = zlib.compressobj(9, zlib.DEFLATED, 31 if coding == "gzip" else 15)
    return b"".join(zeros.compress(bytes(1 << 20)) for _ in range(64)) + zeros.flush()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip"])
def test_a_bomb_is_not_read_whole(coding: str, allowed: Fetcher, upstream: Upstream) -> None:
    body = bomb(coding.split(",")[0])
    for _ in coding.split(",")[1:]:
        body = gzip.compress(body)
    assert len(body) < 300_000
    upstream.plays["/"] = say(200, body, Content_Encoding=coding)
    with pytest.raises(FetchError, match="more than"):
        allowed.get(f"{upstream.url}/")


def test_what_is_behind_a_redirect_is_not_read_at_all(allowed: Fetcher, upstream: Upstream) -> None:
    sent = []

    def play(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.send_response(302)
        handler.send_header("Location", "/feed")
        handler.end_headers()
        with suppress(OSError):
            while True:
                sent.append(handler.wfile.write(bytes(65536)))

    upstream.plays |= {"/": play, "/feed": say(200, b"feed")}
    assert allowed.get(f"{upstream.url}/").body == b"feed"
    assert len(sent) < 200, "what fits into the buffers of two sockets"


@pytest.mark.parametrize(
    ("play", "reason"),
    [
        (endless(b"x" * 65536), "more than"),
        (endless(b"x", 0.05), "longer than 1 seconds"),
        (slow_head, "longer than 1 seconds"),
        (lambda handler: time.sleep(1.5), "longer than 1 seconds"),
        (say(200, b"short", Content_Encoding="gzip"), "not compressed as it says"),
        (lambda handler: handler.wfile.write(b"nonsense\r\n\r\n"), "no proper answer"),
        (lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200), "no proper answer"),
        (lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000), "no proper answer"),
        (
            lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999999\r\n\r\n"),
            "more than",
        ),
        (
            lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfew") and handler.wfile.close(),
            "answer|longer",
        ),
    ],
    ids=["endless", "drop by drop", "endless head", "silent", "no gzip", "no HTTP", "many fields", "long field", "large", "broken off"],
)  # fmt: skip
def test_no_answer_holds_us_for_ever(play: Play, reason: str, upstream: Upstream) -> None:
    upstream.plays["/"] = play
    fetch = Fetcher(Networks(["127.0.0.0/8"]), AGENT, seconds=1, wait=(2, 2))
    with pytest.raises(FetchError, match=reason):
        fetch.get(f"{upstream.url}/")


def test_who_never_accepts_is_left(allowed: Fetcher) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(FetchError, match="nobody listens there"):
            allowed.get(f"http://127.0.0.1:{closed.getsockname()[1]}/")


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_redirects_in_a_circle(hops: int, allowed: Fetcher, upstream: Upstream) -> None:
    for number in range(hops):
        upstream.plays[f"/{number}"] = say(302, Location=f"/{(number + 1) % hops}")
    with pytest.raises(FetchError, match="circle"):
        allowed.get(f"{upstream.url}/0")
    assert len(upstream.asked) == hops


def test_redirects_without_end(allowed: Fetcher, upstream: Upstream) -> None:
    for number in range(20):
        upstream.plays[f"/{number}"] = say(302, Location=f"/{number + 1}")
    with pytest.raises(FetchError, match="more than 8 redirects"):
        allowed.get(f"{upstream.url}/0")


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ((301,), "/1"),
        ((308, 301), "/2"),
        ((302,), ""),
        ((302, 301), ""),
        ((301, 307), "/1"),
        ((308, 303, 301), "/1"),
    ],
)
def test_only_what_moved_for_good_has_moved(
    statuses: tuple[int, ...], moved: str, allowed: Fetcher, upstream: Upstream
) -> None:
    for number, status in enumerate(statuses):
        upstream.plays[f"/{number}"] = say(status, Location=f"/{number + 1}")
    upstream.plays[f"/{len(statuses)}"] = say(200, b"here")
    answer = allowed.get(f"{upstream.url}/0")
    assert (answer.body, answer.url) == (b"here", f"{upstream.url}/{len(statuses)}")
    assert answer.moved == (upstream.url + moved if moved else "")


def test_it_says_who_it_is_and_keeps_nothing(allowed: Fetcher, upstream: Upstream) -> None:
    upstream.plays["/"] = say(302, Location="http://127.0.0.2/", Set_Cookie="a=b; Path=/")
    upstream.plays["/"] = say(200, b"x", Set_Cookie="a=b; Path=/")
    for _ in range(2):
        allowed.get(f"http://reader:secret@127.0.0.1:{upstream.port}/", {"If-None-Match": '"1"'})
    for _, headers in upstream.asked:
        assert headers["user-agent"] == AGENT
        assert headers["if-none-match"] == '"1"'
        assert "cookie" not in headers
        assert headers["authorization"].startswith("Basic ")


def test_a_password_stays_with_its_host_and_out_of_messages(
    allowed: Fetcher, upstream: Upstream
) -> None:
    upstream.plays["/"] = say(302, Location=f"http://a:b@127.0.0.3:{upstream.port}/x")
    other = ThreadingHTTPServer(("127.0.0.3", upstream.port), upstream.server.RequestHandlerClass)
    threading.Thread(target=other.serve_forever, args=(0.01,), daemon=True).start()
    answer = allowed.get(f"http://reader:secret@127.0.0.1:{upstream.port}/")
    other.shutdown()
    other.server_close()
    assert answer.status == 404
    assert "authorization" not in upstream.asked[1][1]
    with pytest.raises(FetchError) as caught:
        allowed.get("http://reader:secret@127.0.0.1:1/")
    assert "secret" not in str(caught.value)


def test_a_form_is_sent_and_no_redirect_followed(allowed: Fetcher, upstream: Upstream) -> None:
    upstream.plays["/hub"] = say(307, Location="/elsewhere")
    assert allowed.post(f"{upstream.url}/hub", {"hub.mode": "subscribe"}).status == 307
    assert [path for path, _ in upstream.asked] == ["/hub"]


RULES = b"User-agent: *\nDisallow: /private/\n\nUser-agent: Tagwire\nDisallow: /never/\n"


@pytest.mark.parametrize(
    ("play", "path", "allows"),
    [
        (say(200, RULES), "/private/x", True),
        (say(200, RULES), "/never/x", False),
        (say(404), "/never/x", True),
        (say(403), "/never/x", True),
        (say(500), "/x", False),
        (say(429), "/x", False),
        (say(200, b"\xff\xfe\x00<html>"), "/x", True),
        (endless(b"Disallow: /x\n" * 5000), "/y", False),
        (say(301, Location="/rules"), "/never/x", False),
    ],
)
def test_robots(play: Play, path: str, allows: bool, allowed: Fetcher, upstream: Upstream) -> None:
    upstream.plays |= {"/robots.txt": play, "/rules": say(200, RULES)}
    robots = Robots(allowed)
    assert robots.allows(upstream.url + path) is allows
    asked = len(upstream.asked)
    assert robots.allows(upstream.url + path) is allows
    assert len(upstream.asked) == asked, "a day it is remembered"

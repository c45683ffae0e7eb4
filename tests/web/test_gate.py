"""What clients may send: a host that is one, names that could be kept, and nothing that begins a line in a log."""

import logging
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import create_environ, run_wsgi_app

from feed.log import one_line
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.taxonomy import Taxonomy
from feed.text.iri import is_host
from feed.web import create_app
from feed.web.log_lines import access_line, target_of
from feed.web.response_cache import ResponseCache
from tests.conftest import Make

HOSTS = [
    "wire.example", "wire.example.", "wire.example:8000", "wire.example:", "localhost", "127.0.0.1",
    "[::1]", "[2001:db8::1]:80", "xn--bcher-kva.example", "_dmarc.wire.example", "a" * 63 + ".example",
]  # fmt: skip
NO_HOSTS = [
    "", " ", "a b", "wire.example ", "user@wire.example", "user:word@wire.example", "wire.example:0",
    "wire.example:65536", "wire.example:x", "wire.example:-1", "wire.example:8000:8000", ":80", "[::1",
    "::1]", "::1", "[::1]x", "[zz]", "[1.2.3.4]", "[::1%25lo]", "a\tb", "a\x01b", "a\x7fb", "a,b",
    "a/b", "a?b", "a#b", "a\\b", "<a>", "a..b", ".", ".a", "a" * 64 + ".example", "a." * 130 + "a",
    "xn--", "xn--.example", "a.xn--", "xn--a", "xn--99999999", "xn--" + "a" * 5_000, "XN--A.example",
    "bücher.example", "例.example", "b\xfccher.example", "wire.example\r\nX: y",
]  # fmt: skip
VIEWS = [
    "/", "/feed.atom", "/feed", "/country/iran", "/country/iran.rss", "/country/iran/2025-01.json",
    "/tags", "/tags.opml", "/tags.ttl", "/search?q=iran", "/article/x", "/api/v1/expression?q=iran",
    "/healthz", "/metrics", "/robots.txt", "/static/style.css", "/nowhere", "/country//iran", "/tags/",
]  # fmt: skip


@pytest.fixture
def client(publisher: Publisher, make: Make) -> FlaskClient:
    publisher.archive.ingest([make(1, "Iran shows Harop")])
    return create_app(publisher).test_client()


def asked(client: FlaskClient, path: str, **environ: str) -> tuple[int, bytes]:
    """Status and body, without the test client's own look at what it sends."""
    body, status, _ = run_wsgi_app(client.application, create_environ(path) | environ)
    return int(status[:3]), b"".join(body)


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_is_served(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", NO_HOSTS)
def test_what_is_no_host_is_refused(client: FlaskClient, host: str) -> None:
    refused = 400, b"Bad Request: the field 'Host' names no host\n"
    assert asked(client, "/", HTTP_HOST=host) == refused


@pytest.mark.parametrize("path", VIEWS)
@pytest.mark.parametrize("host", ["xn--", "a b", "a,b"])
def test_every_view_refuses_it(client: FlaskClient, path: str, host: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        assert asked(client, path, HTTP_HOST=host, REQUEST_METHOD=method)[0] == 400, method


def test_what_is_kept_is_for_hosts_alone(publisher: Publisher) -> None:
    kept = ResponseCache(create_app(publisher), publisher)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/feed.atom", "HTTP_HOST": "wire.example"}
    environ |= {"SERVER_NAME": "a", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    b"".join(kept(environ, lambda status, headers, exc_info=None: lambda body: None))
    assert kept.document(dict(environ)) is not None
    assert kept.document(environ | {"HTTP_HOST": "xn--"}) is None


def test_http_1_0_may_name_no_host(client: FlaskClient) -> None:
    for host, protocol, status in [("", "HTTP/1.0", 200), ("", "HTTP/1.1", 400)]:
        assert asked(client, "/", HTTP_HOST=host, SERVER_PROTOCOL=protocol)[0] == status


@given(st.text(max_size=80))
def test_any_text_is_a_host_or_none(text: str) -> None:
    assert is_host(text) in (True, False)
    assert not is_host(text) or text.isascii()


# Names that no database keeps

ODD = ["%00", "a%00", "%00a", "%ED%A0%80", "%ED%BF%BF", "%ff", "%C3", "%F4%90%80%80", "a%00b%ff"]
PATHS = [
    "/article/{}", "/country/{}", "/{}/iran", "/country/{}.atom", "/country/iran/{}.atom",
    "/{}", "/{}.atom", "/static/{}", "/country/{}/feed", "/api/v1/{}",
]  # fmt: skip
QUESTIONS = [
    "/feed.atom?q={}", "/feed.atom?q=%22iran {}%22", "/feed.rss?q=title:{}", "/feed.atom?q=country:{}",
    "/feed.json?q=source:{}", "/feed.json?q=-{}", "/search?q={}", "/feed.atom?before={}", "/feed?q={}",
    "/feed.atom?token={}", "/country/iran?token={}", "/article/{}?q=iran", "/tags?x={}",
    "/api/v1/expression?q={}", "/api/v1/excluded?q=iran -{}", "/api/v1/explain?q=iran&article={}",
    "/api/v1/explain?q={}&article=x", "/feed.atom?{}={}",
]  # fmt: skip


@pytest.fixture
def on_both(database: str, small: Taxonomy, make: Make) -> Iterator[FlaskClient]:
    publisher = Publisher(Settings(database=database, base_url="https://wire.example"), small)
    publisher.archive.ingest([make(1, "Iran shows Harop")])
    yield create_app(publisher).test_client()
    publisher.close()


def test_odd_names_are_not_there(on_both: FlaskClient) -> None:
    for odd in ODD:
        for path in PATHS:
            assert on_both.get(path.format(odd)).status_code == 404, path.format(odd)


def test_odd_questions_are_answered_or_refused(on_both: FlaskClient) -> None:
    for odd in ODD:
        for question in QUESTIONS:
            status = on_both.get(question.format(odd, odd)).status_code
            assert status in (200, 302, 308, 400, 403, 404), question.format(odd, odd)


@pytest.mark.parametrize("name", ["\0", "a\0b", "\ud800", "a\udfff b"])
def test_odd_names_are_not_there_for_the_command_line(
    database: str, small: Taxonomy, name: str
) -> None:
    publisher = Publisher(Settings(database=database), small)
    assert publisher.archive.store.article(name) is None
    publisher.close()


# Logs

BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1b[2J", "\x85", "\u2028", "\u2029", "\0", "\u202e"]


@pytest.mark.parametrize("sign", BREAKS)
def test_nothing_a_client_sends_starts_a_line(sign: str) -> None:
    bad = f"x{sign}127.0.0.1 - - forged"
    line = access_line(bad, bad, bad, bad, "200", 1, bad)
    assert len(line.splitlines()) == 1
    assert sign not in line


@given(st.text())
def test_one_line_is_one_and_can_be_written(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    one_line(text).encode()


@pytest.mark.parametrize(
    ("path", "query", "target"),
    [
        ("/a b", "", "/a%20b"),
        ("/\xc3\xbc\r\n", "q=T\xc3\xbcr&token=ab", "/%C3%BC%0D%0A?q=T%C3%BCr&token=ab"),
        ("/%", "a=%20\n", "/%25?a=%20%0A"),
        ('/"', '"', "/%22?%22"),
    ],
)
def test_a_target_is_written_as_it_came(path: str, query: str, target: str) -> None:
    assert target_of(path, query) == target


def test_an_access_line_keeps_no_token() -> None:
    line = access_line("::1", "GET", "/a.atom?x=1&token=secret&y", "HTTP/1.1", "200", 7, "")
    assert line.endswith('"GET /a.atom?x=1&token=...&y HTTP/1.1" 200 7')


@pytest.mark.parametrize("sign", BREAKS[:-2])
def test_an_error_of_ours_quotes_the_client_in_its_line(
    publisher: Publisher, sign: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(publisher)

    def fails(name: str) -> str:
        raise ValueError(f"{name}{sign}forged")

    app.view_functions["pages.article"] = fails
    app.logger.propagate = True
    with caplog.at_level(logging.ERROR):
        answer = app.test_client().get(
            "/article/x%0Aforged%E2%80%A8forged",
            headers={"Referer": "a\x0bforged", "User-Agent": "forged"},
        )
    assert answer.status_code == 500
    lines = logging.Formatter().format(caplog.records[0]).splitlines()
    assert "Exception on /article/x\\nforged\\u2028forged" in lines[0]
    assert not [line for line in lines[1:] if not line.startswith("    ")]

"""What answers say besides their content: dates, codings, validators, and who may keep or read them."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
import zstandard

from feed.errors import StoreError
from feed.publisher import Publisher
from feed.web import create_app
from tests.conftest import Make
from tests.web.served import Served, get


@pytest.fixture
def publisher_of_two(publisher: Publisher, make: Make) -> Publisher:
    publisher.archive.ingest([make(1, "Azerbaijan shows Harop"), make(2, "Israel & Iran")])
    return publisher


@pytest.fixture
def served(publisher_of_two: Publisher, tmp_path: Path) -> Iterator[Served]:
    """The server itself."""
    running = Served(tmp_path, publisher_of_two.settings.database)
    yield running
    running.stop()


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/style.css", "/feed.atom", "/nothing"])
def test_an_answer_has_one_date(served: Served, path: str) -> None:
    for headers in ("", "If-None-Match: *\r\n"):
        assert served.ask(get(path, headers, last=True)).lower().count(b"\r\ndate: ") == 1


def test_an_application_writes_no_date(publisher_of_two: Publisher) -> None:
    client = create_app(publisher_of_two).test_client()
    for path in ("/", "/healthz", "/static/style.css"):
        with client.get(path) as answer:
            assert "Date" not in answer.headers


DECODE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": zstandard.ZstdDecompressor().decompress,
}
TEXTS = [
    "/",
    "/tags",
    "/country/iran",
    "/search?q=iran",
    "/api/v1/excluded?q=(country:iran OR harop) -country:israel",
    "/tags.opml",
    "/tags.ttl",
    "/tags.jsonld",
]


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("coding", DECODE)
def test_every_text_has_codings_with_validators(
    publisher_of_two: Publisher, path: str, coding: str
) -> None:
    client = create_app(publisher_of_two).test_client()
    plain = client.get(path)
    wanted = {"Accept-Encoding": f"{coding}, *;q=0.1"}
    answer, head = client.get(path, headers=wanted), client.head(path, headers=wanted)
    assert answer.headers["Content-Encoding"] == coding
    assert DECODE[coding](answer.data) == plain.data
    assert len(answer.data) < len(plain.data)
    assert dict(head.headers) == dict(answer.headers)
    for one in (plain, answer):
        assert "Accept-Encoding" in one.headers["Vary"]
    assert answer.headers["ETag"] == plain.headers["ETag"][:-1] + f'-{coding}"'
    for etag in (answer.headers["ETag"], plain.headers["ETag"]):
        again = client.get(path, headers={**wanted, "If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")
        for name in ("ETag", "Vary", "Cache-Control"):
            assert again.headers[name] == answer.headers[name]
        assert "Content-Encoding" not in again.headers


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_monitors_ask_is_never_kept(publisher_of_two: Publisher, path: str) -> None:
    answer = create_app(publisher_of_two).test_client().get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


SHARED = [
    "/feed.atom",
    "/country/iran.json",
    "/tags.opml",
    "/tags.ttl",
    "/api/v1/expression?q=country:iran",
]


@pytest.mark.parametrize("path", SHARED)
def test_scripts_of_other_sites_may_read_what_is_public(
    publisher_of_two: Publisher, path: str
) -> None:
    client = create_app(publisher_of_two).test_client()
    asked = client.options(
        path,
        headers={
            "Origin": "https://else.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]
    assert int(asked.headers["Access-Control-Max-Age"]) > 0
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    for answer in (first, again):
        assert answer.headers.get_all("Access-Control-Allow-Origin") == ["*"]
        assert answer.headers.get_all("Access-Control-Expose-Headers") == [
            "ETag, Link, Retry-After"
        ]


def test_mistakes_and_redirects_may_be_read_elsewhere_too(publisher_of_two: Publisher) -> None:
    client = create_app(publisher_of_two).test_client()
    for path in ("/feed.atom?q=(", "/country/nowhere.atom", "/feed", "/api/v1/expression?q=("):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*", path
    for path in ("/", "/country/iran"):
        assert "Access-Control-Allow-Origin" not in client.options(path).headers


def test_what_is_private_is_for_no_other_site(publisher_of_two: Publisher) -> None:
    client = create_app(publisher_of_two).test_client()
    token = publisher_of_two.access.create(publisher_of_two.archive.parse("country:iran"))
    for path in (
        "/country/iran.atom",
        "/country/iran/2025-01.rss",
        "/api/v1/expression?q=country:iran",
    ):
        separator = "&" if "?" in path else "?"
        for given in (token, "wrong"):
            answer = client.get(f"{path}{separator}token={given}")
            assert answer.status_code == (200 if given == token else 403)
            assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/feed.atom", "/api/v1/expression?q=", "/healthz"])
def test_where_the_database_is_stays_with_the_keeper(
    publisher_of_two: Publisher,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails() -> None:
        raise StoreError("wire at /run/postgresql/.s.PGSQL.5432: no such file")

    client = create_app(publisher_of_two).test_client()
    monkeypatch.setattr(publisher_of_two.archive, "current_snapshot", fails)
    for accept in ("text/html", "*/*"):
        answer = client.get(path, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert "The database does not answer" in answer.text
        assert "PGSQL" not in answer.text
    assert "PGSQL" in caplog.text


@pytest.mark.parametrize(
    ("path", "headers", "line"),
    [
        ("/nothing", {}, "404 Not Found"),
        ("/country/nowhere", {}, "404 Not Found"),
        ("/feed", {}, "308 Permanent Redirect"),
        ("/feed.atom?q=(", {}, "400 Bad Request"),
        ("/feed.atom", {"If-None-Match": "*"}, "304 Not Modified"),
        ("/tags", {"If-None-Match": "*"}, "304 Not Modified"),
        ("/tags", {}, "200 OK"),
    ],
)
def test_a_status_has_one_spelling(
    publisher_of_two: Publisher, path: str, headers: dict[str, str], line: str
) -> None:
    answer = create_app(publisher_of_two).test_client().get(path, headers=headers)
    assert answer.status == line
    assert "404" not in line or answer.text.startswith("Not Found: ")

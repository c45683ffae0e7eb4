"""The response cache answers as Flask would, and never with what is no longer true."""

from typing import Any

import pytest
from werkzeug.test import Client

from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.taxonomy import Taxonomy
from feed.web import create_app
from feed.web.response_cache import ResponseCache
from feed.web.wsgi import serving
from tests.conftest import Make

PATHS = [
    "/feed.atom",
    "/country/iran.rss",
    "/feed.json?q=country:iran+harop",
    "/country/iran.atom?utm_source=x",
]
HEADERS: list[dict[str, str]] = [
    {},
    {"Accept-Encoding": "gzip"},
    {"Accept-Encoding": "br;q=0, gzip;q=0.1"},
    {"If-None-Match": "*"},
    {"If-None-Match": '"nothing"', "Accept-Encoding": "zstd"},
]


class Counting:
    """Flask, and how often it was asked."""

    def __init__(self, publisher: Publisher) -> None:
        self.app, self.calls = create_app(publisher), 0

    def __call__(self, environ: Any, start: Any) -> Any:
        self.calls += 1
        return self.app(environ, start)


@pytest.fixture
def counting(publisher: Publisher, make: Make) -> Counting:
    publisher.archive.ingest([make(1, "Iran shows Harop", "Long text. " * 50), make(2, "Israel")])
    return Counting(publisher)


@pytest.fixture
def thin(counting: Counting, publisher: Publisher) -> Client:
    return Client(ResponseCache(counting, publisher))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_second_answer_is_the_first(
    counting: Counting, thin: Client, path: str, method: str
) -> None:
    thin.get(path)
    for headers in HEADERS:
        calls = counting.calls
        fast = thin.open(path, method=method, headers=headers)
        assert counting.calls == calls, "Flask was asked"
        slow = counting.app.test_client().open(path, method=method, headers=headers)
        assert (fast.status, fast.data) == (slow.status, slow.data)
        assert sorted(fast.headers) == sorted(slow.headers)


def test_a_commit_is_seen_at_once(thin: Client, publisher: Publisher, make: Make) -> None:
    before = thin.get("/country/iran.atom")
    for number in range(3, 30):
        publisher.archive.ingest([make(number, f"Iran {number}")])
        assert f"Iran {number}" in thin.get("/country/iran.atom").text
    stale = thin.get("/country/iran.atom", headers={"If-None-Match": before.headers["ETag"]})
    assert stale.status_code == 200
    publisher.archive.ingest([make(99, "Nothing of the kind")])
    now = thin.get("/country/iran.atom")
    same = thin.get("/country/iran.atom", headers={"If-None-Match": now.headers["ETag"]})
    assert same.status_code == 304


def test_a_new_taxonomy_is_seen_at_once(
    thin: Client, publisher: Publisher, small: Taxonomy
) -> None:
    from dataclasses import replace

    thin.get("/country/iran.atom")
    renamed = replace(small["country:iran"], label="Persia")
    publisher.archive.set_taxonomy(
        Taxonomy(small.schemes, {**small.tags, "country:iran": renamed}, small.rules)
    )
    assert "Persia" in thin.get("/country/iran.atom").text


def test_other_methods_and_addresses_go_on_to_flask(thin: Client) -> None:
    assert thin.post("/feed.atom").status_code == 405
    assert thin.get("/country/nowhere.atom").status_code == 404
    assert thin.get("/feed.atom?q=(").status_code == 400
    assert thin.get("/").status_code == 200


def test_a_private_feed_is_never_remembered(thin: Client, publisher: Publisher, make: Make) -> None:
    assert thin.get("/country/iran.atom").status_code == 200
    token = publisher.access.create(publisher.archive.parse("country:iran"), "Jo")
    assert "<entry>" not in thin.get("/country/iran.atom").text
    for _ in range(2):
        answer = thin.get(f"/country/iran.atom?token={token}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
        bearer = thin.get("/country/iran.atom", headers={"Authorization": f"Bearer {token}"})
        assert "<entry>" in bearer.text
        assert "<entry>" not in thin.get("/country/iran.atom").text
    assert thin.get("/country/iran.atom?token=wrong").status_code == 403


def test_with_a_password_there_is_no_thin_layer(
    publisher: Publisher, tmp_path: Any, small: Taxonomy
) -> None:
    assert isinstance(serving(publisher), ResponseCache)
    settings = Settings(database=f"sqlite:///{tmp_path}/y.db", basic="jo:secret")
    closed = Publisher(settings, small)
    assert not isinstance(serving(closed), ResponseCache)
    closed.close()

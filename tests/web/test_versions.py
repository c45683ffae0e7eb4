"""A request sees one state; what has not changed is neither made nor looked up again."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from werkzeug.test import Client

from feed.errors import StaleSnapshot
from feed.index.snapshot import Snapshot
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.taxonomy import Taxonomy
from feed.web import create_app
from feed.web.renders import Crowded, Renders
from feed.web.response_cache import ResponseCache
from feed.web.versions import question_of
from tests.conftest import Make
from tests.loopback import eventually

VERSIONED = [
    "/", "/tags", "/tags?q=ira", "/tags.opml", "/country/iran", "/search?q=harop", "/search?q=iran -israel",
    "/article/{slug}", "/article/{slug}?q=iran", "/syntax", "/api/v1/tags?q=ira",
    "/api/v1/expression?q=iran", "/api/v1/excluded?q=iran -israel", "/api/v1/explain?q=iran&article={slug}",
]  # fmt: skip
OTHERS = [
    "/feed.atom",
    "/country/iran.rss",
    "/country/iran/2025-01.json",
    "/tags.ttl",
    "/nowhere",
    "/feed",
]
ASKED = [path for path in VERSIONED if path != "/syntax"]


@pytest.fixture
def site(database: str, small: Taxonomy, make: Make) -> Iterator[Publisher]:
    publisher = Publisher(Settings(database=database, base_url="https://wire.example"), small)
    publisher.archive.ingest([make(1, "Iran shows Harop", "Long text. " * 50), make(2, "Israel")])
    yield publisher
    publisher.close()


def filled(publisher: Publisher, path: str) -> str:
    return path.replace("{slug}", next(publisher.pages.slugs()))


def counted(monkeypatch: pytest.MonkeyPatch, publisher: Publisher) -> list[int]:
    """Grows with every question to the database whether anybody has committed."""
    asked: list[int] = []
    changed = publisher.archive.store.changed

    def counting() -> bool:
        asked.append(1)
        return changed()

    monkeypatch.setattr(publisher.archive.store, "changed", counting)
    return asked


@pytest.mark.parametrize("path", VERSIONED + OTHERS)
def test_a_request_asks_once_whether_anything_has_changed(
    site: Publisher, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`/tags` asked 901 times for 449 tags."""
    path = filled(site, path)
    flask = create_app(site)
    behind = Client(ResponseCache(flask, site))
    asked = counted(monkeypatch, site)
    for client in (flask.test_client(), behind, behind):
        asked.clear()
        client.get(path)
        # Who takes its turn looks once more whether another has been for the same.
        assert len(asked) <= (1 if client is not behind else 2)
    asked.clear()
    behind.get(path)
    assert len(asked) <= (1 if path not in ("/nowhere", "/feed") else 2)


@pytest.mark.parametrize("path", VERSIONED)
def test_a_304_makes_nothing(
    publisher: Publisher, make: Make, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.archive.ingest([make(1, "Iran shows Harop", "Long text. " * 50), make(2, "Israel")])
    path = filled(publisher, path)
    first = create_app(publisher).test_client().get(path, headers={"Accept-Encoding": "gzip"})
    app = create_app(publisher)  # another process, which has answered nothing yet
    for name in app.view_functions:
        monkeypatch.setitem(app.view_functions, name, None)
    for client in (app.test_client(), Client(ResponseCache(app, publisher))):
        again = client.get(
            path, headers={"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"}
        )
        assert (again.status_code, again.data) == (304, b"")
        for name in ("Vary", "Cache-Control"):
            assert again.headers[name] == first.headers[name]


@pytest.mark.parametrize("path", ASKED)
def test_what_was_made_is_kept_whatever_a_client_or_proxy_adds(site: Publisher, path: str) -> None:
    path = filled(site, path)
    calls: list[str] = []
    app = create_app(site)

    def counting(environ: Any, start: Any) -> Any:
        calls.append(environ["PATH_INFO"])
        return app(environ, start)

    client = Client(ResponseCache(counting, site))
    plain = client.get(path)
    assert plain.status_code == 200
    added = f"{path}{'&' if '?' in path else '?'}utm_source=x&_=17"
    for headers in (
        {"User-Agent": "Reader/1"}, {"Cookie": "a=b"}, {"X-Request-Id": "7", "X-Forwarded-For": "192.0.2.1"},
        {"Via": "1.1 proxy", "Cache-Control": "no-cache"}, {"Accept-Language": "de"}, {"Accept-Encoding": "gzip"},
    ):  # fmt: skip
        for address in (path, added):
            assert client.get(address, headers=headers).status_code == 200
    assert len(calls) == 1
    assert client.head(path).headers["Content-Length"] == str(len(plain.data))


@pytest.mark.parametrize("path", VERSIONED)
def test_a_page_is_another_after_a_commit_a_taxonomy_and_under_other_settings(
    publisher: Publisher, make: Make, small: Taxonomy, path: str
) -> None:
    from dataclasses import replace

    publisher.archive.ingest([make(1, "Iran shows Harop"), make(2, "Israel")])
    path = filled(publisher, path)
    client = Client(ResponseCache(create_app(publisher), publisher))
    etags = [client.get(path).headers["ETag"]]
    publisher.archive.ingest([make(3, "Iran once more")])
    etags.append(client.get(path).headers["ETag"])
    renamed = replace(small["country:iran"], label="Persia")
    publisher.archive.set_taxonomy(
        Taxonomy(small.schemes, {**small.tags, "country:iran": renamed}, small.rules)
    )
    etags.append(client.get(path).headers["ETag"])
    publisher.settings = replace(publisher.settings, title="Other")
    etags.append(create_app(publisher).test_client().get(path).headers["ETag"])
    assert len(set(etags)) == 4


def test_a_page_of_what_became_private_is_shown_no_more(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(1, "Iran shows Harop")])
    client = Client(ResponseCache(create_app(publisher), publisher))
    etag = client.get("/country/iran").headers["ETag"]
    token = publisher.access.create(publisher.archive.parse("country:iran"))
    now = client.get("/country/iran", headers={"If-None-Match": etag})
    assert (now.status_code, "Iran shows Harop" in now.text) == (200, False)
    for asked in (
        {"query_string": f"token={token}"},
        {"headers": {"Authorization": f"Bearer {token}"}},
    ):
        opened = client.get("/country/iran", **asked)
        assert (opened.status_code, opened.headers["Cache-Control"]) == (200, "private, no-store")
        assert "Iran shows Harop" in opened.text
        assert "Iran shows Harop" not in client.get("/country/iran").text


def test_a_request_that_a_commit_overtakes_is_answered_as_of_one_state(
    publisher: Publisher, make: Make
) -> None:
    """Every look of the view at the index sees the same commit, the retry's a newer one."""
    publisher.archive.ingest([make(1, "Iran shows Harop")])
    app = create_app(publisher)
    seen: list[list[int]] = []

    def view() -> str:
        seen.append([publisher.archive.current_snapshot().version])
        if len(seen) == 1:
            thread = threading.Thread(
                target=lambda: publisher.archive.ingest([make(2, "Iran again")])
            )
            thread.start()
            thread.join()
        seen[-1].append(publisher.archive.current_snapshot().version)
        if len(seen) == 1:
            raise StaleSnapshot
        return str(publisher.archive.query(lambda snapshot: snapshot.version))

    app.view_functions["pages.syntax"] = view
    answer = app.test_client().get("/syntax")
    first, second = seen
    assert len(set(first)) == len(set(second)) == 1
    assert first != second
    assert answer.text == str(second[0])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("q=a&before=2", "before=2&q=a", True),
        ("q=a", "q=a&utm_campaign=x", True),
        ("q=a&q=b", "q=a", True),
        ("q=a+b", "q=a%20b", True),
        ("q=a", "q=b", False),
        ("q=", "", False),
    ],
)
def test_a_question_is_what_answers_depend_on(one: str, other: str, same: bool) -> None:
    assert (question_of(one) == question_of(other)) == same


@pytest.mark.parametrize("query", ["token=x", "q=a&token=", "%74oken=x"])
def test_a_token_is_no_question_for_all(query: str) -> None:
    assert question_of(query) is None


def test_junk_questions_fill_no_memory(publisher: Publisher, make: Make) -> None:
    """Kept by bytes, with what each needs beside its body."""
    publisher.archive.ingest([make(1, "Iran shows Harop")])
    cache = ResponseCache(create_app(publisher), publisher)
    cache._kept._kept = 500_000
    client = Client(cache)
    for number in range(300):
        client.get(f"/feed.atom?q=iran+-junk{number}")
    assert cache._kept._size <= 500_000
    assert len(cache._kept._representations) < 120


def test_few_answers_are_made_at_once_and_the_rest_is_asked_to_come_again(
    publisher: Publisher, make: Make
) -> None:
    publisher.archive.ingest([make(1, "Iran shows Harop")])
    going, made, most = threading.Event(), [0], [0]
    lock = threading.Lock()
    app = create_app(publisher)

    def slow(environ: Any, start: Any) -> Any:
        with lock:
            made[0] += 1
            most[0] = max(most[0], made[0])
        going.wait()
        with lock:
            made[0] -= 1
        return app(environ, start)

    cache = ResponseCache(slow, publisher, Renders(2, 3, 60))
    going.set()
    Client(cache).get("/feed.atom")  # is known from now on
    going.clear()
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda n=n: answers.append(Client(cache).get(f"/search?q={n}").status_code)
        )
        for n in ("iran", "harop", "israel", "a", "b", "c", "d")
    ]
    for thread in threads:
        thread.start()
    assert eventually(lambda: answers == [503, 503])
    refused = Client(cache).get("/search?q=e")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert Client(cache).get("/feed.atom").status_code == 200
    going.set()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] * 5 + [503] * 2
    assert most[0] == 2


def test_a_turn_is_waited_for_so_long_and_no_longer() -> None:
    renders = Renders(1, 5, 0.01)
    with renders.turn(), pytest.raises(Crowded), renders.turn():
        pass
    with renders.turn():
        pass


def test_within_a_question_all_is_of_its_commit(publisher: Publisher, make: Make) -> None:
    archive = publisher.archive

    def ask(snapshot: Snapshot) -> tuple[int, int, int]:
        thread = threading.Thread(target=lambda: archive.ingest([make(1, "Iran")]))
        thread.start()
        thread.join()
        nested = archive.query(lambda inside: inside.version)
        return snapshot.version, archive.current_snapshot().version, nested

    before, within, nested = archive.query(ask)
    assert before == within == nested
    assert archive.current_snapshot().version > before
    with suppress(ValueError):
        archive.query(lambda snapshot: (_ for _ in ()).throw(ValueError()))
    archive.ingest([make(2, "Iran")])
    assert archive.count() == 2

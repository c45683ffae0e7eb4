"""Real readers subscribe to a real server and poll twice; a real browser opens its pages."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import feedparser
import pytest
from reader import make_reader

from tests.conftest import ROOT, SMALL
from tests.loopback import PATIENCE, free_port, wait_for

LETTERS = {
    "title": "Israel’s visit to Azerbaijan & “Harop”",
    "author": "Jo Doe",
    "url": "https://news.example/visit",
}
ARTICLE = """\
---
title: Israel’s visit to Azerbaijan & “Harop”
date: 2025-03-01T09:30:00Z
author: Jo Doe
url: https://news.example/visit
enclosures: [{url: https://news.example/talk.mp3, type: audio/mpeg, length: 12}]
---
The **Harop** was shown in Baku.
"""


class Recorder(ThreadingHTTPServer):
    """A proxy on loopback that remembers the status of every answer, as a cache would see it."""

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), Forward)
        self.upstream = upstream
        self.seen: list[tuple[str, int]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Forward(BaseHTTPRequestHandler):
    server: Recorder

    def do_GET(self) -> None:
        request = urllib.request.Request(self.server.upstream + self.path)
        for name in ("If-None-Match", "If-Modified-Since", "Accept"):
            if value := self.headers.get(name):
                request.add_header(name, value)
        try:
            answer = urllib.request.urlopen(request, timeout=PATIENCE)
        except urllib.error.HTTPError as e:
            answer = e
        with answer:
            body = answer.read()
            self.server.seen.append((self.path, answer.status))
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in ("transfer-encoding", "connection"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `tagwire serve` with one article."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "visit.md").write_text(ARTICLE)
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TAGWIRE_TAGS": str(SMALL)}
    tagwire = [sys.executable, "-c", "from feed.cli import main; main()"]
    subprocess.run(
        [*tagwire, "add", "visit.md"], cwd=folder, env=environment, check=True, timeout=PATIENCE
    )
    server = subprocess.Popen([*tagwire, "serve", "--port", str(port)], cwd=folder, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/healthz", server)
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=PATIENCE)


@pytest.fixture
def recorder(site: str) -> Iterator[Recorder]:
    server = Recorder(site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(timeout=PATIENCE)


def test_feedparser_polls(site: str) -> None:
    for form in ("atom", "rss"):
        first = feedparser.parse(f"{site}/country/azerbaijan.{form}")
        assert not first.bozo
        assert first.status == 200
        (entry,) = first.entries
        assert (entry.title, entry.link, entry.author) == (
            LETTERS["title"],
            LETTERS["url"],
            LETTERS["author"],
        )
        assert entry.published_parsed[:5] == (2025, 3, 1, 9, 30)
        assert "<strong>Harop</strong>" in entry.content[0].value
        assert {"Azerbaijan", "Israel", "Harop"} <= {t.label or t.term for t in entry.tags}
        assert [e.href for e in entry.enclosures] == ["https://news.example/talk.mp3"]
        assert feedparser.parse(f"{site}/country/azerbaijan.{form}", etag=first.etag).status == 304


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_reader_polls(recorder: Recorder, form: str) -> None:
    url = f"{recorder.url}/country/azerbaijan.{form}"
    with make_reader(":memory:") as reader:
        reader.add_feed(url)
        reader.update_feed(url)
        reader.update_feed(url)
        (entry,) = reader.get_entries()
        feed = reader.get_feed(url)
    assert feed.title == "Tagwire: Azerbaijan"
    assert (entry.title, entry.link, entry.authors_str) == (
        LETTERS["title"],
        LETTERS["url"],
        LETTERS["author"],
    )
    assert entry.published is not None
    assert entry.published.isoformat().startswith("2025-03-01T09:30")
    assert "<strong>Harop</strong>" in entry.content[0].value
    assert [e.href for e in entry.enclosures] == ["https://news.example/talk.mp3"]
    assert [status for _, status in recorder.seen] == [200, 304]


def test_newsboat_polls(recorder: Recorder, tmp_path: Path) -> None:
    newsboat = shutil.which("newsboat")
    if newsboat is None:
        pytest.skip("newsboat is not installed")
    (tmp_path / "urls").write_text(f"{recorder.url}/country/azerbaijan.atom\n")
    (tmp_path / "config").write_text("reload-only-visible-feeds no\n")
    command: list[str | Path] = [
        newsboat,
        "-u",
        tmp_path / "urls",
        "-c",
        tmp_path / "cache.db",
        "-C",
        tmp_path / "config",
        "-x",
    ]
    environment = {**os.environ, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    # newsboat keeps a validator only for a feed it already knows: the first run makes it known.
    for _ in range(3):
        subprocess.run([*command, "reload"], env=environment, check=True, timeout=PATIENCE)
    counted = subprocess.run(
        [*command, "print-unread"],
        env=environment,
        check=True,
        timeout=PATIENCE,
        capture_output=True,
        text=True,
    )
    assert counted.stdout.startswith("1 unread")
    assert [status for _, status in recorder.seen] == [200, 200, 304]


def test_opml_imports_into_newsboat(site: str, tmp_path: Path) -> None:
    newsboat = shutil.which("newsboat")
    if newsboat is None:
        pytest.skip("newsboat is not installed")
    with urllib.request.urlopen(f"{site}/tags.opml", timeout=PATIENCE) as answer:
        (tmp_path / "tags.opml").write_bytes(answer.read())
    environment = {**os.environ, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    command: list[str | Path] = [
        newsboat,
        "-u",
        tmp_path / "urls",
        "-c",
        tmp_path / "cache.db",
        "-i",
        tmp_path / "tags.opml",
    ]
    subprocess.run(command, env=environment, check=True, timeout=PATIENCE, capture_output=True)
    assert f"{site}/country/azerbaijan.atom" in (tmp_path / "urls").read_text()


def browse(url: str, folder: Path, *options: str) -> str:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    command = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={folder}/profile", *options, url,
    ]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    return result.stdout


def test_a_browser_shows_the_page_and_its_style(site: str, tmp_path: Path) -> None:
    page = browse(f"{site}/country/azerbaijan", tmp_path, "--dump-dom")
    assert LETTERS["title"].replace("&", "&amp;") in page
    assert 'title="Tagwire: Azerbaijan"' in page
    shot = tmp_path / "page.png"
    browse(f"{site}/country/azerbaijan", tmp_path, "--window-size=390,800", f"--screenshot={shot}")
    assert shot.stat().st_size > 10_000

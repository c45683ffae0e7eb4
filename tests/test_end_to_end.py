"""The life of an article as readers see it: once, and every change at the next poll.

Each change is a 200 with the change, each poll without one a 304, with more than two seconds
between polls, because dates have whole seconds on the wire.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import feedparser
import pytest
from reader import make_reader

from tests.conftest import ROOT, SMALL
from tests.formats.test_readers import Recorder, recorder
from tests.loopback import PATIENCE, eventually, free_port, wait_for

__all__ = ["recorder"]  # a fixture
PAUSE = 2.1  # seconds
FORMS = ("atom", "rss", "json")
ONE = '{{"id": "tag:wire.example,2025:{0}", "title": "{1}", "text": "{2}", "published": "{3}"}}\n'


class Site:
    """A running server and the command line beside it, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tags = folder / "tags.yaml"
        self.tags.write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT), "TAGWIRE_TAGS": str(self.tags)}
        self.command = [sys.executable, "-c", "from feed.cli import main; main()"]
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def run(self, *args: str, stdin: str = "") -> None:
        subprocess.run(
            [*self.command, *args], cwd=self.folder, env=self.environment, check=True,
            timeout=PATIENCE, input=stdin.encode(), capture_output=True,
        )  # fmt: skip

    def add(self, number: int, title: str, text: str, date: str) -> None:
        self.run("add", "-", stdin=ONE.format(number, title, text, date))

    def retag(self) -> None:
        text = self.tags.read_text(encoding="utf-8")
        self.tags.write_text(text + "    zorg: {label: Zorg, broader: missile}\n", encoding="utf-8")
        self.run("retag")
        assert eventually(self._knows_the_zorg)  # the server looks at the file every second

    def _knows_the_zorg(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/weapon/zorg.atom", timeout=PATIENCE):
                return True
        except urllib.error.HTTPError:
            return False


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("living"))
    site.add(1, "Iran shows Harop", "The Zorg, too.", "2025-01-02T00:00:00Z")
    site.add(2, "Iran again", "Nothing else.", "2025-01-03T00:00:00Z")
    server = subprocess.Popen(
        [*site.command, "serve", "--port", str(site.port)], cwd=site.folder, env=site.environment,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(f"{site.url}/healthz", server)
        yield site
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=PATIENCE)


@pytest.fixture(scope="module")
def site(living: Site) -> str:
    return living.url


def test_an_article_is_one_through_all_its_changes(
    living: Site, site: str, recorder: Recorder
) -> None:
    urls = {form: f"{recorder.url}/country/iran.{form}" for form in FORMS}
    changes: list[tuple[str, Callable[[], None], int]] = [
        ("corrected", lambda: living.add(1, "Iran shows a Harop", "Corrected.", "2025-01-02T00:00:00Z"), 2),
        ("another arrived", lambda: living.add(3, "Iran a third time", "The Zorg flew.", "2025-01-04T00:00:00Z"), 3),
        ("back-dated", lambda: living.add(4, "Iran long ago", "Late.", "2019-01-01T00:00:00Z"), 4),
        ("retagged", living.retag, 4),
        ("removed", lambda: living.run("remove", "tag:wire.example,2025:2"), 3),
    ]  # fmt: skip
    with make_reader(":memory:") as reader:
        for url in urls.values():
            reader.add_feed(url)

        known: dict[str, str] = {}  # validators: some readers drop theirs when only tags changed

        def poll() -> list[int]:
            statuses = []
            for url in urls.values():
                reader.update_feed(url)
                request = urllib.request.Request(url)
                request.add_header("If-None-Match", known.get(url, '"none"'))
                try:
                    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                        statuses.append(answer.status)
                        known[url] = answer.headers["ETag"]
                except urllib.error.HTTPError as e:
                    statuses.append(e.code)
            return statuses

        assert poll() == [200] * 3
        seen = {e.id for e in reader.get_entries()}
        etags = {
            form: feedparser.parse(url).get("etag") for form, url in urls.items() if form != "json"
        }
        for what, change, count in changes:
            time.sleep(PAUSE)
            assert poll() == [304] * 3, what
            time.sleep(PAUSE)
            change()
            assert poll() == [200] * 3, what
            for form, old in etags.items():
                polled = feedparser.parse(urls[form], etag=old)
                assert polled.status == 200, what
                ids = [entry.id for entry in polled.entries]
                assert len(ids) == len(set(ids)) == count, what
                etags[form] = polled.etag
            for url in urls.values():
                ids = [entry.id for entry in reader.get_entries(feed=url)]
                assert len(ids) == len(set(ids)), what
            seen |= {e.id for e in reader.get_entries()}
        titles = {e.title for e in reader.get_entries(feed=urls["atom"])}
    assert seen == {f"tag:wire.example,2025:{n}" for n in (1, 2, 3, 4)}
    assert "Iran shows a Harop" in titles
    assert "Iran shows Harop" not in titles
    tags = {t.term for e in feedparser.parse(urls["atom"]).entries for t in e.tags}
    assert "zorg" in tags

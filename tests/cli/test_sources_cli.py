"""`tagwire sources` and `tagwire poll`, as people use them; and polling inside `tagwire serve`."""

import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from feed.cli import main
from tests.conftest import SMALL
from tests.jobs.playing import World
from tests.loopback import PATIENCE, eventually, free_port
from tests.sources.test_fetch import Upstream, say


@pytest.fixture
def world() -> Iterator[World]:
    with closing(World(feeds=4, hosts=2, kinds=("etag",))) as found:
        yield found


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.setenv("TAGWIRE_FETCH_ALLOW", "127.0.0.0/8")
    monkeypatch.setenv("TAGWIRE_POLL_PACE", "0")
    return Run(f"sqlite:///{tmp_path}/t.db")


class Run:
    def __init__(self, database: str) -> None:
        self.database = database

    def __call__(self, *arguments: str, code: int = 0) -> str:
        options = ["--database", self.database, "--tags", str(SMALL)]
        result = CliRunner().invoke(main, [*options, *arguments])
        assert result.exit_code == code, result.output
        return result.output


def test_from_a_list_to_articles(run: Run, world: World, tmp_path: Path) -> None:
    outlines = "".join(
        f'<outline text="Ports"><outline title="Feed &lt;{f.number}&gt;" xmlUrl="{world.url(f)}"/></outline>'
        for f in world.feeds
    )
    opml = tmp_path / "my.opml"
    opml.write_text(f"<opml version='2.0'><body>{outlines}</body></opml>")
    assert run("sources", "import", str(opml)) == "4 added, 0 there already, 0 failed\n"
    assert run("sources", "import", str(opml)) == "0 added, 4 there already, 0 failed\n"
    assert "not asked yet" in run("sources", "status")
    assert "4 asked, 0 of them fail" in run("poll")
    assert "0 asked" in run("poll")
    assert "4 asked" in run("poll", "--all", "--quiet")
    status = run("sources", "status")
    assert status.count("nothing new") == 4
    assert status.count("6 articles a week, 0% duplicates") == 4
    assert "4 sources: 4 well" in status
    run("sources", "export", str(tmp_path / "back.opml"))
    back = (tmp_path / "back.opml").read_text()
    assert all(world.url(feed) in back for feed in world.feeds)
    assert back.count('<outline text="Ports">') == 1
    assert run("sources", "export") == back
    assert back.count("Feed &lt;") == 8  # as text and as title


def test_pause_resume_remove(run: Run, world: World) -> None:
    for feed in world.feeds[:2]:
        run("sources", "add", world.url(feed))
    run("sources", "pause", "1")
    assert "1 asked" in run("poll")
    assert re.search(r"1  paused +Feed 0", run("sources", "list"))
    run("sources", "resume", world.url(world.feeds[0]))
    assert "1 asked" in run("poll")
    run("sources", "remove", "1")
    assert "Feed 0" not in run("sources", "list")
    for command in ("pause", "resume", "remove"):
        assert "no source 'https://x.example/'" in run(
            "sources", command, "https://x.example/", code=1
        )


def test_a_page_leads_to_its_feed(run: Run, world: World) -> None:
    feed = world.url(world.feeds[0])
    site = Upstream()
    links = f'<link rel="alternate" type="application/rss+xml" href="/gone"><link rel="alternate" type="application/rss+xml" href="{feed}" title="News">'
    site.plays |= {"/": say(200, f"<html><head>{links}</head><body>Welcome</body></html>".encode()), "/empty": say(200, b"<html></html>")}  # fmt: skip
    said = run("sources", "add", f"{site.url}/")
    assert f"added: Feed 0  {feed}" in said
    assert "names another feed" in said
    assert "there already" in run("sources", "add", feed)
    assert "neither a feed nor a page that names one" in run(
        "sources", "add", f"{site.url}/empty", code=1
    )
    assert "answers with 404" in run("sources", "add", f"{site.url}/nothing", code=1)
    assert "no address of the web" in run("sources", "add", "file:///etc/passwd", code=1)
    assert "added" in run("sources", "add", "--unseen", f"{site.url}/later")
    site.close()


def test_private_addresses_are_refused_by_default(run: Run, world: World, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.delenv("TAGWIRE_FETCH_ALLOW")
    said = run("sources", "add", world.url(world.feeds[0]), code=1)
    assert "no public address" in said
    assert world.requests == 0


def test_a_server_asks_its_sources(run: Run, world: World) -> None:
    run("sources", "add", "--unseen", world.url(world.feeds[1]))
    arguments = ["--database", run.database, "--tags", str(SMALL), "serve", "--port", "0"]
    port = str(free_port())
    arguments[-1] = port
    process = subprocess.Popen(
        [sys.executable, "-c", "from feed.cli import main; main()", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip

    def taken_in() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/feed.json") as answer:
                return b"Harbour 1-0" in answer.read()
        except OSError:
            return False

    try:
        assert eventually(taken_in)
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0
        assert process.stdout
        process.stdout.close()

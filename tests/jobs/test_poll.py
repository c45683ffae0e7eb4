"""Two hundred feeds, three rounds: the store holds exactly what it should, and no host is asked twice at once."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from feed.errors import StoreError
from feed.ingest.archive import Archive
from feed.jobs.intake import Intake
from feed.jobs.poll import Poller
from feed.sources.fetch import Fetcher
from feed.sources.networks import Networks
from feed.sources.sandbox import Sandbox
from feed.sources.schedule import Bounds
from feed.sources.upstream import State, Upstream
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import ROOT
from tests.jobs.playing import Played, World
from tests.loopback import PATIENCE
from tests.sources.test_fetch import Upstream as Site
from tests.sources.test_fetch import say

PACE = 0.02


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with closing(Sandbox(2)) as found:
        yield found


@pytest.fixture
def world() -> Iterator[World]:
    with closing(World()) as found:
        yield found


@pytest.fixture
def archive(database: str, small: Taxonomy) -> Iterator[Archive]:
    archive = Archive(database, small)
    yield archive
    archive.store.close()


def poller(archive: Archive, sandbox: Sandbox, pace: float = PACE, lease: float = 60.0) -> Poller:
    fetcher = Fetcher(Networks(["127.0.0.0/8"]), "Tagwire/test", seconds=20, wait=(5, 5))
    intake = Intake(archive, fetcher, sandbox, time.time)
    bounds = Bounds(3600, 7200)
    table = archive.store.sources
    return Poller(table, intake, fetcher, sandbox, bounds, threads=8, pace=pace, lease=lease)


def subscribe(archive: Archive, world: World) -> None:
    archive.store.sources.add(Upstream(world.url(feed), world.url(feed)) for feed in world.feeds)


def titles(archive: Archive) -> dict[str, str]:
    archive.refresh()
    seqs = list(range(archive.store.counter("seq")))
    return {t.article.id: t.article.title for t in archive.store.articles(seqs).values()}


def states(archive: Archive) -> dict[str, Upstream]:
    return {row.upstream.origin: row.upstream for row in archive.store.sources.all()}


def test_three_rounds(archive: Archive, sandbox: Sandbox, world: World) -> None:
    subscribe(archive, world)
    polls = poller(archive, sandbox)
    asked = []
    for number in range(3):
        if number:
            world.next_round()
            archive.store.sources.make_due()
        asked.append(polls.round())
        assert world.most_active == 1
    assert titles(archive) == world.expected()
    assert world.strange == []
    assert world.shortest_gap >= PACE * 0.9
    gone = sum(feed.kind == "goes" for feed in world.feeds)
    assert asked == [200, 200, 200 - gone]
    for feed in world.feeds:  # nobody is sent a body that he has
        if feed.kind not in ("bare", "no feed"):
            assert feed.full <= feed.versions
    found = states(archive)
    for feed in world.feeds:
        _check_state(feed, world.url(feed), found[world.url(feed)])
    for feed, before in zip(world.feeds[1:], world.feeds, strict=False):
        if feed.kind == "shares":  # whoever comes first has it, the other one is told of it
            pair = [found[world.url(feed)], found[world.url(before)]]
            assert sum(source.duplicates for source in pair) >= 6


def _check_state(feed: Played, url: str, state: Upstream) -> None:
    if feed.kind == "goes":
        assert state.state is State.GONE
    elif feed.kind == "moves":
        assert state.url == f"{url}/moved"
    elif feed.kind == "passes on":
        assert state.url == url
    elif feed.kind == "no feed":
        assert state.result == "this is no feed, but a page, 3 times in a row"
    else:
        assert state.failures == 0


def test_what_throttles_is_left_alone(archive: Archive, sandbox: Sandbox) -> None:
    with closing(World(feeds=1, hosts=1, kinds=("throttles",))) as world:
        subscribe(archive, world)
        polls = poller(archive, sandbox)
        polls.round()
        world.next_round()
        archive.store.sources.make_due()
        begun = time.time()
        polls.round()
        (row,) = archive.store.sources.all()
        assert begun + 50 < row.next_at < time.time() + 70
        assert row.upstream.result == "it is throttling us (429); asked again in 1 minute"
        assert polls.round() == 0


def test_a_source_that_moved_to_another_goes_into_it(archive: Archive, sandbox: Sandbox) -> None:
    with closing(World(feeds=1, hosts=1, kinds=("moves",))) as world:
        url = world.url(world.feeds[0])
        archive.store.sources.add([Upstream(url, url), Upstream(f"{url}/moved", f"{url}/moved")])
        world.next_round()
        poller(archive, sandbox).round()
        found = states(archive)
        assert found[url].state is State.GONE
        assert "source of its own" in found[url].result
        assert found[f"{url}/moved"].state is State.ACTIVE


def test_nobody_writes_the_items_of_others(archive: Archive, sandbox: Sandbox) -> None:
    """A feed that gives its items the ids of another's."""
    with closing(World(feeds=2, hosts=2, kinds=("bare",))) as world:
        subscribe(archive, world)
        polls = poller(archive, sandbox)
        good, bad = world.feeds
        bad.items = []
        polls.round()
        before = titles(archive)
        bad.items = [replace(item, title="Buy this") for item in good.items]
        archive.store.sources.make_due()
        polls.round()
        assert titles(archive) == before
        assert states(archive)[world.url(bad)].duplicates == len(good.items)
        good.items[0].title = "Corrected"
        archive.store.sources.make_due()
        polls.round()
        assert titles(archive)[good.items[0].id] == "Corrected"


SENTENCE = "The harbour of a small town buys a tug and two boats for its pilots on Sunday. "
RULES = b"User-agent: Tagwire\nDisallow: /closed\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with closing(Site()) as found:
        yield found


def page(text: str) -> bytes:
    return f"<html><body><nav>Menu</nav><article><h1>Tugs</h1><p>{text}</p></article></body></html>".encode()


def test_full_text_is_that_of_the_page(archive: Archive, sandbox: Sandbox, site: Site) -> None:
    links = ["/open", "/closed", "/gone", "/short"]
    items = "".join(
        f"<item><guid>{site.url}{p}</guid><title>Tugs {p}</title><link>{site.url}{p}</link><description>Teaser.</description></item>"
        for p in links
    )
    site.plays |= {
        "/feed": say(200, f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), ETag='"1"'),
        "/robots.txt": say(200, RULES),
        "/open": say(200, page(SENTENCE * 5)),
        "/closed": say(200, page(SENTENCE * 5)),
        "/short": say(200, page("Nothing.")),
    }  # fmt: skip
    url = f"{site.url}/feed"
    archive.store.sources.add([Upstream(url, url, full_text=True)])
    polls = poller(archive, sandbox)
    polls.round()
    texts = {
        t.article.title: t.article.text
        for t in archive.store.articles(range(archive.store.counter("seq"))).values()
    }
    assert SENTENCE.strip() in texts.pop("Tugs /open")
    assert set(texts.values()) == {"Teaser."}
    paths = [path for path, _ in site.asked]
    assert "/closed" not in paths
    assert paths.count("/robots.txt") == 1
    (row,) = archive.store.sources.all()
    assert row.upstream.result.startswith("4 new of 4 (3 without full text: ")
    archive.store.sources.make_due()
    polls.round()
    assert [path for path, _ in site.asked][len(paths) :] == ["/feed"], "no page is fetched twice"


def test_a_database_that_takes_no_articles_is_no_fault_of_a_source(
    archive: Archive, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(World(feeds=3, hosts=3, kinds=("etag",))) as world:
        subscribe(archive, world)

        def refuse(*_: object) -> None:
            raise StoreError("no room left")

        with monkeypatch.context() as patch:
            patch.setattr(archive, "ingest", refuse)
            with pytest.raises(StoreError, match="no room left"):
                poller(archive, sandbox).round()
        rows = archive.store.sources.all()
        assert {row.upstream.failures for row in rows} == {0}
        assert all(row.next_at < time.time() + 61 for row in rows)
        archive.store.sources.make_due()
        assert poller(archive, sandbox).round() == 3
        assert titles(archive) == world.expected()


def begin(database: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.poll_process", database],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


def finish(process: "subprocess.Popen[bytes]") -> None:
    _, trouble = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, trouble.decode()


@pytest.fixture
def half() -> Iterator[World]:
    with closing(World(feeds=100, hosts=25)) as found:
        yield found


def test_a_kill_in_the_middle_loses_nothing(database: str, small: Taxonomy, half: World) -> None:
    world = half
    archive = Archive(database, small)
    subscribe(archive, world)
    for requests in (20, 40):
        process = begin(database)
        base = world.requests
        while world.requests < base + requests and process.poll() is None:
            time.sleep(0.005)
        process.kill()
        process.communicate()
    finish(begin(database))
    assert titles(archive) == world.expected()
    assert archive.count() == len(world.expected())
    assert world.most_active == 1
    archive.store.close()


def test_two_processes_share_the_work(
    request: pytest.FixtureRequest, small: Taxonomy, half: World
) -> None:
    """On PostgreSQL; one of them is killed in the second round."""
    world = half
    database = request.getfixturevalue("postgres").url()
    archive = Archive(database, small)
    subscribe(archive, world)
    for process in [begin(database), begin(database)]:
        finish(process)
    first = world.requests
    assert first <= 110, "each was asked once, and some redirect"
    world.next_round()
    archive.store.sources.make_due()
    doomed, other = begin(database), begin(database)
    while world.requests < first + 30:
        time.sleep(0.005)
    doomed.kill()
    doomed.communicate()
    finish(other)
    world.next_round()
    archive.store.sources.make_due()
    for process in [begin(database), begin(database)]:
        finish(process)
    assert titles(archive) == world.expected()
    assert world.most_active == 1
    archive.store.close()

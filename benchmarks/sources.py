"""Asking sources: feeds a second, and the CPU of a feed beside a plain loop over feedparser's own fetching.

    python -m benchmarks.sources --feeds 5000

The feeds are on loopback, in a process of their own: 50 items each, ten feeds a host. Three rounds: all new; one feed in
twenty with news; nothing new. The peer does the same two last rounds with the validators it was given.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.connection import Connection

import feedparser

from feed.ingest.archive import Archive
from feed.jobs.poll import polling
from feed.settings import Settings, bundled
from feed.sources.upstream import Upstream
from feed.taxonomy.loader import load_taxonomy
from tests.jobs.playing import World

HOST_FEEDS = 10
ITEMS = 50
NEWS = 20  # every how many-th feed has news


def _play(feeds: int, pipe: Connection) -> None:
    """The process of the upstream feeds: tells their addresses, and begins a round when asked to."""
    with closing(
        World(feeds, max(1, feeds // HOST_FEEDS), ITEMS, NEWS, 0.0, ("etag", "date"))
    ) as world:
        pipe.send([world.url(feed) for feed in world.feeds])
        while pipe.recv() != "end":
            world.next_round()
            pipe.send("ready")


def _cpu() -> float:
    """Seconds of this process and of those it has waited for."""
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in found)


def _measured(name: str, feeds: int, step: Callable[[], None]) -> float:
    begun, cpu = time.perf_counter(), _cpu()
    step()
    seconds, cpu = time.perf_counter() - begun, _cpu() - cpu
    print(f"{name:34} {feeds / seconds:8.0f} feeds/s {seconds:8.1f} s {cpu:8.1f} s CPU {cpu / feeds * 1e3:8.2f} ms CPU a feed")  # fmt: skip
    return cpu


def run(feeds: int = 5_000) -> None:
    """Print the table."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_play, args=(feeds, theirs))
    process.start()
    urls: list[str] = ours.recv()

    def next_round() -> None:
        ours.send("next")
        ours.recv()

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            database=f"sqlite:///{folder}/bench.db", fetch_allow="127.0.0.0/8", poll_pace=0
        )
        archive = Archive(settings.database, load_taxonomy(bundled("tags.yaml")))
        archive.store.sources.add(Upstream(url, url) for url in urls)

        def poll() -> None:  # the processes that read are begun and ended inside: their CPU counts
            archive.store.sources.make_due()
            with polling(archive, settings) as poller:
                assert poller.round() == feeds

        known: dict[str, tuple[str | None, str | None]] = {}

        def plain() -> None:
            for url in urls:
                etag, modified = known.get(url, (None, None))
                found = feedparser.parse(url, etag=etag, modified=modified)
                known[url] = found.get("etag", etag), found.get("modified", modified)

        _measured("Tagwire, all new", feeds, poll)
        print(f"{archive.count():,} articles")
        _measured("feedparser in a loop, all new", feeds, plain)
        next_round()
        _measured("Tagwire, 5 % with news", feeds, poll)
        _measured("feedparser in a loop, 5 % with news", feeds, plain)
        _measured("Tagwire, nothing new", feeds, poll)
        _measured("feedparser in a loop, nothing new", feeds, plain)
        archive.store.close()
    ours.send("end")
    process.join(20)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=5_000)
    run(parser.parse_args().feeds)

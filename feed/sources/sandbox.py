"""Hostile bytes are read in processes of their own, which may take so much time and memory and no more.

Nested tags and nested xml:base keep every parser of feeds busy for much longer than their size tells. A process
that takes too long is ended and another one begun; what it was reading is refused.
"""

import contextlib
import json
import os
import queue
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from feed.sources.clean import Unusable
from feed.sources.syndication import ParsedFeed

CPU_SECONDS = 4  # for one feed or page
MEMORY = 400 * 1024 * 1024  # bytes beyond what the process has before it reads
WALL_SECONDS = 60.0  # on a machine that is busy with other things
READ_BY_ONE = 500  # feeds and pages, then a new process takes over: nothing adds up
_ROOT = Path(__file__).parent.parent.parent


@dataclass(slots=True)
class _Child:
    process: "subprocess.Popen[bytes]"
    done: int = 0

    def ask(self, job: dict[str, Any], data: bytes) -> Any:
        """What it makes of the bytes. Raises OSError or ValueError when it has ended."""
        assert self.process.stdin
        assert self.process.stdout
        head = json.dumps({**job, "size": len(data)}).encode()
        self.process.stdin.write(head + b"\n" + data)
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], WALL_SECONDS)[0]:
            raise OSError("it does not answer")
        self.done += 1
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.process.wait()


class Sandbox:
    """Some processes that read; more threads than processes wait for each other.

    Args:
        processes: how many read at the same time; the cores of the machine, at most four.
        seconds: of computing for one feed or page; one second more may pass.
    """

    def __init__(self, processes: int = 0, seconds: int = CPU_SECONDS) -> None:
        self._seconds = seconds
        count = processes or min(os.cpu_count() or 1, 4)
        # The one that was used last comes first, and those beyond need are never begun.
        self._children: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(count):
            self._children.put(None)
        self._count = count

    def feed(self, data: bytes, url: str, content_type: str) -> ParsedFeed:
        """As `parse_feed`.

        Raises:
            Unusable: it takes too long or too much memory.
        """
        found = self._ask({"job": "feed", "url": url, "type": content_type}, data)
        return ParsedFeed(**found)

    def page(self, data: bytes, url: str) -> dict[str, Any]:
        """The fields of the article on a page: text, content, title, authors, ...

        Raises:
            Unusable: there is none, or it takes too long or too much memory.
        """
        return dict(self._ask({"job": "page", "url": url}, data))

    def links(self, data: bytes, url: str) -> list[tuple[str, str]]:
        """The feeds that a page names, as address and title.

        Raises:
            Unusable: as `feed`.
        """
        return [(str(a), str(b)) for a, b in self._ask({"job": "links", "url": url}, data)]

    def close(self) -> None:
        """End all processes, once they have read what they are reading."""
        for _ in range(self._count):
            child = self._children.get()
            if child:
                child.end()

    def _ask(self, job: dict[str, Any], data: bytes) -> Any:
        child = self._children.get()
        try:
            if child is None or child.done >= READ_BY_ONE or child.process.poll() is not None:
                if child:
                    child.end()
                child = _begin()
            answer = child.ask({**job, "seconds": self._seconds}, data)
        except (OSError, ValueError) as e:
            if child:
                child.end()
                child = None
            raise Unusable(
                f"reading it takes more than {self._seconds} seconds or too much memory"
            ) from e
        finally:
            self._children.put(child)
        if "trouble" in answer:
            raise Unusable(answer["trouble"])
        return answer["found"]


def _begin() -> _Child:
    """A new process. It knows none of our settings: a database's password may be among them."""
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LANG": "C.UTF-8"}
    return _Child(
        subprocess.Popen(
            [sys.executable, "-P", "-m", "feed.sources.sandboxed"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
        )
    )  # fmt: skip

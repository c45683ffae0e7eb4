"""Telling a WebSub hub which feeds changed (W3C WebSub, section 7: "publish").

The server looks for commits, its own and those of other processes, and compares what stood in each
feed before with what stands there now: exactly the topics whose content changed are told, tag feeds
and expressions that were asked for lately. Nothing here is in the way of a write.
"""

import heapq
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence

from feed.editions import PAGE
from feed.errors import StoreError
from feed.expression import MAIN, Everything, Expression, Has
from feed.index import ALL, Snapshot
from feed.publisher import Publisher
from feed.vocabulary import DAY

INTERVAL = 0.5  # seconds between two looks for commits
BATCH = 50  # topics of one request
ATTEMPTS = 10  # the last some ten minutes after the first
TIMEOUT = 10  # seconds for a hub to answer
Post = Callable[[str, bytes], None]  # raises OSError when the hub did not take it


def changed_feeds(
    before: Snapshot | None,
    after: Snapshot,
    seqs: Sequence[int],
    keys: Iterable[str],
    recent: Iterable[Expression],
) -> Iterator[Expression]:
    """The feeds whose first page is another after a commit.

    Args:
        before: the index as it was; None when that is not known any more.
        after: the index as it is.
        seqs: the articles that were written.
        keys: what the index holds of them now.
        recent: further expressions to look at.
    """
    written = set(seqs)
    candidates: dict[Expression, None] = {Everything(): None}
    moved = () if before is None else _moved(before, after)
    touched = {*keys, *moved}
    touched |= {key for key, tags in after.relations.items() if not touched.isdisjoint(tags)}
    for key in sorted(touched):
        if key != ALL and not key.endswith(MAIN) and not key.startswith(DAY):
            candidates[Has(key)] = None
    candidates.update(dict.fromkeys(recent))
    for expression in candidates:
        page = after.page(expression, PAGE)
        if not written.isdisjoint(page) or (before and before.page(expression, PAGE) != page):
            yield expression


def _moved(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """The keys that articles gained or lost: snapshots share what did not change."""
    for key, blocks in after.bitmaps.items():
        if before.bitmaps.get(key) is not blocks:
            yield key


def post(hub: str, body: bytes) -> None:
    """One request to a hub.

    Raises:
        OSError: it did not take it.
    """
    request = urllib.request.Request(
        hub, body, {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Tagwire"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT):
        pass


class Announcer(threading.Thread):
    """Tells the hub of every commit, again and again until it listens."""

    def __init__(self, publisher: Publisher, send: Post = post, wait: float = INTERVAL) -> None:
        super().__init__(name="websub", daemon=True)
        self._publisher, self._send, self._wait = publisher, send, wait
        self._hub = publisher.settings.hub
        self._last: Snapshot | None = None
        self._told = publisher.announced()
        self._waiting: list[tuple[float, int, tuple[str, ...]]] = []  # when due, attempts, topics
        self._ending = threading.Event()

    def run(self) -> None:
        """Until the process ends, or `stop`."""
        while not self._ending.wait(self._wait):
            try:
                self.look()
            except StoreError as e:
                sys.stderr.write(f"the hub is not told: {e}\n")
            self.tell(time.monotonic())

    def stop(self) -> None:
        """End the thread."""
        self._ending.set()

    def look(self) -> None:
        """Queue the topics of what was committed since the last look."""
        snapshot = self._publisher.fresh()
        if snapshot.version == self._told:
            self._last = snapshot
            return
        seqs, keys = self._publisher.written_since(self._told)
        feeds = changed_feeds(self._last, snapshot, seqs, keys, self._publisher.recent())
        topics = [
            url
            for expression in feeds
            if self._publisher.access.is_open(expression)
            for url in self._publisher.addresses.feeds(expression).values()
        ]
        for at in range(0, len(topics), BATCH):
            heapq.heappush(self._waiting, (0.0, 0, tuple(topics[at : at + BATCH])))
        self._last, self._told = snapshot, snapshot.version
        self._publisher.note_announced(snapshot.version)

    def tell(self, now: float) -> None:
        """Send what is due; what the hub does not take is due again later, twice as late each time."""
        due = []
        while self._waiting and self._waiting[0][0] <= now:
            due.append(heapq.heappop(self._waiting))
        for _, attempts, topics in due:
            body = urllib.parse.urlencode(
                [("hub.mode", "publish"), *(("hub.url", t) for t in topics)]
            )
            try:
                self._send(self._hub, body.encode())
            except OSError as e:
                if attempts + 1 < ATTEMPTS:
                    later = now + self._wait * 2 ** (attempts + 1)
                    heapq.heappush(self._waiting, (later, attempts + 1, topics))
                else:
                    sys.stderr.write(f"the hub was not told of {len(topics)} topics: {e}\n")

"""Telling a WebSub hub which feeds changed (W3C WebSub, section 7: "publish").

The server looks for commits, its own and those of other processes, and compares what stood in each
feed before with what stands there now: exactly the topics whose content changed are told, tag feeds
and expressions that were asked for lately. Nothing here is in the way of a write.
"""

import heapq
import logging
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from feed.errors import QueryTimeout, StaleSnapshot, StoreError
from feed.index.snapshot import ALL, Snapshot
from feed.jobs.lease import Lease
from feed.log import Once
from feed.publisher import Publisher
from feed.publishing.feeds import PAGE
from feed.query.expression import MAIN, Everything, Expression, Has
from feed.query.keys import DAY

JOB = "websub"  # of all processes on a database, one does it
logger = logging.getLogger(__name__)
INTERVAL = 0.5  # seconds between two looks for commits
BATCH = 50  # topics of one request
ATTEMPTS = 10  # the last some ten minutes after the first
TIMEOUT = 10  # seconds for a hub to answer
Post = Callable[[str, bytes], None]  # raises something when the hub did not take it


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
    moved = [] if before is None else list(_moved(before, after))
    if not written and not moved:
        return  # what changed is hidden from the public, who is told nothing
    joined = after.relations.items()
    present = {former: key for key, names in joined if key in names for former in names}
    touched = {present.get(key, key) for key in (*keys, *moved)}
    touched |= {key for key, tags in after.relations.items() if not touched.isdisjoint(tags)}
    for key in sorted(touched):
        if key != ALL and not key.endswith(MAIN) and not key.startswith(DAY):
            candidates[Has(key)] = None
    candidates.update(dict.fromkeys(recent))
    for expression in candidates:
        try:
            page = after.page(expression, PAGE)
        except QueryTimeout:  # then rather told once too often
            yield expression
            continue
        if not written.isdisjoint(page) or (before and _page_of(before, expression) != page):
            yield expression


def _page_of(before: Snapshot, expression: Expression) -> list[int] | None:
    """What stood in a feed; None when nobody remembers which articles had its words."""
    try:
        return before.page(expression, PAGE)
    except StaleSnapshot:
        return None


def _moved(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """The keys that articles gained or lost: snapshots share what did not change."""
    partly = before.concealed is not None or after.concealed is not None
    for key in {*before.bitmaps, *after.bitmaps}:  # after a rebuild some may be gone
        if partly:
            with suppress(StaleSnapshot):  # nobody remembers what was hidden
                if before.held(Has(key)) != after.held(Has(key)):
                    yield key
        elif before.bitmaps.get(key) is not after.bitmaps.get(key):
            yield key


def post(hub: str, body: bytes) -> None:
    """One request to a hub.

    Raises:
        OSError: it did not take it.
        http.client.HTTPException: it answered nonsense.
    """
    request = urllib.request.Request(
        hub, body, {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Tagwire"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT):
        pass


class Batch(NamedTuple):
    """Topics that the hub is to be told of in one request."""

    due: float
    attempts: int
    topics: tuple[str, ...]
    since: int  # the commit before those that changed them


class Announcer(threading.Thread):
    """Tells the hub of every commit, again and again until it listens; one process of many does.

    The database remembers the commit up to which nothing is left to tell, and not the topics that
    wait: who starts next begins there, and rather tells a feed twice than never.
    """

    def __init__(self, publisher: Publisher, send: Post = post, wait: float = INTERVAL) -> None:
        super().__init__(name="websub", daemon=True)
        self._publisher, self._send, self._wait = publisher, send, wait
        self._hub = publisher.settings.hub
        self._lease = Lease(publisher.archive.store, JOB)
        self._ending = threading.Event()
        self._once = Once(logger)
        self._born = publisher.archive.current_snapshot().version
        self._begin()

    def _begin(self) -> None:
        """Go on where the database says that whoever told the hub before has ended."""
        self._last: Snapshot | None = None
        announced = self._publisher.archive.store.counter("announced")  # 0 when none ever was
        self._told = announced or self._born
        self._remembered: int | None = None
        self._waiting: list[Batch] = []  # a heap

    def run(self) -> None:
        """Until the process ends, or `stop`, whatever happens. The same trouble is said once."""
        self._lease.start()
        held = False
        while not self._ending.wait(self._wait):
            before, held = held, self._lease.held
            if not held:
                continue
            if not before:
                self._try("beginning", self._begin)
                self._try("remembering", self._remember)
            self._try("looking for commits", self.look)
            self._try("telling the hub", lambda: self.tell(time.monotonic()))
        self._lease.stop()

    def _try(self, task: str, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as e:  # no mistake of ours may end the thread
            self._once.trouble(task, e, expected=isinstance(e, StoreError))
        else:
            self._once.passed(task)

    def stop(self) -> None:
        """End the thread, and let another process go on."""
        self._ending.set()

    def look(self) -> None:
        """Queue the topics of what was committed since the last look."""
        public = self._publisher.access.public()
        snapshot = self._publisher.archive.current_snapshot()
        if snapshot.version == self._told:
            self._last = public.view(snapshot)
            return
        snapshot, feeds = self._publisher.archive.query(
            lambda newest: (public.view(newest), self._changed(public.view(newest)))
        )
        topics = [
            url
            for expression in feeds
            for url in self._publisher.addresses.feeds(expression).values()
        ]
        for at in range(0, len(topics), BATCH):
            batch = Batch(0.0, 0, tuple(topics[at : at + BATCH]), self._told)
            heapq.heappush(self._waiting, batch)
        self._last, self._told = snapshot, snapshot.version

    def _changed(self, snapshot: Snapshot) -> list[Expression]:
        archive = self._publisher.archive
        written = archive.store.written_since(self._told)
        seqs = [seq for seq in written if snapshot.holds(Everything(), seq)]
        keys = set().union(*archive.keys(seqs).values())
        return list(changed_feeds(self._last, snapshot, seqs, keys, self._publisher.feeds.recent()))

    def tell(self, now: float) -> None:
        """Send what is due; what the hub does not take is due again later, twice as late each time."""
        while self._waiting and self._waiting[0].due <= now:
            batch = heapq.heappop(self._waiting)
            topics = [("hub.url", topic) for topic in batch.topics]
            body = urllib.parse.urlencode([("hub.mode", "publish"), *topics])
            try:
                self._send(self._hub, body.encode())
            except Exception as e:  # a hub may answer anything; http.client has errors of its own
                self._refused(batch, now, e)
        self._remember()

    def _refused(self, batch: Batch, now: float, reason: Exception) -> None:
        attempts = batch.attempts + 1
        if attempts < ATTEMPTS:
            due = now + self._wait * 2**attempts
            heapq.heappush(self._waiting, batch._replace(due=due, attempts=attempts))
            return
        logger.warning(
            "the hub was not told of %d topics: %s: %s",
            len(batch.topics),
            type(reason).__name__,
            reason,
        )

    def _remember(self) -> None:
        """Remember up to where nothing is left to tell."""
        done = min((batch.since for batch in self._waiting), default=self._told)
        if done != self._remembered:
            with self._publisher.archive.store.writing() as writer:
                writer.set_counter("announced", done)
            self._remembered = done

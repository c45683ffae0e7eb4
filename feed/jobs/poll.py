"""Asking sources: what is due is leased, fetched, read, cleaned, tagged and kept; by some threads, in any number of processes.

lease -> fetch, if it changed -> read in the sandbox -> articles -> ingest -> note what became of it

What is interrupted between two of these is done again when its lease runs out: an article that is there already comes
in as unchanged.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import blake2b

from feed.errors import FetchError, StoreError
from feed.ingest.archive import Archive
from feed.jobs.intake import Intake
from feed.jobs.subscribe import Subscriber
from feed.log import Once
from feed.settings import Settings
from feed.sources.clean import Unusable
from feed.sources.fetch import FEEDS, Answer, Fetcher, fetcher
from feed.sources.sandbox import Sandbox
from feed.sources.schedule import (
    Bounds,
    Next,
    failed,
    harvested,
    hint_of,
    refused,
    retry_after,
    unchanged,
)
from feed.sources.syndication import ParsedFeed
from feed.sources.upstream import State, Upstream
from feed.store.sources import Leased, SourceTable

logger = logging.getLogger(__name__)
LEASE = 300.0  # seconds; renewed before every request
PACE = 1.0  # seconds between two requests to a host
THREADS = 8
LOOK = 1.0  # seconds between two looks for what is due
RETRY = 60.0  # seconds until a source is asked again when the database did not take its articles
PATIENCE = 30.0  # seconds to wait for a host that another one asks
JITTER = 0.1  # of a wait, more or less: sources that were added together drift apart


class Poller:
    """Asks sources when they are due. Safe between threads and processes.

    Args:
        table: the sources.
        intake: what makes articles of their items and keeps them.
        fetcher: the way out.
        sandbox: where feeds are read.
        bounds: how often a source is asked.
        threads: how many are asked at the same time.
        pace: seconds between two requests to a host.
        clock: seconds since 1970.
        lease: seconds for which a source is ours.
        subscriber: asks hubs to tell us; nobody, when there is none.
    """

    def __init__(
        self,
        table: SourceTable,
        intake: Intake,
        fetcher: Fetcher,
        sandbox: Sandbox,
        bounds: Bounds,
        threads: int = THREADS,
        pace: float = PACE,
        clock: Callable[[], float] = time.time,
        lease: float = LEASE,
        subscriber: Subscriber | None = None,
    ) -> None:
        self._table, self._intake, self._fetcher, self._sandbox = table, intake, fetcher, sandbox
        self._bounds, self._threads, self._pace, self._clock = bounds, threads, pace, clock
        self._lease, self._subscriber = lease, subscriber
        self._ending = threading.Event()
        self._once = Once(logger)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Go on in the background until `stop`."""
        self._thread = threading.Thread(target=self._run, name="poll", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End: what is being asked is asked to its end."""
        self._ending.set()
        if self._thread:
            self._thread.join()

    def round(self, told: Callable[[Upstream], None] = lambda upstream: None) -> int:
        """Ask all that is due now, and wait for it; returns how many were asked.

        What another process asks is waited for, too.

        Args:
            told: gets each source as it is afterwards.

        Raises:
            StoreError: the database does not take articles.
        """
        begun, asked = self._clock(), 0
        with ThreadPoolExecutor(self._threads, "poll") as pool:
            running: set[Future[Upstream]] = set()
            while not self._ending.is_set() and (running or self._table.due(begun)):
                done, running = self._step(pool, running, raising=True)
                asked += len(done)
                for future in done:
                    told(future.result())
        return asked

    def _run(self) -> None:
        with ThreadPoolExecutor(self._threads, "poll") as pool:
            running: set[Future[Upstream]] = set()
            while not self._ending.is_set():
                try:
                    _, running = self._step(pool, running, raising=False)
                    self._once.passed("polling")
                except StoreError as e:
                    self._once.trouble("polling", e, expected=True)
                    self._ending.wait(LOOK)

    def _step(
        self, pool: ThreadPoolExecutor, running: set[Future[Upstream]], raising: bool
    ) -> tuple[set[Future[Upstream]], set[Future[Upstream]]]:
        """Begin what is due and can be asked, and wait a moment: those that are done, and those that are not."""
        free = self._threads - len(running)
        leased = self._table.lease(self._clock(), free, self._lease) if free else []
        running = running | {pool.submit(self._poll_safely, one, raising) for one in leased}
        if not leased or len(running) == self._threads:
            if not running:
                self._ending.wait(min(LOOK, self._pace / 2 + 0.02))
            wait(running, LOOK / 4, "FIRST_COMPLETED")
        done = {future for future in running if future.done()}
        return done, running - done

    def _poll_safely(self, leased: Leased, raising: bool) -> Upstream:
        """No mistake of ours ends the polling, or has a source asked again at once.

        Raises:
            StoreError: the database does not take articles, and `raising`.
        """
        name = leased.upstream.shown_url
        try:
            after = self.poll(leased)
            self._once.passed(name)
            self._once.passed("taking in articles")
            return after
        except StoreError as e:  # of which no source is the cause
            now = self._clock()
            with suppress(StoreError):
                self._table.finish(leased, leased.upstream, now + RETRY, now + self._pace)
            if raising:
                raise
            self._once.trouble("taking in articles", e, expected=True)
            return leased.upstream
        except Exception as e:
            self._once.trouble(name, e, expected=False)
            now = self._clock()
            after, seconds = failed(leased.upstream, now, f"an error of Tagwire's own: {e!r}"[:300])
            self._table.finish(leased, after, now + seconds, now + self._pace)
            return after

    def poll(self, leased: Leased) -> Upstream:
        """Ask one source that is leased, and note what became of it."""
        hosts = _Hosts(self._table, leased, self._pace, self._lease, self._clock)
        found = self._asked(leased, hosts)
        spread = 1 + random.uniform(-JITTER, JITTER)
        after = self._without_twin(leased, found.upstream)
        wait = self._told(leased.id, after, hosts, found.wait) * spread
        self._table.finish(leased, after, self._clock() + wait, hosts.last + self._pace)
        return after

    def _told(self, source: int, after: Upstream, hosts: "_Hosts", wait: float) -> float:
        """How long to wait when hubs are asked to tell us: for as long as may be where one does."""
        if self._subscriber is None or after.failures:
            return wait
        self._subscriber.look(source, after, self._fetcher, hosts.ask)
        return max(wait, min(self._bounds.longest, self._subscriber.told_for(source)))

    def _without_twin(self, leased: Leased, after: Upstream) -> Upstream:
        """A source that has moved to where another one is asked has gone into that."""
        if after.url == leased.upstream.url or self._table.find(after.url) is None:
            return after
        return replace(
            after,
            url=leased.upstream.url,
            state=State.GONE,
            result=f"moved to {after.shown_url}, which is a source of its own",
        )

    def _asked(self, leased: Leased, hosts: "_Hosts") -> Next:
        before = leased.upstream
        try:
            answer = self._fetcher.get(before.url, _conditions(before), hosts.ask)
        except FetchError as e:
            return failed(before, self._clock(), e.message)
        now = self._clock()
        if answer.moved and (answer.status < 400):
            before = replace(before, url=answer.moved)
        if answer.status == 304:
            return unchanged(before, now, hint_of(answer.headers, 0), self._bounds)
        if answer.status != 200:
            return refused(before, now, answer.status, retry_after(answer.headers, now))
        digest = blake2b(answer.body, digest_size=16).hexdigest()
        noted = _noted(before, answer, digest)
        if digest == before.body:
            return unchanged(noted, now, hint_of(answer.headers, 0), self._bounds)
        return self._read(leased, noted, answer, hosts)

    def _read(self, leased: Leased, noted: Upstream, answer: Answer, hosts: "_Hosts") -> Next:
        """The articles of a feed that changed. Validators are kept only with what they validate."""
        before = leased.upstream
        try:
            feed = self._sandbox.feed(
                answer.body, answer.url, answer.headers.get("content-type", "")
            )
        except Unusable as e:
            return failed(before, self._clock(), str(e))
        if not feed.form:
            return failed(before, self._clock(), f"this is no feed{_why(feed, answer)}")
        got = self._intake.take(leased, feed, hosts.ask)
        now = self._clock()
        return harvested(
            _named(noted, feed), now, got, hint_of(answer.headers, feed.period), self._bounds
        )


@contextmanager
def polling(archive: Archive, settings: Settings) -> Iterator[Poller]:
    """What asks the sources of an archive, as the settings have it; and its hubs, where they can answer."""
    callback = f"{settings.base_url}/websub" if settings.base_url else ""
    sandbox, fetch = Sandbox(), fetcher(settings)
    poller = Poller(
        archive.store.sources,
        Intake(archive, fetch, sandbox, time.time),
        fetch,
        sandbox,
        Bounds(settings.poll_shortest, settings.poll_longest),
        settings.poll_threads,
        settings.poll_pace,
        subscriber=Subscriber(archive.store, callback, time.time),
    )
    try:
        yield poller
    finally:
        poller.stop()
        sandbox.close()
        fetch.close()


class _Hosts:
    """The hosts that one poll may ask: its source's own, which is leased with it, and where redirects lead."""

    def __init__(
        self,
        table: SourceTable,
        leased: Leased,
        pace: float,
        lease: float,
        clock: Callable[[], float],
    ) -> None:
        self._table, self._leased, self._pace = table, leased, pace
        self._seconds, self._clock = lease, clock
        self._renewed = clock()
        self.last = 0.0  # when the source's own host was asked last

    @contextmanager
    def ask(self, host: str) -> Iterator[None]:
        """Around one request: alone with its host, and not too soon after the last one.

        Raises:
            FetchError: another process asks it and does not come to an end.
        """
        if host != self._leased.upstream.host:
            with self._taken(host):
                yield
            return
        self._keep()
        time.sleep(max(0.0, self.last + self._pace - self._clock()))
        try:
            yield
        finally:
            self.last = self._clock()

    def _keep(self) -> None:
        now = self._clock()
        if now - self._renewed > self._seconds / 5:
            self._renewed = now
            self._table.renew(self._leased, now, self._seconds)

    @contextmanager
    def _taken(self, host: str) -> Iterator[None]:
        until = time.monotonic() + PATIENCE
        while not self._table.take_host(host, self._clock(), self._seconds):
            if time.monotonic() > until:
                raise FetchError(f"//{host}/", "it is being asked for something else all the time")
            time.sleep(min(0.1, self._pace / 2 + 0.01))
        try:
            yield
        finally:
            self._table.free_host(host, self._clock() + self._pace)


def _conditions(before: Upstream) -> dict[str, str]:
    """Exactly what the server gave; the digest of the body is for those that gave nothing."""
    found = {"Accept": FEEDS}
    if before.etag:
        found["If-None-Match"] = before.etag
    if before.modified:
        found["If-Modified-Since"] = before.modified
    return found


def _noted(before: Upstream, answer: Answer, digest: str) -> Upstream:
    return replace(
        before,
        etag=_header(answer, "etag"),
        modified=_header(answer, "last-modified"),
        body=digest,
    )


def _header(answer: Answer, name: str) -> str:
    value = answer.headers.get(name, "")
    return value if len(value) <= 1000 and value.isprintable() else ""


def _named(before: Upstream, feed: ParsedFeed) -> Upstream:
    return replace(
        before,
        title=before.title or feed.title[:300],
        home=before.home or feed.home[:2000],
        hub=feed.hub[:2000],
        topic=feed.topic[:2000],
    )


def _why(feed: ParsedFeed, answer: Answer) -> str:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    if "html" in kind:
        return ", but a page"
    return f" ({feed.trouble})" if feed.trouble else ""

"""Behind the scenes: what another ruleset tagged is tagged anew, by one process of many.

A server starts it. It lets the database go by a newer version of Tagwire, and retags while that is
the ruleset of this process; a process that has another one says so and leaves all as it is.
"""

import logging
import threading
import time

from feed.errors import LeaseHeld, StoreError
from feed.ingest.archive import Archive
from feed.ingest.retag import retag
from feed.jobs.lease import leased

JOB = "retag"  # the name of the lease
INTERVAL = 1.0  # seconds between two looks
REST = 1.0  # times as long as a range took, the others have the processor
logger = logging.getLogger(__name__)


class Retagger(threading.Thread):
    """Looks every second whether the database or the taxonomy has changed, and retags what is due."""

    def __init__(self, archive: Archive, interval: float = INTERVAL) -> None:
        super().__init__(name="retagging", daemon=True)
        self._archive, self._interval = archive, interval
        self._ending = threading.Event()
        self._looked: object = None  # at which state it looked last
        self._said = ""

    def run(self) -> None:
        """Until the process ends, or `stop`."""
        while not self._ending.is_set():
            try:
                self.look()
            except StoreError as e:
                self._say("cannot retag: %s", e)
            self._ending.wait(self._interval)

    def stop(self) -> None:
        """End it; what was done of a retagging stays done."""
        self._ending.set()
        if self.is_alive():
            self.join()

    def look(self) -> None:
        """Retag if there is something to be tagged anew and nobody else does it."""
        archive = self._archive
        state = archive.current_snapshot().version, archive.rules.mine.digest
        if state == self._looked:
            return
        if not archive.rules.make_current_if_newer():
            self._say("%s", archive.rules.complaint())
        elif stale := archive.stale():
            self._retag(stale)
            return  # and look again
        self._looked = state

    def _retag(self, stale: int) -> None:
        try:
            with leased(self._archive.store, JOB) as lease:
                logger.info(
                    "%d articles were tagged by an earlier ruleset; they are retagged", stale
                )
                begin = time.monotonic()
                resting = _Rest(self._ending)
                done = retag(
                    self._archive, resting, lambda: lease.held and not self._ending.is_set()
                )
                seconds = time.monotonic() - begin
                logger.info("%d articles tagged anew in %.1f s; the others stay", done, seconds)
        except LeaseHeld:
            return  # another process does it, and its commits let us look again

    def _say(self, message: str, value: object) -> None:
        """The same complaint once."""
        if str(value) != self._said:
            self._said = str(value)
            logger.warning(message, value)


class _Rest:
    """Progress that waits after every range, so that requests are answered meanwhile."""

    def __init__(self, ending: threading.Event) -> None:
        self._ending, self._since = ending, time.monotonic()

    def __call__(self, count: int) -> None:
        self._ending.wait(min(REST * (time.monotonic() - self._since), 1.0))
        self._since = time.monotonic()

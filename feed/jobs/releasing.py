"""What waits for its moment is shown then, and what has an end is taken out: one process looks after it."""

import logging
import threading

from feed.errors import TagwireError
from feed.ingest.archive import Archive
from feed.ingest.arrivals import release
from feed.jobs.lease import Lease

JOB = "release"  # of all processes on a database, one does it
INTERVAL = 1.0  # seconds between two looks
logger = logging.getLogger(__name__)


class Releaser(threading.Thread):
    """Looks every second whether the moment of an article has come, while this process has the lease."""

    def __init__(self, archive: Archive, interval: float = INTERVAL) -> None:
        super().__init__(name=JOB, daemon=True)
        self._archive, self._interval = archive, interval
        self.lease = Lease(archive.store, JOB)
        self._ending = threading.Event()

    def run(self) -> None:
        """Until `stop`, or until the process ends."""
        self.lease.start()
        while not self._ending.wait(self._interval):
            self.look()

    def look(self) -> int:
        """Release what is due, if that is for this process to do; how many articles changed."""
        if not self.lease.held:
            return 0
        try:
            return 0 if self._archive.rules.complaint() else release(self._archive)
        except TagwireError as e:  # the next look may do
            logger.warning("what waits was not released: %s", e)
            return 0

    def stop(self) -> None:
        """Let another process do it."""
        self._ending.set()
        if self.is_alive():
            self.join()
        self.lease.stop()

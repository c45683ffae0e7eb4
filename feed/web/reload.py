"""A server goes on with the taxonomy as it is on disk: a changed file is loaded, a broken one refused."""

import logging
import threading
from collections.abc import Iterable
from pathlib import Path

from feed.errors import TaxonomyError
from feed.publisher import Publisher
from feed.taxonomy.loader import load_taxonomy

INTERVAL = 1.0  # seconds between two looks at the file
COARSE = 20_000_000  # nanoseconds by which the clock of files may be late
logger = logging.getLogger(__name__)


class Reloader(threading.Thread):
    """Looks at the file, and at its rule files, every second, and lets the publisher go on with what it holds."""

    def __init__(self, publisher: Publisher, path: Path, interval: float = INTERVAL) -> None:
        super().__init__(name="taxonomy", daemon=True)
        self._publisher, self._path, self._interval = publisher, path, interval
        taxonomy = publisher.archive.taxonomy
        self._files = [path, *taxonomy.rules.files]
        # What the publisher's taxonomy was read from need not be read again, unless it has changed.
        now: object = self._signature()
        known = taxonomy.file == str(path) and _unchanged_since(taxonomy.read_at, self._files)
        self._seen = now if known else None
        self._asked = threading.Event()

    def run(self) -> None:
        """Until the process ends."""
        while True:
            self._asked.wait(self._interval)
            self._asked.clear()
            self.look()

    def wake(self) -> None:
        """Look at once."""
        self._asked.set()

    def look(self) -> bool:
        """Load the file if it changed since the last look; True when a new taxonomy is in use."""
        now = self._signature()
        if now == self._seen:
            return False
        self._seen = now
        try:
            taxonomy = load_taxonomy(self._path)
            self._watch(taxonomy.rules.files)
        except TaxonomyError as e:
            self._watch([*self._files, *(Path(problem.file) for problem in e.problems)])
            logger.error("THE TAXONOMY WAS NOT LOADED, the former one stays in use:\n%s", e)
            return False
        if taxonomy.digest == self._publisher.archive.taxonomy.digest:
            return False
        archive = self._publisher.archive
        archive.set_taxonomy(taxonomy)
        logger.info(
            "a new taxonomy is in use, %d tags; %d articles carry tags of an earlier one",
            len(taxonomy),
            archive.stale(),
        )
        return True

    def _watch(self, files: Iterable[Path]) -> None:
        """Look at these files from now on; those that are new were read just now."""
        files = list(dict.fromkeys([self._path, *files]))
        if files != self._files:
            self._files, self._seen = files, self._signature(files)

    def _signature(self, files: Iterable[Path] | None = None) -> object:
        """What differs when one of the files was written, replaced or taken away."""
        return [_stamp(path) for path in (self._files if files is None else files)]


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What differs when a file was written or replaced; None while it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _unchanged_since(moment: int, files: Iterable[Path]) -> bool:
    """Were all files last written or put in place before a moment?"""
    try:
        return all(path.stat().st_ctime_ns < moment - COARSE for path in files)
    except OSError:
        return False

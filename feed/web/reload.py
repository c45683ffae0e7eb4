"""A server goes on with the taxonomy as it is on disk: a changed file is loaded, a broken one refused."""

import contextlib
import os
import sys
import threading
import time
from pathlib import Path

from feed.errors import TagwireError
from feed.publisher import Publisher
from feed.tagsfile import load_taxonomy
from feed.taxonomy import Taxonomy, from_source

INTERVAL = 1.0  # seconds between two looks at the file
# Where the last taxonomy that could be read is kept, for a worker that starts while the file is
# broken. Set by the server for its own workers; empty for none.
LAST_GOOD = "TAGWIRE_LAST_GOOD_TAXONOMY"


def load_or_last_good(path: Path) -> Taxonomy:
    """The taxonomy of a file; when that is broken and there was a good one, that, with a warning."""
    try:
        taxonomy = load_taxonomy(path)
    except TagwireError as e:
        kept = _last_good()
        if kept is None or not kept.exists() or not kept.stat().st_size:
            raise
        warn(e)
        return from_source(kept.read_text(encoding="utf-8"))
    keep(taxonomy)
    return taxonomy


def keep(taxonomy: Taxonomy) -> None:
    """Note the last taxonomy that could be read."""
    kept = _last_good()
    if kept:
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.write_text(taxonomy.source, encoding="utf-8")
        draft.replace(kept)


def warn(error: TagwireError) -> None:
    """Say loudly that a taxonomy was refused."""
    message = f"THE TAXONOMY WAS NOT LOADED, the former one stays in use:\n{error}\n"
    with contextlib.suppress(OSError):
        sys.stderr.write(message)
        sys.stderr.flush()


class Reloader(threading.Thread):
    """Looks at the file every second, and lets the publisher go on with what it holds."""

    def __init__(self, publisher: Publisher, path: Path, interval: float = INTERVAL) -> None:
        super().__init__(name="taxonomy", daemon=True)
        self._publisher, self._path, self._interval = publisher, path, interval
        self._seen = self._signature()
        self._ending = threading.Event()

    def run(self) -> None:
        """Until the process ends, or `stop`."""
        while not self._ending.wait(self._interval):
            self.look()

    def stop(self) -> None:
        """End the thread."""
        self._ending.set()

    def look(self) -> bool:
        """Load the file if it changed since the last look; True when a new taxonomy is in use."""
        now = self._signature()
        if now == self._seen:
            return False
        self._seen = now
        try:
            taxonomy = load_taxonomy(self._path)
        except TagwireError as e:
            warn(e)
            return False
        if taxonomy.digest == self._publisher.taxonomy.digest:
            return False
        self._publisher.use(taxonomy)
        keep(taxonomy)
        stale = self._publisher.stale()
        sys.stderr.write(
            f"{time.strftime('%H:%M:%S')} a new taxonomy is in use, {len(taxonomy)} tags;"
            f" {stale} articles carry tags of an earlier one: tagwire retag\n"
        )
        return True

    def _signature(self) -> tuple[int, int, int] | None:
        """What differs when a file was written or replaced; None while it is not there."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _last_good() -> Path | None:
    name = os.environ.get(LAST_GOOD)
    return Path(name) if name else None

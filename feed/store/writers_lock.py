"""One lock that all who write to a SQLite file share, whoever checkpoints its log included.

Versions of SQLite before 3.51.3 can damage a database when one connection writes the log anew
while another copies it into the database (sqlite.org/wal.html, "the WAL-reset bug"). Here nobody
writes while that is done: a writer holds this lock, and copies the log before it lets go.
"""

import fcntl
import os
import time

from feed.errors import StoreError

_LOOK = 0.005  # seconds between two tries


class WritersLock:
    """The lock of one connection, on a file beside the database."""

    def __init__(self, place: str, seconds: float) -> None:
        self._path, self._place, self._seconds = f"{place}-lock", place, seconds
        self._file: int | None = None
        self.held = False

    def acquire(self) -> None:
        """Wait for all other writers, of this process and of others.

        Raises:
            StoreError: one of them has not come to an end in time; or the folder cannot be written.
        """
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as e:
            raise StoreError(f"{self._place}: cannot be written ({e.strerror})") from e
        until = time.monotonic() + self._seconds
        while not self.held:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.held = True
            except BlockingIOError:
                if time.monotonic() > until:
                    raise StoreError(
                        f"{self._place}: another process has kept it locked for half a minute; try again"
                    ) from None
                time.sleep(_LOOK)

    def release(self) -> None:
        """Let the next writer in."""
        if self.held and self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self.held = False

    def close(self) -> None:
        """Give it back for good."""
        self.release()
        if self._file is not None:
            os.close(self._file)
            self._file = None

"""Few answers are made at once: more would take as long together, and keep all others waiting."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2  # answers that are made at the same time, in a process
WAITING = 64  # requests that wait for their turn
PATIENCE = 5.0  # seconds for which they do


class Crowded(Exception):
    """Too many wait, or waited too long."""


class Renders:
    """Turns for requests whose answer must be made. Safe between threads."""

    def __init__(
        self, at_once: int = AT_ONCE, waiting: int = WAITING, patience: float = PATIENCE
    ) -> None:
        self._slots, self._patience = threading.Semaphore(at_once), patience
        self._seats = threading.Semaphore(at_once + waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and have it.

        Raises:
            Crowded: come again later.
        """
        if not self._seats.acquire(blocking=False):
            raise Crowded
        try:
            if not self._slots.acquire(timeout=self._patience):
                raise Crowded
            try:
                yield
            finally:
                self._slots.release()
        finally:
            self._seats.release()

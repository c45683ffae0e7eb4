"""Files that another program may still be writing: they are read once they have come to rest."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

REST = 0.4  # seconds in which neither the size nor the time of a file changes

Stamp = tuple[int, int, int]


class Settling:
    """Remembers what was touched until it is at rest.

    Args:
        clock: seconds that only grow.
        now: seconds since 1970, as files have them.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._clock, self._now = clock, now
        self._seen: dict[str, tuple[Stamp, float]] = {}

    def settled(self, touched: Iterable[str]) -> list[str]:
        """Of these files, and those touched before, the ones that are at rest now."""
        for name in touched:
            self._seen.setdefault(name, ((0, 0, 0), self._clock()))
        ready: list[str] = []
        for name, (before, since) in list(self._seen.items()):
            stamp = _stamp(name)
            if stamp is None:
                del self._seen[name]  # it is gone again
            elif stamp != before and abs(self._now() - stamp[1] / 1e9) < REST:
                self._seen[name] = (stamp, self._clock())
            elif stamp != before or self._clock() - since >= REST:
                ready.append(name)
                del self._seen[name]
        return sorted(ready)


def _stamp(name: str) -> Stamp | None:
    try:
        found = Path(name).stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino

"""Archives of many articles come in, and what was interrupted goes on where it was."""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from feed.errors import SourceError
from feed.ingest.archive import WINDOW, Archive
from feed.ingest.arrivals import Arrivals, Outcome
from feed.sources.archives import Numbered, read_archive
from feed.sources.arrival import Arrival
from feed.sources.readers import Reading


def place_in(archive: Archive, path: Path) -> int:
    """How many articles of this file are in already, from a time that was interrupted; 0 when none was."""
    return archive.store.counter(_name(path))


def ingest_file(
    archive: Archive,
    path: Path,
    reading: Reading | None = None,
    told: Callable[[int], None] = lambda position: None,
) -> Outcome:
    """Take in a ZIP, tar, WARC or compressed file; the outcome is of what was left to do.

    After every window of articles its place is noted; a file that has changed since begins anew.

    Args:
        told: gets the compressed bytes that are done.
    """
    name = _name(path)
    reading = reading or Reading("")
    outcome, arrivals = Outcome(), Arrivals(archive, reading.now)
    stream = read_archive(path, archive.store.counter(name), reading)
    while window := list(islice(stream, WINDOW)):
        outcome.add(arrivals.ingest(_contents(window)))
        with archive.store.writing() as writer:
            writer.set_counter(name, window[-1].number + 1)
        told(window[-1].offset)
    with archive.store.writing() as writer:
        writer.drop_counter(name)
    return outcome


def _contents(window: list[Numbered]) -> Iterator[Arrival | SourceError]:
    return (numbered.item for numbered in window)


def _name(path: Path) -> str:
    """The counter of this very file, as it is now."""
    status = path.stat()
    known = f"{path.resolve()}\n{status.st_size}\n{status.st_mtime_ns}"
    return f"archive {blake2b(known.encode(), digest_size=12).hexdigest()}"

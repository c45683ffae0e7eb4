"""Archives of many articles come in, and what was interrupted goes on where it was."""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from feed.errors import SourceError
from feed.ingest.archive import WINDOW, Archive
from feed.ingest.report import Report
from feed.model import Article
from feed.sources.archives import Numbered, read_archive
from feed.sources.dates import Years


def place_in(archive: Archive, path: Path) -> int:
    """How many articles of this file are in already, from a time that was interrupted; 0 when none was."""
    return archive.store.counter(_name(path))


def ingest_file(
    archive: Archive,
    path: Path,
    years: Years | None = None,
    told: Callable[[int], None] = lambda position: None,
) -> Report:
    """Take in a ZIP, tar, WARC or compressed file; the report is of what was left to do.

    After every window of articles its place is noted; a file that has changed since begins anew.

    Args:
        told: gets the compressed bytes that are done.
    """
    name = _name(path)
    report = Report()
    stream = read_archive(path, archive.store.counter(name), years)
    while window := list(islice(stream, WINDOW)):
        report.add(archive.ingest(_contents(window)))
        with archive.store.writing() as writer:
            writer.set_counter(name, window[-1].number + 1)
        told(window[-1].offset)
    with archive.store.writing() as writer:
        writer.drop_counter(name)
    return report


def _contents(window: list[Numbered]) -> Iterator[Article | SourceError]:
    return (numbered.item for numbered in window)


def _name(path: Path) -> str:
    """The counter of this very file, as it is now."""
    status = path.stat()
    known = f"{path.resolve()}\n{status.st_size}\n{status.st_mtime_ns}"
    return f"archive {blake2b(known.encode(), digest_size=12).hexdigest()}"

"""Files and folders become articles: which file is read how, and what is passed over."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from feed.errors import SourceError
from feed.model import Article
from feed.sources import clean
from feed.sources.clean import Unusable
from feed.sources.draft import Draft
from feed.sources.readers import read_html, read_json_lines, read_markdown, read_text

Reader = Callable[[bytes, Draft], Article]
READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
}
JSON_LINES = (".jsonl", ".ndjson")
_DATED = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
STDIN = "-"  # the path that stands for JSON Lines from standard input


def find_files(paths: Iterable[str]) -> Iterator[Path | SourceError]:
    """The files to read, folders in order of name; hidden files and unknown kinds are passed over.

    A file named by itself is read whatever its ending, as plain text when that is unknown.
    """
    for name in paths:
        path = Path(name)
        if name == STDIN or path.is_file():
            yield path
        elif path.is_dir():
            yield from sorted(p for p in path.rglob("*") if _is_ours(p, path))
        else:
            yield SourceError(name, "no such file or folder")


def _is_ours(path: Path, top: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(top).parts)
    known = path.suffix.lower() in (*READERS, *JSON_LINES)
    return known and not hidden and path.is_file()


def count_articles(path: Path) -> int:
    """About how many articles a file holds: 1, or the lines of JSON Lines."""
    if str(path) == STDIN or path.suffix.lower() not in JSON_LINES:
        return 1
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) + 1


def read_file(path: Path) -> Iterator[Article | SourceError]:
    """The articles of one file; a failure is yielded, with its place, and nothing is raised."""
    try:
        if str(path) == STDIN:
            yield from read_json_lines(sys.stdin.buffer, "standard input", "stdin", _now())
        elif path.suffix.lower() in JSON_LINES:
            published = _moment_of(path)
            with path.open("rb") as file:
                yield from read_json_lines(file, str(path), path.stem, published)
        else:
            yield _read_one(path)
    except Unusable as e:
        yield SourceError(str(path), str(e))
    except OSError as e:
        yield SourceError(str(path), e.strerror or str(e))


def _read_one(path: Path) -> Article:
    status = path.stat()
    if status.st_size > clean.MAX_BYTES:
        size, most = f"{status.st_size:,}", f"{clean.MAX_BYTES:,}"
        raise Unusable(f"{size} bytes are more than one article may have ({most})")
    draft = Draft(
        identity=path.resolve().as_posix(),
        namespace=path.parent.name,
        published=_moment_of(path),
    )
    return READERS.get(path.suffix.lower(), read_text)(path.read_bytes(), draft)


def _moment_of(path: Path) -> datetime:
    """The date that a file's name begins with, 2026-01-31-title.txt; else the file's own."""
    if dated := _DATED.match(path.name):
        with suppress(ValueError):
            return datetime.fromisoformat(dated[0]).replace(tzinfo=UTC)
    return clean.file_moment(path.stat().st_mtime)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)

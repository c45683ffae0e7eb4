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
from feed.sources.archives import is_archive
from feed.sources.clean import Unusable, reason
from feed.sources.dates import Years
from feed.sources.draft import Draft
from feed.sources.kinds import ENDINGS, HEAD, Kind, kind_of
from feed.sources.readers import read_html, read_json_lines, read_markdown, read_text

Reader = Callable[[bytes, Draft], Article]
READERS: dict[Kind, Reader] = {
    Kind.TEXT: read_text,
    Kind.MARKDOWN: read_markdown,
    Kind.PAGE: read_html,
}
_DATED = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
# What programs lay down while they write, download or edit.
_UNFINISHED = (
    ".part",
    ".partial",
    ".tmp",
    ".temp",
    ".bak",
    ".swp",
    ".crdownload",
    ".download",
    "~",
)
STDIN = "-"  # the path that stands for JSON Lines from standard input


def find_files(paths: Iterable[str]) -> Iterator[Path | SourceError]:
    """The files to read, folders in order of name; see `is_ours` for what is passed over.

    A file named by itself is read whatever its name, and refused when it is no article.
    """
    for name in paths:
        path = Path(name)
        if name == STDIN or path.is_file():
            yield path
        elif path.is_dir():
            yield from sorted(p for p in path.rglob("*") if is_ours(p, path))
        else:
            yield SourceError(name, "no such file or folder")


def is_ours(path: Path, top: Path) -> bool:
    """Is this a file in the folder `top` that may hold articles?

    Passed over are hidden files and folders, what a program is still writing, unknown endings, and
    links that lead out of the folder.
    """
    names = path.relative_to(top).parts
    if any(name.startswith((".", "#")) or name.lower().endswith(_UNFINISHED) for name in names):
        return False
    if path.suffix.lower() not in ENDINGS and not is_archive(path):
        return False
    with suppress(OSError):  # a ring of links
        return path.is_file() and path.resolve().is_relative_to(top.resolve())
    return False


def touched_files(touched: Iterable[str], watched: Iterable[str]) -> list[str]:
    """Of the paths that changed those to read: named by themselves, or ours in a watched folder."""
    tops = [Path(name) for name in watched]
    return sorted({p for p in touched if any(_is_watched(Path(p), top) for top in tops)})


def _is_watched(path: Path, top: Path) -> bool:
    path = path.absolute()
    if not top.is_dir():
        return path.is_file() and path in (top.absolute(), top.resolve())
    return any(path.is_relative_to(t) and is_ours(path, t) for t in (top.absolute(), top.resolve()))


def count_articles(path: Path) -> int:
    """About how many articles a file holds: 1, or the lines of JSON Lines."""
    if str(path) == STDIN or ENDINGS.get(path.suffix.lower()) is not Kind.JSON_LINES:
        return 1
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) + 1


def read_file(path: Path, years: Years | None = None) -> Iterator[Article | SourceError]:
    """The articles of one file; a failure is yielded, with its place, and nothing is raised."""
    try:
        if str(path) == STDIN:
            yield from read_json_lines(sys.stdin.buffer, "standard input", "stdin", _now(), years)
            return
        kind = _kind_of(path)
        if kind is Kind.JSON_LINES:
            published = _moment_of(path)
            with path.open("rb") as file:
                yield from read_json_lines(file, str(path), path.stem, published, years)
        else:
            yield _read_one(path, kind, years)
    except Exception as e:  # one file costs its articles, whatever it holds
        yield SourceError(str(path), reason(e))


def _kind_of(path: Path) -> Kind:
    with path.open("rb") as file:
        kind, what = kind_of(file.read(HEAD), path.name)
    if kind is Kind.OTHER:
        raise Unusable(f"no article: this is {what}")
    return kind


def _read_one(path: Path, kind: Kind, years: Years | None) -> Article:
    status = path.stat()
    if status.st_size > clean.MAX_BYTES:
        size, most = f"{status.st_size:,}", f"{clean.MAX_BYTES:,}"
        raise Unusable(f"{size} bytes are more than one article may have ({most})")
    draft = Draft(
        identity=path.resolve().as_posix(),
        namespace=path.parent.name,
        published=_moment_of(path),
        years=years,
    )
    return READERS[kind](path.read_bytes(), draft)


def _moment_of(path: Path) -> datetime:
    """The date that a file's name begins with, 2026-01-31-title.txt; else the file's own."""
    if dated := _DATED.match(path.name):
        with suppress(ValueError):
            return datetime.fromisoformat(dated[0]).replace(tzinfo=UTC)
    return clean.file_moment(path.stat().st_mtime)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)

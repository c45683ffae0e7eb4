"""Files and folders become articles: the one gate, and which file is read how."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from feed.errors import SourceError
from feed.sources import clean
from feed.sources.archives import is_archive
from feed.sources.clean import Unusable, reason
from feed.sources.kinds import ENDINGS, HEAD, Kind, kind_of
from feed.sources.readers import Found, Reading, read_json_lines, read_whole

READERS_OF_ONE = (Kind.TEXT, Kind.MARKDOWN, Kind.PAGE)
# What programs lay down while they write, download or edit.
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".bak", ".swp", ".crdownload", ".download", ".orig", ".rej", "~")  # fmt: skip
# Papers about a folder, and pages about its articles; without their endings, in small letters.
_PAPERS = ("readme", "license", "licence", "changelog", "contributing", "code_of_conduct", "security", "authors", "notice", "copying", "_index", "robots", "humans", "ads", "llms", "requirements")  # fmt: skip
STDIN = "-"  # the path that stands for JSON Lines from standard input


def find_files(
    paths: Iterable[str], passed: dict[Path, str] | None = None
) -> Iterator[Path | SourceError]:
    """The files to read, folders in order of name; `passed` is told what is passed over, and why.

    A file named by itself is read whatever its name, and refused when it is no article.
    """
    for name in paths:
        path = Path(name)
        if name == STDIN or path.is_file():
            yield path
        elif path.is_dir():
            yield from _within(path, {} if passed is None else passed)
        else:
            yield SourceError(name, "no such file or folder")


def _within(top: Path, passed: dict[Path, str]) -> Iterator[Path]:
    for path in sorted(top.rglob("*")):
        why = not_ours(path, top)
        if not why:
            yield path
        elif why != "a folder":
            passed[path] = why


def not_ours(path: Path, top: Path) -> str:
    """Why a path in the folder `top` holds no article, as far as its name says; "" when it may."""
    names = path.relative_to(top).parts
    if any(name.startswith((".", "#")) for name in names):
        return "hidden"
    if any(name.lower().endswith(_UNFINISHED) for name in names):
        return "unfinished"
    with suppress(OSError):  # a ring of links
        if path.is_dir():
            return "a folder"
        if not path.is_file():
            return "no file"
        if not path.resolve().is_relative_to(top.resolve()):
            return "a link that leads out of the folder"
        if path.suffix.lower() not in ENDINGS and not is_archive(path):
            return "of an unknown kind"
        if path.stem.lower() in _PAPERS:
            return "about the folder"
        return ""
    return "no file"


def touched_files(touched: Iterable[str], watched: Iterable[str]) -> list[str]:
    """Of the paths that changed those to read: named by themselves, or ours in a watched folder."""
    tops = [Path(name) for name in watched]
    return sorted({p for p in touched if any(_is_watched(Path(p), top) for top in tops)})


def _is_watched(path: Path, top: Path) -> bool:
    path = path.absolute()
    if not top.is_dir():
        return path.is_file() and path in (top.absolute(), top.resolve())
    return any(
        path.is_relative_to(t) and not not_ours(path, t) for t in (top.absolute(), top.resolve())
    )


def count_articles(path: Path) -> int:
    """About how many articles a file holds: 1, or the lines of JSON Lines."""
    if str(path) == STDIN or ENDINGS.get(path.suffix.lower()) is not Kind.JSON_LINES:
        return 1
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) + 1


def read_file(path: Path, reading: Reading | None = None) -> Found:
    """The articles of one file; a failure is yielded, with its place, and nothing is raised.

    Args:
        path: the file; "-" is standard input.
        reading: the moment, years and namespace to read with.
    """
    reading = replace(reading or Reading(""), place=str(path))
    try:
        if str(path) == STDIN:
            reading = replace(reading, place="standard input", former=("", "stdin"))
            yield from read_json_lines(sys.stdin.buffer, reading)
        else:
            yield from _read(path, reading)
    except Exception as e:  # one file costs its articles, whatever it holds
        yield SourceError(reading.place, reason(e))


def _read(path: Path, reading: Reading) -> Found:
    with path.open("rb") as file:
        kind, what = kind_of(file.read(HEAD), path.name)
        if kind is Kind.OTHER:
            raise Unusable(f"no article: this is {what}")
        whole = path.resolve().as_posix()
        reading = replace(reading, file=whole, former=("", path.stem), named=None)
        if kind is Kind.JSON_LINES:
            file.seek(0)
            yield from read_json_lines(file, reading)
            return
        if kind is Kind.WORDPRESS:
            from feed.sources.wordpress import read_wordpress

            file.seek(0)
            yield from read_wordpress(file, reading)
            return
    if kind in READERS_OF_ONE:
        _check_size(path)
        reading = replace(reading, former=(whole, path.parent.name))
    yield from read_whole(kind, path.read_bytes(), reading, str(path))


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if size > clean.MAX_BYTES:
        raise Unusable(f"{size:,} bytes are more than one article may have ({clean.MAX_BYTES:,})")

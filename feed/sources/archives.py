"""Archives of many articles: ZIP, tar and WARC, and any form we read in gzip or zstd; read as a stream.

Nothing is unpacked to disk, names are words in messages and no more, there is no archive in an archive, and what grows
beyond all proportion is refused. Every article, and every failure, has a number in its archive: reading may go on
from any of them.
"""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple, Protocol

import zstandard

from feed.errors import SourceError
from feed.sources import clean
from feed.sources.arrival import Arrival
from feed.sources.clean import Unusable, reason
from feed.sources.kinds import ENDINGS, HEAD, Kind, kind_of
from feed.sources.readers import Reading, read_json_lines, read_whole

SUFFIXES = (".zip", ".tar", ".tgz", ".warc", ".gz", ".zst")
MAX_MEMBERS = 5_000_000
RATIO = 200  # times its compressed size; texts shrink to a tenth or so
FREE = 64 << 20  # bytes that anything may grow to
_TAR = (b"ustar", 257)


class Numbered(NamedTuple):
    """An article or a failure with its place."""

    number: int  # in the archive, from 0
    offset: int  # compressed bytes read so far, for who shows progress
    item: Arrival | SourceError


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...

    def readline(self, size: int = -1, /) -> bytes: ...


@dataclass(slots=True)
class _Member:
    """One file in an archive, not read yet."""

    name: str
    moment: datetime | None
    stream: "_Readable"
    trouble: str = ""  # why it is not read
    url: str = ""  # of a page that was fetched


def is_archive(path: Path) -> bool:
    """Is a file to be read as an archive? By its name: `notes.txt.gz`, `pages.zip`."""
    return path.suffix.lower() in SUFFIXES


def read_archive(path: Path, first: int = 0, reading: Reading | None = None) -> Iterator[Numbered]:
    """The articles of an archive from number `first` on; a failure is yielded and the rest goes on.

    What lies before is passed over without being read where the form allows it.
    """
    number = 0
    try:
        with path.open("rb") as raw, ExitStack() as stack:
            reading = replace(reading or Reading(""), file=path.resolve().as_posix())
            for member in _members(path, raw, stack):
                for item in _items(member, path, max(0, first - number), reading):
                    if number >= first and item is not None:
                        yield Numbered(number, raw.tell(), item)
                    number += 1
    except BaseException as e:  # a broken archive costs what comes after the break
        if not isinstance(e, Exception) and type(e).__name__ != "PanicException":  # fastwarc's
            raise
        yield Numbered(number, 0, SourceError(str(path), _broken(e)))


def _broken(error: BaseException) -> str:
    if isinstance(error, Unusable):
        return str(error)
    if not isinstance(error, Exception):
        return "the archive is broken here"
    if isinstance(error, zipfile.BadZipFile | tarfile.TarError | EOFError | zstandard.ZstdError):
        return f"the archive is broken here: {clean.line(str(error))}"
    return reason(error)


# What an archive is, and its members


class _Bounded(io.RawIOBase):
    """What comes out of a decompressor, unless it is more than could be."""

    def __init__(self, source: Any, raw: IO[bytes]) -> None:
        self._source, self._raw, self._made = source, raw, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._source.read(len(buffer))
        self._made += len(found)
        if self._made > FREE and self._made > RATIO * self._raw.tell():
            raise Unusable(f"it grows to more than {RATIO} times its size")
        buffer[: len(found)] = found
        return len(found)


def _members(path: Path, raw: IO[bytes], stack: ExitStack) -> Iterator[_Member]:
    head = raw.read(HEAD)
    raw.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _of_zip(raw)
        return
    stream = io.BufferedReader(_Bounded(_decompressed(head, raw, stack), raw), 1 << 16)
    start = stream.peek(512)[:512]
    if start.startswith(b"WARC/"):
        raw.seek(0)  # fastwarc decompresses by itself, record by record
        yield from _of_warc(raw)
    elif start[_TAR[1] :].startswith(_TAR[0]):
        yield from _of_tar(stream)
    elif path.suffix.lower() in (".gz", ".zst"):
        yield _Member(path.stem, None, stream)
    else:
        raise Unusable("this is no archive of a kind that is read: ZIP, tar, WARC, gzip, zstd")


def _decompressed(head: bytes, raw: IO[bytes], stack: ExitStack) -> Any:
    if head.startswith(b"\x1f\x8b"):
        return stack.enter_context(gzip.GzipFile(fileobj=raw, mode="rb"))
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return _Zstd(raw)
    return raw


class _Zstd:
    """The frames of a file one after the other; the library's own reader takes a cut off one for whole."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw, self._frame, self._begun = raw, self._new(), False
        self._made, self._at = b"", 0  # what came out, and how much of it was read

    @staticmethod
    def _new() -> "zstandard.ZstdDecompressionObj":
        return zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()

    def read(self, size: int) -> bytes:
        """At most so many bytes. A kilobyte at a time goes in: it may be 32 MB when it comes out."""
        while self._at >= len(self._made):
            piece = self._frame.unused_data if self._frame.eof else b""
            piece = piece or self._raw.read(1024)
            if not piece and self._begun and not self._frame.eof:
                raise EOFError("it ends in the middle")
            if not piece:
                return b""
            if self._frame.eof:
                self._frame = self._new()
            self._begun = True
            self._made, self._at = self._frame.decompress(piece), 0
        found = self._made[self._at : self._at + size]
        self._at += len(found)
        return found


def _of_zip(raw: IO[bytes]) -> Iterator[_Member]:
    with zipfile.ZipFile(raw) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_MEMBERS:
            raise Unusable(f"it has more than {MAX_MEMBERS:,} entries")
        for entry in entries:
            if entry.is_dir():
                continue
            trouble = ""
            if entry.flag_bits & 1:
                trouble = "it is encrypted"
            elif entry.file_size > FREE and entry.file_size > RATIO * max(entry.compress_size, 1):
                trouble = f"it grows to more than {RATIO} times its size"
            yield _Member(entry.filename, _dated(entry.date_time), _Late(archive, entry), trouble)


def _dated(parts: tuple[int, ...]) -> datetime | None:
    """The moment of an entry, taken for UTC; what has no date has the first one there is."""
    year, month, day, hour, minute, second = parts
    with suppress(ValueError):
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC) if year > 1980 else None
    return None


class _Late:
    """An entry that is opened when it is read: those that are passed over never are."""

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        self._archive, self._entry = archive, entry
        self._stream: IO[bytes] | None = None

    def _opened(self) -> IO[bytes]:
        if self._stream is None:
            self._stream = self._archive.open(self._entry)
        return self._stream

    def read(self, size: int = -1) -> bytes:
        return self._opened().read(size)

    def readline(self, size: int = -1) -> bytes:
        return self._opened().readline(size)


def _of_tar(stream: IO[bytes]) -> Iterator[_Member]:
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for count, entry in enumerate(archive):
            if count > MAX_MEMBERS:
                raise Unusable(f"it has more than {MAX_MEMBERS:,} entries")
            vars(archive)["members"] = []  # it would remember all of them
            if entry.isfile() and (content := archive.extractfile(entry)):
                yield _Member(entry.name, None, content)


def _of_warc(stream: IO[bytes]) -> Iterator[_Member]:
    """The pages that were fetched: responses with 200, and resources."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    wanted = WarcRecordType.response | WarcRecordType.resource
    for record in ArchiveIterator(stream, wanted, strict_mode=False, auto_decode="all"):
        url = clean.web_address(str(record.headers.get("WARC-Target-URI") or ""))
        answer = record.http_headers
        kind = record.http_content_type if answer else record.headers.get("Content-Type", "")
        if not url or (answer and answer.status_code != 200) or "html" not in (kind or "").lower():
            continue
        yield _Member(url, record.record_date, record.reader, url=url)


# From a member to its articles


def _items(
    member: _Member, path: Path, skip: int, reading: Reading
) -> Iterator[Arrival | SourceError | None]:
    """The articles of one member; None for each that is passed over."""
    place = f"{path}/{clean.line(member.name)[:300]}"
    if not member.url and not _is_ours(member.name):
        return
    if skip and _is_single(member):
        yield None
        return
    # What was fetched was there at that moment; of other members only the source knows since when.
    now = member.moment if member.url and member.moment else reading.now
    name = PurePosixPath(member.name)
    reading = replace(reading, place=place, now=now, file=f"{reading.file}/{member.name}", former=("", name.stem))  # fmt: skip
    try:
        if member.trouble:
            raise Unusable(member.trouble)
        if not member.url and _is_lines(member.name):
            yield from _lines(member, place, skip, reading)
            return
        for item in _whole(member, reading):
            yield None if skip else item
            skip -= bool(skip)
    except Exception as e:  # one member costs its articles, whatever it holds
        if isinstance(e, OSError | EOFError | zstandard.ZstdError):
            raise  # what comes after it cannot be read, either
        yield SourceError(place, reason(e))


def _is_single(member: _Member) -> bool:
    """Is a member one article, whatever it holds?"""
    kind = ENDINGS.get(PurePosixPath(member.name).suffix.lower())
    return bool(member.url) or kind in (Kind.TEXT, Kind.MARKDOWN, Kind.PAGE, None)


def _is_ours(name: str) -> bool:
    """May a member hold articles? An archive is reported, pictures and the like are passed over."""
    parts = PurePosixPath(name).parts
    if not parts or any(
        part.startswith((".", "__MACOSX")) for part in parts if part not in (".", "..")
    ):
        return False
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in ENDINGS or suffix in SUFFIXES


def _is_lines(name: str) -> bool:
    return ENDINGS.get(PurePosixPath(name).suffix.lower()) is Kind.JSON_LINES


def _lines(
    member: _Member, place: str, skip: int, reading: Reading
) -> Iterator[Arrival | SourceError | None]:
    """JSON Lines, each no longer than an article may be; lines to be passed over are not parsed."""
    number = 0
    while line := member.stream.readline(clean.MAX_BYTES + 1):
        number += 1
        rest = line
        while len(rest) > clean.MAX_BYTES and not rest.endswith(b"\n"):
            rest = member.stream.readline(clean.MAX_BYTES + 1)
        if not line.strip():
            continue
        if skip:
            skip -= 1
            yield None
            continue
        for item in read_json_lines([line], reading):
            yield replace(item, place=f"{place}:{number}") if isinstance(item, Arrival) else SourceError(f"{place}:{number}", item.message)  # fmt: skip


def _whole(member: _Member, reading: Reading) -> Iterator[Arrival | SourceError]:
    """The articles of a member that is read at once."""
    data = member.stream.read(clean.MAX_BYTES + 1)
    if len(data) > clean.MAX_BYTES:
        raise Unusable(f"more than {clean.MAX_BYTES:,} bytes are more than one article may have")
    if PurePosixPath(member.name).suffix.lower() in SUFFIXES and not member.url:
        raise Unusable("an archive in an archive is not read; unpack the outer one")
    kind, what = (Kind.PAGE, "") if member.url else kind_of(data[:HEAD], member.name)
    if kind is Kind.OTHER:
        raise Unusable(f"no article: this is {what}")
    yield from read_whole(kind, data, reading, member.name, member.url)

"""Archives: every form gives the same articles; nothing hostile unpacks itself; reading goes on anywhere."""

import gzip
import io
import json
import re
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from click.testing import CliRunner

from feed.cli import main
from feed.errors import SourceError
from feed.ingest.archive import Archive
from feed.ingest.bulk import ingest_file, place_in
from feed.sources.archives import read_archive
from feed.sources.clean import MAX_BYTES
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import ROOT, SMALL

WORDS = "The harbour of a small town buys a tug and two boats for its pilots, says the council. "
PAGE = f"<html lang='en'><head><title>Harbour three</title></head><body><article><h1>Harbour three</h1><p>{WORDS * 4}</p></article></body></html>".encode()
LINES = b"".join(
    json.dumps({"id": f"urn:x:{n}", "title": f"Line {n}", "text": WORDS}).encode() + b"\n" + b"\n" * (n == 1)
    for n in range(3)
)  # fmt: skip
FILES = {
    "news/one.txt": b"Harbour one\n\n" + WORDS.encode(),
    "news/2026-02-01-two.md": b"# Harbour two\n\n" + WORDS.encode(),
    "three.html": PAGE,
    "lines.jsonl": LINES,
    "picture.png": b"\x89PNG",
    "__MACOSX/one.txt": b"no",
    ".hidden.txt": b"no",
    "style.css": b"no",
}
TITLES = ["Harbour one", "Harbour two", "Harbour three", "Line 0", "Line 1", "Line 2"]


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(data), 1_770_000_000
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def record(url: str, payload: bytes, kind: str = "response") -> bytes:
    return (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-02-03T04:05:06Z\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(payload)}\r\n\r\n"
    ).encode() + payload + b"\r\n\r\n"  # fmt: skip


def answer(body: bytes, status: int = 200, more: str = "") -> bytes:
    return (
        f"HTTP/1.1 {status} x\r\nContent-Type: text/html; charset=utf-8\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


FORMS: dict[str, Callable[[], bytes]] = {
    "a.zip": lambda: zipped(FILES),
    "a.tar": lambda: tarred(FILES),
    "a.tar.gz": lambda: gzip.compress(tarred(FILES)),
    "a.tgz": lambda: gzip.compress(tarred(FILES)),
    "a.tar.zst": lambda: zstandard.compress(tarred(FILES)),
}


def read(path: Path, first: int = 0) -> list[str]:
    found: list[str] = []
    for number, _, item in read_archive(path, first):
        assert number == first + len(found)
        found.append(str(item) if isinstance(item, SourceError) else item.article.title)
    return found


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_same_articles_from_any_place_on(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(FORMS[name]())
    for first in range(8):
        assert read(path, first) == TITLES[first:]


@pytest.mark.parametrize(
    ("name", "pack"),
    [("x.jsonl.gz", gzip.compress), ("x.jsonl.zst", zstandard.compress)],
)
def test_single_files_may_be_compressed(
    name: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(pack(LINES) + pack(b'{"title": "Line 3", "text": "In another frame."}\n'))
    for first in range(5):
        assert read(path, first) == ["Line 0", "Line 1", "Line 2", "Line 3"][first:]
    path = tmp_path / ("page.html" + path.suffix)
    path.write_bytes(pack(PAGE))
    assert read(path) == ["Harbour three"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_pages_of_a_web_archive(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    squeezed = gzip.compress(PAGE)
    records = [
        record("https://a.example/robots.txt", b"x", "warcinfo"),
        record("https://a.example/1", answer(PAGE)),
        record("https://a.example/2", answer(squeezed, more="Content-Encoding: gzip\r\n")),
        record("https://a.example/404", answer(PAGE, 404)),
        record("https://a.example/logo", answer(b"x").replace(b"text/html", b"image/png")),
        record("https://a.example/empty", answer(b"<html></html>")),
        record("file:///etc/passwd", answer(PAGE)),
    ]
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"".join(map(pack, records)))
    items = [item for _, _, item in read_archive(path)]
    good = [item.article for item in items if not isinstance(item, SourceError)]
    assert [(a.title, a.url, a.id) for a in good] == [
        ("Harbour three", f"https://a.example/{n}", f"https://a.example/{n}") for n in (1, 2)
    ]
    assert str(good[0].published) == "2026-02-03 04:05:06+00:00"
    (failure,) = [item for item in items if isinstance(item, SourceError)]
    assert "no article in this page" in failure.message
    assert len(read(path, 1)) == 2


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "an archive in an archive": ("a.zip", lambda: zipped({"b.zip": zipped(FILES)}), "archive in an archive"),
    "tar in tar": ("a.tar", lambda: tarred({"b.tar.gz": gzip.compress(tarred(FILES))}), "archive in an archive"),
    "a bomb in ZIP": ("a.zip", lambda: zipped({"b.jsonl": bytes(100 << 20)}), "more than 200 times"),
    "a bomb in gzip": ("a.jsonl.gz", lambda: gzip.compress(bytes(100 << 20)), "more than 200 times"),
    "a bomb in zstd": ("a.jsonl.zst", lambda: zstandard.compress(bytes(100 << 20)), "more than 200 times"),
    "a bomb in tar": ("a.tar.gz", lambda: gzip.compress(tarred({"b.txt": bytes(100 << 20)})), "more than 200 times|more than 20,971,520"),
    "a large article": ("a.tar", lambda: tarred({"b.txt": b"word " * (MAX_BYTES // 4)}), "more than one article may have"),
    "no archive": ("a.zip", lambda: b"hello", "no archive of a kind that is read"),
    "cut off": ("a.zip", lambda: zipped(FILES)[:200], "broken"),
    "cut off gzip": ("a.jsonl.gz", lambda: gzip.compress(LINES * 5000)[:-30], "broken|ended"),
    "noise in gzip": ("a.jsonl.gz", lambda: gzip.compress(b"x")[:10] + b"\xff" * 500, "broken|invalid"),
    "noise in zstd": ("a.jsonl.zst", lambda: zstandard.compress(LINES)[:12] + b"\xff" * 99, "broken"),
    "cut off zstd": ("a.jsonl.zst", lambda: zstandard.compress(LINES * 500)[:-30], "broken"),
    "cut off tar": ("a.tar.gz", lambda: gzip.compress(tarred(FILES)[:2000]), "broken|end of data"),
    "empty": ("a.tar", lambda: b"", "no archive of a kind"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "make", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_or_broken_is_refused(
    name: str, make: Callable[[], bytes], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    *_, last = [None, *(item for _, _, item in read_archive(path))]
    assert isinstance(last, SourceError)
    assert re.search(reason, last.message), last


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/evil.txt", "a\\..\\b.txt", "x" * 3000 + ".txt", "a\nb.txt"])  # fmt: skip
def test_names_are_words(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({name: b""}))
    before = sorted(tmp_path.parent.rglob("*"))
    (said,) = read(path)
    assert "\n" not in said
    assert len(said) < 1000
    assert sorted(tmp_path.parent.rglob("*")) == before


def many(path: Path, count: int) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in range(4):
            lines = (
                json.dumps({"id": f"urn:x:{n}", "title": f"Harbour {n}", "text": f"Tug {n}."})
                for n in range(part, count, 4)
            )
            archive.writestr(f"{part}.jsonl", "\n".join(lines))


def test_what_is_killed_goes_on(tmp_path: Path, small: Taxonomy) -> None:
    path, database = tmp_path / "a.zip", f"sqlite:///{tmp_path}/t.db"
    many(path, count := 24_000)
    archive = Archive(database, small)
    command = ["--database", database, "--tags", str(SMALL), "add", str(path)]
    process = subprocess.Popen(
        [sys.executable, "-c", "from feed.cli import main; main()", *command],
        cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    while not place_in(archive, path) and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.wait()
    done = place_in(archive, path)
    assert 0 < done < count
    result = CliRunner().invoke(main, command)
    assert f"going on after {done:,} articles" in result.output
    archive.refresh()
    assert archive.count() == archive.store.counter("seq") == count
    assert place_in(archive, path) == 0
    again = ingest_file(archive, path)
    assert (again.report.new, again.report.unchanged) == (0, count)
    archive.store.close()


def test_a_file_that_changed_begins_anew(tmp_path: Path, small: Taxonomy) -> None:
    path = tmp_path / "a.zip"
    many(path, 10)
    archive = Archive(f"sqlite:///{tmp_path}/t.db", small)
    from feed.ingest.bulk import _name

    with archive.store.writing() as writer:
        writer.set_counter(_name(path), 5)
    assert place_in(archive, path) == 5
    assert ingest_file(archive, path).report.new == 5
    many(path, 12)
    assert place_in(archive, path) == 0
    assert ingest_file(archive, path).total == 12
    archive.store.close()


def test_archives_are_found_in_folders(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.zip").write_bytes(zipped(FILES))
    (tmp_path / "in" / "b.txt").write_bytes(b"Harbour four\n\n" + WORDS.encode())
    result = CliRunner().invoke(
        main, ["--database", f"sqlite:///{tmp_path}/t.db", "--tags", str(SMALL), "add", str(tmp_path / "in")]
    )  # fmt: skip
    assert "7 new, 0 changed, 0 unchanged, 0 failed" in result.output

"""One gate: which files are articles, by their content first, and what is passed over or refused."""

import os
from pathlib import Path

import pytest

from feed.errors import SourceError
from feed.sources.arrival import Arrival
from feed.sources.folder import find_files, read_file, touched_files

NO_ARTICLES: list[tuple[str, bytes, str]] = [
    ("a.txt", b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
    ("a.md", b"%PDF-1.7\n", "a PDF"),
    ("a.txt", b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
    ("a.html", b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
    ("a.txt", b"GIF89a\x01\0\x01\0", "a GIF image"),
    ("a.txt", b"RIFF\x24\0\0\0WEBPVP8 ", "an image, a sound file or a video"),
    ("a.docx", b"PK\x03\x04\x14\0\x06\0", "an office document"),
    ("a.txt", b"PK\x03\x04\x14\0\x06\0", "a ZIP archive"),
    ("a.txt", b"\x1f\x8b\x08\0", "a gzip archive"),
    ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    ("a.txt", b"{\\rtf1\\ansi Text}", "a rich text document"),
    ("a.txt", b"SQLite format 3\0", "an SQLite database"),
    ("a.md", b"\0\0\0\x20ftypmp42", "a video"),
    ("a.txt", b'<?xml version="1.0"?>\n<opml version="2.0"><head/></opml>', "an OPML list"),
    ("a.xml", b'<?xml version="1.0"?><!-- x --><opml version="1.0">', "an OPML list"),
    ("a.xml", b'<?xml version="1.0"?><urlset xmlns="x">', "a sitemap"),
    ("a.html", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG image"),
    ("a.txt", b'<?xml version="1.0"?>\n<invoice><a/></invoice>', "an XML document of 'invoice'"),
    ("a.css", b"p { color: red }", "of a kind that cannot be told"),
    ("notes", b"Just a line\nand another", "of a kind that cannot be told"),
    ("a.py", b"#!/usr/bin/env python3\nprint(1)", "a program"),
    ("a.txt", b"-----BEGIN RSA PRIVATE KEY-----\nMII", "a key or certificate"),
    ("a.txt", b"BEGIN:VCALENDAR\r\n", "a calendar"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "what"), NO_ARTICLES, ids=range(len(NO_ARTICLES)))
def test_a_file_that_is_no_article_is_refused_with_its_kind(
    tmp_path: Path, name: str, data: bytes, what: str
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    assert list(find_files([str(file)])) == [file]
    (error,) = read_file(file)
    assert isinstance(error, SourceError)
    assert what in str(error)


@pytest.mark.parametrize("text", ["BMW\nbuilds.", "MZ\nx", "ID3 tags\nare old.", "{sic}\nText.", "[1] Notes\nText.", "< 5 %\nText.", "#1 in sales\nx"])  # fmt: skip
def test_text_may_begin_with_any_signs(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    (found,) = read_file(tmp_path / "a.txt")
    assert isinstance(found, Arrival), found


PASSED_OVER = (
    ".env", ".private/n.txt", ".git/e.md", "a/.b/c.txt", "x.part", "x.txt.part", "x.md.tmp", "x.txt~", "x.bak", "x.html.crdownload",
    "#x.txt#", ".#x.txt", "x.txt.swp", "style.css", "x.pdf", "x.py", "x", "folder.tmp/x.txt", "README.md", "_index.md", "x.zip.part",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    top = tmp_path / "w"
    for name in (*PASSED_OVER, "a.txt", "b/c.md", "d.HTML"):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text("Title\nText.")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("Secret\nText.")
    (top / "link.txt").symlink_to(outside / "secret.txt")
    (top / "linked").symlink_to(outside)
    (top / "ring.txt").symlink_to(top / "ring.txt")
    (top / "within.txt").symlink_to(top / "a.txt")
    return top


def test_a_folder_gives_its_articles_alone(folder: Path) -> None:
    found = [f.relative_to(folder).as_posix() for f in find_files([str(folder)]) if isinstance(f, Path)]  # fmt: skip
    assert found == ["a.txt", "b/c.md", "d.HTML", "within.txt"]


def test_what_is_watched_passes_the_same_gate(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched = [str(p) for p in folder.rglob("*")] + [str(folder / "linked" / "secret.txt")]
    expected = [str(folder / name) for name in ("a.txt", "b/c.md", "d.HTML", "within.txt")]
    assert touched_files(touched, [str(folder)]) == expected
    monkeypatch.chdir(folder.parent)
    assert touched_files(touched, ["w"]) == expected
    assert touched_files(touched, [str(folder / "a.txt")]) == expected[:1]
    os.symlink(folder, folder.parent / "v")
    assert touched_files(touched, ["v"]) == expected
    assert touched_files(["/etc/hosts", "gone.txt"], ["w"]) == []

"""What a file is: told by its content first, and by its name where content can be anything."""

import re
from enum import Enum
from pathlib import PurePath

HEAD = 4096  # bytes that are looked at


class Kind(Enum):
    """The forms that are read."""

    TEXT = "plain text"
    MARKDOWN = "Markdown"
    PAGE = "HTML"
    JSON_LINES = "JSON Lines"
    JSON = "JSON"
    FEED = "a feed"
    WORDPRESS = "a WordPress export"
    OTHER = "no article"


ENDINGS: dict[str, Kind] = {
    **dict.fromkeys((".txt", ".text"), Kind.TEXT),
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd"), Kind.MARKDOWN),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Kind.PAGE),
    **dict.fromkeys((".jsonl", ".ndjson"), Kind.JSON_LINES),
    ".json": Kind.JSON,
    **dict.fromkeys((".xml", ".rss", ".atom", ".rdf", ".wxr"), Kind.FEED),
}
# Beginnings of files that are no text; the longer ones first where one begins another.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"), (b"\x89PNG", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"), (b"II*\x00", "a TIFF image"), (b"MM\x00*", "a TIFF image"),
    (b"BM", "a bitmap image"), (b"\x00\x00\x01\x00", "an icon"), (b"8BPS", "a Photoshop image"),
    (b"PK\x03\x04", "a ZIP archive or an office document"), (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"), (b"BZh", "a bzip2 archive"), (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"), (b"Rar!", "a RAR archive"), (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\xd0\xcf\x11\xe0", "an old office document"), (b"{\\rtf", "a rich text document (RTF)"),
    (b"%!PS", "a PostScript document"), (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"), (b"MZ", "a program"), (b"\xca\xfe\xba\xbe", "a program"),
    (b"ID3", "a sound file"), (b"OggS", "a sound file"), (b"fLaC", "a sound file"),
    (b"\x1aE\xdf\xa3", "a video"), (b"wOFF", "a font"), (b"wOF2", "a font"), (b"\x00asm", "a program"),
    (b"#!", "a program"), (b"-----BEGIN ", "a key or certificate"),
    (b"BEGIN:VCALENDAR", "a calendar"), (b"BEGIN:VCARD", "a business card"),
)  # fmt: skip
_BINARY_ONLY = (b"BM", b"MZ", b"ID3", b"BZh", b"GIF8", b"fLaC", b"OggS", b"Rar!", b"wOFF", b"wOF2")
_ROOTS = {
    b"opml": "an OPML list of feeds; add the feeds' articles, not the list",
    b"urlset": "a sitemap",
    b"sitemapindex": "a sitemap",
    b"svg": "an SVG image",
    b"plist": "a property list",
    b"kml": "a map (KML)",
    b"gpx": "a track (GPX)",
    b"xsl:stylesheet": "an XSLT style sheet",
    b"xs:schema": "an XML schema",
}
_FEEDS = (b"rss", b"feed", b"rdf:rdf", b"channel")
_LINES = re.compile(rb"\{[^\n]{2,}\}[ \t]*\r?\n\s*\{")  # an object a line  # fmt: skip
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]{0,60})")
_SKIPPED = re.compile(rb"<\?[^>]{0,500}>|<!--.{0,3000}?-->|<!DOCTYPE[^>\[]{0,500}>", re.S | re.I)
_PAGE_ROOTS = (b"html", b"head", b"body", b"!doctype html")


def kind_of(head: bytes, name: str) -> tuple[Kind, str]:
    """What a file of this beginning and name is; for `Kind.OTHER` with what it is instead."""
    by_name = ENDINGS.get(PurePath(name).suffix.lower(), Kind.OTHER)
    binary = _binary(head)
    if binary:
        return Kind.OTHER, binary
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] == b"<":
        return _of_markup(start, by_name)
    if by_name is Kind.FEED:
        return Kind.OTHER, "no XML"
    if _is_object(start) and by_name in (Kind.TEXT, Kind.JSON, Kind.PAGE, Kind.OTHER):
        return (Kind.JSON_LINES if _LINES.match(start) else Kind.JSON), ""
    return by_name, "of a kind that cannot be told; give it the ending .txt, .md, .html or .jsonl"


def _binary(head: bytes) -> str:
    text = b"\x00" not in head
    for magic, what in _MAGIC:
        if head.startswith(magic) and not (text and magic in _BINARY_ONLY):
            return what
    if head[4:8] == b"ftyp":
        return "a video or an image"
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return "an image, a sound file or a video"
    return ""


def _of_markup(start: bytes, by_name: Kind) -> tuple[Kind, str]:
    bare = _SKIPPED.sub(b"", start)
    found = _ROOT.search(bare)
    root = found[1].lower() if found and bare.lstrip().startswith(b"<") else b""
    if root.removeprefix(b"svg:") in _ROOTS:
        return Kind.OTHER, _ROOTS[root.removeprefix(b"svg:")]
    local = root.rpartition(b":")[2]
    if root in _FEEDS or local in (b"feed", b"rdf"):
        return (Kind.WORDPRESS if b"wordpress.org/export/" in start else Kind.FEED), ""
    if root in _PAGE_ROOTS or re.match(rb"<!doctype\s+html", start, re.I):
        return Kind.PAGE, ""
    if start.startswith(b"<?xml"):
        return Kind.OTHER, "an XML document" + (f" of '{root.decode()}'" if root else "")
    return by_name, "of a kind that cannot be told; give it the ending .html"


def _is_object(start: bytes) -> bool:
    """Does a text begin as an object or array of JSON does?"""
    return bool(re.match(rb'\{\s*(?:"(?:[^"\\]|\\.){1,200}"\s*:|\})|\[\s*[\{\[]', start))

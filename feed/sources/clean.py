"""Everything that comes in is hostile until it has been through here."""

import hashlib
import html
import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import nh3

from feed.model import ANY_TYPE, MEDIA_TYPE
from feed.text.excerpt import excerpt
from feed.text.iri import resolve

MAX_BYTES = 20 * 1024 * 1024  # of one article's file or line
TITLE_LENGTH = 300  # characters; what is longer is no title
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
_BREAK = re.compile(r"\n[ \t\u00a0]*\n\s*")
# By ending, the same on every machine (IANA's registry of media types).
MEDIA_TYPES = {
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".m4b": "audio/mp4", ".aac": "audio/aac", ".ogg": "audio/ogg", ".oga": "audio/ogg",
    ".opus": "audio/ogg", ".flac": "audio/flac", ".wav": "audio/wav", ".mid": "audio/midi", ".aiff": "audio/aiff", ".weba": "audio/webm",
    ".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm", ".ogv": "video/ogg", ".mkv": "video/matroska",
    ".avi": "video/x-msvideo", ".mpeg": "video/mpeg", ".mpg": "video/mpeg", ".3gp": "video/3gpp", ".m3u8": "application/vnd.apple.mpegurl",
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif",
    ".svg": "image/svg+xml", ".tif": "image/tiff", ".tiff": "image/tiff", ".bmp": "image/bmp", ".ico": "image/vnd.microsoft.icon", ".heic": "image/heic",
    ".pdf": "application/pdf", ".epub": "application/epub+zip", ".mobi": "application/x-mobipocket-ebook", ".zip": "application/zip",
    ".gz": "application/gzip", ".tar": "application/x-tar", ".7z": "application/x-7z-compressed", ".json": "application/json", ".xml": "application/xml",
    ".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint", ".rtf": "application/rtf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text", ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation", ".torrent": "application/x-bittorrent", ".csv": "text/csv", ".txt": "text/plain",
    ".html": "text/html", ".htm": "text/html", ".vtt": "text/vtt", ".srt": "application/x-subrip", ".kml": "application/vnd.google-earth.kml+xml",
}  # fmt: skip
_TAG_AUTHORITY = "tag:tagwire,2026:"


class Unusable(ValueError):
    """A value cannot be used; the message says why and what would do."""


def reason(error: Exception) -> str:
    """What to tell a person of an error that one article met, foreseen or not."""
    if isinstance(error, Unusable):
        return str(error)
    if isinstance(error, OSError):
        return error.strerror or line(str(error))
    return f"cannot be read ({type(error).__name__}: {line(str(error))[:200]})"


def check_size(data: bytes) -> None:
    """Raise `Unusable` when there is nothing to read, or more than one article may have."""
    if len(data) > MAX_BYTES:
        raise Unusable(f"{len(data):,} bytes are more than one article may have ({MAX_BYTES:,})")
    if not data.strip():
        raise Unusable("the file is empty")


def line(text: str) -> str:
    """One line of plain text: no control characters, single blanks."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def plain(text: str) -> str:
    """Plain text of a text that may be HTML: tags left out, characters by name or number themselves.

    What is written out twice, as feeds of feeds have it, is read twice.
    """
    if "<" in text and is_html(text):
        text = text_of_html(text)
    for _ in range(2):
        if "&" not in text:
            break
        text = _CHARACTER.sub(lambda found: html.unescape(found[0]), text)
    return text


def title(text: str) -> str:
    """A title: one line, cut when it is longer than 300 characters."""
    return excerpt(line(text), TITLE_LENGTH)


def paragraphs(text: str) -> str:
    """Plain text with a blank line between paragraphs.

    Where blank lines stand they divide, and single line ends are mere wrapping; a text without
    blank lines has a paragraph on each line.
    """
    text = _CONTROLS.sub("", text.replace("\r\n", "\n")).strip()
    parts = _BREAK.split(text) if _BREAK.search(text) else text.split("\n")
    return "\n\n".join(part for part in map(line, parts) if part)


def safe_html(markup: str) -> str:
    """HTML without scripts, styles, frames, handlers or foreign protocols."""
    return nh3.clean(
        _CONTROLS.sub("", markup), url_schemes={"http", "https", "mailto"}, link_rel="noopener"
    ).strip()


# A tag of HTML, and not "a <b and c> d"; or the name or number of a character. All is bounded and
# nothing taken back, so that a text of signs alone is read once.
_MARKUP = re.compile(
    r"</?(?:a|abbr|article|b|blockquote|br|code|div|em|figure|h[1-6]|hr|i|img|li|main|ol|p|pre|q|s|section|small|span"
    r"|strong|su[bp]|table|t[dhr]|u|ul)"
    r"(?:\s{1,20}+[\w:-]{1,60}+=(?:\"[^\"]{0,2000}+\"|'[^']{0,2000}+'|[^\s\"'<>]{1,2000}+)){0,30}+\s{0,20}+/?>"
    r"|&(?:[a-z]{1,32}|#\d{1,8}|#x[0-9a-f]{1,8});",
    re.I,
)


def is_html(text: str) -> bool:
    """Is a text that may be HTML or plain text HTML?"""
    return bool(_MARKUP.search(text))


_CHARACTER = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,8}|#[xX][0-9a-fA-F]{1,8});")
_CELL = re.compile(r"</t[dh]>", re.I)
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|blockquote|tr|table|caption|section|article|pre|hr|figure|figcaption|d[dlt])\b[^<>]*+>",
    re.I,
)


def text_of_html(markup: str) -> str:
    """The plain text of safe HTML, a paragraph for each block."""
    markup = _CELL.sub(" ", markup) if "<t" in markup else markup
    broken = _BLOCK.sub("\n\n", _CONTROLS.sub("", markup.replace("\n", " ")))
    return paragraphs(html.unescape(nh3.clean(broken, tags=set())) + "\n\n")


def web_address(text: str, base: str = "") -> str:
    """The address on the web, fit for a feed; else "". A relative one is meant from `base` on."""
    return resolve(line(text), base) if text.strip() else ""


def media_type(text: str, url: str) -> str:
    """The media type without parameters; when it is none, that which the ending of `url` stands for."""
    kind = line(text).partition(";")[0].strip().lower()
    if MEDIA_TYPE.fullmatch(kind):
        return kind
    return MEDIA_TYPES.get(PurePosixPath(urlsplit(url).path).suffix.lower(), ANY_TYPE)


def language(text: str) -> str:
    """A language tag (BCP 47) in its usual case, or "" when it is none."""
    tag = line(text).replace("_", "-")
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", tag):
        return ""
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(p.upper() if len(p) == 2 else p for p in rest)])


def is_iri(text: str) -> bool:
    """Is this an id that means one thing everywhere: an absolute IRI?"""
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]{0,60}:\S+$", text)) and text.isprintable()


def iri(text: str, namespace: str) -> str:
    """A permanent id: the text itself when it is an absolute IRI, else a tag: URI (RFC 4151)."""
    text = line(text)
    if is_iri(text):
        return text
    digest = hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
    return f"{_TAG_AUTHORITY}{namespace}/{digest}"


def host_of(address: str) -> str:
    """The name of the site that an address leads to, without www; "" when it is none."""
    url = web_address(address if "//" in address else f"https://{address}")
    return (urlsplit(url).hostname or "").removeprefix("www.") if url else ""

"""Everything that comes in is hostile until it has been through here."""

import hashlib
import html
import mimetypes
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import nh3

from feed.model import ANY_TYPE, MEDIA_TYPE
from feed.text.excerpt import excerpt
from feed.text.iri import resolve

MAX_BYTES = 20 * 1024 * 1024  # of one article's file or line
TITLE_LENGTH = 300  # characters; what is longer is no title
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
_BREAK = re.compile(r"\n[ \t\u00a0]*\n\s*")
_ENDINGS = mimetypes.MimeTypes()  # those of Python alone: the same on every machine
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


def decode(data: bytes) -> str:
    """Text of UTF-8 bytes, with line ends as \\n.

    Raises:
        Unusable: empty, too large, binary, or not UTF-8 (with the byte's place).
    """
    if len(data) > MAX_BYTES:
        raise Unusable(f"{len(data):,} bytes are more than one article may have ({MAX_BYTES:,})")
    if not data.strip():
        raise Unusable("the file is empty")
    if b"\x00" in data:
        raise Unusable(f"byte {data.index(0):,} is NUL; this is no text file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise Unusable(f"not UTF-8 at byte {e.start:,}; save the file as UTF-8") from e
    return text.replace("\r\n", "\n").replace("\r", "\n")


def line(text: str) -> str:
    """One line of plain text: no control characters, single blanks."""
    return " ".join(_CONTROLS.sub(" ", text).split())


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


_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|blockquote|tr|table|section|article|pre|hr)\b[^<>]*+>", re.I
)


def text_of_html(markup: str) -> str:
    """The plain text of safe HTML, a paragraph for each block."""
    broken = _BLOCK.sub("\n\n", _CONTROLS.sub("", markup.replace("\n", " ")))
    return paragraphs(html.unescape(nh3.clean(broken, tags=set())) + "\n\n")


def file_moment(seconds: float) -> datetime:
    """A file's time, to the second."""
    return datetime.fromtimestamp(int(seconds), UTC)


def web_address(text: str, base: str = "") -> str:
    """The address on the web, fit for a feed; else "". A relative one is meant from `base` on."""
    return resolve(line(text), base) if text.strip() else ""


def media_type(text: str, url: str) -> str:
    """The media type without parameters; when it is none, that which the ending of `url` stands for."""
    kind = line(text).partition(";")[0].strip().lower()
    if MEDIA_TYPE.fullmatch(kind):
        return kind
    return _ENDINGS.guess_type(urlsplit(url).path)[0] or ANY_TYPE


def language(text: str) -> str:
    """A language tag (BCP 47) in its usual case, or "" when it is none."""
    tag = line(text).replace("_", "-")
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", tag):
        return ""
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(p.upper() if len(p) == 2 else p for p in rest)])


def iri(text: str, namespace: str) -> str:
    """A permanent id: the text itself when it is an absolute IRI, else a tag: URI (RFC 4151)."""
    text = line(text)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:\S+$", text):
        return text
    return (
        f"{_TAG_AUTHORITY}{namespace}/{hashlib.blake2b(text.encode(), digest_size=10).hexdigest()}"
    )

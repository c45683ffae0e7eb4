"""Web addresses: IRIs (RFC 3987), as people write them, and the URIs (RFC 3986) that all programs take."""

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, urljoin, urlsplit

_URI = re.compile(r"[\w\-.~:/?@!$&'()*+,;=]*(?:%[0-9A-Fa-f]{2}[\w\-.~:/?@!$&'()*+,;=]*)*", re.A)
_PARTS = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]*:)?(?://([^/?#]*))?([^#]*)(?:#(.*))?", re.S
)  # RFC 3986, B
# What neither may hold: blanks, control characters, delimiters, signs that turn the direction of
# writing (RFC 3987, section 4.1), what is no character, and a percent sign of no code.
_UNFIT = (
    r"[\x00-\x20\x7f-\x9f\"<>\\^`{|}\[\]#\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\uf8ff\ufff0-\uffff]"
    r"|%(?![0-9A-Fa-f]{2})"
)
_UNFIT_IRI = re.compile(_UNFIT)
_UNFIT_URI = re.compile(rf"{_UNFIT}|[^\x00-\x7f]")
_UNFIT_HOST = re.compile(r"[\x00-\x20\x7f-\x9f\"<>\\^`{|}]")


def to_uri(iri: str) -> str:
    """The same address in ASCII: its host by IDNA, the rest percent-encoded (RFC 3987, 3.1)."""
    return iri if _URI.fullmatch(iri) else _rewritten(iri, _UNFIT_URI, _ascii_authority)


def to_iri(text: str) -> str:
    """The address with what may not stand in an IRI percent-encoded, such as a blank."""
    return text if _URI.fullmatch(text) else _rewritten(text, _UNFIT_IRI, str)


def resolve(reference: str, base: str = "") -> str:
    """The IRI on the web that a reference means where it stands at `base`; "" when it means none."""
    try:
        joined = urljoin(base, reference.strip())
        parts = urlsplit(joined)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # brackets or a port that make no sense
        return ""
    return to_iri(joined) if usable and not _UNFIT_HOST.search(parts.netloc) else ""


def _rewritten(text: str, unfit: re.Pattern[str], authority: Callable[[str], str]) -> str:
    found = _PARTS.fullmatch(text)
    assert found, "any text has these parts"
    scheme, host, rest, fragment = found.groups()
    return "".join([
        scheme or "",
        "" if host is None else f"//{authority(host)}",
        unfit.sub(_percent, rest),
        "" if fragment is None else f"#{unfit.sub(_percent, fragment)}",
    ])  # fmt: skip


def _percent(found: re.Match[str]) -> str:
    return quote(found[0], safe="", errors="replace")


def _ascii_authority(authority: str) -> str:
    user, at, host = authority.rpartition("@")
    return _UNFIT_URI.sub(_percent, user) + at + (host if host.isascii() else _ascii_host(host))


def _ascii_host(host: str) -> str:
    """As browsers do it: ß stays itself, which Python's codec of 2003 makes ss."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", host).lower())
    labels = folded.replace("。", ".").split(".")
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in labels
    )

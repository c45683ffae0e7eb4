"""Web addresses: IRIs (RFC 3987), as people write them, and the URIs (RFC 3986) that all programs take."""

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

LABEL = 63  # bytes of a name between two dots (RFC 1035, section 2.3.4)
NAME = 253  # bytes of a host name, with its dots
_HOST = re.compile(
    r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[\w.-]+))(?::(?P<port>\d{0,5}))?", re.A
)
_PORTS = range(1, 65536)
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
    return ".".join(map(_ascii_label, folded.replace("。", ".").split(".")))


def _ascii_label(label: str) -> str:
    """One name in ASCII. A longer one than the DNS knows is none, and stays legible for machines alone:
    percent-encoded (RFC 3986, 3.2.2), because punycode takes time by the square of the length."""
    if label.isascii():
        return label
    if len(label) < LABEL:
        written = "xn--" + label.encode("punycode").decode()
        if len(written) <= LABEL:
            return written
    return quote(label, safe="", errors="replace")


@lru_cache(maxsize=1024)
def is_host(text: str) -> bool:
    """May this stand in a Host header: a name or address, perhaps a port (RFC 9110, section 7.2)?

    A name is what the DNS could know (RFC 1035, section 2.3.4), and what of it is IDNA can be decoded.
    """
    if len(text) > NAME + len(":65535"):
        return False
    found = _HOST.fullmatch(text)
    if found is None or int(found["port"] or 1) not in _PORTS:
        return False
    if found["address"] is not None:
        return _is_address(found["address"])
    name = found["name"].removesuffix(".").lower()
    return 0 < len(name) <= NAME and all(map(_is_label, name.split(".")))


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _is_label(label: str) -> bool:
    if not 0 < len(label) <= LABEL:
        return False
    if label[:4] != "xn--":
        return True
    try:
        label.encode("ascii").decode("idna")
    except UnicodeError:
        return False
    return True

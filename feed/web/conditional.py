"""HTTP for documents (RFC 9110, 9111): codings by q-value, validators, conditional requests.

One function, `answer`, makes status, headers and body from a document and a request's headers;
the Flask views and the response cache in front of them both speak through it.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from feed.publishing.representations import CODINGS, SMALLEST, Representation

MAX_AGE = 300  # seconds a cache may answer without asking
LASTING = 86_400  # the same for a month of the past, which seldom changes
_ETAG = re.compile(r'(?:W/)?"([^"]*)"')
_VARIANT = re.compile(r"(?:-view)?(?:-(?:gzip|br|zstd|df))?$")
# For pages of a commit, a cache may show the old one while it asks, and for a day when we are down.
_FRESH = f"max-age={MAX_AGE}, stale-while-revalidate=60, stale-if-error=86400"
_LASTING = f"max-age={LASTING}, stale-while-revalidate=86400, stale-if-error=604800"
_CHARSET = "; charset=utf-8"  # JSON is that by itself (RFC 8259, section 8.1)
PRIVATE = "private, no-store"
# Scripts of other sites may read what everybody may read, and these of its headers (Fetch, 3.3).
SHARED = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Link, Retry-After"),
)

Headers = list[tuple[str, str]]
Answer = tuple[str, Headers, bytes]  # status line, headers (not to be changed), body


def answer(
    document: Representation, headers: Mapping[str, str], private: bool = False, short: bool = False
) -> Answer:
    """200 with the document in the best coding, or 304 when the client has it.

    Args:
        headers: as in a WSGI environment: HTTP_ACCEPT_ENCODING, HTTP_IF_NONE_MATCH.
        private: only for who asked: nobody may keep it.
        short: a HEAD request, answered like GET without the body.
    """
    coding = coding_of(document, headers)
    view = _is_opened(document.media_type, headers.get("HTTP_ACCEPT", ""))
    variant = (coding, view, private)
    kept = document.kept.get(variant)
    if kept is None:
        kept = document.kept[variant] = _headers_of(document, *variant)
    full, repeated = kept
    if knows(headers.get("HTTP_IF_NONE_MATCH", ""), document.etag):
        return "304 Not Modified", repeated, b""
    return "200 OK", full, b"" if short else document.coded(coding)


def _headers_of(
    document: Representation, coding: str, view: bool, private: bool
) -> tuple[Headers, Headers]:
    """The headers of a variant: those of a 200, and those that a 304 repeats.

    A 304 says what updates the copy that the client has (RFC 9110, section 15.4.5), and what a
    browser asks of every answer from another origin.
    """
    repeated = [
        ("ETag", variant_of(document.etag, coding, view)),
        ("Cache-Control", PRIVATE if private else _caching(document)),
        ("Vary", "Accept, Accept-Encoding"),
        *(SHARED if document.shared and not private else ()),
    ]
    media_type = "application/xml" if view else document.media_type
    full = [
        ("Content-Type", media_type + _CHARSET * (media_type != "application/json")),
        ("Content-Length", str(len(document.coded(coding)))),
        ("Accept-Ranges", "none"),
        *repeated,
        ("X-Content-Type-Options", "nosniff"),
        *document.fields,
    ]
    if view:
        full.append(("Referrer-Policy", "no-referrer"))
    if document.links:
        links = ", ".join(f'<{href}>; rel="{rel}"' for rel, href in document.links)
        full.append(("Link", links))
    if coding != "identity":
        full.append(("Content-Encoding", coding))
    return full, repeated


def _caching(document: Representation) -> str:
    return document.caching or (_LASTING if document.lasting else _FRESH)


def variant_of(etag: str, coding: str, view: bool = False) -> str:
    """The validator of other bytes for the same content; `knows` takes it for that of the content."""
    suffix = "-view" * view + (f"-{coding}" if coding != "identity" else "")
    return f'{etag[:-1]}{suffix}"'


def _is_opened(media_type: str, accept: str) -> bool:
    """Was a feed opened in a browser? It would show a feed's own type as source, or save it.

    As plain XML it is shown with the style sheet that the feed names.
    """
    shown = media_type in ("application/atom+xml", "application/rss+xml")
    return shown and "text/html" in accept and _prefers_pages(accept, media_type)


@lru_cache(maxsize=1024)
def _prefers_pages(accept: str, media_type: str) -> bool:
    """Browsers name pages and no feeds; who names feeds gets them, unless it likes pages better."""
    wanted = _qualities(accept)
    page = wanted.get("text/html", 0.0)
    if media_type in wanted:
        return page > wanted[media_type]
    return 0 < page >= wanted.get("application/*", wanted.get("*/*", 0.0))


def _qualities(header: str) -> dict[str, float]:
    """Accept or Accept-Encoding as what is named -> q (RFC 9110, section 12.4.2)."""
    found: dict[str, float] = {}
    for item in header.split(","):
        coding, *parameters = (part.strip().lower() for part in item.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        if coding:
            found["gzip" if coding == "x-gzip" else coding] = quality
    return found


def coding_of(document: Representation, headers: Mapping[str, str]) -> str:
    """The content coding in which a request gets a document."""
    return best_coding(headers.get("HTTP_ACCEPT_ENCODING"), len(document.body))


def best_coding(header: str | None, size: int) -> str:
    """The coding a client likes best, "identity" for none; among equals the one we like best.

    A client that refuses everything gets the document as it is: better than nothing.
    """
    return "identity" if not header or size < SMALLEST else _best_coding(header)


@lru_cache(maxsize=1024)
def _best_coding(header: str) -> str:
    wanted = _qualities(header)
    other = wanted.get("*", 0.0)
    best, quality = "identity", 0.0
    for coding in CODINGS:
        offered = wanted.get(coding, other)
        if offered > quality:
            best, quality = coding, offered
    # Identity is acceptable unless it is refused, and preferred only when that is said.
    return "identity" if wanted.get("identity", 0.0) > quality else best


def knows(header: str, etag: str) -> bool:
    """Does an If-None-Match header name this validator? By weak comparison (RFC 9110, 13.1.2).

    The suffix of a variant, ours or that of a proxy that compresses, still means these bytes.
    """
    if not header:
        return False
    if header.strip() == "*":
        return True
    wanted = etag[1:-1]
    if header[1:-1].startswith(wanted):  # by far the most: one tag, and it is ours
        rest = header[1 + len(wanted) : -1]
        if not rest or _VARIANT.fullmatch(rest):
            return True
    return any(_VARIANT.sub("", tag, count=1) == wanted for tag in _ETAG.findall(header))

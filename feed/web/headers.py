"""What every answer of a view gets last: who may keep it, what a browser may do with it, its validator."""

from http import HTTPStatus
from typing import cast

from flask import Response, redirect, request

from feed.publishing.representations import CODINGS, SMALLEST, Representation, etag_of
from feed.web.conditional import PRIVATE, SHARED, best_coding, knows, variant_of
from feed.web.request_context import addresses, is_private
from feed.web.versions import PAGE, is_versioned, respond, version_etag

CONCEPTS = ("pages.jsonld", "pages.turtle")
GUARDS = (
    ("Referrer-Policy", "no-referrer"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' https:; form-action 'self'",
    ),
)
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Cache-Control, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def finished(answer: Response) -> Response:
    """The answer as it is sent."""
    answer = _at_home(answer)
    if is_private():
        answer.headers["Cache-Control"] = PRIVATE
    _share(answer)
    answer.status = phrased(answer.status_code)
    if request.method == "OPTIONS":
        return answer
    if answer.status_code == 200 and "ETag" not in answer.headers and is_versioned():
        return _kept(answer)
    if answer.status_code == 200 and not answer.is_streamed and "ETag" not in answer.headers:
        answer.headers.setdefault("Cache-Control", PAGE)
        _encode(answer)
    if answer.status_code != 304:  # it says what is new, and no more
        _guard(answer)
    answer.headers.pop("Date", None)  # Werkzeug's; the server in front writes it
    return answer


def phrased(code: int) -> str:
    """A status as the server and RFC 9110 write it: "404 Not Found"; Werkzeug shouts."""
    return f"{code} {HTTPStatus(code).phrase}"


def _at_home(answer: Response) -> Response:
    """Redirects of the framework's own, as of doubled slashes, know no host and path but the request's."""
    to, base = answer.headers.get("Location", ""), addresses().base + "/"
    if not to.startswith(request.host_url) or to.startswith(base):
        return answer
    return cast(Response, redirect(base + to.removeprefix(request.host_url), answer.status_code))


def _share(answer: Response) -> None:
    """Let scripts of other sites read feeds and answers for programs, and ask first (Fetch, 4.8)."""
    if is_private() or answer.status_code in (401, 403):
        for name, _ in SHARED:
            answer.headers.pop(name, None)
    elif request.blueprint in ("feeds", "api") or request.endpoint in CONCEPTS:
        answer.headers.update(SHARED)
        if request.method == "OPTIONS":
            answer.headers.update(PREFLIGHT)


def _encode(answer: Response) -> None:
    """What is no document gets the same codings and validators as documents have."""
    body = answer.get_data()
    etag, size = etag_of(body), len(body)
    coding = best_coding(request.headers.get("Accept-Encoding"), size)
    answer.headers["ETag"] = variant_of(etag, coding)
    if size >= SMALLEST:
        answer.vary.add("Accept-Encoding")
    if knows(request.headers.get("If-None-Match", ""), etag):
        answer.set_data(b"")
        answer.status = phrased(304)
        del answer.headers["Content-Type"], answer.headers["Content-Length"]
    elif coding != "identity":
        answer.set_data(CODINGS[coding](body))
        answer.headers["Content-Encoding"] = coding


def _kept(answer: Response) -> Response:
    """An answer that follows from versions alone, as a document; the response cache may have it."""
    fields = [
        (name, answer.headers[name]) for name in ("Content-Disposition",) if name in answer.headers
    ]
    if answer.mimetype == "text/html":
        fields += GUARDS
    default = PAGE if request.blueprint == "pages" else ""
    document = Representation(
        answer.get_data(),
        answer.mimetype or "text/plain",
        version_etag(),
        fields=tuple(fields),
        caching=answer.headers.get("Cache-Control", default),
        shared=request.blueprint != "pages",
    )
    return respond(document, keep=True)


def _guard(answer: Response) -> None:
    """Browsers take the content for what it is, and a page does nothing but show."""
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    if answer.mimetype == "text/html":
        for name, value in GUARDS:
            answer.headers.setdefault(name, value)

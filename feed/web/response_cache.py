"""The response cache in front of Flask: what was asked for before costs no framework.

It knows nothing of addresses. A view that answers with a public document leaves it here under the path and the
parameters that were asked for; the next request for these gets it as long as index and taxonomy are the same,
in whatever coding it asks for and whatever else stands in its header. Everything else goes on to Flask, a few
requests at a time.
"""

from collections.abc import Hashable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from feed.errors import StoreError
from feed.publisher import Publisher
from feed.publishing.representations import Representation, RepresentationCache
from feed.web.conditional import PRIVATE, answer
from feed.web.gate import names_host
from feed.web.limit import PROBES
from feed.web.renders import Crowded, Renders
from feed.web.versions import question_of, shape_of

if TYPE_CHECKING:  # these names exist for type checkers alone
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEPT = 64 << 20  # bytes


class ResponseCache:
    """A WSGI application before another. Safe between threads."""

    def __init__(
        self, application: "WSGIApplication", publisher: Publisher, renders: Renders | None = None
    ) -> None:
        self._application, self._archive = application, publisher.archive
        self._kept = RepresentationCache(KEPT)
        self._renders = renders or Renders()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer, or pass on."""
        if environ["PATH_INFO"] in PROBES or environ["PATH_INFO"].startswith("/static/"):
            return whole(self._application(environ, start))
        if known := self._known(environ, start):
            return known
        try:
            with self._renders.turn():
                # Who waited may find that another request was for the same.
                return self._known(environ, start) or whole(self._application(environ, start))
        except Crowded:
            return _crowded(start, environ["REQUEST_METHOD"])

    def _known(self, environ: "WSGIEnvironment", start: "StartResponse") -> list[bytes] | None:
        """The answer, when this was asked for before; else None, and a view may leave one."""
        document = self.document(environ)
        if document is None:
            return None
        status, headers, body = answer(document, environ, short=environ["REQUEST_METHOD"] == "HEAD")
        start(status, headers)
        return [body]

    def document(self, environ: "WSGIEnvironment") -> Representation | None:
        """What is kept for a request; else None, and its environment says how to keep it."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not names_host(environ):
            return None
        if "HTTP_AUTHORIZATION" in environ:
            return None  # who says who they are may see more
        question = question_of(environ.get("QUERY_STRING", ""))
        if question is None:
            return None
        try:
            snapshot = self._archive.current_snapshot()
        except StoreError:
            return None  # the application says it in a sentence
        name = (environ["PATH_INFO"], question, shape_of(environ.get("HTTP_ACCEPT", "")))
        state = (snapshot.version, self._archive.taxonomy.digest)
        environ["tagwire.snapshot"] = snapshot
        environ["tagwire.keep"] = partial(self._keep, name, state)
        return self._kept.get(name, state)

    def _keep(self, name: Hashable, state: Hashable, document: Representation) -> None:
        self._kept.put(name, state, document)


def _crowded(start: "StartResponse", method: str) -> list[bytes]:
    body = b"Service Unavailable: too many wait; come again in some seconds\n"
    fields = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", PRIVATE),
        ("Retry-After", "5"),
    ]
    start("503 Service Unavailable", fields)
    return [b"" if method == "HEAD" else body]


def whole(pieces: Iterable[bytes]) -> list[bytes]:
    """A body as a list of one: whoever stands in front can see that it is complete."""
    try:
        return [b"".join(pieces)]
    finally:
        if close := getattr(pieces, "close", None):
            close()

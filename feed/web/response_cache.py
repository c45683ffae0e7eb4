"""The response cache in front of Flask: a feed that was asked for before costs no framework.

It knows nothing of addresses. A view that answers with a public document leaves it here under the
very path and query that were asked for; the next request for these gets it as long as the archive
is at the same version. Everything else goes on to Flask.
"""

import weakref
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from feed.errors import StoreError
from feed.publisher import Publisher
from feed.publishing.representations import Representation
from feed.web.conditional import Answer, answer
from feed.web.gate import names_host

if TYPE_CHECKING:  # these names exist for type checkers alone
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REMEMBERED = 10_000  # addresses, and requests; documents are the publisher's to keep or drop


class Kept(NamedTuple):
    """A document that answers while the archive is at this version."""

    version: int
    document: weakref.ref[Representation]


class ResponseCache:
    """A WSGI application before another. Safe between threads."""

    def __init__(self, application: "WSGIApplication", publisher: Publisher) -> None:
        self._application, self._publisher = application, publisher
        self._hits: dict[tuple[str, str], Kept] = {}

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer, or pass on."""
        known = self.known(environ)
        if known is None:
            return whole(self._application(environ, start))
        status, headers, body = known
        start(status, headers)
        return [body]

    def known(self, environ: "WSGIEnvironment") -> Answer | None:
        """The answer, when this was asked for before; else None, and a view may leave one."""
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or not names_host(environ):
            return None
        if "HTTP_AUTHORIZATION" in environ:
            return None  # who says who they are may see more
        name = (environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        try:
            version = self._publisher.archive.current_snapshot().version
        except StoreError:
            return None  # the application says it in a sentence
        hit = self._hits.get(name)
        if hit is not None and hit.version == version:
            document = hit.document()
            if document is not None:
                return answer(document, environ, short=method == "HEAD")
        environ["tagwire.keep"] = partial(self._keep, name, version)
        return None

    def _keep(self, name: tuple[str, str], version: int, document: Representation) -> None:
        if len(self._hits) >= REMEMBERED:
            self._hits.clear()
        self._hits[name] = Kept(version, weakref.ref(document))


def whole(pieces: Iterable[bytes]) -> list[bytes]:
    """A body as a list of one: whoever stands in front can see that it is complete."""
    try:
        return [b"".join(pieces)]
    finally:
        if close := getattr(pieces, "close", None):
            close()

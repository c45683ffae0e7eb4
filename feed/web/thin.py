"""A thin layer in front of Flask: a feed that was asked for before costs no framework.

It knows nothing of addresses. A view that answers with a public document leaves it here under the
very path and query that were asked for; the next request for these gets it as long as the archive
is at the same version. Everything else goes on to Flask.
"""

import weakref
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from feed.documents import Document
from feed.errors import StoreError
from feed.publisher import Publisher
from feed.web.wire import answer

if TYPE_CHECKING:  # these names exist for type checkers alone
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REMEMBERED = 10_000  # addresses; the documents themselves are the publisher's to keep or drop


class ThinLayer:
    """A WSGI application before another. Safe between threads."""

    def __init__(self, application: "WSGIApplication", publisher: Publisher) -> None:
        self._application, self._publisher = application, publisher
        self._hits: dict[tuple[str, str], tuple[int, weakref.ref[Document]]] = {}

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer, or pass on."""
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            return self._application(environ, start)
        name = (environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        try:
            version = self._publisher.fresh().version
        except StoreError:
            return self._application(environ, start)  # which says it in a sentence
        hit = self._hits.get(name)
        if hit is not None and hit[0] == version:
            document = hit[1]()
            if document is not None:
                status, headers, body = answer(document, environ, short=method == "HEAD")
                start(status, headers)
                return [body]  # a list: granian sends it as one piece
        environ["tagwire.keep"] = partial(self._keep, name, version)
        return self._application(environ, start)

    def _keep(self, name: tuple[str, str], version: int, document: Document) -> None:
        if len(self._hits) >= REMEMBERED:
            self._hits.clear()
        self._hits[name] = (version, weakref.ref(document))

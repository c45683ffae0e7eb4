"""What no view need look at: a request that is none is refused in one line."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from feed.text.iri import is_host

if TYPE_CHECKING:  # these names exist for type checkers alone
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FORMER = ("HTTP/1.0", "HTTP/1")  # what servers call it


class Gate:
    """A WSGI application before another: only requests to a host go in (RFC 9112, section 3.2)."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Pass on, or refuse."""
        if names_host(environ):
            return self._application(environ, start)
        body = b"Bad Request: the field 'Host' names no host\n"
        fields = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start("400 Bad Request", fields)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def names_host(environ: "WSGIEnvironment") -> bool:
    """Does a request say a host that could be one? HTTP/1.0 may leave it out.

    Servers give several fields of that name as one, with commas, which no host has.
    """
    host = environ.get("HTTP_HOST")
    if host:
        return is_host(host)
    return host is None or environ.get("SERVER_PROTOCOL") in _FORMER

"""A line for every request, in the Common Log Format, whatever server stands in front."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from feed.web.log_lines import access_line, target_of

if TYPE_CHECKING:  # these names exist for type checkers alone
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Log = Callable[[str], object]  # takes one line


class AccessLog:
    """A WSGI application before another, whose answers it writes down."""

    def __init__(self, application: "WSGIApplication", log: Log) -> None:
        self._application, self._log = application, log

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Pass on, and log."""
        said = "500"  # of an application that fails before it says anything

        def noting(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal said
            said = status[:3]
            return start(status, headers, exc_info) if exc_info else start(status, headers)

        body: Iterable[bytes] = ()
        try:
            body = self._application(environ, noting)
        finally:
            self._write(environ, said, sum(map(len, body)) if isinstance(body, list) else 0)
        return body

    def _write(self, environ: "WSGIEnvironment", status: str, size: int) -> None:
        self._log(
            access_line(
                environ.get("REMOTE_ADDR", ""),
                environ["REQUEST_METHOD"],
                target_of(environ["PATH_INFO"], environ.get("QUERY_STRING", "")),
                environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
                status,
                size,
                environ.get("HTTP_X_REQUEST_ID", "")[:MOST],
            )
        )


MOST = 100  # characters of a request's name

"""Messages of HTTP/1.1, as values: a request, and what is sent for an answer (RFC 9110, RFC 9112)."""

import logging
import re
import sys
import time
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:  # these names exist for type checkers alone
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)
Answer = tuple[str, Sequence[tuple[str, str]], bytes]  # status line, headers, body
_TOKEN = re.compile(r"(?<=[?&]token=)[^&\s]+")
_NO_BODY = ("1", "204", "304")  # how the status of answers without a body begins


class Request:
    """One request as it was sent."""

    __slots__ = (
        "body",
        "expects",
        "fields",
        "keep_alive",
        "method",
        "raw",
        "refused",
        "size",
        "target",
        "version",
    )

    def __init__(self) -> None:
        self.method = self.version = ""
        self.target = b""
        self.fields: list[tuple[bytes, bytes]] = []
        self.body = b""
        self.size = 0  # bytes of the target and the fields
        self.keep_alive = False
        self.expects = False  # a word before the body
        self.refused: HTTPStatus | None = None  # the status of the answer to a mistake
        self.raw = b""  # all its bytes, when they came in one piece

    def environ(self, server: tuple[str, int], client: str) -> "WSGIEnvironment":
        """The request as PEP 3333 wants it."""
        target = self.target
        if target[:1] != b"/" and b"://" in target:  # RFC 9112, section 3.2.2
            target = b"/" + target.partition(b"://")[2].partition(b"/")[2]
        path, _, query = target.partition(b"?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query.decode("latin-1"),
            "SERVER_NAME": server[0],
            "SERVER_PORT": str(server[1]),
            "SERVER_PROTOCOL": f"HTTP/{self.version}",
            "REMOTE_ADDR": client,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(self.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.fields:
            # An underscore would let X_Forwarded_For pass for X-Forwarded-For.
            if b"_" in name:
                continue
            key = name.decode("latin-1").upper().replace("-", "_")
            if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                key = f"HTTP_{key}"
            text = value.decode("latin-1")
            environ[key] = f"{environ[key]},{text}" if key in environ else text
        return environ

    @property
    def line(self) -> str:
        """The request line, for logs."""
        return (
            f"{self.method} {self.target.decode('ascii', 'backslashreplace')} HTTP/{self.version}"
        )


def call(application: "WSGIApplication", environ: "WSGIEnvironment") -> Answer:
    """One request to a WSGI application, with the whole answer; an error in it is a 500."""
    status, headers, early = "", list[tuple[str, str]](), list[bytes]()

    def start(line: str, fields: list[tuple[str, str]], exc_info: object = None) -> Any:
        nonlocal status, headers
        status, headers = line, fields
        return early.append

    try:
        pieces: Iterable[bytes] = application(environ, start)
        try:
            body = b"".join((*early, *pieces)) if early else b"".join(pieces)
        finally:
            if close := getattr(pieces, "close", None):
                close()
    except Exception:
        logger.exception("a request failed")
        return plain(HTTPStatus.INTERNAL_SERVER_ERROR)
    return status, headers, body


def framed(
    request: Request, status: str, headers: Iterable[tuple[str, str]], body: bytes, keep_alive: bool
) -> tuple[bytes, bytes]:
    """The head of an answer up to its Date, and its body (RFC 9112, sections 4 to 9).

    Raises:
        ValueError: a header is none.
    """
    lines = [f"HTTP/1.1 {status}"]
    names = set()
    for name, value in headers:
        if name.lower() != "date":  # the server's own follows
            lines.append(f"{name}: {value}")
            names.add(name.lower())
    if status.startswith(_NO_BODY):
        body = b""
    elif "content-length" not in names:
        lines.append(f"Content-Length: {len(body)}")
    if not keep_alive:
        lines.append("Connection: close")
    elif request.version == "1.0":
        lines.append("Connection: keep-alive")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n"
    if head.count(b"\n") != len(lines) or head.count(b"\r") != len(lines):
        raise ValueError("a header with a line break in it")
    return head, b"" if request.method == "HEAD" else body


def plain(status: HTTPStatus, *headers: tuple[str, str]) -> Answer:
    """An answer in one line."""
    body = f"{status.phrase}: {status.description or 'try again later'}\n".encode()
    content = ("Content-Type", "text/plain; charset=utf-8")
    return f"{status.value} {status.phrase}", [content, *headers], body


def log_line(client: str, line: str, status: str, size: int) -> str:
    """A request in the Common Log Format; the time is UTC. Tokens are kept nowhere but by readers."""
    line = _TOKEN.sub("...", line)
    now = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())
    return f'{client} - - [{now}] "{line.replace(chr(34), "%22")}" {status} {size}'

"""Bytes become requests: llhttp (RFC 9112), and what it leaves to its user: limits and refusals."""

import re
from collections import deque
from http import HTTPStatus
from typing import Any, cast

import httptools

from feed.web.messages import Request

MAX_HEAD = 32 << 10  # bytes of a request without its body
MAX_BODY = 64 << 10  # bytes; nothing here takes a body, but who sends one is told so
MAX_SENT = MAX_HEAD + 8 * MAX_BODY  # bytes of a request with all that frames its chunks

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
_BAD = HTTPStatus.BAD_REQUEST


class Reader:
    """What one client sends. `requests` are complete ones, in order, to be taken by who answers.

    A mistake becomes the last request, with the status to refuse it; what comes after it is not
    read. llhttp calls the methods whose names begin with `on_`.
    """

    def __init__(self) -> None:
        self.requests: deque[Request] = deque()
        self.partial: Request | None = None  # the one that is arriving
        self.deaf = False  # after a mistake
        self._parser: Any = httptools.HttpRequestParser(self)
        self._size = 0  # bytes that came of the partial one

    def feed(self, data: bytes) -> None:
        """Read on."""
        if self.deaf:
            return
        if self.partial is None and not data.isascii():
            # People write q=Türkiye as it is; what is not ASCII in a target stands for its bytes.
            line, end, rest = data.partition(b"\r\n")
            data = _BEYOND_ASCII.sub(lambda found: b"%%%02X" % found[0][0], line) + end + rest
        self._size += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.requests[-1].keep_alive = False  # answered in HTTP/1.1, and that is all
            self.deaf = True
        except httptools.HttpParserError:
            self.refuse(_BAD)
        partial = self.partial
        if partial is not None and not partial.method and self._size > MAX_HEAD:
            self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif partial is not None and (partial.refused == _TOO_LARGE or self._size > MAX_SENT):
            self.refuse(_TOO_LARGE)

    def refuse(self, status: HTTPStatus) -> None:
        """End with what is arriving: it gets this status, and nothing more is read."""
        request = self.partial or Request()
        request.refused, request.keep_alive = status, False
        self.requests.append(request)
        self.partial, self.deaf = None, True

    @property
    def awaits_word(self) -> bool:
        """Does the client wait for a word before it sends the body (RFC 9110, section 10.1.1)?"""
        partial = self.partial
        if partial is None or not partial.expects or self.requests:
            return False
        partial.expects = False  # it is said once
        return True

    # What llhttp says

    def on_message_begin(self) -> None:
        """A request begins."""
        self.partial = Request()

    def on_url(self, url: bytes) -> None:
        """A piece of the request target."""
        request = cast("Request", self.partial)
        request.target += url
        request.size += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One field. Behind the body it would be a trailer, which is nobody's business here."""
        request = cast("Request", self.partial)
        if not request.method:
            request.fields.append((name, value))
            request.size += len(name) + len(value)

    def on_headers_complete(self) -> None:
        """The head is complete."""
        request = cast("Request", self.partial)
        request.version = self._parser.get_http_version()
        request.method = self._parser.get_method().decode()
        request.refused = _objection(request)

    def on_body(self, body: bytes) -> None:
        """A piece of the body; of a large one the beginning is enough to refuse it."""
        request = cast("Request", self.partial)
        request.body += body[: MAX_BODY + 1]
        if len(request.body) > MAX_BODY:
            request.refused = _TOO_LARGE

    def on_message_complete(self) -> None:
        """A request is complete."""
        request = cast("Request", self.partial)
        request.keep_alive = self._parser.should_keep_alive() and request.refused is None
        self.requests.append(request)
        self.partial, self._size = None, 0
        self.deaf = self.deaf or request.refused is not None


def _objection(request: Request) -> HTTPStatus | None:
    """What is to be said against a head; notes whether the client waits for a word."""
    named: dict[bytes, list[bytes]] = {}
    for name, value in request.fields:
        named.setdefault(name.lower(), []).append(value)
    if request.size > MAX_HEAD:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    if request.version not in ("1.0", "1.1"):
        return _BAD
    if request.version == "1.1" and len(named.get(b"host", ())) != 1:
        return _BAD
    if int(named.get(b"content-length", [b"0"])[0]) > MAX_BODY:  # llhttp has seen that it is one
        return _TOO_LARGE
    if expectations := named.get(b"expect"):
        if expectations[0].lower() != b"100-continue":
            return HTTPStatus.EXPECTATION_FAILED
        request.expects = request.version == "1.1"
    return None

"""HTTP/1.1 in front of a WSGI application (RFC 9112, PEP 3333): one event loop, a few threads.

Most requests are polls that came before, byte for byte: same reader, same address, same validator.
These are answered with the bytes that were sent before, as long as they hold (`ThinLayer.again`),
for little more than the system's price of reading and writing a socket. Other requests are parsed
by llhttp, and go on to the thin layer at once, or to the application in a thread.

There is no TLS here and no HTTP/2: that is the work of a proxy in front.
"""

import asyncio
import contextlib
import re
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import httptools

from feed.web.messages import Answer, Request, call, framed, log_line, plain
from feed.web.thin import ThinLayer

if TYPE_CHECKING:  # these names exist for type checkers alone
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

MAX_HEAD = 32 << 10  # bytes of a request without its body
MAX_BODY = 64 << 10  # bytes; nothing here takes a body, but who sends one is told so
MAX_WAITING = 512  # requests that wait for a thread; one more gets 503
REPEATED = 2_048  # bytes of a request that is worth remembering, at most
AT_ONCE = 32  # pipelined requests answered before other connections have their turn
SWEEP = 5.0  # seconds between two looks for connections that wait in vain
HEAD_TIMEOUT = 20.0  # seconds for a request to arrive
IDLE_TIMEOUT = 75.0  # seconds between two requests of a connection
WRITE_TIMEOUT = 60.0  # seconds in which a client must take something of its answer
GRACE = 10.0  # seconds for answers under way when the server ends

Log = Callable[[str], object]  # takes one line

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


class Front:
    """What all connections of a server share.

    Args:
        application: answers what the thin layer does not know.
        thin: answers in the event loop; None when asking it may take long.
        threads: of the application.
        log: gets a line for every request, in the Common Log Format.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        thin: ThinLayer | None,
        threads: int,
        log: Log | None = None,
    ) -> None:
        self.thin, self.log = thin, log
        self.server: tuple[str, int] = ("", 0)
        self.connections: set[Connection] = set()
        self.now = time.monotonic()  # as of the last sweep: near enough for timeouts
        self.ending = False
        self._application = application
        self._pool = ThreadPoolExecutor(threads, "answer")
        self._waiting = 0
        self._second = 0
        self._date = b""

    def date(self) -> bytes:
        """The Date field and the end of the head; made once a second."""
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._date = f"Date: {formatdate(second, usegmt=True)}\r\n\r\n".encode()
        return self._date

    def ask(self, environ: "WSGIEnvironment", then: Callable[[Answer], object]) -> None:
        """Let the application answer in a thread; `then` is called in the event loop."""
        if self._waiting >= MAX_WAITING:
            then(plain(HTTPStatus.SERVICE_UNAVAILABLE, ("Retry-After", "5")))
            return
        self._waiting += 1
        loop = asyncio.get_running_loop()

        def answered(future: "Future[Answer]") -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(finish, future)

        def finish(future: "Future[Answer]") -> None:
            self._waiting -= 1
            then(future.result())

        self._pool.submit(call, self._application, environ).add_done_callback(answered)

    async def sweep(self) -> None:
        """End connections that wait in vain, until cancelled."""
        while True:
            await asyncio.sleep(SWEEP)
            self.now = time.monotonic()
            for connection in list(self.connections):
                connection.check(self.now)

    async def end(self) -> None:
        """Let answers under way be sent, for a while; then close everything."""
        self.ending = True
        until = time.monotonic() + GRACE
        for connection in list(self.connections):
            connection.finish()
        while self.connections and time.monotonic() < until:
            await asyncio.sleep(0.02)
        for connection in list(self.connections):
            connection.transport.abort()
        self._pool.shutdown(wait=False, cancel_futures=True)


class Connection(asyncio.Protocol):
    """One client. Its requests are answered one after the other, as they came.

    llhttp calls the methods whose names begin with `on_`.
    """

    transport: asyncio.Transport

    def __init__(self, front: Front) -> None:
        self._front = front
        self._parser: Any = None  # made when there is something to parse
        self._reading: Request | None = None
        self._size = 0  # bytes that came of what is being read
        self._queue: deque[Request] = deque()
        self._busy = False  # an answer is being made
        self._stuck = False  # the client does not take what is sent
        self._silent = False  # the client sends no more
        self._left = 0  # bytes that were still to be sent at the last sweep
        self._since = front.now  # when something was last done here

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        self.transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self._client = str(peer[0]) if isinstance(peer, tuple) else ""
        self._front.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone."""
        self._front.connections.discard(self)
        self._queue.clear()
        self._parser = None  # which refers to us

    def pause_writing(self) -> None:
        """It takes nothing at present: ask for nothing more."""
        self._stuck = True

    def resume_writing(self) -> None:
        """It goes on."""
        self._stuck = False
        self._go_on()

    def data_received(self, data: bytes) -> None:
        """Bytes of one request, of a part of one, or of several."""
        front = self._front
        if self._reading is None and not self._queue and not self._busy and not self._stuck:
            if front.thin is not None and (known := front.thin.again(data)) is not None:
                head, body = known
                self._since = front.now
                self.transport.write(b"".join((head, front.date(), body)))
                if front.log is not None:
                    line = data.partition(b"\r\n")[0].decode("ascii", "backslashreplace")
                    front.log(log_line(self._client, line, head[9:12].decode(), len(body)))
                return
            self._parse(data)
            # Worth remembering: one whole request, and nothing behind it.
            if len(self._queue) == 1 and self._reading is None and len(data) <= REPEATED:
                self._queue[0].raw = data
        else:
            self._parse(data)
        self._go_on()

    def eof_received(self) -> bool:
        """It sends no more; what it asked for is still answered."""
        self._silent = True
        return self._busy or bool(self._queue)

    # What llhttp says

    def _parse(self, data: bytes) -> None:
        if self._parser is None:
            self._parser = httptools.HttpRequestParser(self)
        if self._reading is None and not data.isascii():
            # People write q=Türkiye as it is; what is not ASCII in a target stands for its bytes.
            line, end, rest = data.partition(b"\r\n")
            data = _BEYOND_ASCII.sub(lambda found: b"%%%02X" % found[0][0], line) + end + rest
        self._size += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._queue[-1].keep_alive = False  # answered in HTTP/1.1, and that is all
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        reading = self._reading
        if reading is not None and len(reading.body) > MAX_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif reading is not None and not reading.method and self._size > MAX_HEAD:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._reading = Request()
        self._since = self._front.now

    def on_url(self, url: bytes) -> None:
        """A piece of the request target."""
        request = cast("Request", self._reading)
        request.target += url
        request.size += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One field."""
        request = cast("Request", self._reading)
        request.fields.append((name, value))
        request.size += len(name) + len(value)

    def on_headers_complete(self) -> None:
        """The head is complete."""
        request = cast("Request", self._reading)
        request.version = self._parser.get_http_version()
        request.method = self._parser.get_method().decode()
        names = [name.lower() for name, _ in request.fields]
        if b"expect" in names and request.version == "1.1":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """A piece of the body; of a large one the beginning is enough to refuse it."""
        request = cast("Request", self._reading)
        if len(request.body) <= MAX_BODY:
            request.body += body

    def on_message_complete(self) -> None:
        """A request is complete."""
        request = cast("Request", self._reading)
        request.keep_alive = self._parser.should_keep_alive()
        self._queue.append(request)
        self._reading, self._size = None, 0

    # Answers

    def _go_on(self) -> None:
        """Answer what waits, as far as that can be done now."""
        for _ in range(AT_ONCE):
            if not self._queue or self._busy or self._stuck or self.transport.is_closing():
                break
            self._answer(self._queue.popleft())
        else:
            asyncio.get_running_loop().call_soon(self._go_on)
        if self._queue or self._busy or self._stuck:
            self.transport.pause_reading()  # at most one read is waiting here
        elif not self.transport.is_closing():
            self.transport.resume_reading()

    def _answer(self, request: Request) -> None:
        front = self._front
        hosts = sum(name.lower() == b"host" for name, _ in request.fields)
        if len(request.body) > MAX_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif request.size > MAX_HEAD:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif request.version not in ("1.0", "1.1") or (hosts != 1 and request.version == "1.1"):
            self._refuse(HTTPStatus.BAD_REQUEST)
        else:
            environ = request.environ(front.server, self._client)
            known = front.thin.known(environ) if front.thin is not None else None
            if known is not None:
                self._send(request, known, environ)
            else:
                self._busy = True
                front.ask(environ, lambda answer: self._answered(request, answer))

    def _answered(self, request: Request, answer: Answer) -> None:
        """The application has answered."""
        self._busy = False
        if not self.transport.is_closing():
            self._send(request, answer)
            self._go_on()

    def _send(
        self, request: Request, answer: Answer, environ: "WSGIEnvironment | None" = None
    ) -> None:
        status, headers, body = answer
        front = self._front
        keep_alive = request.keep_alive and not front.ending
        keep_alive = keep_alive and not (self._silent and not self._queue)
        head, body = framed(request, status, headers, body, keep_alive)
        if environ is not None and front.thin is not None and keep_alive and request.raw:
            front.thin.remember(request.raw, environ, head, bool(body))
        self._since = front.now
        self.transport.write(b"".join((head, front.date(), body)))
        if front.log is not None:
            front.log(log_line(self._client, request.line, status[:3], len(body)))
        if not keep_alive:
            self._close()

    def _refuse(self, status: HTTPStatus) -> None:
        """Say what is wrong with what was sent, and read no further."""
        refused = self._reading or Request()
        self._reading = None
        self._queue.clear()
        if not self._busy and not self.transport.is_closing():
            refused.keep_alive = False
            self._send(refused, plain(status))
        else:
            self._close()

    def _close(self) -> None:
        """Close when everything is sent."""
        self._queue.clear()
        self.transport.close()

    # Time

    def check(self, now: float) -> None:
        """End the connection if it has waited too long for its client."""
        left = self.transport.get_write_buffer_size()
        if left:
            if left != self._left:
                self._since = now
            elif now - self._since > WRITE_TIMEOUT:
                self.transport.abort()
        elif self._reading is not None:
            if now - self._since > HEAD_TIMEOUT:
                self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        elif not self._busy and now - self._since > IDLE_TIMEOUT:
            self.transport.close()
        self._left = left

    def finish(self) -> None:
        """The server ends: close when nothing is under way."""
        if not self._busy and not self._queue:
            self.transport.close()

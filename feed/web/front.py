"""HTTP/1.1 in front of a WSGI application (RFC 9112, PEP 3333): one event loop, a few threads.

Most requests are polls that came before, byte for byte: same reader, same address, same validator.
These are answered with the bytes that were sent before, as long as they hold (`ResponseCache.again`),
for little more than the system's price of reading and writing a socket. Other requests are parsed
by llhttp, and go on to the response cache at once, or to the application in a thread.

There is no TLS here and no HTTP/2: that is the work of a proxy in front.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from feed.web.messages import Answer, Request, call, framed, log_line, plain
from feed.web.reading import Reader
from feed.web.response_cache import ResponseCache

if TYPE_CHECKING:  # these names exist for type checkers alone
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)
READ = 16 << 10  # bytes taken from a connection at a time
MAX_WAITING = 512  # requests that wait for a thread; one more gets 503
CROWD = 8  # waiting requests from which on nobody is waited for who may have gone
REPEATED = 2_048  # bytes of a request that is worth remembering, at most
AT_ONCE = 32  # pipelined requests answered before other connections have their turn
SWEEP = 5.0  # seconds between two looks for connections that wait in vain
HEAD_TIMEOUT = 20.0  # seconds for a request to arrive
IDLE_TIMEOUT = 75.0  # seconds between two requests of a connection
WRITE_TIMEOUT = 60.0  # seconds in which a client must take something of its answer
LINGER = 10.0  # seconds for a client that was refused to see why, and go
GRACE = 10.0  # seconds for answers under way when the server ends

Log = Callable[[str], object]  # takes one line


class Front:
    """What all connections of a server share.

    Args:
        application: answers what the response cache does not know.
        cache: answers in the event loop; None when asking it may take long.
        threads: of the application.
        log: gets a line for every request, in the Common Log Format.
        urgent: paths that wait for none of the others, as a monitor asks for.
        most: connections.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        cache: ResponseCache | None,
        threads: int,
        log: Log | None = None,
        urgent: Collection[str] = (),
        most: int = 10_000,
    ) -> None:
        self.cache, self.log = cache, log
        self.server: tuple[str, int] = ("", 0)
        self.connections: set[Connection] = set()
        self.now = time.monotonic()  # as of the last sweep: near enough for timeouts
        self.ending = False
        # What is read is used up before the next connection is: one place for all.
        self.room = memoryview(bytearray(READ))
        self._application, self._urgent, self._most = application, urgent, most
        self._pool = ThreadPoolExecutor(threads, "answer")
        self._aside = ThreadPoolExecutor(1, "urgent")
        self._waiting = 0
        self._second = 0
        self._date = b""

    def admit(self, connection: "Connection") -> None:
        """One more; when there are too many, the one that has been idle longest has to go."""
        self.connections.add(connection)
        if len(self.connections) > self._most:
            idle = [each for each in self.connections if each.idle and each is not connection]
            leaving = min(idle, key=lambda each: each.since, default=connection)
            leaving.transport.abort()
            self.connections.discard(leaving)

    def date(self) -> bytes:
        """The Date field and the end of the head; made once a second."""
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._date = f"Date: {formatdate(second, usegmt=True)}\r\n\r\n".encode()
        return self._date

    def ask(
        self, environ: "WSGIEnvironment", then: Callable[[Answer], object]
    ) -> "Future[Answer] | None":
        """Let the application answer in a thread; `then` is called in the event loop."""
        loop = asyncio.get_running_loop()
        urgent = environ["PATH_INFO"] in self._urgent
        if self._waiting >= MAX_WAITING and not urgent:
            # Not at once: of hundreds that were sent together each would wait in the one before.
            loop.call_soon(then, plain(HTTPStatus.SERVICE_UNAVAILABLE, ("Retry-After", "5")))
            return None
        self._waiting += 1

        def answered(future: "Future[Answer]") -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(finish, future)

        def finish(future: "Future[Answer]") -> None:
            self._waiting -= 1
            if not future.cancelled():
                then(future.result())

        asked = (self._aside if urgent else self._pool).submit(call, self._application, environ)
        asked.add_done_callback(answered)
        return asked

    @property
    def crowded(self) -> bool:
        """Do others wait for a thread?"""
        return self._waiting > CROWD

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
        self._aside.shutdown(wait=False, cancel_futures=True)


class Connection(asyncio.BufferedProtocol):
    """One client. Its requests are answered one after the other, as they came."""

    transport: asyncio.Transport

    def __init__(self, front: Front) -> None:
        self._front = front
        self._reader: Reader | None = None  # made when there is something to parse
        self._asked: Future[Answer] | None = None  # what the application is to answer
        self._busy = False  # it has not yet
        self._stuck = False  # the client does not take what is sent
        self._silent = False  # the client sends no more
        self._last = False  # it was told that there will be no more answers
        self._left = 0  # bytes that were still to be sent at the last sweep
        self.since = front.now  # when something was last done here

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        self.transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self._client = str(peer[0]) if isinstance(peer, tuple) else ""
        self._front.admit(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone: nobody waits for what has not begun."""
        self._front.connections.discard(self)
        self._last = True
        if self._asked:
            self._asked.cancel()

    @property
    def idle(self) -> bool:
        """Is nothing under way in either direction?"""
        if self._busy or self._stuck:
            return False
        return self._reader is None or not (self._reader.requests or self._reader.partial)

    def pause_writing(self) -> None:
        """It takes nothing at present: ask for nothing more."""
        self._stuck = True

    def resume_writing(self) -> None:
        """It goes on."""
        self._stuck = False
        self._go_on()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes may be put."""
        return self._front.room

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes of one request, of a part of one, or of several."""
        front = self._front
        data = bytes(front.room[:nbytes])
        idle = self.idle and not self._last
        if idle and front.cache is not None and (known := front.cache.again(data)) is not None:
            head, body = known
            self.since = front.now
            if front.log is not None:
                line = data.partition(b"\r\n")[0].decode("ascii", "backslashreplace")
                front.log(log_line(self._client, line, head[9:12].decode(), len(body)))
            self.transport.write(b"".join((head, front.date(), body)))
            return
        self._read(data, whole=idle)
        self._go_on()

    def eof_received(self) -> bool:
        """It sends no more. What it asked for is still answered, unless others wait, too."""
        self._silent = True
        if self._asked and self._front.crowded:
            self._asked.cancel()
        if self._asked and self._asked.cancelled():
            return False
        return self._busy or bool(self._reader and self._reader.requests)

    def _read(self, data: bytes, whole: bool) -> None:
        """Read on; `whole`: no request is half read, and none waits."""
        reader = self._reader
        if reader is None:
            reader = self._reader = Reader()
        if reader.partial is None and not reader.deaf:
            self.since = self._front.now
        reader.feed(data)
        if reader.awaits_word and not self._busy:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # Worth remembering: one request, and nothing behind it.
        if whole and len(reader.requests) == 1 and not reader.partial and len(data) <= REPEATED:
            reader.requests[0].raw = data

    # Answers

    def _go_on(self) -> None:
        """Answer what waits, as far as that can be done now."""
        requests = self._reader.requests if self._reader else None
        for _ in range(AT_ONCE):
            if not requests or self._busy or self._stuck or self._last:
                break
            self._answer(requests.popleft())
        else:
            asyncio.get_running_loop().call_soon(self._go_on)
        if self.transport.is_closing():
            return
        if (requests and not self._last) or self._stuck:
            self.transport.pause_reading()  # at most one read is waiting here
        else:
            self.transport.resume_reading()

    def _answer(self, request: Request) -> None:
        front = self._front
        if request.refused is not None:
            self._send(request, plain(request.refused))
            return
        environ = request.environ(front.server, self._client)
        known = front.cache.known(environ) if front.cache is not None else None
        if known is not None:
            self._send(request, known, environ)
        else:
            self._busy = True
            self._asked = front.ask(environ, partial(self._answered, request))

    def _answered(self, request: Request, answer: Answer) -> None:
        """The application has answered."""
        self._busy, self._asked = False, None
        if not self._last:
            self._send(request, answer)
            self._go_on()

    def _send(
        self, request: Request, answer: Answer, environ: "WSGIEnvironment | None" = None
    ) -> None:
        front = self._front
        waiting = self._reader is not None and bool(self._reader.requests)
        keep_alive = request.keep_alive and not front.ending and (waiting or not self._silent)
        try:
            head, body = framed(request, *answer, keep_alive)
        except ValueError:  # not to be put into bytes
            logger.exception("a connection failed")
            answer = plain(HTTPStatus.INTERNAL_SERVER_ERROR)
            head, body = framed(request, *answer, keep_alive)
        if environ is not None and front.cache is not None and keep_alive and request.raw:
            front.cache.remember(request.raw, environ, head, bool(body))
        self.since = front.now
        if front.log is not None:
            front.log(log_line(self._client, request.line, answer[0][:3], len(body)))
        self.transport.write(b"".join((head, front.date(), body)))
        if not keep_alive:
            self._end(request.refused is not None)

    def _end(self, refused: bool) -> None:
        """Close when everything is sent. Who was refused may be sending still: closing at once
        would take the answer away from it (RFC 9112, section 9.6)."""
        self._last = True
        if refused and not self._silent and self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    # Time

    def check(self, now: float) -> None:
        """End the connection if it has waited too long for its client."""
        left, waited = self.transport.get_write_buffer_size(), now - self.since
        if left and left != self._left:
            self.since = now
        elif left or self._last:
            if waited > (WRITE_TIMEOUT if left else LINGER):
                self.transport.abort()
        elif self._reader is not None and self._reader.partial is not None:
            if waited > HEAD_TIMEOUT:
                self._reader.refuse(HTTPStatus.REQUEST_TIMEOUT)
                self._go_on()
        elif not self._busy and waited > IDLE_TIMEOUT:
            self.transport.close()
        self._left = left

    def finish(self) -> None:
        """The server ends: close when nothing is under way."""
        if self.idle:
            self.transport.close()

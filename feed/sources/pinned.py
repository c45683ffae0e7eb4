"""Connections that go to the very address that was checked, and none that outlives its time.

A name that is looked up twice may have another address the second time. So it is looked up once, all its
addresses are checked, and the socket is connected to one of those.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import requests.adapters
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util import connection as sockets

from feed.sources.networks import Networks

ADDRESSES = 4  # of one host that are tried
POOLS = 64  # hosts to which a connection is kept


class Deadline:
    """Ends the connections of one thread when its time is over, whatever they are waiting for.

    A socket's own timeout begins anew with every byte: a server that sends one in a while would hold us for ever.
    """

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, sock: socket.socket) -> None:
        """End this one, too. It is known by a descriptor of our own: TLS takes the first one over."""
        with self._lock:
            self._sockets.append(sock.dup() if type(sock) is socket.socket else _plain(sock))
        if self.expired:
            self._expire()

    def _expire(self) -> None:
        self.expired = True
        with self._lock:
            for sock in self._sockets:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Time is no longer counted."""
        self._timer.cancel()
        with self._lock:
            for sock in self._sockets:
                sock.close()
            self._sockets.clear()


def _plain(sock: socket.socket) -> socket.socket:
    """The socket below one of TLS, which cannot be doubled itself."""
    return socket.socket(fileno=socket.dup(sock.fileno()))


_present = threading.local()


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """All connections that this thread makes or uses inside end after as many seconds."""
    limit = Deadline(seconds)
    _present.deadline = limit
    try:
        yield limit
    finally:
        _present.deadline = None
        limit.close()


def _watch(sock: socket.socket) -> None:
    limit: Deadline | None = getattr(_present, "deadline", None)
    if limit:
        limit.watch(sock)


def _connect(connection: Any, networks: Networks) -> socket.socket:
    """A socket to the first of the host's addresses that answers."""
    try:
        places = networks.places(connection._dns_host, connection.port)
    except (socket.gaierror, UnicodeError) as e:
        raise NameResolutionError(connection.host, connection, e) from e  # type: ignore[arg-type]
    failure: OSError = OSError("no address")
    for place in places[:ADDRESSES]:
        try:
            sock = sockets.create_connection(
                place, connection.timeout, None, connection.socket_options
            )
        except OSError as e:
            failure = e
        else:
            _watch(sock)
            return sock
    if isinstance(failure, TimeoutError):
        raise ConnectTimeoutError(connection, "it did not answer in time") from failure
    raise NewConnectionError(connection, str(failure)) from failure


class PinnedAdapter(requests.adapters.HTTPAdapter):
    """Connects to checked addresses alone. A proxy is a setting, and is not checked."""

    def __init__(self, networks: Networks) -> None:
        self._classes = _pool_classes(networks)
        super().__init__(pool_connections=POOLS, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """The pools, of our own kinds of connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._classes


def _pool_classes(networks: Networks) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, networks)

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:
                _watch(self.sock)
            super().request(*args, **kwargs)

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, networks)

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:
                _watch(self.sock)
            super().request(*args, **kwargs)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}

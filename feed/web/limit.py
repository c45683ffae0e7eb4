"""So many requests a minute for each client, when the keeper asks for it (TAGWIRE_RATE)."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from feed.web.conditional import PRIVATE, SHARED

if TYPE_CHECKING:  # these names exist for type checkers alone
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PROBES = ("/healthz", "/readyz")
CLIENTS = 50_000  # remembered; the one seen longest ago goes first


class Limit:
    """A WSGI application before another. A token bucket for each address. Safe between threads.

    A client may use its minute's worth at once, as readers that poll many feeds do; then it gets
    429 with the seconds to wait (RFC 6585, section 4). Behind proxies TAGWIRE_PROXIES says which
    address is the client's. What monitors ask is not counted.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._application, self._most, self._clock = application, per_minute, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # left, seen at
        self._lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Pass on, or ask to wait."""
        if environ["PATH_INFO"] in PROBES:
            return self._application(environ, start)
        wait = self._wait(environ.get("REMOTE_ADDR", ""))
        if wait <= 0:
            return self._application(environ, start)
        seconds = int(wait) + 1
        body = f"Too many requests: wait {seconds} seconds, and poll less often.\n".encode()
        start(
            "429 Too Many Requests",
            [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Retry-After", str(seconds)),
                ("Cache-Control", PRIVATE),
                *SHARED,
            ],
        )
        return (body if environ["REQUEST_METHOD"] != "HEAD" else b"",)

    def _wait(self, client: str) -> float:
        """Take one token; the seconds until there is one, 0 when there was."""
        now, rate = self._clock(), self._most / 60
        with self._lock:
            left, seen = self._buckets.pop(client, (float(self._most), now))
            left = min(float(self._most), left + (now - seen) * rate)
            self._buckets[client] = (left - 1 if left >= 1 else left, now)
            if len(self._buckets) > CLIENTS:
                self._buckets.popitem(last=False)
        return 0.0 if left >= 1 else (1 - left) / rate

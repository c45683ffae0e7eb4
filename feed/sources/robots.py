"""What sites let robots fetch (RFC 9309): asked before whole pages are fetched, not before feeds."""

import threading
import time
from urllib.parse import urlsplit

from protego import Protego

from feed.errors import FetchError
from feed.sources.fetch import Fetcher, Gate, open_gate

MAX_BYTES = 512 * 1024  # section 2.5: at least 500 KiB are read
KEPT = 86_400.0  # seconds; section 2.4
UNREACHABLE = 3600.0  # seconds until a site that did not say is asked again
_SITES = 10_000  # remembered


class Robots:
    """The rules of sites, remembered for a day. Safe between threads."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._sites: dict[str, tuple[float, Protego | None]] = {}
        self._lock = threading.Lock()

    def allows(self, url: str, gate: Gate = open_gate) -> bool:
        """May this page be fetched? No when the site is not in a state to say (section 2.3.1.4)."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        with self._lock:
            until, rules = self._sites.get(site, (0.0, None))
        if until < time.monotonic():
            until, rules = self._ask(site, gate)
            with self._lock:
                if len(self._sites) >= _SITES:
                    self._sites.clear()
                self._sites[site] = until, rules
        return rules is not None and bool(rules.can_fetch(url, "Tagwire"))

    def _ask(self, site: str, gate: Gate) -> tuple[float, Protego | None]:
        now = time.monotonic()
        try:
            answer = self._fetcher.get(f"{site}/robots.txt", gate=gate, most=MAX_BYTES)
        except FetchError:
            return now + UNREACHABLE, None
        if answer.status >= 500 or answer.status == 429:
            return now + UNREACHABLE, None
        text = answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
        return now + KEPT, Protego.parse(text)

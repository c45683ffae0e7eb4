"""The one way out to addresses that others gave: feeds, pages, robots.txt, hubs.

Only http and https; only public addresses, at every hop; never more than so many bytes after decompression;
never longer than so many seconds. Redirects are followed here, so that each hop is checked, and so that it is known
which of them were for good.
"""

import importlib.metadata
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests_hardened import Config, HTTPSession
from urllib3.exceptions import HTTPError

from feed.errors import FetchError
from feed.settings import Settings
from feed.sources.networks import Networks, Refused
from feed.sources.pinned import Deadline, PinnedAdapter, deadline
from feed.text.iri import resolve, to_uri

MAX_BYTES = 16 * 1024 * 1024  # of one answer, decompressed
HOPS = 8  # redirects of one request
SECONDS = 60.0  # for all of one request, redirects and reading included
WAIT = (10.0, 20.0)  # seconds to connect; and from one byte to the next
CHUNK = 65_536
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
FEEDS = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.5"
PAGES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
Gate = Callable[[str], AbstractContextManager[None]]  # entered with the name of each host asked


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    url: str  # that answered, after redirects
    moved: str  # where the first address has moved for good; "" when it has not
    headers: Mapping[str, str]  # names in small letters
    body: bytes


def open_gate(host: str) -> AbstractContextManager[None]:
    """For who asks each host once."""
    return nullcontext()


class Fetcher:
    """Fetches, with kept connections. Safe between threads.

    Args:
        networks: what may be asked.
        agent: who we are, as `User-Agent` says it.
        proxies: by scheme the proxy to use; none by default, whatever the environment says.
        seconds: for all of one request.
        wait: seconds to connect, and from one byte to the next.
    """

    def __init__(
        self,
        networks: Networks,
        agent: str,
        proxies: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
        wait: tuple[float, float] = WAIT,
    ) -> None:
        self.agent = agent
        self._networks, self._proxies = networks, dict(proxies or {})
        self._seconds, self._wait = seconds, wait
        config = Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=wait,
            user_agent_override=agent,
        )
        self._session = HTTPSession(config)
        self._session.trust_env = False  # no proxies, no .netrc
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = PinnedAdapter(networks)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        gate: Gate = open_gate,
        most: int = MAX_BYTES,
    ) -> Answer:
        """What an address answers, after redirects.

        Args:
            headers: besides those that say who we are.
            gate: entered around every single request with its host's name.
            most: bytes of the answer, decompressed.

        Raises:
            FetchError: it was not asked, or did not answer as it should.
        """
        return self._follow(url, dict(headers or {}), gate, most)

    def post(self, url: str, form: Mapping[str, str], gate: Gate = open_gate) -> Answer:
        """What an address answers to a form; redirects are not followed.

        Raises:
            FetchError: as `get`.
        """
        host = _checked(url)
        with deadline(self._seconds) as limit, gate(host):
            return self._once("POST", url, {}, MAX_BYTES, limit, form)

    def _follow(self, url: str, headers: dict[str, str], gate: Gate, most: int) -> Answer:
        moved, seen, for_good = "", {url}, True
        here = url
        with deadline(self._seconds) as limit:
            for _ in range(HOPS + 1):
                host = _checked(here)
                with gate(host):
                    answer = self._once("GET", here, headers, most, limit)
                to = self._target(answer, here)
                if not to:
                    return Answer(answer.status, here, moved, answer.headers, answer.body)
                for_good = for_good and answer.status in _PERMANENT
                moved = to if for_good else moved
                if to in seen:
                    raise FetchError(url, "its redirects go in a circle")
                seen.add(to)
                here = to
        raise FetchError(url, f"more than {HOPS} redirects")

    def _target(self, answer: Answer, here: str) -> str:
        """Where an answer sends us; "" when it does not. What the address says of a user stays behind."""
        location = answer.headers.get("location", "")
        if answer.status not in _REDIRECTS or not location:
            return ""
        with suppress(UnicodeError):  # requests reads bytes as Latin-1; they are mostly UTF-8
            location = location.encode("latin-1").decode("utf-8")
        to = resolve(location.partition("#")[0], here)
        if not to:
            raise FetchError(
                here, f"it redirects to '{location[:100]}', which is no web address", True
            )
        parts = urlsplit(to)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    def _once(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        most: int,
        limit: Deadline,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = {"Accept-Encoding": "gzip, deflate", **headers}
        try:
            if self._proxies:  # it looks names up itself, and would ask what we must not
                self._check_host(url)
            with self._send(method, to_uri(url), sent, form) as response:
                body = b"" if response.is_redirect else _read(response, most, url)
                if limit.expired:  # an end of our own making looks like one of theirs
                    raise FetchError(url, self._too_slow)
                return Answer(response.status_code, url, "", _lower(response.headers), body)
        except Refused as e:
            raise FetchError(url, str(e), refused=True) from e
        except (requests.RequestException, HTTPError, OSError, ValueError) as e:
            if limit.expired:
                raise FetchError(url, self._too_slow) from e
            raise FetchError(url, _reason(e)) from e

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> requests.Response:
        """One request. Not by `Session.send`: of a redirect, that reads the body, however large."""
        request = self._session.prepare_request(
            requests.Request(method, url, headers=headers, data=form)
        )
        adapter: requests.adapters.BaseAdapter = self._session.get_adapter(url)
        return adapter.send(request, stream=True, timeout=self._wait, proxies=self._proxies)

    @property
    def _too_slow(self) -> str:
        return f"it took longer than {self._seconds:g} seconds"

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        try:
            self._networks.places(parts.hostname or "", parts.port or 80)
        except OSError:
            return  # a name that only the proxy knows


def fetcher(settings: Settings) -> Fetcher:
    """The way out as the settings have it."""
    version = importlib.metadata.version("tagwire")
    who = f"; +{settings.base_url}/" if settings.base_url else ""
    proxies: dict[str, str] = {}
    if settings.fetch_proxy == "environment":
        found = urllib.request.getproxies()
        proxies = {scheme: found[scheme] for scheme in ("http", "https") if scheme in found}
    elif settings.fetch_proxy:
        proxies = dict.fromkeys(("http", "https"), settings.fetch_proxy)
    agent = f"Tagwire/{version} (feed reader{who})"
    return Fetcher(Networks(settings.allowed_networks), agent, proxies)


def _checked(url: str) -> str:
    """The host's name. Raises FetchError when the address is none of the web."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        usable = parts.scheme in ("http", "https") and host and parts.port != 0
    except ValueError:
        usable, host = False, ""
    if not usable:
        raise FetchError(url, "this is no address of the web (http or https)", refused=True)
    return host.rstrip(".").lower()


def _read(response: requests.Response, most: int, url: str) -> bytes:
    """The body, decompressed piece by piece, so that a small bomb is not a large text."""
    declared = response.headers.get("Content-Length", "")
    too_much = FetchError(url, f"it has more than {most:,} bytes", refused=True)
    if declared.isascii() and declared.isdecimal() and (len(declared) > 15 or int(declared) > most):
        raise too_much
    pieces, size = [], 0
    for piece in response.raw.stream(CHUNK, decode_content=True):
        size += len(piece)
        if size > most:
            raise too_much
        pieces.append(piece)
    return b"".join(pieces)


def _lower(headers: Any) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers.items()}


_REASONS = (
    ("NameResolutionError", "there is no host of that name"),
    ("CertificateError", "its certificate is not to be trusted"),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is not to be trusted"),
    ("SSLError", "it speaks no TLS that we understand"),
    ("Connection refused", "nobody listens there"),
    ("timed out", "it did not answer in time"),
    ("did not answer in time", "it did not answer in time"),
    ("IncompleteRead", "its answer broke off"),
    ("DecodeError", "it is not compressed as it says"),
    ("decode", "it is not compressed as it says"),
)  # fmt: skip


def _reason(error: Exception) -> str:
    """What went wrong, in a few words."""
    told = f"{type(error).__name__} {error!r}"
    found = next((words for sign, words in _REASONS if sign in told), "")
    return found or f"no proper answer ({type(error).__name__}: {str(error)[:120]})"

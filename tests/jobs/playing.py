"""A small world of upstream feeds on loopback: some hosts, hundreds of feeds, and what they do round by round.

Every address of 127.0.0.0/8 is a host of its own. The world counts how polite its visitors are.
"""

import asyncio
import gzip
import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from html import escape

START = 1_767_225_600  # 2026-01-01


@dataclass(slots=True)
class Item:
    """One item of a feed, in its present words."""

    id: str
    title: str
    number: int


@dataclass(slots=True)
class Played:
    """One feed: its place, its form, and how it behaves in each round."""

    number: int
    host: str
    path: str
    form: str  # rss, atom, json
    kind: str
    items: list[Item] = field(default_factory=list)
    versions: int = 0  # how often its items changed
    full: int = 0  # answers with a body
    unmodified: int = 0  # answers without


KINDS = (
    "etag", "date", "bare", "etag", "gzip", "moves", "goes", "throttles", "fails", "passes on",
    "etag", "date", "shares", "etag", "edits", "etag", "lies", "etag", "etag", "no feed",
)  # fmt: skip


class World:
    """Feeds on loopback, for as many hosts as there should be.

    Args:
        feeds: how many.
        hosts: on how many hosts.
        items: of each feed at the beginning.
        news: every how many-th feed has news in a round.
        delay: seconds until an answer.
        kinds: what the feeds do, in turn.
    """

    def __init__(
        self,
        feeds: int = 200,
        hosts: int = 50,
        items: int = 6,
        news: int = 3,
        delay: float = 0.002,
        kinds: tuple[str, ...] = KINDS,
    ) -> None:
        self.hosts = [f"127.7.{n // 250}.{n % 250 + 1}" for n in range(hosts)]
        self.round = 1
        self.requests = 0
        self.active: Counter[str] = Counter()
        self.most_active = 0  # requests to one host at the same time
        self.shortest_gap = float("inf")  # seconds between two requests to one host
        self.strange: list[str] = []
        self._last: dict[str, float] = defaultdict(lambda: -1e9)
        self._news, self._delay = news, delay
        self.feeds = [
            Played(n, self.hosts[n % hosts], f"/{n}/feed", ("rss", "atom", "json")[n % 3], kinds[n % len(kinds)])
            for n in range(feeds)
        ]  # fmt: skip
        self._by_place = {(feed.host, feed.path): feed for feed in self.feeds}
        self.port = 0
        for feed in self.feeds:
            self._add(feed, items)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._servers = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    async def _listen(self) -> list[asyncio.Server]:
        first = await asyncio.start_server(self._serve, self.hosts[0], 0)
        self.port = first.sockets[0].getsockname()[1]
        if len(self.hosts) == 1:
            return [first]
        return [first, await asyncio.start_server(self._serve, self.hosts[1:], self.port)]

    def close(self) -> None:
        """Listen no more."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)  # transports close in the loop's next turn

    def url(self, feed: Played) -> str:
        """Where a feed is."""
        return f"http://{feed.host}:{self.port}{feed.path}"

    def next_round(self) -> None:
        """Some feeds have news, some move, fail, go."""
        self.round += 1
        for feed in self.feeds:
            if feed.number % self._news == self.round % self._news or feed.kind in (
                "edits",
                "shares",
            ):
                self._add(feed, 2)
                if feed.kind == "edits":
                    feed.items[0].title = f"Correction {self.round}: {feed.items[0].title}"

    def _add(self, feed: Played, count: int) -> None:
        feed.versions += 1
        for _ in range(count):
            number = len(feed.items)
            owner = feed.number - 1 if feed.kind == "shares" else feed.number
            name = f"{owner}-{number}"
            id_ = f"https://feed{owner}.example/{number}"
            feed.items.append(Item(id_, f"Harbour {name} buys a tug", number))

    def expected(self) -> dict[str, str]:
        """By id the titles that must be there, once every feed has been asked in every round."""
        found: dict[str, str] = {}
        for feed in self.feeds:
            if feed.kind == "no feed":
                continue
            items = feed.items[: 6 if feed.kind == "goes" else None]
            for item in items:
                if feed.kind != "shares":
                    found[item.id] = item.title
        for feed in self.feeds:
            if feed.kind == "shares":
                for item in feed.items:
                    found.setdefault(item.id, item.title)
        return found

    # Answers

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(await self._answered(host, head.decode("latin-1")))
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answered(self, host: str, head: str) -> bytes:
        self.requests += 1
        now = time.monotonic()
        self.shortest_gap = min(self.shortest_gap, now - self._last[host])
        self.active[host] += 1
        self.most_active = max(self.most_active, self.active[host])
        await asyncio.sleep(self._delay)
        first, *lines = head.split("\r\n")
        path = first.split()[1]
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        if "Tagwire/" not in headers.get("user-agent", ""):
            self.strange.append(f"{path}: {headers.get('user-agent')}")
        status, more, body = self._answer(host, path, headers)
        self.active[host] -= 1
        self._last[host] = time.monotonic()
        more["Content-Length"] = str(len(body))
        fields = "".join(f"{name}: {value}\r\n" for name, value in more.items())
        return f"HTTP/1.1 {status} x\r\n{fields}\r\n".encode() + body

    def _answer(
        self, host: str, path: str, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        feed = self._by_place.get((host, path.removesuffix("/moved").removesuffix("/passed")))
        if feed is None and path.endswith("/passed"):
            number = int(path.split("/")[1])
            feed = self.feeds[number]
        if feed is None:
            return 404, {}, b""
        special = self._special(feed, path)
        return special or self._content(feed, headers)

    def _special(self, feed: Played, path: str) -> tuple[int, dict[str, str], bytes] | None:
        at = f"{feed.path}/moved"
        answers: dict[str, Callable[[], tuple[int, dict[str, str], bytes] | None]] = {
            "moves": lambda: (301, {"Location": at}, b"") if self.round >= 2 and path != at else None,
            "goes": lambda: (410, {}, b"") if self.round >= 2 else None,
            "throttles": lambda: (429, {"Retry-After": "60"}, b"") if self.round == 2 else None,
            "fails": lambda: (500, {}, b"oops") if self.round == 2 else None,
            "passes on": lambda: self._pass_on(feed, path),
            "no feed": lambda: (200, {"Content-Type": "text/html"}, b"<html><body>Hello</body></html>"),
        }  # fmt: skip
        return answers.get(feed.kind, lambda: None)()

    def _pass_on(self, feed: Played, path: str) -> tuple[int, dict[str, str], bytes] | None:
        """Another host has it; for now."""
        if path.endswith("/passed"):
            return None
        other = self.hosts[(self.hosts.index(feed.host) + 1) % len(self.hosts)]
        return 302, {"Location": f"http://{other}:{self.port}{feed.path}/passed"}, b""

    def _content(self, feed: Played, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        etag = f'"{feed.number}-{feed.versions}"'
        date = formatdate(START + feed.versions, usegmt=True)
        more = {"Content-Type": "application/xml", "Cache-Control": "max-age=60"}
        if feed.kind in ("date", "goes"):
            more["Last-Modified"] = date
        elif feed.kind != "bare":
            more["ETag"] = etag
        if headers.get("if-none-match") == etag or headers.get("if-modified-since") == date:
            feed.unmodified += 1
            return 304, more, b""
        feed.full += 1
        body = render(feed)
        if feed.kind == "gzip":
            more["Content-Encoding"] = "gzip"
            body = gzip.compress(body)
        if feed.kind == "lies":
            more["Content-Type"] = "text/html; charset=iso-8859-1"
        return 200, more, body


def render(feed: Played) -> bytes:
    """The feed in its form, newest item first."""
    items = list(reversed(feed.items))
    if feed.form == "json":
        found = [
            {
                "id": item.id,
                "url": item.id,
                "title": item.title,
                "content_text": f"The harbour of place {item.number} buys a tug and two boats.",
                "date_published": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START + item.number * 60)),
            }
            for item in items
        ]  # fmt: skip
        top = {"version": "https://jsonfeed.org/version/1.1", "title": f"Feed {feed.number}"}
        return json.dumps({**top, "items": found}).encode()
    if feed.form == "atom":
        entries = "".join(
            f"<entry><id>{i.id}</id><title>{escape(i.title)}</title><link href='{i.id}'/>"
            f"<updated>{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(START + i.number * 60))}</updated>"
            f"<summary>The harbour of place {i.number} buys a tug.</summary></entry>"
            for i in items
        )
        return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Feed {feed.number}</title><id>tag:x,2026:{feed.number}</id>{entries}</feed>".encode()
    entries = "".join(
        f"<item><guid>{i.id}</guid><title>{escape(i.title)}</title><link>{i.id}</link>"
        f"<pubDate>{formatdate(START + i.number * 60, usegmt=True)}</pubDate>"
        f"<description>The harbour of place {i.number} buys a tug.</description></item>"
        for i in items
    )
    return f"<rss version='2.0'><channel><title>Feed {feed.number}</title>{entries}</channel></rss>".encode()

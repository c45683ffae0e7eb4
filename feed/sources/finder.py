"""The feed that an address leads to: itself, or the one that the page there names."""

from typing import NamedTuple

from feed.errors import FetchError
from feed.sources.clean import Unusable
from feed.sources.fetch import FEEDS, Answer, Fetcher
from feed.sources.sandbox import Sandbox
from feed.sources.syndication import ParsedFeed

TRIED = 4  # feeds of one page, until one is there


class Found(NamedTuple):
    """A feed that was found."""

    url: str
    feed: ParsedFeed
    others: tuple[tuple[str, str], ...]  # further feeds that its page names: address and title


def find_feed(url: str, fetcher: Fetcher, sandbox: Sandbox) -> Found:
    """The feed at an address, or the first one that works of those that the page there names.

    Raises:
        FetchError: there is none; the message says what is there instead.
    """
    answer = _fetched(url, fetcher)
    feed = _parsed(answer, sandbox)
    if feed.form:
        return Found(answer.moved or url, feed, ())
    try:
        links = sandbox.links(answer.body, answer.url)
    except Unusable as e:
        raise FetchError(url, str(e)) from e
    for address, _ in links[:TRIED]:
        try:
            answer = _fetched(address, fetcher)
            feed = _parsed(answer, sandbox)
        except FetchError:
            continue
        if feed.form:
            others = tuple(link for link in links if link[0] != address)
            return Found(answer.moved or address, feed, others)
    reason = f"the page names {len(links)} feeds, and none of them is there" if links else ""
    raise FetchError(url, reason or "this is neither a feed nor a page that names one")


def _fetched(url: str, fetcher: Fetcher) -> Answer:
    answer = fetcher.get(url, {"Accept": FEEDS})
    if answer.status != 200:
        raise FetchError(url, f"it answers with {answer.status}")
    return answer


def _parsed(answer: Answer, sandbox: Sandbox) -> ParsedFeed:
    try:
        return sandbox.feed(answer.body, answer.url, answer.headers.get("content-type", ""))
    except Unusable as e:
        raise FetchError(answer.url, str(e)) from e

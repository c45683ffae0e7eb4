"""Hostile bytes end a process of their own, and nothing else."""

import contextlib
import os
import signal
from collections.abc import Iterator

import pytest

from feed.errors import SourceError
from feed.sources.clean import Unusable
from feed.sources.discovery import Listing, feeds_of_page, read_opml
from feed.sources.sandbox import Sandbox
from feed.sources.sandboxed import _forbid
from tests.sources.test_syndication import RSS, URL


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with contextlib.closing(Sandbox(1, seconds=1)) as found:
        yield found


DEEP = {
    "unclosed elements": b"<rss>" + b"<channel>" * 300_000,
    "elements without number": b"<rss><channel>" + b"<item><title>a</title></item>" * 300_000,
    "nested xml:base": b'<feed xmlns="http://www.w3.org/2005/Atom">' + b'<a xml:base="http://a/b/c/">' * 200_000,
    "JSON in JSON": b'{"items": ' + b"[" * 3_000_000,
    "attributes": b"<rss " + b"".join(b'a%d="b" ' % n for n in range(300_000)) + b"/>",
}  # fmt: skip


@pytest.mark.parametrize("data", DEEP.values(), ids=DEEP)
def test_what_takes_too_long_is_refused_and_the_next_is_read(data: bytes, sandbox: Sandbox) -> None:
    with contextlib.suppress(Unusable):  # or read, where a parser has learnt to
        assert len(sandbox.feed(data, URL, "").items) <= 5000
    assert sandbox.feed(RSS, URL, "").title == "Harbour Watch"


def test_who_dies_while_reading_is_replaced(sandbox: Sandbox) -> None:
    sandbox.feed(RSS, URL, "")
    child = sandbox._children.get()
    sandbox._children.put(child)
    assert child
    os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait()
    assert sandbox.feed(RSS, URL, "").title == "Harbour Watch"


def test_a_page_gives_its_article(sandbox: Sandbox) -> None:
    sentence = "The two ships came back to the harbour on Sunday after six weeks at sea. "
    page = f"<html><body><nav>Home</nav><article><h1>Ships</h1><p>{sentence * 5}</p></article></body></html>"
    assert "came back to the harbour" in sandbox.page(page.encode(), URL)["text"]
    with pytest.raises(Unusable, match="no article"):
        sandbox.page(b"<html><body>Nothing</body></html>", URL)


@pytest.mark.parametrize(
    "event",
    [
        ("socket.connect", (None, ("127.0.0.1", 80))),
        ("socket.getaddrinfo", ("a.example", 80)),
        ("subprocess.Popen", ("ls",)),
        ("os.system", ("ls",)),
        ("open", ("/tmp/x", "w", 0)),
        ("open", ("/tmp/x", "ab", 0)),
        ("os.remove", ("/tmp/x",)),
    ],
)
def test_a_parser_reaches_nothing(event: tuple[str, tuple[object, ...]]) -> None:
    with pytest.raises(PermissionError):
        _forbid(*event)
    _forbid("open", ("/tmp/x", "rb", 0))


def test_a_page_names_its_feeds() -> None:
    page = b"""<html><head><base href="/news/"><link rel="alternate" type="application/rss+xml" title="Comments" href="c.xml">
    <link rel="alternate stylesheet" type="text/css" href="x.css"><link rel="ALTERNATE" type="Application/Atom+XML; charset=utf-8" href="feed">
    <link rel="alternate" type="application/feed+json" href="javascript:x"><link rel="feed" href="//other.example/f"></head></html>"""
    assert feeds_of_page(page, "https://a.example/x/") == [
        ("https://a.example/news/feed", ""),
        ("https://other.example/f", ""),
        ("https://a.example/news/c.xml", "Comments"),
    ]
    assert feeds_of_page(b"", "https://a.example/") == []


def test_lists_are_read_as_programs_write_them() -> None:
    data = b"""<?xml version="1.0"?><opml version="1.0"><head/><body>
    <outline text="News"><outline title="Europe/East"><outline text="A" title="A &amp; co" xmlUrl="https://a.example/f" htmlUrl="https://a.example/"/></outline></outline>
    <outline text="B" type="rss" xmlurl="https://b.example/f"/><outline text="again" xmlUrl="https://a.example/f"/>
    <outline text="bad" xmlUrl="file:///etc/passwd"/><outline text="only a folder"/></body></opml>"""
    assert [i for i in read_opml(data, "x") if isinstance(i, Listing)] == [
        Listing("https://a.example/f", "A & co", "https://a.example/", "News/Europe-East"),
        Listing("https://b.example/f", "B"),
    ]
    (failure,) = [i for i in read_opml(data, "x") if isinstance(i, SourceError)]
    assert "x:4" in str(failure)
    assert "no web address" in str(failure)


@pytest.mark.parametrize("data", [b"", b"<rss/>", b"hello", b"<html><body/></html>", b"\xff\xfe"])
def test_what_is_no_list(data: bytes) -> None:
    with pytest.raises(SourceError, match="no OPML"):
        list(read_opml(data, "x"))


def test_a_list_opens_no_file() -> None:
    data = b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="https://a.example/"/></body></opml>'
    assert "root:" not in str(list(read_opml(data, "x")))

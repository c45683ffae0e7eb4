"""Feeds of others: every form gives the same fields, and nothing hostile gets through."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.model import Article
from feed.publisher import Publisher
from feed.query.keys import keys_of
from feed.sources.syndication import _by_feedparser, drafts, parse_feed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://harbour.example/news/feed.xml"
RSS = b"""<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:cc="http://backend.userland.com/creativeCommonsRssModule" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Harbour Watch</title><link>https://harbour.example/</link><language>en-gb</language>
<copyright>Harbour Watch Ltd</copyright><ttl>30</ttl><atom:link rel="hub" href="https://hub.example/"/>
<atom:link rel="self" href="https://harbour.example/news/feed.xml"/>
<item><title>Frigate &amp;amp; tender return</title><guid isPermaLink="false">item 12</guid><link>/news/12</link>
<pubDate>Sun, 01 Feb 2026 04:00:00 GMT</pubDate><dc:creator>Ida Holm</dc:creator><dc:rights>Wire Co</dc:rights>
<cc:license>https://creativecommons.org/licenses/by/4.0/</cc:license><category>Navy</category><category>Ports</category>
<source url="https://wire.example/feed">Wire Co</source><description>Two ships came back.</description>
<content:encoded><![CDATA[<p>Two ships came back on Sunday.</p><script>alert(1)</script>]]></content:encoded>
<enclosure url="/sound.mp3" length="12" type="audio/mpeg"/></item></channel></rss>"""
ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB"><title>Harbour Watch</title>
<link href="https://harbour.example/"/><link rel="hub" href="https://hub.example/"/>
<link rel="self" href="https://harbour.example/news/feed.xml"/><id>tag:harbour.example,2026:f</id><rights>Harbour Watch Ltd</rights>
<entry><title type="html">Frigate &amp;amp; tender return</title><id>tag:harbour.example,2026:12</id>
<link href="/news/12"/><published>2026-02-01T05:00:00+01:00</published><updated>2026-02-01T05:00:00+01:00</updated>
<author><name>Ida Holm</name></author><rights>Wire Co</rights><category term="Navy"/><category term="p" label="Ports"/>
<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>
<link rel="enclosure" href="https://harbour.example/sound.mp3" length="12" type="audio/mpeg"/>
<source><title>Wire Co</title><link href="https://wire.example/feed"/></source><summary>Two ships came back.</summary>
<content type="html">&lt;p>Two ships came back on Sunday.&lt;/p>&lt;script>alert(1)&lt;/script></content></entry></feed>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour Watch",
        "home_page_url": "https://harbour.example/",
        "feed_url": URL,
        "language": "en-GB",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "items": [
            {
                "id": 12,
                "url": "https://harbour.example/news/12",
                "title": "Frigate & tender return",
                "summary": "Two ships came back.",
                "content_html": "<p>Two ships came back on Sunday.</p><script>alert(1)</script>",
                "date_published": "2026-02-01T04:00:00Z",
                "authors": [{"name": "Ida Holm"}],
                "tags": ["Navy", "Ports"],
                "attachments": [
                    {"url": "/sound.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12}
                ],
            }
        ],
    }
).encode()


def articles(data: bytes) -> list[Article]:
    return [draft.finish() for draft in drafts(parse_feed(data, URL), "harbour.example", NOW)]


@pytest.mark.parametrize("data", [RSS, ATOM, JSON], ids=["rss", "atom", "json"])
def test_every_form_says_the_same(data: bytes) -> None:
    feed = parse_feed(data, URL)
    assert (feed.title, feed.home, feed.hub, feed.topic) == (
        "Harbour Watch",
        "https://harbour.example/",
        "https://hub.example/",
        URL,
    )
    (article,) = articles(data)
    assert article.title == "Frigate & tender return"
    assert article.text == "Two ships came back on Sunday."
    assert article.content == "<p>Two ships came back on Sunday.</p>"
    assert article.summary == "Two ships came back."
    assert article.url == "https://harbour.example/news/12"
    assert article.published == article.updated == datetime(2026, 2, 1, 4, tzinfo=UTC)
    assert article.authors == ("Ida Holm",)
    assert article.language == "en-GB"
    assert article.categories == ("Navy", "Ports")
    assert [(e.url, e.type, e.length) for e in article.enclosures] == [
        ("https://harbour.example/sound.mp3", "audio/mpeg", 12)
    ]
    if data != JSON:  # it has no words for these
        assert (article.rights, feed.rights) == ("Wire Co", "Harbour Watch Ltd")
        assert article.license == "https://creativecommons.org/licenses/by/4.0/"
        assert article.source
        assert (article.source.name, article.source.url) == ("Wire Co", "https://wire.example/feed")


def test_an_item_says_more_than_its_feed() -> None:
    plain = RSS.replace(b"<dc:rights>Wire Co</dc:rights>", b"").replace(
        b'<source url="https://wire.example/feed">Wire Co</source>', b""
    )
    (article,) = articles(plain)
    assert article.rights == "Harbour Watch Ltd"
    assert article.source
    assert article.source.name == "Harbour Watch"


@pytest.mark.parametrize(
    ("date", "kept"),
    [
        ("Sun, 01 Feb 2026 04:00:00 GMT", "2026-02-01T04:00:00+00:00"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", NOW.isoformat()),
        ("Fri, 01 Jan 2094 00:00:00 GMT", NOW.isoformat()),
        ("yesterday, or so", NOW.isoformat()),
        ("", NOW.isoformat()),
        ("Sun, 99 Feb 2026 44:00:00 GMT", NOW.isoformat()),
    ],
)
def test_dates_are_plausible_or_those_of_the_poll(date: str, kept: str) -> None:
    (article,) = articles(RSS.replace(b"Sun, 01 Feb 2026 04:00:00 GMT", date.encode()))
    assert article.published.isoformat() == kept


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (b"<ttl>30</ttl>", 1800),
        (b"<ttl>often</ttl>", 0),
        (b"<ttl>-5</ttl>", 0),
        (b"<ttl>99999999999999</ttl>", 0),
        (b"<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 21_600),
        (b"<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3600),
        (b"<sy:updatePeriod>never</sy:updatePeriod>", 0),
    ],
)  # fmt: skip
def test_the_period_is_what_the_feed_says_if_it_is_a_number(said: bytes, seconds: int) -> None:
    data = RSS.replace(b"<ttl>30</ttl>", said).replace(
        b"<rss ", b'<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    )
    assert parse_feed(data, URL).period == seconds


def test_an_item_without_title_has_the_beginning_of_its_text() -> None:
    (article,) = articles(RSS.replace(b"Frigate &amp;amp; tender return", b""))
    assert article.title == "Two ships came back on Sunday."


@pytest.mark.parametrize(
    "data",
    [
        RSS.replace(b"<cc:license>https", b"</cc:license><cc:license>https"),
        RSS.replace(b'<?xml version="1.0"?>', b'<?xml version="1.0" encoding="utf-16"?>'),
        b'<x:rss xmlns:x="urn:x"><x:channel><x:item><x:title>Frigate</x:title></x:item></x:channel></x:rss>',
    ],
    ids=["stumbles", "another encoding", "another namespace"],
)
def test_what_one_parser_cannot_read_another_may(data: bytes) -> None:
    assert not _by_feedparser(data, URL, "").items
    (item,) = parse_feed(data, URL).items
    assert item["title"].startswith("Frigate")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>No feed</body></html>",
        b"{}",
        b"{" * 100_000,
        b"\x00" * 100,
        b'{"items": 5}',
        b'{"items": [], "hubs": 5, "authors": 7}',
        b"%PDF-1.4",
        b"<rss><channel></channel></rss>",
    ],
)
def test_what_is_no_feed_has_no_items(data: bytes) -> None:
    assert not parse_feed(data, URL).items


def test_no_entity_opens_a_file_or_grows() -> None:
    outside = b"""<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>"""
    text = str(parse_feed(outside + RSS.replace(b"Ida Holm", b"&x;")[21:], URL))
    assert "root:" not in text
    laughs = b'<!DOCTYPE rss [<!ENTITY a "ha">' + b"".join(
        f'<!ENTITY {chr(b)} "{f"&{chr(b - 1)};" * 10}">'.encode() for b in range(98, 108)
    )
    bomb = laughs + b"]>" + RSS.replace(b"Ida Holm", b"&k;")[21:]
    assert len(str(parse_feed(bomb, URL))) < 100_000


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([RSS, ATOM, JSON]), st.data())
def test_a_broken_feed_is_no_crash(data: bytes, draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(data)))
    end = draw.draw(st.integers(start, min(len(data), start + 200)))
    noise = draw.draw(st.binary(max_size=40))
    for draft in drafts(parse_feed(data[:start] + noise + data[end:], URL), "x", NOW):
        assert draft.published == NOW


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_rights_and_categories_are_passed_on(form: str, publisher: Publisher) -> None:
    (article,) = articles(RSS)
    publisher.archive.ingest([article])
    found = publisher.feeds.feed(publisher.archive.parse("upstream:navy"), form).body.decode()
    assert "Wire Co" in found
    assert "https://creativecommons.org/licenses/by/4.0/" in found
    again = parse_feed(found.encode(), URL)
    if form != "json":
        assert again.items[0]["rights"] == "Wire Co"
        assert again.items[0]["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "upstream:ports" in keys_of(publisher.archive.article(article.id))
    assert not publisher.archive.query(
        lambda s: s.page(publisher.archive.parse("-upstream:navy"), 5)
    )


UMLAUTS = "<rss version='2.0'><channel><title>Küste</title><item><title>Жук übt</title><link>https://a.example/1</link></item></channel></rss>"
LATIN = UMLAUTS.replace("Жук", "Käfer")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (UMLAUTS.encode(), "application/xml"),
        (UMLAUTS.encode(), "text/html; charset=iso-8859-1"),
        (b"\xef\xbb\xbf" + UMLAUTS.encode(), "text/plain"),
        (UMLAUTS.encode("utf-16"), "application/rss+xml"),
        (LATIN.encode("latin-1"), "application/xml; charset=iso-8859-1"),
        (b"<?xml version='1.0' encoding='iso-8859-1'?>" + LATIN.encode("latin-1"), "application/xml"),
        (b"<?xml version='1.0' encoding='utf-8'?>" + LATIN.encode("cp1252"), "application/xml"),
        (b"<?xml version='1.0' encoding='nonsense'?>" + UMLAUTS.encode(), "application/xml; charset=nonsense"),
        (b"<?xml version='1.0' encoding='koi8-r'?>" + UMLAUTS.replace("ü", "u").encode("koi8-r"), "application/octet-stream"),
    ],
)  # fmt: skip
def test_encodings_and_types_as_servers_get_them_wrong(data: bytes, kind: str) -> None:
    feed = parse_feed(data, URL, kind)
    assert feed.title in ("Küste", "Kuste")
    assert feed.items[0]["title"] in ("Жук übt", "Käfer übt", "Жук ubt")

"""Feeds as bytes: every trap of feedgen cured, every oddity of articles survived."""

import json
import locale
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape, unescape

import feedparser
import pytest
from feedgen.feed import FeedGenerator
from lxml import etree

from feed.formats import FORMATS, render, render_opml
from feed.formats import xml as xml_format
from feed.formats.texts import content_of, summary_of, title_of
from feed.formats.xml import render_atom, render_rss
from feed.model import Article, Category, Enclosure, Entry, Feed, Mention, Outline, Source, TagUse


def render_as(form: str, made: Feed) -> bytes:
    return render(made, form)


NS = {
    "a": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
DAY = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)


def article(**fields: object) -> Article:
    values: dict[str, object] = {
        "id": "tag:wire.example,2025:1",
        "title": "Israel shows Harop",
        "text": "First paragraph.\n\nSecond paragraph.",
        "published": DAY,
        "updated": DAY,
        "url": "https://news.example/1",
        **fields,
    }
    return Article(**values)  # type: ignore[arg-type]


def entry(**fields: object) -> Entry:
    page = "https://wire.example/article/1"
    return Entry(article(**fields), page, CATEGORIES, lambda: USES)


CATEGORIES = (
    Category("weapon:harop", "weapon", "harop", "Harop", True),
    Category("weapon:uav", "weapon", "uav", "Unmanned aerial vehicle", True),
    Category("country:israel", "country", "israel", "Israel", False),
)
HAROP = Mention("weapon:harop", "title", 13, 18, "Harop", "Harop")
USES = (
    TagUse("weapon:harop", True, "in the title", (HAROP,)),
    TagUse("weapon:uav", True, "by way of weapon:harop", via=("weapon:harop",)),
    TagUse("country:israel", False, "named once"),
)


def feed(*entries: Entry, **fields: object) -> Feed:
    base = "https://wire.example/weapon/harop"
    values: dict[str, object] = {
        "id": f"{base}.atom",
        "title": "Tagwire: Harop",
        "subtitle": "Articles tagged Harop",
        "home": base,
        "self_urls": {form: f"{base}.{form}" for form in FORMATS},
        "updated": DAY,
        "scheme_base": "https://wire.example/tags#",
        "entries": entries,
        "icon": "https://wire.example/static/icon.png",
        **fields,
    }
    return Feed(**values)  # type: ignore[arg-type]


def atom(*entries: Entry, **fields: object) -> etree._Element:
    return etree.fromstring(render_atom(feed(*entries, **fields)))


def rss(*entries: Entry, **fields: object) -> etree._Element:
    return etree.fromstring(render_rss(feed(*entries, **fields)))[0]


def texts(element: etree._Element, path: str) -> list[str]:
    return [str(found) for found in element.xpath(path, namespaces=NS)]


# feedgen's traps, one by one


def test_trap_entries_are_prepended() -> None:
    made = feed(*(entry(id=f"urn:x:{n}") for n in range(3)))
    assert texts(etree.fromstring(render_atom(made)), "//a:entry/a:id/text()") == [
        "urn:x:0",
        "urn:x:1",
        "urn:x:2",
    ]
    assert texts(etree.fromstring(render_rss(made)), "//item/guid/text()") == [
        "urn:x:0",
        "urn:x:1",
        "urn:x:2",
    ]


def test_trap_updated_defaults_to_now() -> None:
    assert texts(atom(), "/a:feed/a:updated/text()") == ["2025-03-01T09:30:00+00:00"]
    assert texts(rss(), "lastBuildDate/text()") == ["Sat, 01 Mar 2025 09:30:00 +0000"]


def test_trap_atom_links_lose_rel_type_and_length() -> None:
    enclosures = (
        Enclosure("https://news.example/a.mp3", "audio/mpeg", 1234),
        Enclosure("https://news.example/b"),
    )
    links = atom(entry(enclosures=enclosures)).xpath("//a:entry/a:link", namespaces=NS)
    assert [dict(link.attrib) for link in links] == [
        {"href": "https://news.example/1", "rel": "alternate", "type": "text/html"},
        {
            "href": "https://news.example/a.mp3",
            "rel": "enclosure",
            "type": "audio/mpeg",
            "length": "1234",
        },
        {"href": "https://news.example/b", "rel": "enclosure", "type": "application/octet-stream"},
    ]


def test_trap_rss_link_is_whichever_was_set_last() -> None:
    made = rss(entry(enclosures=(Enclosure("https://news.example/a.mp3", "audio/mpeg", 1),)))
    assert texts(made, "link/text()") == ["https://wire.example/weapon/harop"]
    assert texts(made, "item/link/text()") == ["https://news.example/1"]


def test_trap_rss_drops_hub_and_next() -> None:
    made = rss(hub="https://hub.example/", links={"next": {"rss": "https://wire.example/next"}})
    links = {link.get("rel"): link.get("href") for link in made.findall("a:link", NS)}
    assert links == {
        "self": "https://wire.example/weapon/harop.rss",
        "hub": "https://hub.example/",
        "next": "https://wire.example/next",
    }


def test_trap_cdata_is_no_atom_content_type() -> None:
    made = atom(entry(content="<p>a &amp; b ]]> c</p>"))
    (content,) = made.xpath("//a:content", namespaces=NS)
    assert (content.get("type"), content.text) == ("html", "<p>a &amp; b ]]> c</p>")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("bad", ["\x00", "\x08", "\x1f", "\ufffe", "\ud800"])
def test_trap_one_control_character_spoils_the_feed(form: str, bad: str) -> None:
    text = f"a{bad}b"
    odd = entry(
        title=text, text=text, summary=text, authors=(text,), content=text, source=Source(text)
    )
    body = render_as(form, feed(odd, entry(id="urn:x:2"))).decode()
    assert bad not in body
    assert "ab" in body


@pytest.mark.parametrize("form", FORMATS)
def test_trap_an_empty_title_spoils_the_feed(form: str) -> None:
    body = render_as(form, feed(entry(title="\x00 ", text="What it says."))).decode()
    assert "What it says." in body
    assert "Untitled" in render_as(form, feed(entry(title="", text=""))).decode()


def test_trap_rss_drops_authors_without_mail() -> None:
    made = rss(entry(authors=("Jo Doe", "Ann Li")))
    assert texts(made, "item/dc:creator/text()") == ["Jo Doe", "Ann Li"]


def test_trap_categories_need_an_absolute_scheme_and_a_label() -> None:
    categories = atom(entry()).xpath("//a:entry/a:category", namespaces=NS)
    assert [dict(category.attrib) for category in categories] == [
        {"term": c.term, "scheme": f"https://wire.example/tags#{c.scheme}", "label": c.label}
        for c in CATEGORIES
    ]
    assert texts(rss(entry()), "item/category/text()") == [c.label for c in CATEGORIES]
    assert texts(rss(entry()), "item/category/@domain")[0] == "https://wire.example/tags#weapon"


def test_trap_naive_dates_are_refused() -> None:
    with pytest.raises(ValueError, match="tim"):
        render_atom(feed(entry(updated=datetime(2025, 1, 1))))  # noqa: DTZ001


def test_trap_syndication_and_media_are_not_used() -> None:
    body = render_rss(feed(entry(enclosures=(Enclosure("https://news.example/a.mp3"),))))
    assert b"purl.org/rss/1.0/modules/syndication" not in body
    assert b"search.yahoo.com/mrss" not in body


def test_trap_two_entries_of_one_moment() -> None:
    made = atom(entry(id="urn:x:1"), entry(id="urn:x:2"))
    moments = texts(made, "//a:entry/a:updated/text()")
    assert len(set(moments)) == 2
    assert all(moment.startswith("2025-03-01T09:30:00.") for moment in moments)


def test_no_entry_is_newer_than_its_feed() -> None:
    made = atom(entry(id="urn:x:1"), entry(id="urn:x:2"))
    (newest,) = texts(made, "/a:feed/a:updated/text()")
    assert newest == max(texts(made, "//a:entry/a:updated/text()"))


def test_trap_dates_in_the_language_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    before = render_rss(feed(entry()))
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    locale.setlocale(locale.LC_TIME, "C")
    assert render_rss(feed(entry())) == before
    assert b"<pubDate>Sat, 01 Mar 2025 09:30:00 +0000</pubDate>" in before


# The whole document


@pytest.mark.parametrize("form", FORMATS)
def test_equal_feeds_have_equal_bytes(form: str) -> None:
    made = feed(entry(), entry(id="urn:x:2"))
    assert render_as(form, made) == render_as(form, made)


@pytest.mark.parametrize(("form", "render"), [("atom", render_atom), ("rss", render_rss)])
def test_joined_fragments_are_what_feedgen_writes(
    form: str, render: Callable[[Feed], bytes]
) -> None:
    entries = [entry(id=f"urn:x:{n}", title="A < B & C > D", authors=("Jo & Co",), language="fr", source=Source("S", "https://s.example/"),
                     enclosures=(Enclosure("https://news.example/a.mp3"),)) for n in range(5)]  # fmt: skip
    made = feed(*entries, hub="https://hub.example/")
    whole = xml_format._skeleton(made, form)
    for one in entries:
        whole.add_entry(xml_format._entry(one, made), order="append")
    write = FeedGenerator.atom_str if form == "atom" else FeedGenerator.rss_str
    assert render(made) == write(whole)


ODDITIES = [
    {},
    {"title": "A < B & C > D \"quoted\" 'single'"},
    {"title": "]]> <script>alert(1)</script>"},
    {"summary": "The unit <b>moved</b> &amp; fired, if a < b"},
    {"title": "🚀 ‮right to left‬ עברית العربية 中文"},
    {"text": "x" * 1_000_000},
    {"text": ""},
    {"authors": ()},
    {"authors": tuple(f"Author {n} & Sons" for n in range(5))},
    {"content": '<p>x</p><a href="/relative">r</a><pre>]]&gt;</pre>'},
    {"url": ""},
    {"url": "https://news.example/?a=1&b=2#c", "id": "https://news.example/?a=1&b=2#c"},
    {"summary": "Sum & mary"},
    {"language": "he"},
    {"source": Source("No address")},
    {"source": Source("S & T", "https://s.example/?x=1&y=2")},
    {"enclosures": tuple(Enclosure(f"https://news.example/{n}.mp3", "audio/mpeg", None) for n in range(3))},
    {"updated": DAY + timedelta(days=1, microseconds=5)},
    {"published": datetime(1969, 12, 31, tzinfo=UTC)},
]  # fmt: skip


def read_as_text(detail: dict[str, str]) -> str:
    """What a reader shows that follows the type of a text construct."""
    return unescape(detail["value"]) if detail["type"] == "text/html" else detail["value"]


@pytest.mark.parametrize("odd", ODDITIES, ids=lambda odd: str(odd)[:40])
@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_reader_gets_what_was_written(form: str, odd: dict[str, object]) -> None:
    made = feed(entry(**odd), entry(id="urn:x:2"))
    parsed = feedparser.parse(
        render_as(form, made), resolve_relative_uris=False, sanitize_html=False
    )
    assert not parsed.bozo, parsed.get("bozo_exception")
    first = parsed.entries[0]
    source = article(**odd)
    assert read_as_text(first.title_detail) == title_of(Entry(source, "", ()))
    assert first.link == (source.url or "https://wire.example/article/1")
    assert first.id == source.id
    assert first.content[0].value == content_of(source)
    summary = summary_of(source) or source.title
    in_rss = form == "rss"  # where a description is always HTML
    assert (
        first.summary == escape(summary, quote=False)
        if in_rss
        else (read_as_text(first.summary_detail) == summary)
    )
    assert [tag.label or tag.term for tag in first.tags] == [c.label for c in CATEGORIES]
    assert [a.name for a in first.get("authors", []) if a] == list(source.authors) or form == "rss"
    assert first.published_parsed[:5] == source.published.timetuple()[:5]
    assert len(first.enclosures) == (
        len(source.enclosures) if form == "atom" else min(1, len(source.enclosures))
    )


def test_permalinks_are_claimed_only_for_addresses() -> None:
    assert texts(rss(entry()), "item/guid/@isPermaLink") == ["false"]
    same = entry(id="https://news.example/1")
    assert texts(rss(same), "item/guid/@isPermaLink") == ["true"]


def test_an_empty_feed_is_valid() -> None:
    assert not feedparser.parse(render_atom(feed())).bozo
    assert not feedparser.parse(render_rss(feed())).bozo
    assert json.loads(render_as("json", feed()))["items"] == []


def test_json_feed_carries_the_evidence() -> None:
    made = json.loads(
        render_as("json", feed(entry(), links={"next": {"json": "https://wire.example/n"}}))
    )
    assert made["version"] == "https://jsonfeed.org/version/1.1"
    assert made["next_url"] == "https://wire.example/n"
    (item,) = made["items"]
    assert item["date_published"] == "2025-03-01T09:30:00Z"
    assert item["tags"] == ["Harop", "Unmanned aerial vehicle", "Israel"]
    assert item["_tagwire"]["tags"][0] == {
        "tag": "weapon:harop", "label": "Harop", "main": True, "via": [],
        "mentions": [{"part": "title", "start": 13, "end": 18, "surface": "Harop"}],
    }  # fmt: skip
    assert item["_tagwire"]["tags"][1]["via"] == ["weapon:harop"]


def test_opml_is_nested_and_without_a_date() -> None:
    child = Outline("A & B", "https://wire.example/a.atom", "https://wire.example/a")
    body = render_opml("All", [Outline("Country", children=(child,))], "https://wire.example/")
    root = etree.fromstring(body)
    assert root.xpath("//outline/outline/@xmlUrl") == ["https://wire.example/a.atom"]
    assert root.xpath("//outline/outline/@text") == ["A & B"]
    assert b"dateCreated" not in body


def test_entry_without_anything_but_a_title() -> None:
    bare = replace(entry(text="", url=""), categories=())
    for form in FORMATS:
        assert "Israel shows Harop" in render_as(form, feed(bare)).decode()


@pytest.mark.parametrize(
    ("fields", "content"),
    [
        ({"title": "A & B"}, '<p><a href="https://news.example/1">A &amp; B</a></p>'),
        ({"summary": "A < B"}, '<p><a href="https://news.example/1">A &lt; B</a></p>'),
        ({"url": ""}, "<p>Israel shows Harop</p>"),
    ],
)
def test_an_article_without_text_leads_to_where_it_is(fields: dict[str, str], content: str) -> None:
    assert content_of(article(text="", **fields)) == content
    for form in FORMATS:
        assert "<p></p>" not in unescape(render_as(form, feed(entry(text="", **fields))).decode())

"""Atom and RSS: what keeps one odd article from spoiling a feed, and fragments that can be kept."""

import json
import locale
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from html import escape, unescape

import feedparser
import pytest
from lxml import etree

from feed.formats import FORMATS
from feed.formats.xml import (
    Fragments,
    atom_entries,
    render_atom,
    render_rss,
    rss_items,
)
from feed.model import NEVER, Category, Enclosure, Entry, Feed, Source
from tests.formats.test_formats import entry, feed, render_as, rss, texts

BASE = "https://wire.example/tags#"
ADDRESS = "https://news.example/"
RENDER = [render_atom, render_rss]
FRAGMENTS = [(render_atom, atom_entries), (render_rss, rss_items)]


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\ufffe", "\ud800"])
@pytest.mark.parametrize("render", RENDER)
@pytest.mark.parametrize(
    "make",
    [
        lambda bad: feed(entry(id=f"urn:x{bad}")),
        lambda bad: feed(entry(url=ADDRESS + bad)),
        lambda bad: feed(entry(language="f" + bad + "r")),
        lambda bad: feed(entry(enclosures=(Enclosure(ADDRESS + bad, f"audio/{bad}mpeg"),))),
        lambda bad: feed(entry(source=Source("S", ADDRESS + bad))),
        lambda bad: feed(Entry(entry().article, ADDRESS, (Category("a:b", "a", bad, bad, True),))),
        lambda bad: feed(id="urn:x" + bad, title="T" + bad, subtitle=bad, home=ADDRESS + bad),
        lambda bad: feed(hub=ADDRESS + bad, icon=ADDRESS + bad, language="en" + bad),
        lambda bad: feed(links={"next": {"atom": ADDRESS + bad, "rss": ADDRESS + bad}}),
    ],
    ids=["id", "url", "language", "enclosure", "source", "category", "head", "hub", "next"],
)
def test_trap_one_control_character_in_an_address_spoils_the_feed(
    make: Callable[[str], Feed], render: Callable[[Feed], bytes], bad: str
) -> None:
    parsed = feedparser.parse(render(make(bad)))
    assert not parsed.bozo, parsed.get("bozo_exception")


@pytest.mark.parametrize("render", RENDER)
def test_trap_a_feed_without_title_or_subtitle_raises(render: Callable[[Feed], bytes]) -> None:
    parsed = feedparser.parse(render(feed(entry(), title=" ", subtitle="")))
    assert (parsed.feed.title, parsed.feed.subtitle) == ("Untitled", "Untitled")


def test_trap_setlocale_for_every_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """It changes the whole process, other threads included; a German one would write `Sa`."""

    def refuse(*_: object) -> str:
        raise AssertionError("the locale belongs to the process")

    monkeypatch.setattr(locale, "setlocale", refuse)
    made = render_rss(feed(entry()))
    assert b"<pubDate>Sat, 01 Mar 2025 09:30:00 +0000</pubDate>" in made
    assert b"<lastBuildDate>Sat, 01 Mar 2025 09:30:00 +0000</lastBuildDate>" in made


@pytest.mark.parametrize("render", RENDER)
@pytest.mark.parametrize("name", ["published", "updated"])
def test_trap_naive_dates_of_every_kind_are_refused(
    name: str, render: Callable[[Feed], bytes]
) -> None:
    naive = datetime(2025, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="timezone"):
        render(feed(entry(**{name: naive})))
    with pytest.raises(ValueError, match="timezone"):
        render(feed(updated=naive))


@pytest.mark.parametrize("name", ["urn:x:1", "tag:wire.example,2025:1", "ftp://news.example/1"])
def test_a_name_that_is_no_web_address_is_no_permalink(name: str) -> None:
    assert texts(rss(entry(id=name, url=name)), "item/guid/@isPermaLink") == ["false"]


@pytest.mark.parametrize("form", FORMATS)
def test_addresses_are_uris(form: str) -> None:
    """RSS and JSON Feed want them, and Atom may have them: RFC 3987 is for what people write."""
    iri, uri = "https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"
    odd = entry(id=iri, url=iri, enclosures=(Enclosure(iri),), source=Source("S", iri))
    body = render_as(form, feed(odd)).decode()
    assert body.count(uri) >= 3
    assert body.count(iri) == 1  # the id stays as it is
    assert 'isPermaLink="true"' not in body  # which is why it is no address in RSS


def test_a_feed_of_nothing_was_never_built() -> None:
    assert texts(rss(updated=NEVER), "lastBuildDate/text()") == []
    made = etree.fromstring(render_atom(feed(updated=NEVER)))  # Atom requires it
    assert texts(made, "/a:feed/a:updated/text()") == ["1970-01-01T00:00:00+00:00"]


@pytest.mark.parametrize("kind", ["x y", "", "audio", "audio/mpeg; q=1", "a/b/c"])
@pytest.mark.parametrize("form", FORMATS)
def test_trap_what_is_no_media_type_makes_atom_invalid(form: str, kind: str) -> None:
    body = render_as(form, feed(entry(enclosures=(Enclosure(ADDRESS, kind),)))).decode()
    assert "application/octet-stream" in body
    assert not kind or f'"{kind}"' not in body


SIGNS = "If a<b and c> d & AT&amp;T <script>alert(1)</script>"
PROFILE = (
    "If a&#x3C;b and c&#x3E; d &#x26; AT&#x26;amp;T &#x3C;script&#x3E;alert(1)&#x3C;/script&#x3E;"
)


@pytest.mark.parametrize(
    "fields", [{"text": SIGNS}, {"summary": SIGNS}, {"title": SIGNS, "text": ""}]
)
def test_a_description_of_rss_is_html(fields: dict[str, str]) -> None:
    """What the article says in plain text must not become markup in a reader."""
    (description,) = texts(rss(entry(**fields)), "item/description/text()")
    assert "<" not in description
    assert unescape(description) == SIGNS
    atom = etree.fromstring(render_atom(feed(entry(**fields))))
    assert texts(atom, "//a:summary/@type") == ["html"]  # untyped, readers guess
    assert unescape(texts(atom, "//a:summary/text()")[0]) == SIGNS
    parsed = feedparser.parse(render_rss(feed(entry(**fields))), sanitize_html=False)
    assert "<script>" not in parsed.entries[0].summary


def test_a_title_of_rss_is_plain_text_with_hexadecimal_references() -> None:
    """The form of the best-practice profile; parsers see the very text."""
    source = Source(SIGNS, ADDRESS)
    category = Category("a:b", "a", "b", SIGNS, True)
    odd = Entry(entry(title=SIGNS, authors=(SIGNS,), source=source).article, ADDRESS, (category,))
    made = feed(odd, title=SIGNS)
    body = render_rss(made).decode()
    assert body.count(f">{PROFILE}</") == 6  # channel, image, item, creator, source, category
    parsed = feedparser.parse(body)
    assert (parsed.feed.title, parsed.entries[0].title) == (SIGNS, SIGNS)


def test_a_description_of_the_channel_is_html() -> None:
    (description,) = texts(rss(subtitle=f"Articles tagged {SIGNS}"), "description/text()")
    assert unescape(description) == f"Articles tagged {SIGNS}"
    assert "<" not in description
    atom = etree.fromstring(render_atom(feed(subtitle=SIGNS)))
    assert texts(atom, "/a:feed/a:subtitle/text()") == [SIGNS]


@pytest.mark.parametrize(("language", "said"), [("fr", ["fr"]), ("en", []), ("", [])])
def test_the_language_of_an_entry_is_given_when_it_differs(language: str, said: list[str]) -> None:
    made = feed(entry(language=language))
    assert texts(etree.fromstring(render_atom(made)), "//a:entry/@xml:lang") == said
    assert texts(etree.fromstring(render_rss(made)), "//item/dc:language/text()") == said


@pytest.mark.parametrize(("render", "fragment"), FRAGMENTS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_feed_is_its_head_its_fragments_and_its_tail(
    language: str, render: Callable[[Feed], bytes], fragment: Fragments
) -> None:
    entries = (entry(language="fr"), entry(id="urn:x:2", title="<entry <item> ]]>"))
    newer = entries[0].article.updated + timedelta(hours=1)  # so that the head is of the feed alone
    empty = render(feed(language=language, updated=newer))
    made = b"".join(fragment(entries, BASE, language))
    tail = b"</feed>" if render is render_atom else b"</channel></rss>"
    assert (
        render(feed(*entries, language=language, updated=newer))
        == empty.removesuffix(tail) + made + tail
    )


@pytest.mark.parametrize(("render", "fragment"), FRAGMENTS)
def test_fragments_can_be_kept(
    render: Callable[[Feed, Fragments], bytes], fragment: Fragments
) -> None:
    """A caller's cache serves two feeds with the work of one, and the bytes stay the same."""
    kept: dict[tuple[str, str, str], bytes] = {}
    rendered = []

    def cached(entries: Sequence[Entry], scheme_base: str, language: str) -> list[bytes]:
        for one in entries:
            key = one.article.id, scheme_base, language
            if key not in kept:
                rendered.append(key)
                (kept[key],) = fragment([one], scheme_base, language)
        return [kept[one.article.id, scheme_base, language] for one in entries]

    first, second = feed(entry()), feed(entry(), entry(id="urn:x:2"), title="Another")
    assert render(first, cached) == render(first, fragment)
    assert render(second, cached) == render(second, fragment)
    assert len(rendered) == 2


@pytest.mark.parametrize(
    "title", ["<b>Bold</b>", "A &amp; B", "&#8211;", "</title>", "<!-- x -->", "<script>x</script>"]
)
def test_plain_text_that_looks_like_html_says_what_it_is(title: str) -> None:
    atom = etree.fromstring(render_atom(feed(entry(title=title))))
    assert texts(atom, "a:entry/a:title/@type") == ["html"]
    assert texts(atom, "a:entry/a:title/text()") == [escape(title, quote=False)]


@pytest.mark.parametrize("title", ["R&D grows", "a < b", "1 > 0", "plain"])
def test_plain_text_that_does_not_stays_as_it_is(title: str) -> None:
    atom = etree.fromstring(render_atom(feed(entry(title=title))))
    assert texts(atom, "a:entry/a:title/text()") == [title]


@pytest.mark.parametrize("source", [Source("Named alone"), Source("", ""), None])
def test_a_source_that_cannot_be_whole_is_left_out(source: Source | None) -> None:
    """atom:source needs an id and a date (RFC 4287, section 4.2.11)."""
    atom = etree.fromstring(render_atom(feed(entry(source=source))))
    assert not atom.findall(".//{*}source")


@pytest.mark.parametrize(
    "source", [Source("S & T", "https://s.example/?x=1&y=2"), Source("", "https://s.example/")]
)
def test_a_source_has_an_id_a_title_and_a_date(source: Source) -> None:
    atom = etree.fromstring(render_atom(feed(entry(source=source))))
    assert texts(atom, "//a:source/a:id/text()") == [source.url]
    assert texts(atom, "//a:source/a:title/text()") == [source.name or source.url]
    assert texts(atom, "//a:source/a:updated/text()")


TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NONCHARACTERS = "\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0005ffff\U0010ffff"


@pytest.mark.parametrize("bad", [*TURNING, *NONCHARACTERS])
@pytest.mark.parametrize("form", FORMATS)
def test_what_turns_a_line_or_is_no_character_is_left_out(form: str, bad: str) -> None:
    """In every text of an entry; the marks that Hebrew and Arabic need stay."""
    made = entry(title=f"A{bad}B", text=f"C{bad}D", authors=(f"E{bad}F",), summary=f"G{bad}H")
    body = render_as(form, feed(made)).decode()
    assert bad not in body
    assert json.dumps(bad)[1:-1] not in body
    assert "AB" in body
    assert "EF" in body
    assert "\u200f" in render_as(form, feed(entry(title="a\u200fb"))).decode()

"""What a file says is read as it was meant: encodings, pages, front matter, JSON, feeds, WordPress."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feed.errors import SourceError
from feed.model import Article, Image
from feed.sources.arrival import Arrival
from feed.sources.folder import read_file
from feed.sources.readers import Reading
from tests.conftest import ROOT

NOW = datetime.now(UTC).replace(microsecond=0)
WORDS = (
    "The ministry in Warsaw signed the contract for one hundred tanks on Friday, a spokesman said."
)


def arrivals(folder: Path, name: str, data: str | bytes) -> list[Arrival | SourceError]:
    file = folder / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return list(read_file(file, Reading("", now=NOW)))


def one(folder: Path, name: str, data: str | bytes) -> Article:
    (found,) = arrivals(folder, name, data)
    assert isinstance(found, Arrival), found
    return found.article


def page(head: str = "", body: str = f"<p>{WORDS}</p>", beside: str = "") -> str:
    return (
        f"<!DOCTYPE html><html lang=en><head><title>Poland buys K2 | The Site</title>{head}</head><body>"
        f"<header><time datetime=2024-01-01>now</time></header><article><h1>Poland buys K2</h1>{body}</article>{beside}</body></html>"
    )


ENCODINGS: list[tuple[str, str, str]] = [
    ("iso-8859-1", "cp1252", "Azerbaijan–Armenia, Israel’s, 5 €"),
    ("us-ascii", "cp1252", "Azerbaijan–Armenia, Israel’s, 5 €"),
    ("latin1", "cp1252", "naïve “quote”"),
    ("windows-1252", "cp1252", "– ’ €"),
    ("windows-1251", "cp1251", "Министерство обороны"),
    ("koi8-r", "koi8-r", "Министерство обороны"),
    ("iso-8859-2", "iso-8859-2", "Łódź i Gdańsk"),
    ("iso-8859-9", "cp1254", "Türkiye’nin İHA’ları"),
    ("gb2312", "gbk", "朱镕基签署合同"),
    ("gbk", "gb18030", "国防部合同"),
    ("big5", "big5hkscs", "國防部合約"),
    ("shift_jis", "cp932", "防衛省①"),
    ("euc-jp", "euc_jp", "防衛省"),
    ("euc-kr", "cp949", "국방부 똠"),
    ("utf-8", "utf-8", "łódź"),
    ("iso-8859-1", "utf-8", "łódź – UTF-8 that says otherwise"),
    ("utf-16", "utf-8", "łódź"),
    ("undefined", "utf-8", "łódź"),
]


@pytest.mark.parametrize(("declared", "encoding", "text"), ENCODINGS)
@pytest.mark.parametrize(
    "how",
    ["<meta charset={}>", '<meta http-equiv="Content-Type" content="text/html; charset={}">'],
)
def test_pages_are_decoded_as_browsers_do(
    tmp_path: Path, declared: str, encoding: str, text: str, how: str
) -> None:
    data = page(how.format(declared), f"<p>{text}</p><p>{WORDS}</p>").encode(encoding)
    assert text in one(tmp_path, "a.html", data).text


def test_a_mark_and_a_declaration_come_first(tmp_path: Path) -> None:
    text = page("<meta charset=koi8-r>", f"<p>Łódź. {WORDS}</p>")
    for data in (text.encode("utf-8-sig"), b"\xff\xfe" + text.encode("utf-16-le"), b"\xfe\xff" + text.encode("utf-16-be")):  # fmt: skip
        assert "Łódź" in one(tmp_path, "a.html", data).text
    data = b'<?xml version="1.0" encoding="iso-8859-2"?>' + text.encode("iso-8859-2")
    assert "Łódź" in one(tmp_path, "a.html", data).text
    assert one(tmp_path, "a.txt", b"\xff\xfe" + "Title\nŁódź".encode("utf-16-le")).text == "Łódź"


LD = '<script type="application/ld+json{}">{}</script>'
NODE = {"@type": "NewsArticle", "headline": "Poland buys K2", "datePublished": "2026-02-03T08:00:00Z",
        "author": [{"@type": "Person", "name": "Jo Doe"}, {"name": "Max Muster"}]}  # fmt: skip
LINKED: list[str] = [
    LD.format("", json.dumps(NODE)),
    LD.format("", json.dumps([NODE])),
    LD.format("", json.dumps({"@graph": [{"@type": "WebPage", "datePublished": "2020-01-01"}, NODE]})),
    LD.format("; charset=utf-8", json.dumps(NODE)),
    LD.format("", "//<![CDATA[\n" + json.dumps(NODE) + "\n//]]>"),
    LD.format("", "/*<![CDATA[*/" + json.dumps(NODE) + "/*]]>*/"),
    LD.format("", "<!-- " + json.dumps(NODE) + " -->"),
    LD.format("", json.dumps({**NODE, "@type": ["Thing", "Article"]})),
    LD.format("", json.dumps({**NODE, "@type": "https://schema.org/BlogPosting"})),
    LD.format("", json.dumps({**NODE, "@type": "schema:ReportageNewsArticle"})),
    LD.format("", json.dumps({**NODE, "@type": "NewsArticle?version=2"})),
    LD.format("", json.dumps({"@type": "WebPage", "mainEntity": NODE})),
    LD.format("", json.dumps({"@type": "ItemList", "itemListElement": [{"@type": "Article", "headline": "x"}]})) + LD.format("", json.dumps(NODE)),
    LD.format("", json.dumps([{**NODE, "headline": "Another story", "datePublished": "2020-01-01"}, NODE])),
    LD.format("", json.dumps(NODE).replace("buys K2", "buys\nK2")),
    LD.format("", json.dumps({"@graph": [{**NODE, "author": [{"@id": "#a"}, {"@id": "#b"}]}, {"@id": "#a", "name": "Jo Doe"}, {"@id": "#b", "name": "Max Muster"}]})),
    LD.format("", json.dumps({**NODE, "author": "Jo Doe and Max Muster"})),
]  # fmt: skip


@pytest.mark.parametrize("head", LINKED, ids=range(len(LINKED)))
def test_linked_data_wherever_it_stands(tmp_path: Path, head: str) -> None:
    article = one(tmp_path, "a.html", page(head))
    assert article.published == datetime(2026, 2, 3, 8, tzinfo=UTC)
    assert article.authors == ("Jo Doe", "Max Muster")


DATED: list[tuple[str, str, str, str]] = [
    ('<meta name=date content="gibberish"><meta property="article:published_time" content="2026-02-03T08:00:00Z">', "", "", "2026-02-03T08"),
    ('<meta name=date content="Feb. 3, 2026">', "", "", "2026-02-03T00"),
    ('<meta name="DC.date.issued" content="2026-02-03">', "", "", "2026-02-03T00"),
    ("", "<time datetime=2026-02-03>3 February</time>", "", "2026-02-03T00"),
    ("", "<span itemprop=datePublished content=2026-02-03>x</span>", "", "2026-02-03T00"),
    ("", "<aside><time datetime=2020-01-01>x</time></aside>", "", ""),
    ("", "<div class=related><time datetime=2020-01-01>x</time></div>", "", ""),
    ("", "", "<aside><article><time datetime=2020-01-01>x</time></article></aside>", ""),
    ("", "", "<article><h2>Other</h2><time datetime=2020-01-01>x</time></article>", ""),
    ("", "", "<footer><time datetime=2020-01-01>x</time></footer>", ""),
    ("", "", "<nav><time datetime=2020-01-01>x</time></nav>", ""),
    ('<meta name=date content="12/07/2023">', "", "", ""),
    (LD.format("", json.dumps({"@type": "WebPage", "datePublished": "2020-01-01"})), "", "", ""),
    (LD.format("", "[" * 5_000), "<time datetime=2026-02-03>x</time>", "", "2026-02-03T00"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "inside", "beside", "date"), DATED, ids=range(len(DATED)))
def test_the_date_of_a_page(tmp_path: Path, head: str, inside: str, beside: str, date: str) -> None:
    (found,) = arrivals(tmp_path, "a.html", page(head, f"<p>{WORDS}</p>{inside}<p>{WORDS}</p>", beside))  # fmt: skip
    assert isinstance(found, Arrival)
    assert found.dated == bool(date)
    assert found.article.published.isoformat().startswith(date or NOW.isoformat())


TITLES = [
    ('<meta property="og:title" content="Poland buys K2 | The Site"><meta property="og:site_name" content="The Site">', "Poland buys K2"),
    ('<meta property="og:title" content="Poland &amp;#8211; Korea &amp;amp; K2">', "Poland – Korea & K2"),
    ('<meta property="og:title" content="The Site - Poland buys K2"><meta property="og:site_name" content="The Site">', "Poland buys K2"),
    ('<meta property="og:title" content="K2 – a tank"><meta property="og:site_name" content="The Site">', "K2 – a tank"),
    ('<meta property="og:title" content="Poland buys &lt;em&gt;K2&lt;/em&gt;">', "Poland buys K2"),
    ("", "Poland buys K2"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "title"), TITLES)
def test_the_title_of_a_page(tmp_path: Path, head: str, title: str) -> None:
    assert one(tmp_path, "a.html", page(head)).title == title


def test_structure_and_pictures_survive(tmp_path: Path) -> None:
    body = (
        f"<p>{WORDS}</p><h2>Sub</h2><p>{WORDS} With <b>bold</b>, <em>stress</em> and <a href='/x'>a link</a> to see.</p>"
        "<ul><li>one thing</li><li>another thing</li></ul><blockquote><p>Quoted words of some length stand here.</p></blockquote>"
        "<table><tr><th>Kind</th><th>Number</th></tr><tr><td>K2</td><td>100</td></tr></table>"
        "<figure><img src='data:image/gif;base64,R0' data-src='/k2.jpg' alt='A tank'><figcaption>A K2 in the mud.</figcaption></figure>"
        f"<p>{WORDS}</p><p hidden>Chile</p><p aria-hidden=true>Peru</p><!-- Bolivia --><p style='display:none'>Paraguay</p>"
    )
    article = one(tmp_path, "a.html", page('<meta property="og:url" content="https://n.example/a">', body))  # fmt: skip
    for part in ("<h2>Sub</h2>", "<strong>bold</strong>", "<em>stress</em>", 'href="', "<li>one thing</li>", "<blockquote>", "<th>Kind</th>", "<td>100</td>",
                 '<img src="/k2.jpg" alt="A tank">', "<figcaption>A K2 in the mud.</figcaption>"):  # fmt: skip
        assert part in article.content, part
    assert "|" not in article.content
    for hidden in ("Chile", "Peru", "Bolivia", "Paraguay"):
        assert hidden not in article.content + article.text
    assert article.image == Image("https://n.example/k2.jpg", "A tank")


def test_languages_without_blanks_and_briefs(tmp_path: Path) -> None:
    chinese = "国防部长周五在北京签署了购买一百辆坦克的合同。" * 17
    assert one(tmp_path, "a.html", f"<meta charset=utf-8><title>合同</title><article><h1>合同</h1><p>{chinese}</p></article>").text == chinese  # fmt: skip
    thai = "กระทรวงกลาโหมลงนามในสัญญาซื้อรถถังหนึ่งร้อยคันเมื่อวันศุกร์"
    assert thai in one(tmp_path, "a.html", page(body=f"<p>{thai}</p>")).text
    brief = "Iran showed a new drone on Friday."
    assert one(tmp_path, "a.html", page(body=f"<p>{brief}</p>")).text == brief


MARKDOWN: list[tuple[str, str, str]] = [
    ("Contract signed\n===============\n\nText.", "Contract signed", "Text."),
    ("# The *Harop* and [more](https://x.example) \\& others\n\nText.", "The Harop and more & others", "Text."),
    ("# T\n\nShown.\n\n<!-- not for print -->\n\nEnd.", "T", "Shown.\n\nEnd."),
    ("# T\n\nA <b>bold</b> word, H<sub>2</sub>O.", "T", "A bold word, H2O."),
    ("+++\ntitle = \"T\"\ndate = 2026-02-03\n+++\nText.", "T", "Text."),
    ("+++\nTitle = 'T'\n[params]\na = 1\n+++\nText.", "T", "Text."),
    ('{\n  "title": "T",\n  "date": "2026-02-03"\n}\n\nText.', "T", "Text."),
    ("---\nTITLE: T\n---\nText.", "T", "Text."),
    ("---\ntitle: T\n...\nText.", "T", "Text."),
    ("# T\n\nText {{< figure src=\"x.jpg\" >}}here{{% /note %}}.", "T", "Text here."),
    ("# T\n\nText {% include x.html %}here {{ site.title }}.\n{: .lead }", "T", "Text here ."),
    ("# T\n\n{% comment %}Chile{% endcomment %}Text `{{ kept }}`.", "T", "Text {{ kept }}."),
    ("# T\n\nText[^1] ~~gone~~.\n\n[^1]: A note.", "T", "Text[1] gone.\n\nA note."),
    ("# T\n\n<p hidden>Chile</p>\n\nText.", "T", "Text."),
    ("# T\n\n<script>alert(1)</script>\n\nText.", "T", "Text."),
    ("---\ntitle: R&amp;D &#8211; <em>it</em>\n---\nText.", "R&D – it", "Text."),
]  # fmt: skip


@pytest.mark.parametrize(("data", "title", "text"), MARKDOWN, ids=range(len(MARKDOWN)))
def test_markdown(tmp_path: Path, data: str, title: str, text: str) -> None:
    article = one(tmp_path, "a.md", data)
    assert (article.title, article.text) == (title, text)


def test_a_folder_of_drafts(tmp_path: Path) -> None:
    (tmp_path / "_drafts").mkdir()
    (found,) = arrivals(tmp_path / "_drafts", "a.md", "# T\n\nText.")
    assert isinstance(found, Arrival)
    assert found.visibility.closed == "draft"


OBJECTS: list[tuple[dict[str, object], str, object]] = [
    ({"title": "Rheinmetall &#8211; KNDS &amp; BAE"}, "title", "Rheinmetall – KNDS & BAE"),
    ({"title": "AT&T < 5 > 3"}, "title", "AT&T < 5 > 3"),
    ({"title": "A <b>bold</b> title"}, "title", "A bold title"),
    ({"text": ["One.", "Two."]}, "text", "One.\n\nTwo."),
    ({"enclosure": {"url": "https://n.example/p.m4a"}}, "enclosures.0.type", "audio/mp4"),
    ({"enclosure": {"url": "https://n.example/p.epub"}}, "enclosures.0.type", "application/epub+zip"),
    ({"enclosure": {"url": "https://n.example/p.flac?x=1"}}, "enclosures.0.type", "audio/flac"),
    ({"authors": "Jo Doe and Max Muster"}, "authors", ("Jo Doe", "Max Muster")),
    ({"author": {"name": "Jo Doe"}}, "authors", ("Jo Doe",)),
    ({"author": "Jo Doe, Ann Li and Max Muster"}, "authors", ("Jo Doe", "Ann Li", "Max Muster")),
    ({"byline": "By Jo and Max Muster"}, "authors", ("Jo and Max Muster",)),
    ({"tags": ["A", {"name": "B"}, 5, "A"]}, "categories", ("A", "B")),
    ({"keywords": "a, b ,c"}, "categories", ("a", "b", "c")),
    ({"image": {"url": "https://n.example/a.jpg", "alt": "A", "width": 5, "height": "7"}}, "image", Image("https://n.example/a.jpg", "A", 5, 7)),
    ({"urlToImage": "https://n.example/a.jpg"}, "image", Image("https://n.example/a.jpg")),
    ({"language": 5, "summary": {"a": 1}, "source": [1], "image": 3}, "title", "T"),
    ({"url": "https://n.example/a", "content_html": '<p>x <img src="data:image/gif;base64,R0" data-src="/r.jpg"></p>'}, "content", '<p>x <img src="/r.jpg"></p>'),
    ({"content_html": "<p>x <img srcset='/s.jpg 100w, /l.jpg 900w'></p>"}, "content", '<p>x <img src="/l.jpg"></p>'),
    ({"content_html": "<p>x <img src='data:image/gif;base64,R0'></p>"}, "content", "<p>x </p>"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "path", "expected"), OBJECTS, ids=range(len(OBJECTS)))
def test_objects(tmp_path: Path, fields: dict[str, object], path: str, expected: object) -> None:
    found: object = one(tmp_path, "a.jsonl", json.dumps({"title": "T", "text": "x", **fields}))
    for name in path.split("."):
        found = found[int(name)] if isinstance(found, tuple) and name.isdigit() else getattr(found, name)  # fmt: skip
    assert found == expected


POST = {"id": 5, "date": "2026-01-01T10:00:00", "date_gmt": "2026-01-01T09:00:00", "link": "https://w.example/p", "title": {"rendered": "A &#8211; B"},
        "content": {"rendered": "<p>Hello <b>x</b></p>", "protected": False}, "excerpt": {"rendered": "<p>Hel</p>"}, "categories": [3]}  # fmt: skip
WXR = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:excerpt="http://wordpress.org/export/{v}/excerpt/"
 xmlns:wp="http://wordpress.org/export/{v}/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Site</title><link>https://w.example</link>
<wp:author><wp:author_login>jo</wp:author_login><wp:author_display_name>Jo Doe</wp:author_display_name></wp:author>
<item><title>One</title><link>https://w.example/one</link><dc:creator>jo</dc:creator><content:encoded><![CDATA[<!-- wp:p -->Para one

Para two [gallery ids="1"]]]></content:encoded><excerpt:encoded><![CDATA[Short.]]></excerpt:encoded><wp:post_date_gmt>2026-01-01 10:00:00</wp:post_date_gmt>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type><category domain="category">News</category></item>
<item><title>Two</title><wp:status>draft</wp:status><wp:post_type>post</wp:post_type><content:encoded>x</content:encoded></item>
<item><title>Three</title><wp:status>publish</wp:status><wp:post_password>p</wp:post_password><wp:post_type>post</wp:post_type><content:encoded>x</content:encoded></item>
<item><title>Logo</title><wp:post_type>attachment</wp:post_type></item></channel></rss>"""


def test_wordpress(tmp_path: Path) -> None:
    for data in (POST, [POST]):
        article = one(tmp_path, "posts.json", json.dumps(data))
        assert (article.title, article.id, article.text) == (
            "A – B",
            "https://w.example/p",
            "Hello x",
        )
        assert article.published == datetime(2026, 1, 1, 9, tzinfo=UTC)
    for version in ("1.0", "1.1", "1.2"):
        found = arrivals(tmp_path, "export.xml", WXR.replace("{v}", version))
        first, *rest = [f for f in found if isinstance(f, Arrival)]
        assert [r.visibility.closed for r in rest] == ["draft", "behind a password"]
        assert (first.article.text, first.article.summary) == ("Para one\n\nPara two", "Short.")
        assert (first.article.authors, first.article.categories) == (("Jo Doe",), ("News",))


FEED_FILES = {
    "feed.json": '{"version":"https://jsonfeed.org/version/1.1","title":"F","items":[{"id":"1","url":"https://f.example/1","title":"One &amp; two","content_html":"<p>Hello</p>","date_published":"2026-01-01T00:00:00Z"}]}',
    "rss.xml": '<rss version="2.0"><channel><title>F</title><link>https://f.example</link><item><title>One &amp;amp; two</title><link>https://f.example/1</link><pubDate>Thu, 01 Jan 2026 02:00:00 CEST</pubDate><description>&lt;p&gt;Hello&lt;/p&gt;</description></item></channel></rss>',
    "a.atom": '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>https://f.example/1</id><link href="https://f.example/1"/><title>One &amp; two</title><published>2026-01-01T00:00:00Z</published><content type="html">&lt;p&gt;Hello&lt;/p&gt;</content></entry></feed>',
    "a.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>F</title></channel><item rdf:about="https://f.example/1"><title>One &amp;amp; two</title><link>https://f.example/1</link><description>Hello</description><dc:date>2026-01-01T00:00:00Z</dc:date></item></rdf:RDF>',
}  # fmt: skip


@pytest.mark.parametrize("name", FEED_FILES)
def test_feeds_are_read_as_files(tmp_path: Path, name: str) -> None:
    article = one(tmp_path, name, FEED_FILES[name])
    assert (article.title, article.text, article.url) == (
        "One & two",
        "Hello",
        "https://f.example/1",
    )
    assert article.published == datetime(2026, 1, 1, tzinfo=UTC)
    assert article.source
    assert article.source.name == "F"


@pytest.mark.parametrize(
    "data", ['{"a": 1}', "5", '"x"', "[", '{"version": 2, "dependencies": {}}']
)
def test_other_json_is_refused(tmp_path: Path, data: str) -> None:
    (error,) = arrivals(tmp_path, "package.json", data)
    assert isinstance(error, SourceError)


def test_cases_that_were_reported(tmp_path: Path) -> None:
    """Each is right as it stands there."""
    beside = ROOT.parent / "shared" / "cases" / "reported.json"
    if not beside.exists():
        pytest.skip("no cases beside the checkout")
    for case in json.loads(beside.read_text()):
        if case["kind"] in ("dates", "json", "markdown") and case["id"] != "M8":
            name = f"{case['id']}.{'md' if case['kind'] == 'markdown' else 'jsonl'}"
            article = one(tmp_path, name, case["input"])
            said = f"{article.published:%Y-%m-%dT%H:%M:%SZ} {article.title}\n{article.text}\n{article.content} {[e.type for e in article.enclosures]}"  # fmt: skip
            want = case["want"].partition(" (")[0].replace("https://news.example/real", "/real")
            assert want in said, (case["id"], said)

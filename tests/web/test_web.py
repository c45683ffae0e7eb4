"""The web as clients see it: URLs, status codes, validators, pages."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import quote, unquote

import brotli
import pytest
import zstandard
from flask.testing import FlaskClient
from lxml import etree, html
from prometheus_client.parser import text_string_to_metric_families

from feed.model import Source
from feed.publisher import Publisher
from feed.publishing.feeds import PAGE
from feed.taxonomy.taxonomy import Taxonomy
from feed.web import create_app
from feed.web.conditional import knows
from feed.web.listing import READERS
from tests.conftest import Make

BASE = "https://wire.example"


@pytest.fixture
def client(publisher: Publisher, make: Make) -> Iterator[FlaskClient]:
    publisher.archive.ingest([
        make(1, "Azerbaijan shows Harop", "It was used against Armenia.", url="https://news.example/1"),
        make(2, "Israel's <Rafael> & Iran", "Michael Jordan saw a <b>Spike missile</b>."),
    ])  # fmt: skip
    with create_app(publisher).test_client() as client:
        yield client


FEEDS = [
    ("/feed.atom", "application/atom+xml"),
    ("/country/azerbaijan.atom", "application/atom+xml"),
    ("/weapon/loitering-munition.rss", "application/rss+xml"),
    ("/feed.rss?q=country:iran", None),
    ("/feed.json?q=country:azerbaijan weapon:loitering-munition -country:turkey", "application/feed+json"),
    ("/origin/israel.json", "application/feed+json"),
    ("/maker/iai.atom", "application/atom+xml"),
    ("/tags.opml", "text/x-opml"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "media_type"), FEEDS)
def test_feeds_and_their_types(client: FlaskClient, path: str, media_type: str | None) -> None:
    answer = client.get(path)
    if media_type is None:  # one tag has one address
        assert (answer.status_code, answer.location) == (308, f"{BASE}/country/iran.rss")
        return
    assert answer.status_code == 200
    assert answer.content_type == f"{media_type}; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [p for p, t in FEEDS if t])
def test_conditional_requests(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    for header in (etag, f"W/{etag}", f'"x", {etag}', "*", etag[:-1] + '-gzip"'):
        again = client.get(path, headers={"If-None-Match": header})
        assert (again.status_code, again.data) == (304, b""), header
        for name in ("ETag", "Cache-Control", "Vary"):
            assert again.headers[name] == first.headers[name]
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/country/azerbaijan", "/tags", *[p for p, t in FEEDS if t]])
def test_head_equals_get(client: FlaskClient, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert head.data == b""
    assert {k: v for k, v in head.headers if k != "Date"} == {
        k: v for k, v in get.headers if k != "Date"
    }


@pytest.mark.parametrize("path", ["/", "/feed.atom", "/country/azerbaijan"])
def test_other_methods_are_refused_with_allow(client: FlaskClient, path: str) -> None:
    answer = client.post(path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_validators_compare_weakly() -> None:
    assert knows('W/"a", "b"', '"b"')
    assert not knows('"ab"', '"b"')
    assert not knows("", '"b"')


def test_unknown_tag_is_404_with_suggestions(client: FlaskClient) -> None:
    answer = client.get("/country/azerbaijn.atom")
    assert answer.status_code == 404
    assert "country:azerbaijan" in answer.text
    page = client.get("/country/azerbaijn", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "/search?q=country%3Aazerbaijan" in page.text


def test_bad_expression_is_400_with_position(client: FlaskClient) -> None:
    answer = client.get("/feed.atom?q=country:iran (")
    assert answer.status_code == 400
    assert "position 15" in answer.text
    page = client.get("/search?q=country:iran (", headers={"Accept": "text/html"})
    assert page.status_code == 400
    assert "country:iran (\n              ^" in html.fromstring(page.text).findtext(".//pre")


def test_a_suggestion_keeps_the_rest_of_the_question(client: FlaskClient) -> None:
    q = {"q": "country:azerbaijan -contry:armenia@main drones"}
    answer = client.get("/search", query_string=q, headers={"Accept": "text/html"})
    page = html.fromstring(answer.text)
    (link,) = page.xpath("//a[text()='country:armenia']/@href")
    assert unquote(link) == "/search?q=country:azerbaijan -country:armenia@main drones"
    assert answer.text.lower().count("did you mean") == 1
    assert client.get("/search", query_string=q).text.count("did you mean") == 1


def test_a_retired_tag_in_a_question(client: FlaskClient) -> None:
    for q in ("country:yugoslavia", "(country:yugoslavia@main)"):
        for path in ("/feed.atom", "/search", "/api/v1/expression"):
            answer = client.get(path, query_string={"q": q})
            assert answer.status_code == 410, (path, q)
            assert "the tag 'country:yugoslavia' was retired" in answer.text
    for q in ("country:iran -country:yugoslavia", "-country:yugoslavia"):
        answer = client.get("/feed.atom", query_string={"q": q})
        assert answer.status_code == 400
        assert "the tag 'country:yugoslavia' was retired (at position" in answer.text


def test_renamed_and_retired_tags(client: FlaskClient) -> None:
    for path in ("/country/turkiye", "/country/turkiye.rss"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (
            308,
            BASE + path.replace("turkiye", "turkey"),
        )
    assert client.get("/country/yugoslavia.atom").status_code == 410
    assert client.get("/country/yugoslavia").status_code == 410


def test_sources_in_every_script_have_feeds(
    client: FlaskClient, publisher: Publisher, make: Make
) -> None:
    publisher.archive.ingest([
        make(10, "Дроны", source=Source("Красная звезда"), language="ru"),
        make(11, "无人机", source=Source("解放军报"), language="zh"),
        make(12, "Drones", source=Source("Défense & Sécurité"), language="pt-BR"),
        make(13, "Stars", source=Source("★")),
    ])  # fmt: skip
    for asked, key, title in (
        ("source:Красная-Звезда", "source:красная-звезда", "Дроны"),
        ("source:解放军报", "source:解放军报", "无人机"),
        ("source:défense-sécurité", "source:defense-securite", "Drones"),
        ("lang:pt-BR", "lang:pt", "Drones"),
        ("LANG:pt_br", "lang:pt", "Drones"),
    ):
        path = "/" + quote(key.replace(":", "/"))
        moved = client.get("/feed.json", query_string={"q": asked})
        assert (moved.status_code, moved.location) == (308, f"{BASE}{path}.json")
        feed = client.get(f"{path}.json")
        assert [item["title"] for item in feed.get_json(force=True)["items"]] == [title]
        assert f'<{BASE}{path}.json>; rel="self"' in feed.headers["Link"]
        found = client.get("/api/v1/expression", query_string={"q": f"-{asked}"}).get_json()
        assert (found["q"], found["total"]) == (f"-{key}", 5)
    assert client.get("/feed.json", query_string={"q": "source:★"}).status_code == 400


def test_an_empty_result_is_a_valid_feed(client: FlaskClient) -> None:
    answer = client.get("/country/oman.atom")
    assert answer.status_code == 200
    assert etree.fromstring(answer.data).findall("{http://www.w3.org/2005/Atom}entry") == []


@pytest.mark.parametrize("extra", ["utm_source=x", "_=123", "q2=z"])
def test_unknown_parameters_are_ignored(client: FlaskClient, extra: str) -> None:
    plain = client.get("/country/iran.atom")
    assert client.get(f"/country/iran.atom?{extra}").data == plain.data


@pytest.mark.parametrize("before", ["x", "-1", "1.5", "9" * 30, "²"])
def test_a_bad_cursor_is_400(client: FlaskClient, before: str) -> None:
    assert client.get("/feed.atom", query_string={"before": before}).status_code == 400


def test_equal_questions_have_one_document(client: FlaskClient) -> None:
    one = client.get("/feed.atom?q=country:israel country:iran")
    other = client.get("/feed.atom?q=country:iran AND (country:israel)")
    assert one.data == other.data
    assert one.headers["ETag"] == other.headers["ETag"]
    assert "q=country:iran%20country:israel" in one.headers["Link"]


def test_pages_lead_to_their_own_feed_first(client: FlaskClient) -> None:
    for path, feed in (
        ("/", f"{BASE}/feed.atom"),
        ("/country/azerbaijan", f"{BASE}/country/azerbaijan.atom"),
        (
            "/search?q=country:iran country:israel",
            f"{BASE}/feed.atom?q=country:iran%20country:israel",
        ),
    ):
        page = html.fromstring(client.get(path).text)
        links = page.xpath("//link[@rel='alternate']/@href")
        assert links[0] == feed


def test_next_links_walk_to_the_first_article(
    client: FlaskClient, publisher: Publisher, make: Make
) -> None:
    publisher.archive.ingest(make(n, f"Oman {n}") for n in range(10, 10 + 2 * PAGE + 3))
    seen: list[str] = []
    url = "/country/oman.json"
    while url:
        document = json.loads(client.get(url).data)
        seen += [item["title"] for item in document["items"]]
        url = document.get("next_url", "").removeprefix(BASE)
    assert seen == [f"Oman {n}" for n in reversed(range(10, 10 + 2 * PAGE + 3))]
    page = html.fromstring(client.get("/country/oman").text)
    (older,) = page.xpath("//a[@rel='next']/@href")
    assert f"Oman {10 + PAGE + 2}" in client.get(older.removeprefix(BASE)).text


def test_an_article_shows_marks_reasons_and_rejections(
    client: FlaskClient, publisher: Publisher
) -> None:
    entry = publisher.pages.page(publisher.archive.parse("country:iran")).entries[0]
    page = html.fromstring(client.get(f"/article/{entry.article.slug}").text)
    assert "Spike missile" in page.xpath("//article//a[contains(@class, 'mark')]/text()")
    assert page.xpath("//article/h1")[0].text_content() == entry.article.title  # markup stays text
    assert not page.xpath("//article//b")
    rejected = page.xpath("//details[@class='rejected']")[0].text_content()
    assert "person name" in rejected


def test_people_get_a_page_that_says_why(client: FlaskClient, publisher: Publisher) -> None:
    q = "country:azerbaijan maker:iai -country:armenia"
    page = html.fromstring(client.get("/search", query_string={"q": q}).text)
    (why,) = page.xpath("//details[@class='excluded']//a[text()='why']/@href")
    assert why.startswith(f"{BASE}/article/")
    page = html.fromstring(client.get(why.removeprefix(BASE)).text)
    (section,) = page.xpath("//section[@class='why']")
    said = " ".join(section.text_content().split())
    assert "Why this article is not in Azerbaijan and systems made by Israel Aerospace" in said
    assert "yes maker:iai it follows from weapon:harop (main)" in said
    assert "no -country:armenia yes country:armenia mention" in said
    assert page.xpath("//input[@name='q']/@value") == [str(publisher.archive.parse(q))]
    plain = why.partition("?")[0].removeprefix(BASE)
    assert "Why this article" not in client.get(plain).text
    assert client.get(plain, query_string={"q": "("}).status_code == 400
    publisher.access.create(publisher.archive.parse("country:azerbaijan"))
    assert client.get(why.removeprefix(BASE)).status_code in (403, 404)


def test_article_pages_that_do_not_exist(client: FlaskClient) -> None:
    assert client.get("/article/0123").status_code == 404


def test_tags_page_counts(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/tags").text)
    (chip,) = page.xpath("//p[contains(@class, 'wall')]/a[@href='/weapon/uav']")
    assert chip.text_content().split()[-1] == "1"


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").data == b"ok\n"


def test_errors_have_pages_too(client: FlaskClient) -> None:
    assert client.get("/no/such/page", headers={"Accept": "text/html"}).status_code == 404


def test_a_page_runs_no_foreign_code(client: FlaskClient) -> None:
    assert "default-src 'none'" in client.get("/").headers["Content-Security-Policy"]


CODINGS = [
    (None, None),
    ("", None),
    ("gzip", "gzip"),
    ("x-gzip", "gzip"),
    ("gzip, deflate, br", "br"),
    ("gzip, deflate, br, zstd", "br"),
    ("zstd;q=1, br;q=0.5", "zstd"),
    ("gzip;q=1.0, br;q=0", "gzip"),
    ("gzip;q=0, br;q=0, zstd;q=0", None),
    ("*", "br"),
    ("*;q=0", None),
    ("identity, gzip;q=0.5", None),
    ("gzip;q=0.5, identity;q=0.1", "gzip"),
    ("compress, deflate", None),
    ("gzip;q=nonsense", None),
]


@pytest.mark.parametrize(("accepted", "expected"), CODINGS)
def test_content_coding_by_quality(
    client: FlaskClient, accepted: str | None, expected: str | None
) -> None:
    plain = client.get("/feed.atom")
    headers = {} if accepted is None else {"Accept-Encoding": accepted}
    answer = client.get("/feed.atom", headers=headers)
    assert answer.headers.get("Content-Encoding") == expected
    decode: dict[str | None, Callable[[bytes], bytes]] = {
        None: bytes, "gzip": gzip.decompress, "br": brotli.decompress,
        "zstd": zstandard.ZstdDecompressor().decompress,
    }  # fmt: skip
    assert decode[expected](answer.data) == plain.data
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    assert (answer.headers["ETag"] == plain.headers["ETag"]) == (expected is None)
    # the validator of any coding is known again, in every coding
    again = client.get("/feed.atom", headers={**headers, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/feed", "/feed.atom"),
        ("/rss", "/feed.rss"),
        ("/atom.xml", "/feed.atom"),
        ("/feed.xml", "/feed.atom"),
        ("/index.xml", "/feed.rss"),
        ("/rss.xml?q=country:iran", "/country/iran.rss"),
        ("/feed?q=country:iran+harop", "/feed.atom?q=country:iran%20harop"),
        ("/country/azerbaijan/feed", "/country/azerbaijan.atom"),
        ("/country/azerbaijan/rss", "/country/azerbaijan.rss"),
        ("/country/azerbaijan.xml", "/country/azerbaijan.atom"),
        ("/feed/", "/feed"),
        ("/rss/?q=country:iran+%C3%A9", "/rss?q=country:iran+%C3%A9"),
        ("/country/azerbaijan/", "/country/azerbaijan"),
        ("/country/azerbaijan/feed//", "/country/azerbaijan/feed"),
    ],
)
def test_addresses_that_people_try(client: FlaskClient, path: str, to: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (308, BASE + to)


def test_a_slash_at_the_end_of_nothing_is_nothing(client: FlaskClient) -> None:
    for path in ("/nothing/", "/static/", "/country/"):
        assert client.get(path).status_code == 404, path


def test_what_browsers_and_robots_ask_for(client: FlaskClient) -> None:
    with client.get("/favicon.ico") as icon:
        assert icon.content_type == "image/png"
    robots = client.get("/robots.txt").text
    assert "Disallow: /search" in robots
    assert client.get("/readyz").text == "ok\n"


def test_ranges_are_refused_politely(client: FlaskClient) -> None:
    answer = client.get("/feed.atom", headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.headers["Accept-Ranges"]) == (200, "none")
    assert "Content-Range" not in answer.headers


def test_a_tags_months_are_walked_without_loss(publisher: Publisher, make: Make) -> None:
    client = create_app(publisher).test_client()
    hours = [n * 24 * 5 for n in range(80)]  # thirteen months, every five days
    publisher.archive.ingest(make(hour, f"Iran {hour}") for hour in hours)
    feed = client.get("/country/iran.atom")
    root = etree.fromstring(feed.data)
    atom, fh = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/history/1.0}"

    def link(root: etree._Element, rel: str) -> str | None:
        return next(
            (e.get("href") for e in root.findall(f"{atom}link") if e.get("rel") == rel), None
        )

    seen = [e.findtext(f"{atom}id") for e in root.findall(f"{atom}entry")]
    assert len(seen) == PAGE
    walked = set(seen)
    address = link(root, "prev-archive")
    months = []
    while address:
        months.append(address.removeprefix(f"{BASE}/country/iran/"))
        answer = client.get(address.removeprefix(BASE))
        assert answer.status_code == 200
        assert f'<{address}>; rel="self"' in answer.headers["Link"]
        root = etree.fromstring(answer.data)
        assert root.find(f"{fh}archive") is not None
        assert link(root, "current") == f"{BASE}/country/iran.atom"
        walked.update(e.findtext(f"{atom}id") for e in root.findall(f"{atom}entry"))
        address = link(root, "prev-archive")
    assert len(walked) == len(hours)
    assert months[0] == "2026-01.atom"
    assert months[-1] == "2025-01.atom"
    old = client.get("/country/iran/2025-03.rss")
    assert "max-age=86400" in old.headers["Cache-Control"]
    publisher.archive.ingest([make(24 * 500, "Iran again")])
    assert client.get("/country/iran/2025-03.rss").data == old.data  # a new article changes no past
    later = json.loads(client.get("/country/iran/2025-03.json").data)
    assert later["next_url"] == f"{BASE}/country/iran/2025-02.json"
    empty = client.get("/country/iran/2019-01.atom")
    assert empty.status_code == 404
    assert "no article from 2019-01 that carries 'country:iran'" in empty.text
    assert client.get("/country/iran/2025-13.atom").status_code == 404
    assert client.get("/country/nowhere/2025-03.atom").status_code == 404


def test_a_browser_gets_a_feed_as_a_page(client: FlaskClient) -> None:
    plain = client.get("/country/azerbaijan.rss")
    opened = client.get("/country/azerbaijan.rss", headers={"Accept": "text/html,*/*;q=0.8"})
    assert opened.content_type == "application/xml; charset=utf-8"
    assert opened.data == plain.data
    assert (
        b'<?xml-stylesheet type="text/css" href="https://wire.example/static/feed.css"?>'
        in opened.data
    )
    assert opened.headers["ETag"] == plain.headers["ETag"][:-1] + '-view"'
    again = client.get("/country/azerbaijan.rss", headers={"If-None-Match": opened.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/feed.json", headers={"Accept": "text/html"}).content_type.startswith(
        "application/feed+json"
    )


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
        ("text/html, */*", "application/xml"),
        ("text/html, application/atom+xml;q=0.5", "application/xml"),
        ("application/atom+xml, text/html;q=0.1", "application/atom+xml"),
        ("application/rss+xml, application/atom+xml, text/html", "application/atom+xml"),
        ("text/html;q=0.1, */*", "application/atom+xml"),
        ("text/html;q=0", "application/atom+xml"),
        ("*/*", "application/atom+xml"),
    ],
)
def test_a_feed_is_a_page_for_who_likes_pages_better(
    client: FlaskClient, accept: str, media_type: str
) -> None:
    assert client.get("/feed.atom", headers={"Accept": accept}).mimetype == media_type


def test_every_page_names_the_newest_in_all_formats(client: FlaskClient) -> None:
    for path in ("/", "/tags", "/country/iran"):
        page = html.fromstring(client.get(path).text)
        links = page.xpath("//head/link[@rel='alternate']/@href")
        assert links[-3:] == [f"{BASE}/feed.{form}" for form in ("atom", "rss", "json")]


def test_all_tags_are_concepts_for_who_asks(client: FlaskClient) -> None:
    for accept, path in (("text/turtle", "/tags.ttl"), ("application/ld+json", "/tags.jsonld")):
        answer = client.get("/tags", headers={"Accept": accept})
        assert (answer.mimetype, answer.data) == (accept, client.get(path).data)
        assert "Accept" in answer.headers["Vary"]
    page = client.get("/tags", headers={"Accept": "text/html, text/turtle;q=0.5"})
    assert page.mimetype == "text/html"
    assert page.headers["Vary"] == "Accept, Accept-Encoding"


def test_a_list_shows_main_tags_and_folds_the_rest(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([
        make(1, "Iran shows Harop", "Seen in Iran. " * 9 + "It was used in Oman, Chad, Georgia near Tbilisi and Jordan near Amman."),
    ])  # fmt: skip
    page = html.fromstring(create_app(publisher).test_client().get("/").text)
    (item,) = page.xpath("//article[@class='item']")
    entry = publisher.pages.page(publisher.archive.parse("")).entries[0]
    labels = {category.label for category in entry.categories if not category.implied}
    main = {
        "Iran",
        "Harop",
    }  # that it is a loitering munition is folded; what only follows is on its page
    assert main < {category.label for category in entry.categories if category.main}
    shown = item.xpath(".//*[contains(@class, 'chip ')][not(ancestor::details)]")
    folded = item.xpath(".//details//*[contains(@class, 'chip ')]")
    assert {chip.text for chip in shown} == main
    assert {chip.text for chip in folded} == labels - main
    assert item.findtext(".//summary") == f"+ {len(folded)} more"


def test_a_class_in_the_title_is_shown_whatever_else_is_named(
    publisher: Publisher, make: Make
) -> None:
    publisher.archive.ingest(
        [make(1, "Loitering munitions for Iran", "Israel has drones. " * 4 + "One is a Harop.")]
    )
    page = html.fromstring(create_app(publisher).test_client().get("/").text)
    shown = page.xpath("//article//*[contains(@class, 'chip ')][not(ancestor::details)]")
    assert "Loitering munition" in {chip.text for chip in shown}


def test_a_long_word_breaks_wherever_it_stands(client: FlaskClient) -> None:
    with client.get("/static/style.css") as style:
        (rule,) = re.findall(r"(?m)^main \{(.*)\}$", style.get_data(as_text=True))
    assert "overflow-wrap: anywhere" in rule  # in authors, headlines and evidence alike


def test_figures_for_a_monitor(client: FlaskClient) -> None:
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    figures = {name: family.samples[0].value for name, family in families.items()}
    assert (figures["tagwire_articles"], figures["tagwire_stale_articles"]) == (2, 0)
    assert figures.keys() == {
        f"tagwire_{n}" for n in ("articles", "tags", "version", "stale_articles", "sources")
    }
    assert {family.type for family in families.values()} == {"gauge"}
    modern = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert modern.content_type.startswith("application/openmetrics-text")
    assert modern.text.endswith("# EOF\n")


def test_a_base_with_a_path_is_in_links_and_redirects(
    publisher: Publisher, small: Taxonomy, make: Make
) -> None:
    base = "http://localhost/wire"  # the proxy in front takes /wire away
    below = Publisher(replace(publisher.settings, base_url=base), small)
    below.archive.ingest([make(1, "Iran shows Harop")])
    client = create_app(below).test_client()
    for path, to in (
        ("/country//iran?q=x", "/country/iran?q=x"),
        ("/feed", "/feed.atom"),
        ("/search?q=country:iran", "/country/iran"),
        ("/country/turkiye", "/country/turkey"),
    ):
        assert client.get(path).location == base + to
    for path in ("/", "/country/iran", "/tags", "/no/such/page"):
        page = html.fromstring(client.get(path, headers={"Accept": "text/html"}).text)
        for link in page.xpath("//@href | //@action"):
            elsewhere = ("#", "feed:", *(address for _, address in READERS))
            assert link.startswith(("/wire/", base, *elsewhere)), (path, link)
    assert "Disallow: /wire/search" in client.get("/robots.txt").text
    below.close()


def test_a_tag_is_a_concept_for_who_asks(client: FlaskClient) -> None:
    for accept in ("text/turtle", "application/ld+json", "text/turtle;q=0.9, text/html;q=0.1"):
        answer = client.get("/country/azerbaijan", headers={"Accept": accept})
        assert answer.mimetype == accept.partition(";")[0]
        assert b"https://wire.example/country/azerbaijan" in answer.data
        assert "Accept" in answer.headers["Vary"]
    for accept in ("text/html", "*/*", "text/html, text/turtle"):
        page = client.get("/country/azerbaijan", headers={"Accept": accept})
        assert page.mimetype == "text/html"
        assert page.headers["Vary"] == "Accept, Accept-Encoding"
    assert client.get("/tags.ttl").mimetype == "text/turtle"
    whole = client.get("/tags.jsonld")
    assert whole.mimetype == "application/ld+json"
    again = client.get("/tags.jsonld", headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304


def links_of(client: FlaskClient, path: str) -> dict[str, str]:
    """The links of a page that change its question: what they say -> the question they lead to."""
    page = html.fromstring(client.get(path).text)
    found = page.xpath("//ul[@class='question']//a | //aside//a")
    return {
        (link.get("aria-label") or link.text_content()): unquote(link.get("href")) for link in found
    }


def test_the_headline_question_can_be_clicked_together(client: FlaskClient) -> None:
    path = "/country/azerbaijan"
    path = links_of(client, path)["not mainly Armenia"].removeprefix(BASE)
    assert path == "/search?q=country:azerbaijan -country:armenia@main"
    links = links_of(client, path)
    assert links["without Armenia"] == f"{BASE}/search?q=country:azerbaijan -country:armenia"
    assert links["Remove: not mainly Armenia"] == f"{BASE}/country/azerbaijan"
    assert links["mainly Azerbaijan"].endswith("?q=country:azerbaijan@main -country:armenia@main")


def test_every_link_of_a_page_can_be_asked(client: FlaskClient) -> None:
    for q in ("country:azerbaijan", "harop -country:iran", "country:iran | country:armenia", ""):
        for path in links_of(client, f"/search?q={q}" if q else "/").values():
            assert client.get(path.removeprefix(BASE)).status_code in (200, 302), path


def test_tags_are_completed_by_any_name(client: FlaskClient) -> None:
    found = client.get("/api/v1/tags?q=Azeri&limit=3").json
    assert found is not None
    assert found["tags"][0] == {
        "key": "country:azerbaijan", "scheme": "country", "label": "Azerbaijan", "name": "Azeri", "articles": 1,
    }  # fmt: skip
    assert client.get("/api/v1/tags?q=&limit=x").json == {"tags": []}


@pytest.mark.parametrize(
    "query", ["q=Azeri", "q=nothing-at-all", "sort=name", "scheme=weapon&page=99999999", "page=x"]
)
def test_all_tags_can_be_looked_through(client: FlaskClient, query: str) -> None:
    page = client.get(f"/tags?{query}")
    assert page.status_code == 200
    assert ("country:azerbaijan" in page.text) == (query == "q=Azeri")


def test_the_examples_of_the_syntax_run(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/syntax").text)
    examples = page.xpath("//main//a[contains(@href, '?q=')]/@href")
    assert len(examples) > 10
    for path in examples:
        assert client.get(path).status_code in (200, 302), path

"""The web as clients see it: URLs, status codes, validators, pages."""

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from feed.publisher import PAGE, Publisher
from feed.web import create_app
from feed.web.feeds import knows
from tests.conftest import Make

BASE = "https://wire.example"


@pytest.fixture
def client(publisher: Publisher, make: Make) -> Iterator[FlaskClient]:
    publisher.ingest([
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


def test_renamed_and_retired_tags(client: FlaskClient) -> None:
    for path in ("/country/turkiye", "/country/turkiye.rss"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (
            308,
            BASE + path.replace("turkiye", "turkey"),
        )
    assert client.get("/country/yugoslavia.atom").status_code == 410
    assert client.get("/country/yugoslavia").status_code == 410


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
    publisher.ingest(make(n, f"Oman {n}") for n in range(10, 10 + 2 * PAGE + 3))
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
    entry = publisher.page(publisher.parse("country:iran")).entries[0]
    page = html.fromstring(client.get(f"/article/{entry.article.slug}").text)
    assert "Spike missile" in page.xpath("//article//a[contains(@class, 'mark')]/text()")
    assert page.xpath("//article/h1")[0].text_content() == entry.article.title  # markup stays text
    assert not page.xpath("//article//b")
    rejected = page.xpath("//ul[@class='rejected']")[0].text_content()
    assert "person name" in rejected


def test_article_pages_that_do_not_exist(client: FlaskClient) -> None:
    assert client.get("/article/0123").status_code == 404


def test_tags_page_counts(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/tags").text)
    (chip,) = page.xpath("//a[@href='/weapon/uav']")
    assert chip.text_content().split()[-1] == "1"


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").data == b"ok\n"


def test_errors_have_pages_too(client: FlaskClient) -> None:
    assert client.get("/no/such/page", headers={"Accept": "text/html"}).status_code == 404


def test_a_page_runs_no_foreign_code(client: FlaskClient) -> None:
    assert "default-src 'none'" in client.get("/").headers["Content-Security-Policy"]

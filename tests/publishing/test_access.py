"""Private feeds: tokens, and a password for the whole site."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from feed.errors import Forbidden, NotFound
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.taxonomy import Taxonomy
from feed.web import create_app
from tests.conftest import Make

Q = "country:iran -country:israel"
BASE = "https://wire.example"


def links_of(link: str) -> dict[str, str]:
    """A Link header as rel -> address."""
    return {rel: href for href, rel in re.findall(r'<([^>]*)>; rel="([^"]*)"', link)}


@pytest.fixture
def publisher(database: str, small: Taxonomy, make: Make) -> Iterator[Publisher]:
    publisher = Publisher(Settings(database=database, base_url="https://wire.example"), small)
    publisher.archive.ingest([make(1, "Iran"), make(2, "Israel")])
    yield publisher
    publisher.close()


@pytest.fixture
def closed(tmp_path: Path, small: Taxonomy, make: Make) -> Iterator[Publisher]:
    settings = Settings(database=f"sqlite:///{tmp_path}/x.db", basic="jo:s:cret")
    publisher = Publisher(settings, small)
    publisher.archive.ingest([make(1, "Iran")])
    yield publisher
    publisher.close()


def test_a_feed_with_a_token_is_private_until_the_last_is_revoked(publisher: Publisher) -> None:
    asked = publisher.archive.parse(Q)
    assert publisher.access.permit(asked, "") is False
    token = publisher.access.create(asked, "Jo")
    assert publisher.access.permit(asked, token) is True
    for wrong in ("", "x", token[:-1]):
        with pytest.raises(Forbidden):
            publisher.access.permit(asked, wrong)
    other = publisher.archive.parse("country:iran")
    assert publisher.access.permit(other, "") is False
    with pytest.raises(Forbidden):  # a token opens one feed
        publisher.access.permit(other, token, open_to_all=False)
    (listed,) = publisher.access.tokens()
    assert (listed.expression, listed.name) == (str(asked), "Jo")
    assert publisher.access.revoke(listed.id) == listed
    assert publisher.access.permit(asked, "") is False
    with pytest.raises(NotFound):
        publisher.access.revoke(listed.id)
    with pytest.raises(NotFound):
        publisher.access.revoke("")


def test_a_feed_stays_private_under_another_name(publisher: Publisher) -> None:
    for text in ("country:turkiye", "country:iran -(country:israel | country:oman)"):
        token = ("0" * 64, text, "Jo", "2026-01-01T00:00:00+00:00")  # as an earlier Tagwire kept it
        with publisher.archive.store.writing() as writer:
            writer.put_token(token)
            writer.next_version()
        publisher.archive.refresh()
        asked = publisher.archive.parse(text)
        assert str(asked) != text
        assert not publisher.access.is_open(asked)
        with pytest.raises(Forbidden):
            publisher.access.permit(asked, "")
        publisher.access.revoke("0" * 64)


def test_the_token_itself_is_not_kept(publisher: Publisher) -> None:
    token = publisher.access.create(publisher.archive.parse(Q))
    assert token not in repr(publisher.archive.store.tokens())


def test_another_process_notices(publisher: Publisher, small: Taxonomy) -> None:
    other = Publisher(publisher.settings, small)
    asked = publisher.archive.parse(Q)
    assert other.access.permit(asked, "") is False
    publisher.access.create(asked)
    with pytest.raises(Forbidden):
        other.access.permit(asked, "")
    other.close()


def test_private_answers(publisher: Publisher) -> None:
    client = create_app(publisher).test_client()
    token = publisher.access.create(publisher.archive.parse("country:iran"))
    for path in ("/country/iran.atom", "/country/iran.json", "/country/iran", "/api/v1/expression?q=country:iran",
                 "/country/iran/2025-01.atom"):  # fmt: skip
        refused = client.get(path)
        assert refused.status_code == 403, path
        assert refused.headers["Cache-Control"] == "private, no-store"
        with_token = path + ("&" if "?" in path else "?") + f"token={token}"
        for accept in ("text/html", "text/turtle", "*/*"):
            answer = client.get(with_token, headers={"Accept": accept})
            assert answer.status_code == 200, path
            assert answer.headers["Cache-Control"] == "private, no-store"
            again = {"Accept": accept, "If-None-Match": answer.headers["ETag"]}
            kept = client.get(with_token, headers=again)
            assert kept.headers["Cache-Control"] == "private, no-store"
    assert client.get("/country/israel.atom").status_code == 200


@pytest.fixture
def walked(publisher: Publisher, make: Make) -> tuple[FlaskClient, str]:
    """A client of two pages of a private tag's feed, and the token."""
    publisher.archive.ingest(make(n * 24, f"Iran {n}") for n in range(70))
    return create_app(publisher).test_client(), publisher.access.create(
        publisher.archive.parse("country:iran")
    )


def test_a_private_feed_is_walked_with_its_token(walked: tuple[FlaskClient, str]) -> None:
    client, token = walked
    answer = client.get(f"/country/iran.json?token={token}")
    first = answer.get_json()
    assert first["feed_url"] == f"{BASE}/country/iran.json?token={token}"
    again = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(f"/country/iran.json?token={token}", headers=again).status_code == 304
    second = client.get(first["next_url"].removeprefix(BASE))
    assert second.status_code == 200
    assert len(first["items"]) + len(second.get_json()["items"]) == 71
    links = links_of(client.get(f"/country/iran.atom?token={token}").headers["Link"])
    for rel in ("self", "alternate", "next", "prev-archive"):
        assert client.get(links[rel].removeprefix(BASE)).status_code == 200, rel
    month = links["prev-archive"]
    earlier = links_of(client.get(month.removeprefix(BASE)).headers["Link"])
    for rel in ("self", "current", "prev-archive"):
        assert client.get(earlier[rel].removeprefix(BASE)).status_code == 200, rel


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_links_of_a_private_document_have_the_token_and_names_do_not(
    walked: tuple[FlaskClient, str], form: str
) -> None:
    client, token = walked
    root = etree.fromstring(client.get(f"/country/iran.{form}?token={token}").data)
    links = root.xpath("//*[local-name()='link'][not(ancestor::*[local-name()='entry'])]/@href")
    assert len(links) >= 3
    assert all(f"token={token}" in link for link in links)
    assert token not in "".join(
        root.xpath("//*[local-name()='entry' or local-name()='item']//text()")
    )
    assert token not in (root.findtext("{http://www.w3.org/2005/Atom}id") or "")


def test_a_document_of_one_token_is_not_sent_to_another(
    publisher: Publisher, walked: tuple[FlaskClient, str]
) -> None:
    client, token = walked
    other = publisher.access.create(publisher.archive.parse("country:iran"), "Else")
    for path in ("/country/iran.atom", "/country/iran/2025-01.atom", "/country/iran"):
        answers = [client.get(f"{path}?token={t}") for t in (token, other)]
        assert token not in answers[1].text
        assert answers[0].headers["ETag"] != answers[1].headers["ETag"]
        assert other in answers[1].text
    for found in publisher.access.tokens():
        publisher.access.revoke(found.id)
    opened = client.get("/country/iran.atom")
    assert "token" not in opened.text + opened.headers["Link"]


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/country/iran/feed?", "/country/iran.atom?"),
        ("/feed.atom?q=country:iran&", "/country/iran.atom?"),
        ("/rss?q=country:iran&before=20&", "/country/iran.rss?before=20&"),
        ("/search?q=country:iran&", "/country/iran?"),
    ],
)
def test_redirects_keep_the_token(walked: tuple[FlaskClient, str], path: str, to: str) -> None:
    client, token = walked
    answer = client.get(f"{path}token={token}")
    assert answer.location == f"{BASE}{to}token={token}"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert client.get(answer.location.removeprefix(BASE)).status_code == 200
    assert client.get(path).status_code == 403


def test_a_private_page_leads_on_with_the_token(walked: tuple[FlaskClient, str]) -> None:
    client, token = walked
    page = html.fromstring(client.get(f"/country/iran?token={token}").text)
    links = page.xpath(
        "//link[@rel='alternate']/@href | //div[@class='subscribe']/a/@href | //a[@rel='next']/@href"
    )
    own = [link for link in links if "/country/iran" in link]
    assert len(own) == 7
    assert all(client.get(link.removeprefix(BASE)).status_code == 200 for link in own)
    asked = ("/country/iran", "?q=country:iran&")  # the feed itself, and why it holds an article
    others = [link for link in page.xpath("//@href") if not any(map(link.__contains__, asked))]
    assert not [link for link in others if token in link]
    readers = page.xpath("//details[@class='more-ways']//a/@href")
    assert [link.partition(":")[0] for link in readers] == ["feed"]  # nobody else's gets the token
    feeds = client.get(f"/api/v1/expression?q=country:iran&token={token}").get_json()["feeds"]
    assert feeds["rss"] == f"{BASE}/country/iran.rss?token={token}"


def test_a_private_feed_is_listed_for_nobody_else(publisher: Publisher) -> None:
    client = create_app(publisher).test_client()
    token = publisher.access.create(publisher.archive.parse("country:iran"))
    slug = publisher.pages.page(publisher.archive.parse("country:iran")).entries[0].article.slug
    for path in ("/tags.opml", "/tags", "/", "/region/middle-east", f"/article/{slug}"):
        assert "/country/iran" not in client.get(path).text, path
        assert "/country/israel" in client.get("/tags").text
    own = html.fromstring(client.get(f"/country/iran?token={token}").text)
    assert own.xpath("//a[contains(@class, 'chip')]/@href[contains(., '/country/iran?token=')]")
    publisher.access.create(publisher.archive.parse(""))
    assert "/feed.atom" not in client.get("/tags").text


def test_who_knows_the_password_sees_all_feeds_listed(closed: Publisher) -> None:
    client = create_app(closed).test_client()
    closed.access.create(closed.archive.parse("country:iran"))
    for path in ("/tags.opml", "/tags"):
        assert "/country/iran" in client.get(path, auth=("jo", "s:cret")).text


def test_a_password_for_the_whole_site(closed: Publisher) -> None:
    client: FlaskClient = create_app(closed).test_client()
    for path in ("/", "/feed.atom", "/tags", "/static/style.css", "/nothing"):
        refused = client.get(path)
        assert refused.status_code == 401, path
        assert refused.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert "Access-Control-Allow-Origin" not in refused.headers
        assert client.get(path, auth=("jo", "wrong")).status_code == 401
    answer = client.get("/feed.atom", auth=("jo", "s:cret"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    page = client.get("/", auth=("jo", "s:cret"))
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "private, no-store")


@pytest.mark.parametrize(
    ("title", "realm"),
    [("Tagwire", '"Tagwire"'), ('The "Wire"', r'"The \"Wire\""'), ("Новости", '"Tagwire"')],
)
def test_a_realm_is_quoted_and_in_ascii(
    tmp_path: Path, small: Taxonomy, title: str, realm: str
) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/y.db", basic="jo:pw", title=title)
    closed = Publisher(settings, small)
    challenge = create_app(closed).test_client().get("/").headers["WWW-Authenticate"]
    assert challenge == f'Basic realm={realm}, charset="UTF-8"'
    closed.close()


def test_probes_need_no_password_and_figures_do(closed: Publisher) -> None:
    client = create_app(closed).test_client()
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (200, "ok\n")
    assert client.get("/metrics").status_code == 401
    assert "tagwire_articles 1" in client.get("/metrics", auth=("jo", "s:cret")).text


def test_a_token_opens_one_feed_of_a_closed_site(closed: Publisher) -> None:
    client: FlaskClient = create_app(closed).test_client()
    token = closed.access.create(closed.archive.parse("country:iran"))
    assert client.get(f"/country/iran.atom?token={token}").status_code == 200
    assert client.get(f"/country/israel.atom?token={token}").status_code == 403
    assert client.get("/country/israel.atom?token=wrong").status_code == 403
    assert client.get(f"/?token={token}").status_code == 401


@pytest.mark.parametrize(
    "path", ["/tags.opml", "/country/nowhere.atom", "/feed.atom?q=(", "/feed/", "//feed.atom"]
)
def test_a_token_opens_nothing_that_does_not_ask_for_it(closed: Publisher, path: str) -> None:
    client: FlaskClient = create_app(closed).test_client()
    for token in ("x", closed.access.create(closed.archive.parse("country:iran"))):
        refused = client.get(path + ("&" if "?" in path else "?") + f"token={token}")
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert "Iran" not in refused.text

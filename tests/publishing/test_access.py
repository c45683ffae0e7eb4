"""Private feeds: tokens, and a password for the whole site."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from feed.errors import ExpressionError, Forbidden, NotFound
from feed.publisher import Publisher
from feed.publishing.access import Kind
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
    behind = Settings(database=f"sqlite:///{tmp_path}/x.db", basic="jo:s:cret")
    publisher = Publisher(behind, small)
    publisher.archive.ingest([make(1, "Iran")])
    yield publisher
    publisher.close()


def titles(publisher: Publisher, q: str, token: str = "") -> list[str]:
    visitor = publisher.access.visitor(token) if token else None
    page = publisher.pages.page(publisher.archive.parse(q), visitor=visitor)
    return [entry.article.title for entry in page.entries]


def test_what_is_private_is_read_with_a_token_alone(publisher: Publisher) -> None:
    token = publisher.access.create(publisher.archive.parse("country:iran"), "Jo")
    for q in (
        "country:iran",
        "",
        "country:iran -zzzz",
        "iran",
        "-country:israel",
        "region:middle-east",
    ):
        assert "Iran" not in titles(publisher, q), q
        assert "Iran" in titles(publisher, q, token), q
    assert titles(publisher, "country:israel") == ["Israel"]
    for wrong in ("x", token[:-1], token + "x"):
        with pytest.raises(Forbidden):
            publisher.access.visitor(wrong)


def test_revoking_the_last_token_opens_nothing(publisher: Publisher) -> None:
    iran = publisher.archive.parse("country:iran")
    token = publisher.access.create(iran, "Jo")
    (listed,) = publisher.access.tokens()
    assert (listed.expression, listed.name, listed.used) == ("country:iran", "Jo", None)
    publisher.access.visitor(token)
    (used,) = publisher.access.tokens()
    assert used.used is not None
    assert publisher.access.revoke(listed.id) == used
    assert titles(publisher, "country:iran") == []
    with pytest.raises(Forbidden):
        publisher.access.visitor(token)
    for unknown in (listed.id, ""):
        with pytest.raises(NotFound):
            publisher.access.revoke(unknown)
    publisher.access.open(iran)
    assert titles(publisher, "country:iran") == ["Iran"]
    with pytest.raises(NotFound):
        publisher.access.open(iran)


def test_what_is_private_needs_no_token(publisher: Publisher) -> None:
    publisher.access.hide(publisher.archive.parse("country:iran"))
    ((expression, _),) = publisher.access.private()
    assert str(expression) == "country:iran"
    assert publisher.access.hidden_count() == publisher.access.hidden_count(expression) == 1
    assert titles(publisher, "") == ["Israel"]


def test_a_token_of_a_part_opens_the_part(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(3, "Iran and Oman")])
    publisher.access.hide(publisher.archive.parse("country:iran"))
    token = publisher.access.create(publisher.archive.parse("country:iran oman"))
    assert titles(publisher, "", token) == ["Iran and Oman", "Israel"]
    assert titles(publisher, "") == ["Israel"]


@pytest.mark.parametrize(
    "q",
    [
        "since:2025-01-01", "country:iran since:2025-01-01", "-before:2025-01-01",
        "-(country:iran before:2025-01-01)", "country:iran | since:2025-01-01",
    ],
)  # fmt: skip
def test_nothing_hidden_may_open_by_waiting(publisher: Publisher, q: str) -> None:
    asked = publisher.archive.parse(q)
    for act in (publisher.access.hide, publisher.access.create):
        with pytest.raises(ExpressionError, match="may not depend on 'since:'"):
            act(asked)
    assert publisher.access.private() == []


def test_a_feed_stays_private_under_another_name(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(3, "Turkey")])
    for text, title in (
        ("country:turkiye", "Turkey"),
        ("country:iran -(country:israel | country:oman)", "Iran"),
    ):
        with publisher.archive.store.writing() as writer:  # as an earlier Tagwire kept it
            writer.put_hidden(text, "2026-01-01T00:00:00+00:00")
            writer.next_version()
        publisher.archive.refresh()
        assert title not in titles(publisher, ""), text
        assert str(publisher.archive.parse(text)) != text


def test_the_token_itself_is_not_kept(publisher: Publisher) -> None:
    token = publisher.access.create(publisher.archive.parse(Q))
    assert token not in repr(publisher.archive.store.tokens())


def test_another_process_notices(publisher: Publisher, small: Taxonomy) -> None:
    other = Publisher(publisher.settings, small)
    assert titles(other, "country:iran") == ["Iran"]
    publisher.access.create(publisher.archive.parse("country:iran"))
    assert titles(other, "country:iran") == []
    other.close()


@pytest.mark.parametrize("kind", ["all", "push", "correct", "keep"])
def test_other_tokens_open_no_address(publisher: Publisher, kind: Kind) -> None:
    client = create_app(publisher).test_client()
    publisher.access.hide(publisher.archive.parse("country:iran"))
    token = publisher.access.create_for(kind, "Jo")
    assert client.get(f"/country/iran.atom?token={token}").status_code == 403
    answer = client.get("/country/iran.atom", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == (200 if kind == "all" else 403)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert ("<title>Iran</title>" in answer.text) == (kind == "all")
    assert publisher.access.check(token, kind)
    assert not publisher.access.check("x" + token, kind)


def test_a_token_may_come_in_a_header(publisher: Publisher) -> None:
    client = create_app(publisher).test_client()
    token = publisher.access.create(publisher.archive.parse("country:iran"))
    answer = client.get("/feed.json", headers={"Authorization": f"Bearer {token}"})
    assert [item["title"] for item in answer.get_json()["items"]] == ["Israel", "Iran"]
    assert token not in answer.text + answer.headers["Link"]


def test_figures_are_for_this_host_or_a_token_of_the_site(publisher: Publisher) -> None:
    client = create_app(publisher).test_client()
    assert client.get("/metrics").status_code == 200
    far = {"REMOTE_ADDR": "192.0.2.1"}
    assert client.get("/metrics", environ_overrides=far).status_code in (200, 403)
    publisher.access.hide(publisher.archive.parse("country:iran"))
    assert client.get("/metrics", environ_overrides=far).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 403
    token = publisher.access.create_for("all", "Jo")
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/metrics", environ_overrides=far, headers=bearer).status_code == 200


ASKED = (
    "/", "/country/iran", "/country/israel", "/region/middle-east", "/tags", "/tags.opml", "/feed.atom", "/feed.json",
    "/country/iran.atom", "/country/iran.rss", "/country/israel.json", "/country/iran/2025-01.atom",
    "/country/israel/2025-01.atom", "/feed.atom?q=country:azerbaijan+-zzzz", "/feed.json?q=drones+-country:iran",
    "/search?q=drones", "/search?q=country:iran+%7C+drones", "/api/v1/expression?q=drones", "/api/v1/expression?q=",
    "/api/v1/excluded?q=-country:iran", "/api/v1/excluded?q=drones+-country:iran", "/api/v1/tags?q=ira",
    "/country/iran/feed", "/search?q=country:iran", "/feed.rss?q=country:iran@main",
    "/country/iran/2025-01.rss", "/country/iran/2031-01.rss",
)  # fmt: skip
PRIVATE_ONES = (
    "country:iran", "drones", "country:israel -country:iran", "weapon:uav | country:iran",
    "region:middle-east@main", "title:iran", "country:iran before:2025-01-02", "-country:israel",
)  # fmt: skip


def shown(client: FlaskClient, path: str) -> object:
    """What an answer lets its reader know; cursors and validators are opaque."""
    answer = client.get(path)
    text = re.sub(r"before=\d+", "before=N", answer.text)
    location = re.sub(r"before=\d+", "before=N", answer.headers.get("Location", ""))
    link = re.sub(r"before=\d+", "before=N", answer.headers.get("Link", ""))
    return answer.status_code, text, location, link, answer.headers.get("Cache-Control")


SITES = st.lists(
    st.sets(st.sampled_from(["Iran", "Israel", "Harop", "drones", "Oman"]), min_size=1), max_size=8
)


def test_the_public_cannot_tell_what_is_hidden_from_what_is_not_there(
    small: Taxonomy, make: Make
) -> None:
    """Noninterference: every answer is that of an archive without the hidden articles."""

    @settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.generate))
    @given(SITES, st.lists(st.sampled_from(PRIVATE_ONES), min_size=1, max_size=2))
    def check(words: list[set[str]], private: list[str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            one, other = (
                Publisher(Settings(database=f"sqlite:///{folder}/{n}.db", base_url=BASE), small)
                for n in (1, 2)
            )
            articles = [make(n, " and ".join(sorted(some))) for n, some in enumerate(words)]
            one.archive.ingest(articles)
            for q in private:
                one.access.hide(one.archive.parse(q))
            seen = set(one.pages.slugs())
            other.archive.ingest([article for article in articles if article.slug in seen])
            assert len(seen) + one.access.hidden_count() == len(articles)
            clients = [create_app(site).test_client() for site in (one, other)]
            pages = [f"/article/{article.slug}" for article in articles]
            reasons = [f"/api/v1/explain?q=drones&article={article.slug}" for article in articles]
            for path in (*ASKED, *pages, *reasons):
                assert shown(clients[0], path) == shown(clients[1], path), path
            one.close()
            other.close()

    check()


def test_private_answers(publisher: Publisher) -> None:
    client = create_app(publisher).test_client()
    token = publisher.access.create(publisher.archive.parse("country:iran"))
    for path in ("/country/iran.atom", "/country/iran.json", "/country/iran", "/api/v1/expression?q=country:iran",
                 "/country/iran/2025-01.atom"):  # fmt: skip
        public = client.get(path)
        assert public.status_code == (404 if "2025" in path else 200), path
        assert "article/" not in public.text
        with_token = path + ("&" if "?" in path else "?") + f"token={token}"
        for accept in ("text/html", "text/turtle", "*/*"):
            answer = client.get(with_token, headers={"Accept": accept})
            assert answer.status_code == 200, path
            assert answer.headers["Cache-Control"] == "private, no-store"
            again = {"Accept": accept, "If-None-Match": answer.headers["ETag"]}
            kept = client.get(with_token, headers=again)
            assert kept.headers["Cache-Control"] == "private, no-store"
        refused = client.get(with_token + "x")
        assert (refused.status_code, refused.headers["Cache-Control"]) == (403, "private, no-store")
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
    publisher.access.open(publisher.archive.parse("country:iran"))
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
    assert client.get(path.rstrip("?&")).location == f"{BASE}{to}".rstrip("?&")


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


def test_what_is_private_is_listed_for_nobody_else(publisher: Publisher) -> None:
    client = create_app(publisher).test_client()
    slug = publisher.pages.page(publisher.archive.parse("country:iran")).entries[0].article.slug
    token = publisher.access.create(publisher.archive.parse("country:iran"))
    for path in ("/tags.opml", "/tags", "/"):
        assert "/country/iran" not in client.get(path).text, path
    assert client.get(f"/article/{slug}").status_code == 404
    assert "/country/israel" in client.get("/tags").text
    own = html.fromstring(client.get(f"/country/iran?token={token}").text)
    (address,) = {link for link in own.xpath("//h3/a/@href") if slug in link}
    article = client.get(address)
    assert (article.status_code, article.headers["Cache-Control"]) == (200, "private, no-store")


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
    behind = Settings(database=f"sqlite:///{tmp_path}/y.db", basic="jo:pw", title=title)
    closed = Publisher(behind, small)
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
    other = client.get(f"/country/israel.atom?token={token}")
    assert (other.status_code, "<entry>" in other.text) == (200, False)
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

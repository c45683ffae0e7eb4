"""Private feeds: tokens, and a password for the whole site."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from feed.errors import Forbidden, NotFound
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy import Taxonomy
from feed.web import create_app
from tests.conftest import Make

Q = "country:iran -country:israel"


@pytest.fixture
def publisher(database: str, small: Taxonomy, make: Make) -> Iterator[Publisher]:
    publisher = Publisher(Settings(database=database, base_url="https://wire.example"), small)
    publisher.ingest([make(1, "Iran"), make(2, "Israel")])
    yield publisher
    publisher.close()


@pytest.fixture
def closed(tmp_path: Path, small: Taxonomy, make: Make) -> Iterator[Publisher]:
    settings = Settings(database=f"sqlite:///{tmp_path}/x.db", basic="jo:s:cret")
    publisher = Publisher(settings, small)
    publisher.ingest([make(1, "Iran")])
    yield publisher
    publisher.close()


def test_a_feed_with_a_token_is_private_until_the_last_is_revoked(publisher: Publisher) -> None:
    asked = publisher.parse(Q)
    assert publisher.access.permit(asked, "") is False
    token = publisher.access.create(asked, "Jo")
    assert publisher.access.permit(asked, token) is True
    for wrong in ("", "x", token[:-1]):
        with pytest.raises(Forbidden):
            publisher.access.permit(asked, wrong)
    other = publisher.parse("country:iran")
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
        with publisher._archive.store.writing() as writer:
            writer.put_token(token)
            writer.next_version()
        publisher._archive.refresh()
        asked = publisher.parse(text)
        assert str(asked) != text
        assert not publisher.access.is_open(asked)
        with pytest.raises(Forbidden):
            publisher.access.permit(asked, "")
        publisher.access.revoke("0" * 64)


def test_the_token_itself_is_not_kept(publisher: Publisher) -> None:
    token = publisher.access.create(publisher.parse(Q))
    assert token not in repr(publisher._archive.store.tokens())


def test_another_process_notices(publisher: Publisher, small: Taxonomy) -> None:
    other = Publisher(publisher.settings, small)
    asked = publisher.parse(Q)
    assert other.access.permit(asked, "") is False
    publisher.access.create(asked)
    with pytest.raises(Forbidden):
        other.access.permit(asked, "")
    other.close()


def test_private_answers(publisher: Publisher) -> None:
    client = create_app(publisher).test_client()
    token = publisher.access.create(publisher.parse("country:iran"))
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


def test_a_password_for_the_whole_site(closed: Publisher) -> None:
    client: FlaskClient = create_app(closed).test_client()
    for path in ("/", "/feed.atom", "/tags", "/static/style.css", "/nothing"):
        refused = client.get(path)
        assert refused.status_code == 401, path
        assert refused.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert client.get(path, auth=("jo", "wrong")).status_code == 401
    answer = client.get("/feed.atom", auth=("jo", "s:cret"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    page = client.get("/", auth=("jo", "s:cret"))
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "private, no-store")


def test_a_token_opens_one_feed_of_a_closed_site(closed: Publisher) -> None:
    client: FlaskClient = create_app(closed).test_client()
    token = closed.access.create(closed.parse("country:iran"))
    assert client.get(f"/country/iran.atom?token={token}").status_code == 200
    assert client.get(f"/country/israel.atom?token={token}").status_code == 403
    assert client.get("/country/israel.atom?token=wrong").status_code == 403
    assert client.get(f"/?token={token}").status_code == 401


@pytest.mark.parametrize(
    "path", ["/tags.opml", "/country/nowhere.atom", "/feed.atom?q=(", "/feed/", "//feed.atom"]
)
def test_a_token_opens_nothing_that_does_not_ask_for_it(closed: Publisher, path: str) -> None:
    client: FlaskClient = create_app(closed).test_client()
    for token in ("x", closed.access.create(closed.parse("country:iran"))):
        refused = client.get(path + ("&" if "?" in path else "?") + f"token={token}")
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert "Iran" not in refused.text

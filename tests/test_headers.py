"""What answers say besides their content: dates, codings, validators, and who may keep or read them."""

from collections.abc import Iterator

import pytest

from feed.publisher import Publisher
from feed.web import create_app
from tests.conftest import Make
from tests.test_front import Served, get


@pytest.fixture
def publisher_of_two(publisher: Publisher, make: Make) -> Publisher:
    publisher.ingest([make(1, "Azerbaijan shows Harop"), make(2, "Israel & Iran")])
    return publisher


@pytest.fixture
def served(publisher_of_two: Publisher) -> Iterator[Served]:
    """The server itself, without the thin layer."""
    running = Served(create_app(publisher_of_two))
    yield running
    running.stop()


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/style.css", "/feed.atom", "/nothing"])
def test_an_answer_has_one_date(served: Served, path: str) -> None:
    for headers in ("", "If-None-Match: *\r\n"):
        assert served.ask(get(path, headers, last=True)).count(b"\r\nDate: ") == 1


def test_an_application_writes_no_date(publisher_of_two: Publisher) -> None:
    client = create_app(publisher_of_two).test_client()
    for path in ("/", "/healthz", "/static/style.css"):
        with client.get(path) as answer:
            assert "Date" not in answer.headers

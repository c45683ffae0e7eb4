"""The months of a tag are those of what is held, whatever the calendar's ends."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feed.publisher import Publisher
from feed.publishing.feeds import Month
from feed.query.expression import Has
from feed.web.app import create_app
from feed.web.export import Export
from tests.conftest import Make

ENDS = [
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC), datetime(1899, 12, 30, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 11, 30, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC),
]  # fmt: skip


@pytest.mark.parametrize("end", ENDS, ids=str)
def test_an_article_from_the_end_of_the_calendar_breaks_nothing(
    publisher: Publisher, make: Make, tmp_path: Path, end: datetime
) -> None:
    """It may have come in before dates were looked at."""
    odd = make(0, "Israel", "Harop", published=end, updated=end)
    publisher.archive.ingest([odd, *(make(n, "Israel", f"Harop {n}") for n in range(1, 61))])
    client = create_app(publisher).test_client()
    month = Month(end.year, end.month)
    for form in ("atom", "rss", "json"):
        assert client.get(f"/country/israel.{form}").status_code == 200
        assert client.get(f"/country/israel/{month}.{form}").status_code == 200
    assert publisher.feeds.months("country:israel") == sorted([month, Month(2025, 1)])
    Export(publisher, tmp_path / "out").run()
    assert (tmp_path / "out" / "country" / "israel" / f"{month}.atom").exists()
    publisher.archive.remove(odd.id)
    assert publisher.feeds.months("country:israel") == [Month(2025, 1)]
    assert client.get(f"/country/israel/{month}.atom").status_code == 404
    assert f"/{month}.atom".encode() not in publisher.feeds.feed(Has("country:israel"), "atom").body
    Export(publisher, tmp_path / "out").run()
    assert not (tmp_path / "out" / "country" / "israel" / f"{month}.atom").exists()


@pytest.mark.parametrize("order", ["forwards", "backwards", "mixed"])
def test_the_months_reach_everything_in_any_order_of_arrival(
    publisher: Publisher, make: Make, order: str
) -> None:
    """From a feed by prev-archive, however late the articles of other months came in."""
    months = {"forwards": [0, 1, 2], "backwards": [2, 1, 0], "mixed": [2, 0, 1]}[order]
    for month in months:
        publisher.archive.ingest(make(month * 24 * 31 + n, f"Iran {month} {n}") for n in range(60))
    iran = publisher.archive.parse("country:iran")
    document = publisher.feeds.feed(iran, "json")
    links, held = dict(document.links), set()
    while "prev-archive" in links:
        year, month_ = map(
            int, links["prev-archive"].rpartition("/")[2].partition(".")[0].split("-")
        )
        document = publisher.feeds.month("country:iran", Month(year, month_), "json")
        links = dict(document.links)
        held |= {item["title"] for item in json.loads(document.body)["items"]}
    assert len(held) == 180

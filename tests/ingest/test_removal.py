"""Taking an article out: on the state as it is, and at once."""

import pytest

from feed.ingest import maintenance
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import Make


@pytest.mark.parametrize("said", [["Iran"], ["Iran", "Israel"], ["Iran"] * 5, ["Israel", "Harop"]])
def test_what_others_added_in_the_meantime_stays(
    database: str, small: Taxonomy, make: Make, said: list[str]
) -> None:
    settings = Settings(database=database)
    mine, other = Publisher(settings, small), Publisher(settings, small)
    mine.archive.ingest([make(1, "Iran and the Harop"), make(2, "Iran")])
    assert mine.archive.count() == 2
    other.archive.ingest([make(number, title) for number, title in enumerate(said, 10)])
    mine.archive.remove(make(1, "").id)  # nothing was asked since
    for publisher in (mine, other):
        assert publisher.archive.count() == 1 + len(said)
        assert publisher.archive.counts()["country:iran"] == 1 + said.count("Iran")
        assert maintenance.check(publisher.archive) == []
        publisher.close()


def test_it_is_gone_at_once(database: str, small: Taxonomy, make: Make) -> None:
    publisher = Publisher(Settings(database=database), small)
    articles = [make(number, "Iran shows a Harop") for number in range(5)]
    publisher.archive.ingest(articles)
    for left, article in zip((4, 3, 2, 1, 0), articles, strict=True):
        publisher.archive.remove(article.id)
        assert publisher.archive.count() == left
        assert publisher.archive.counts().get("weapon:harop", 0) == left
    publisher.close()

"""An entry shows in a reader what its text names; what only follows from that stays in the extension."""

import json
from dataclasses import replace

import feedparser
import pytest

from feed.publisher import Publisher
from feed.publishing.urls import FORMATS
from feed.query.expression import Everything
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import Make


def shown(publisher: Publisher, form: str) -> list[str]:
    body = publisher.feeds.feed(Everything(), form).body
    if form == "json":
        return list(json.loads(body)["items"][0]["tags"])
    (entry,) = feedparser.parse(body).entries
    return [tag.label or tag.term for tag in entry.tags]


@pytest.mark.parametrize("form", FORMATS)
def test_readers_show_what_the_text_names(publisher: Publisher, make: Make, form: str) -> None:
    publisher.archive.ingest([make(1, "Iran", "A parade. Azerbaijan has the Harop. So has Iran.")])
    labels = shown(publisher, form)
    assert labels[:1] == ["Iran"]  # the main one first
    assert set(labels) == {"Iran", "Azerbaijan", "Harop", "Loitering munition"}


def test_the_extension_and_the_index_have_all(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(1, "Iran", "A parade. Azerbaijan has the Harop.")])
    (item,) = json.loads(publisher.feeds.feed(Everything(), "json").body)["items"]
    keys = {tag["tag"] for tag in item["_tagwire"]["tags"]}
    assert {"region:middle-east", "weapon:uav", "weapon:harop"} <= keys
    for key in keys:
        assert publisher.archive.query(lambda s, key=key: s.size(key)) == 1  # type: ignore[misc]


@pytest.mark.parametrize("form", FORMATS)
def test_all_are_shown_by_setting(
    publisher: Publisher, small: Taxonomy, make: Make, form: str
) -> None:
    publisher.archive.ingest([make(1, "Iran", "Azerbaijan has the Harop.")])
    publisher.close()
    every = Publisher(replace(publisher.settings, categories="all"), small)
    assert {"Middle East", "Harop", "Unmanned aerial vehicle"} <= set(shown(every, form))
    every.close()

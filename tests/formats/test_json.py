"""JSON Feed 1.1: its members, and articles that would spoil it."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from feed.formats import FORMATS
from feed.formats.jsonfeed import render_json
from feed.model import Enclosure, Feed, Source
from tests.formats.test_formats import DAY, entry, feed, render_as


def read(made: Feed) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render_json(made))
    return document


def item(**fields: object) -> dict[str, Any]:
    (found,) = read(feed(entry(**fields)))["items"]
    return dict(found)


def test_the_head_has_what_the_specification_names() -> None:
    made = read(
        feed(hub="https://hub.example/", links={"next": {"json": "https://wire.example/n"}})
    )
    assert made == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Tagwire: Harop",
        "home_page_url": "https://wire.example/weapon/harop",
        "feed_url": "https://wire.example/weapon/harop.json",
        "description": "Articles tagged Harop",
        "next_url": "https://wire.example/n",
        "icon": "https://wire.example/static/icon.png",
        "language": "en",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "authors": [{"name": "Tagwire", "url": "https://wire.example/weapon/harop"}],
        "_tagwire": {"about": "https://wire.example/tags"},
        "items": [],
    }


@pytest.mark.parametrize("name", ["hubs", "next_url", "icon", "description"])
def test_what_a_feed_lacks_is_left_out(name: str) -> None:
    assert name not in read(feed(icon="", subtitle=""))


@pytest.mark.parametrize("bad", ["\x00", "\ufffe", "\ud800"])
@pytest.mark.parametrize("name", ["id", "url", "language"])
def test_one_odd_character_in_an_address_spoils_nothing(name: str, bad: str) -> None:
    odd = entry(**{name: f"urn:{bad}x"}, source=Source(bad, bad), enclosures=(Enclosure(bad),))
    made = read(feed(odd, entry(id="urn:y"), home=f"https://wire.example/{bad}"))
    assert [found["id"] for found in made["items"]][1] == "urn:y"


@pytest.mark.parametrize("bad", ["\x00", "\ud800"])
def test_an_article_has_one_id_in_all_formats(bad: str) -> None:
    made = feed(entry(id=f"urn:{bad}x"))
    assert item(id=f"urn:{bad}x")["id"] == "urn:x"
    assert b"<id>urn:x</id>" in render_as("atom", made)
    assert b">urn:x</guid>" in render_as("rss", made)


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (DAY, "2025-03-01T09:30:00Z"),
        (DAY + timedelta(microseconds=5), "2025-03-01T09:30:00.000005Z"),
        (DAY.astimezone(timezone(timedelta(hours=4))), "2025-03-01T09:30:00Z"),
    ],
)
def test_dates_are_rfc_3339_in_utc(moment: datetime, written: str) -> None:
    assert item(published=moment)["date_published"] == written
    assert item(updated=moment)["date_modified"] == written


def test_naive_dates_are_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        render_json(feed(entry(published=datetime(2025, 1, 1))))  # noqa: DTZ001


def test_attachments_say_what_is_known() -> None:
    enclosures = (Enclosure("https://a.example/a.mp3", "audio/mpeg", 12), Enclosure("urn:b"))
    assert item(enclosures=enclosures)["attachments"] == [
        {"url": "https://a.example/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12},
        {"url": "urn:b", "mime_type": "application/octet-stream"},
    ]


@pytest.mark.parametrize(("language", "said"), [("fr", "fr"), ("en", None), ("", None)])
def test_the_language_of_an_item_is_given_when_it_differs(language: str, said: str | None) -> None:
    assert item(language=language).get("language") == said


def test_the_evidence_names_its_explanation() -> None:
    assert item()["_tagwire"]["about"] == "https://wire.example/tags"


def test_text_is_utf_8_and_not_escaped() -> None:
    assert "🚀 עברית".encode() in render_json(feed(entry(title="🚀 עברית")))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_names_its_type_and_suffix(form: str) -> None:
    assert FORMATS[form].suffix == f".{form}"
    assert FORMATS[form].media_type.startswith("application/")

"""The list of all tag feeds, as a reader imports it."""

from feed.model import Outline
from feed.publishing.outlines import outlines
from feed.publishing.urls import Addresses
from feed.taxonomy.loader import load_taxonomy
from tests.conftest import SMALL

SITE = Addresses("https://wire.example")


def titles(found: list[Outline]) -> list[str]:
    return [t for o in found for t in (o.title, *titles(list(o.children)))]


def test_a_feed_is_listed_by_the_label_of_its_tag() -> None:
    """The feed's own title begins with the site's name; in a folder of a sidebar that is noise."""
    found = titles(outlines(load_taxonomy(SMALL), {"country:iran": 1}, SITE, "Tagwire"))
    assert found == ["Country", "Middle East", "Iran"]


def test_an_empty_site_lists_the_feed_of_all_articles() -> None:
    """OPML wants at least one outline."""
    assert outlines(load_taxonomy(SMALL), {}, SITE, "Tagwire") == [
        Outline("Tagwire", "https://wire.example/feed.atom", "https://wire.example/")
    ]

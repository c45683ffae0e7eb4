"""The style sheet with which browsers show a feed that someone opened."""

import re

from tests.conftest import ROOT

STATIC = ROOT / "feed" / "web" / "static"


def rules(name: str) -> dict[str, str]:
    """Each selector with its declarations, the last rule of a selector alone."""
    text = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(), flags=re.S)
    found = re.findall(r"([^{}]+)\{([^{}]*)\}", text)
    return {one.strip(): body for selectors, body in found for one in selectors.split(",")}


SHEET = rules("feed.css")


def test_an_opened_feed_shows_its_address() -> None:
    for root in ("feed", "channel"):
        assert "display: block" in SHEET[f'{root} > link[rel="self"]']
    assert "content: attr(href)" in SHEET['link[rel="self"]::before']


def test_an_opened_feed_shows_authors_in_atom_as_in_rss() -> None:
    assert SHEET["entry > author"] == SHEET["item > creator"]
    assert "display: inline" in SHEET["entry > author"]
    for hidden in ("feed > author", "author > uri", "author > email", "id", "content", "encoded"):
        assert "display: none" in SHEET[hidden]
    assert "author" not in SHEET


def test_an_opened_feed_is_light_and_dark_as_the_pages_are() -> None:
    for name in ("color-scheme", "--ink", "--soft", "--line", "--paper", "--card"):
        (ours,) = re.findall(rf"{name}: ([^;]+);", SHEET[":root"])
        assert f"{name}: {ours};" in rules("style.css")[":root"]
    for selector, body in SHEET.items():
        assert selector == ":root" or "#" not in body, f"{selector} has a colour of its own"

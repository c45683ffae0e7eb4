"""OPML 2.0: what feed readers import."""

import pytest
from lxml import etree

from feed.formats import render_opml
from feed.model import Outline

OWNER = "https://wire.example/"
FEED = Outline("Harop", f"{OWNER}weapon/harop.atom", f"{OWNER}weapon/harop")


def read(*outlines: Outline, title: str = "All", owner: str = OWNER) -> etree._Element:
    return etree.fromstring(render_opml(title, outlines, owner))


def outlines(root: etree._Element) -> list[dict[str, str]]:
    return [{str(k): str(v) for k, v in found.items()} for found in root.iter("outline")]


def test_a_feed_has_its_type_and_both_addresses() -> None:
    assert outlines(read(FEED)) == [
        {
            "text": "Harop",
            "title": "Harop",
            "type": "rss",
            "xmlUrl": FEED.feed_url,
            "htmlUrl": FEED.page_url,
        }
    ]


def test_a_folder_is_no_feed() -> None:
    folder, child = outlines(read(Outline("Weapon", children=(FEED,))))
    assert folder == {"text": "Weapon"}
    assert child["type"] == "rss"


def test_an_unknown_page_is_left_out() -> None:
    assert "htmlUrl" not in outlines(read(Outline("A", "urn:a")))[0]


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\ufffe", "\ud800"])
def test_one_odd_character_spoils_nothing(bad: str) -> None:
    odd = Outline(f"A{bad}", f"urn:{bad}a", f"urn:{bad}p", (FEED,))
    root = read(odd, title=bad, owner=OWNER + bad)
    assert root.findtext("head/title") == "Untitled"
    assert root.findtext("head/ownerId") == OWNER
    assert [found["text"] for found in outlines(root)] == ["A", "Harop"]


def test_equal_lists_have_equal_bytes() -> None:
    assert render_opml("All", [FEED], OWNER) == render_opml("All", [FEED], OWNER)


@pytest.mark.parametrize("title", ["All", "Türkiye", "北約", "\U0001f680", "Ελλάδα"])
def test_a_file_declares_its_encoding(title: str) -> None:
    """Readers that take an XML file for what their system writes would show other letters."""
    document = render_opml(title, [FEED], OWNER)
    declaration, _, rest = document.partition(b"\n")
    assert declaration == b"<?xml version='1.0' encoding='UTF-8'?>"
    assert f"<title>{title}</title>".encode() in rest

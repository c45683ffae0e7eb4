"""OPML 2.0: many feeds in one file, for import into a reader."""

from collections.abc import Sequence

from lxml import etree

from feed.formats.texts import clean, named
from feed.model import Outline


def render_opml(title: str, outlines: Sequence[Outline], owner_url: str) -> bytes:
    """A list of feeds, in folders; without a date, so that equal lists have equal bytes."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = named(title)
    etree.SubElement(head, "ownerId").text = clean(owner_url)
    body = etree.SubElement(root, "body")
    for outline in outlines:
        _add(body, outline)
    document: bytes = etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
    return document


def _add(parent: etree._Element, outline: Outline) -> None:
    title = named(outline.title)
    element = etree.SubElement(parent, "outline", text=title)
    if outline.feed_url:  # a folder has no title of its own, says the specification
        element.set("title", title)
        element.set("type", "rss")
        element.set("xmlUrl", clean(outline.feed_url))
        if outline.page_url:
            element.set("htmlUrl", clean(outline.page_url))
    for child in outline.children:
        _add(element, child)

"""WordPress's export (WXR of any version): read post by post, by local names, from a stream."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from feed.sources import clean, markup
from feed.sources.clean import Unusable
from feed.sources.draft import Draft
from feed.sources.markdown import without_shortcodes
from feed.sources.readers import Found, Reading, each

_POSTS = ("post", "")  # pages, menus, attachments, revisions are no articles
MOST = 1_000_000  # items of one export


def is_export(head: bytes) -> bool:
    """Does an RSS file of this beginning come from WordPress's exporter?"""
    return b"wordpress.org/export/" in head


def read_wordpress(stream: BinaryIO, reading: Reading) -> Found:
    """The posts of an export; drafts and private ones say that they are.

    Raises:
        Unusable: the XML is broken; the posts before that place have been given.
    """
    for number, fields in enumerate(_posts(stream), 1):
        yield from each([fields], f"{reading.place}#{number}", lambda f: _draft(f, reading))


def _draft(fields: dict[str, Any], reading: Reading) -> Draft:
    content = markup.fit(markup.blocks(without_shortcodes(str(fields.pop("content", "")))))
    text = clean.text_of_html(content) or clean.paragraphs(
        clean.plain(str(fields.get("summary", "")))
    )
    draft = reading.draft(f"{fields.get('title')}\n{text}", text=text, content=content, fields=fields, own=True)  # fmt: skip
    draft.former = ("", reading.former[1])
    return draft


def _posts(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    site: dict[str, Any] = {}
    people: dict[str, str] = {}
    try:
        for _, element in etree.iterparse(
            stream, events=("end",), resolve_entities=False, no_network=True, huge_tree=True, recover=True
        ):  # fmt: skip
            name = _local(element)
            if name == "author" and _local(element.getparent()) == "channel":
                parts = _parts(element)
                people[parts.get("author_login", "")] = parts.get("author_display_name", "")
            elif name in ("title", "link", "language") and _local(element.getparent()) == "channel":
                site.setdefault(name, (element.text or "").strip())
            elif name == "item":
                fields = _fields(element, site, people)
                if fields is not None:
                    yield fields
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as e:
        raise Unusable(f"broken XML: {clean.line(str(e))}") from e


def _local(element: Any) -> str:
    return etree.QName(element).localname if element is not None and isinstance(element.tag, str) else ""  # fmt: skip


def _parts(element: Any) -> dict[str, str]:
    """The texts of an element's children by local name; the two `encoded` by their namespace."""
    found: dict[str, str] = {}
    for child in element:
        name = _local(child)
        if name == "encoded":
            name = "excerpt" if "excerpt" in (etree.QName(child).namespace or "") else "content"
        found.setdefault(name, (child.text or "").strip())
    return found


def _fields(item: Any, site: dict[str, Any], people: dict[str, str]) -> dict[str, Any] | None:
    parts = _parts(item)
    if parts.get("post_type", "") not in _POSTS:
        return None
    words = [c.text for c in item if _local(c) == "category" and c.get("domain") in ("category", "post_tag", "tag", None) and c.text]  # fmt: skip
    creator = parts.get("creator", "")
    date = parts.get("post_date_gmt", "")
    fields: dict[str, Any] = {
        "title": parts.get("title"),
        "url": parts.get("link"),
        "id": "" if parts.get("link") else parts.get("guid"),
        "date": date if not date.startswith("0000") else parts.get("post_date"),
        "pubDate": parts.get("pubDate"),
        "updated": parts.get("post_modified_gmt"),
        "summary": parts.get("excerpt"),
        "content": parts.get("content", ""),
        "author": people.get(creator) or creator,
        "categories": [w for w in words if w != "Uncategorized"],
        "status": parts.get("status"),
        "password": parts.get("post_password"),
        "language": site.get("language"),
        "source": {"name": site.get("title"), "url": site.get("link")}
        if site.get("title")
        else None,
    }
    return {name: value for name, value in fields.items() if value}

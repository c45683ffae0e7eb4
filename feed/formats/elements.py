"""The elements of Atom and RSS that feedgen leaves out or gets wrong, added to the trees it made."""

import re
from functools import lru_cache
from html import escape

from lxml import etree

from feed.formats.texts import (
    address,
    authors_of,
    clean,
    language_of,
    looks_like_html,
    type_of,
)
from feed.model import NEVER, Article, Category, Entry, Feed

TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml"}
_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_CC = "http://backend.userland.com/creativeCommonsRssModule"
_FH = "http://purl.org/syndication/history/1.0"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SIGNS = re.compile("([&<>])")


def namespaces(feed: Feed, form: str) -> dict[str, str]:
    """Those to declare at the root, by prefix."""
    spaces = {"dc": _DC} if form == "rss" else {}
    return {**spaces, "fh": _FH} if feed.archived else spaces


def complete_feed(root: etree._Element, feed: Feed) -> None:
    """Add fh:archive (RFC 5005, section 4)."""
    if feed.archived:
        root.insert(0, etree.Element(f"{{{_FH}}}archive"))


def complete_channel(channel: etree._Element, feed: Feed) -> None:
    """Add fh:archive and atom:link elements; leave out the date of a feed without entries."""
    for title in (channel.find("title"), channel.find("image/title")):
        if title is not None:
            _write_plain(title, title.text)
    if feed.updated == NEVER:  # Atom requires a date, RSS does not
        channel.remove(channel.find("lastBuildDate"))
    complete_feed(channel, feed)
    if feed.hub:
        etree.SubElement(channel, f"{{{_ATOM}}}link", href=clean(feed.hub), rel="hub")
    for rel, urls in feed.links.items():
        href = clean(urls["rss"])
        etree.SubElement(channel, f"{{{_ATOM}}}link", href=href, rel=rel, type=TYPES["rss"])


def complete_entry(element: etree._Element, article: Article, usual: str) -> None:
    """Add xml:lang, when it is not the `usual` one, types of texts, atom:source, rights and licence."""
    if language := language_of(article, usual):
        element.set(_LANG, language)
    for name in ("title", "summary"):
        _type_text(element.find(name))
    _add_source(element, article)
    if rights := clean(article.rights):
        etree.SubElement(element, "rights").text = rights
    if licence := address(article.license):  # RFC 4946
        etree.SubElement(element, "link", rel="license", href=licence)


def _type_text(construct: etree._Element | None) -> None:
    """Plain text with `<` in it is written as HTML (RFC 4287, section 3.1.1): many readers guess."""
    if construct is not None and construct.text and looks_like_html(construct.text):
        construct.set("type", "html")
        construct.text = escape(construct.text, quote=False)


def _add_source(element: etree._Element, article: Article) -> None:
    """Add atom:source (RFC 4287, section 4.2.11), which has an id and a date, or leave it out.

    Of the source's feed we know no date but this: it had been updated when it held this article.
    """
    if article.source and (url := address(article.source.url)):
        source = etree.SubElement(element, "source")
        etree.SubElement(source, "id").text = url
        etree.SubElement(source, "title").text = clean(article.source.name) or url
        etree.SubElement(source, "updated").text = article.updated.isoformat()
        etree.SubElement(source, "link", href=url)


def complete_item(element: etree._Element, article: Article, usual: str) -> None:
    """Add dc:creator for every author, dc:language, one enclosure, the source, rights and licence."""
    title = element[0]
    _write_plain(title, title.text)
    for name in authors_of(article):
        _write_plain(etree.SubElement(element, f"{{{_DC}}}creator"), name)
    if language := language_of(article, usual):
        etree.SubElement(element, f"{{{_DC}}}language").text = language
    for old in element.findall("enclosure"):
        element.remove(old)
    for enclosure in article.enclosures[:1]:
        etree.SubElement(
            element, "enclosure", url=address(enclosure.url), length=str(enclosure.length or 0), type=type_of(enclosure)
        )  # fmt: skip
    if article.source and (url := address(article.source.url)):
        source = etree.SubElement(element, "source", url=url)
        _write_plain(source, clean(article.source.name))
    if rights := clean(article.rights):
        _write_plain(etree.SubElement(element, f"{{{_DC}}}rights"), rights)
    if licence := address(article.license):
        made = etree.SubElement(element, f"{{{_CC}}}license", nsmap={"creativeCommons": _CC})
        made.text = licence


def categories(entry: Entry, scheme_base: str, form: str) -> bytes:
    """The categories that an entry shows. Articles share their tags: each is written once."""
    return b"".join([_written(c, scheme_base, form) for c in entry.categories if not c.implied])


@lru_cache(maxsize=20_000)
def _written(one: Category, scheme_base: str, form: str) -> bytes:
    made: bytes = etree.tostring(category(one, scheme_base, form), encoding="utf-8")
    return made


def category(one: Category, scheme_base: str, form: str) -> etree._Element:
    """The scheme is absolute; people read the label, which in RSS is all there is."""
    term, scheme = clean(one.term), clean(scheme_base + one.scheme)
    label = clean(one.label) or term
    if form == "atom":
        return etree.Element("category", {"term": term, "scheme": scheme, "label": label})
    made = etree.Element("category", {"domain": scheme})
    _write_plain(made, label)
    return made


def _write_plain(element: etree._Element, text: str) -> None:
    """Plain text in RSS, where readers disagree whether it is HTML.

    The best-practice profile ("Character Data") asks for `&#x26;` and `&#x3C;`, which most of them
    show as they are meant; to a parser of XML they are the same as `&amp;` and `&lt;`.
    """
    first, *rest = _SIGNS.split(text)
    element.text = first
    for sign, tail in zip(rest[::2], rest[1::2], strict=True):
        reference = etree.Entity(f"#x{ord(sign):X}")
        reference.tail = tail
        element.append(reference)

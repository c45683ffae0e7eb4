"""Atom 1.0 (RFC 4287) and RSS 2.0 (best-practice profile) through feedgen, its only importer.

feedgen 1.0 has traps; each is cured here and has a test of its own in tests/test_formats.py.
A feed is written once without entries, and each entry once; joined, the bytes are those that
feedgen would write for the whole, so that entries can be rendered one by one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feed.formats.texts import authors_of, clean, content_of, summary_of, title_of
from feed.model import Category, Entry, Feed

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml"}


def render_atom(feed: Feed) -> bytes:
    """The feed as an Atom document: equal bytes for equal feeds."""
    fragments = [atom_fragment(entry, feed) for entry in feed.entries]
    return _join(_skeleton(feed, "atom").atom_str(), b"</feed>", fragments)


def render_rss(feed: Feed) -> bytes:
    """The feed as an RSS document: equal bytes for equal feeds."""
    fragments = [rss_fragment(entry, feed) for entry in feed.entries]
    return _join(_skeleton(feed, "rss").rss_str(), b"</channel></rss>", fragments)


def atom_fragment(entry: Entry, feed: Feed) -> bytes:
    """One atom:entry as it stands within the document of `feed`."""
    return _fragment(entry, feed, "atom", FeedGenerator.atom_str, b"</feed>")


def rss_fragment(entry: Entry, feed: Feed) -> bytes:
    """One RSS item as it stands within the document of `feed`."""
    return _fragment(entry, feed, "rss", FeedGenerator.rss_str, b"</channel></rss>")


def _fragment(
    entry: Entry, feed: Feed, form: str, write: Callable[[FeedGenerator], bytes], tail: bytes
) -> bytes:
    """Written inside a feed and cut out, so that namespaces are declared where they would be."""
    blank = Feed("urn:x", "x", "x", "urn:x", {form: "urn:x"}, entry.article.updated, feed.scheme_base,
                 language=feed.language)  # fmt: skip
    generator = _skeleton(blank, form)
    head = len(write(generator)) - len(tail)
    generator.add_entry(_entry(entry, feed), order="append")  # the default prepends
    return write(generator)[head : -len(tail)]


def _join(document: bytes, tail: bytes, fragments: list[bytes]) -> bytes:
    assert document.endswith(tail), "feedgen closes its documents"
    return b"".join([document[: -len(tail)], *fragments, tail])


def _skeleton(feed: Feed, form: str) -> FeedGenerator:
    """The feed without its entries."""
    generator = FeedGenerator()
    generator.register_extension("wire", _FeedExtension, _EntryExtension, atom=True, rss=True)
    generator.wire.set(feed, form)
    generator.id(feed.id)
    generator.title(clean(feed.title))
    generator.subtitle(clean(feed.subtitle))
    generator.author({"name": clean(feed.title).partition(":")[0]})
    # The link set last becomes the RSS channel's: it has to be the page.
    generator.link(href=feed.self_urls[form], rel="self", type=_TYPES[form], replace=True)
    if form == "atom" and feed.hub:
        generator.link(href=feed.hub, rel="hub")
    if form == "atom" and form in feed.next_urls:
        generator.link(href=feed.next_urls[form], rel="next", type=_TYPES[form])
    generator.link(href=feed.home, rel="alternate", type="text/html")
    generator.language(feed.language)
    generator.generator("Tagwire", version="", uri="")  # a version would change bytes by itself
    generator.updated(feed.updated)  # the default is now
    generator.lastBuildDate(feed.updated)
    generator.docs("https://www.rssboard.org/rss-specification")
    generator.ttl(feed.ttl)
    if feed.icon:
        generator.icon(feed.icon)
        generator.image(url=feed.icon, title=clean(feed.title), link=feed.home)
    return generator


def _entry(entry: Entry, feed: Feed) -> "_Entry":
    article = entry.article
    made = _Entry()
    made.register_extension("wire", _EntryExtension, atom=True, rss=True)
    made.wire.set(entry, feed)
    made.id(article.id)
    made.guid(article.id, permalink=article.id == entry.link)
    made.title(title_of(entry))
    made.updated(_distinct(article.updated, article.slug))
    made.published(article.published)
    made.author([{"name": name} for name in authors_of(article)])
    made.link(href=entry.link, rel="alternate", type="text/html")
    for enclosure in article.enclosures:
        made.link(href=enclosure.url, rel="enclosure", type=enclosure.type,
                  length=str(enclosure.length or 0))  # fmt: skip
    made.content(content_of(article) or "<p></p>", type="html")  # CDATA is no Atom content type
    made.summary(summary_of(article) or title_of(entry), type="text")
    made.description(summary_of(article) or title_of(entry), isSummary=True)
    made.category([_category(category, feed) for category in entry.categories])
    return made


def _category(category: Category, feed: Feed) -> dict[str, str]:
    """A category with an absolute scheme and a label, which RSS shows and people read."""
    return {
        "term": category.term,
        "scheme": feed.scheme_base + category.scheme,
        "label": clean(category.label),
    }


def _distinct(moment: datetime, slug: str) -> datetime:
    """`moment` with microseconds of the article's own when the source gave whole seconds.

    Validators warn of two entries with one atom:updated, as batch imports have; the fraction is
    the same in every feed.
    """
    if moment.microsecond:
        return moment
    return moment + timedelta(microseconds=int(slug, 16) % 1_000_000)


class _Entry(FeedEntry):  # type: ignore[misc]
    """An entry whose Atom links keep their attributes, and whose RSS has one enclosure."""

    def atom_entry(self, extensions: bool = True) -> etree._Element:
        """feedgen writes `href` alone: it asks the new element for the attributes."""
        made: etree._Element = super().atom_entry(extensions)
        links = [child for child in made if child.tag == "link"]
        for link, wanted in zip(links, self.link() or [], strict=True):
            for name in ("rel", "type", "length"):
                if wanted.get(name) and not (name == "length" and wanted[name] == "0"):
                    link.set(name, wanted[name])
        return made

    def rss_entry(self, extensions: bool = True) -> etree._Element:
        """RSS 2.0 items have one enclosure and the label of a category, not its term."""
        made: etree._Element = super().rss_entry(extensions)
        categories = [child for child in made if child.tag == "category"]
        for child, wanted in zip(categories, self.category() or [], strict=True):
            child.text = wanted["label"]
        return made


class _FeedExtension(BaseExtension):  # type: ignore[misc]
    """What feedgen leaves out of an RSS channel: links to the hub and the next page."""

    def set(self, feed: Feed, form: str) -> None:
        """Remember what to add."""
        self.feed, self.form = feed, form

    def extend_ns(self) -> dict[str, str]:
        """Namespaces to declare at the root."""
        return {"dc": _DC} if self.form == "rss" else {}

    def extend_atom(self, root: etree._Element) -> etree._Element:
        """Atom has all it needs."""
        return root

    def extend_rss(self, root: etree._Element) -> etree._Element:
        """Add atom:link elements to the channel."""
        links = [("hub", self.feed.hub), ("next", self.feed.next_urls.get("rss", ""))]
        for rel, href in links:
            if href:
                link = etree.SubElement(root[0], f"{{{_ATOM}}}link", href=href, rel=rel)
                if rel == "next":
                    link.set("type", _TYPES["rss"])
        return root


class _EntryExtension(BaseEntryExtension):  # type: ignore[misc]
    """What feedgen leaves out of entries: authors without e-mail, sources, languages, enclosures."""

    def set(self, entry: Entry, feed: Feed) -> None:
        """Remember what to add."""
        self.entry, self.feed = entry, feed

    def extend_atom(self, element: etree._Element) -> etree._Element:
        """Add xml:lang and atom:source (RFC 4287, section 4.2.11)."""
        article = self.entry.article
        if article.language and article.language != self.feed.language:
            element.set(_LANG, article.language)
        if article.source:
            source = etree.SubElement(element, "source")
            if article.source.url:
                etree.SubElement(source, "id").text = article.source.url
            etree.SubElement(source, "title").text = clean(article.source.name)
            if article.source.url:
                etree.SubElement(source, "link", href=article.source.url)
        return element

    def extend_rss(self, element: etree._Element) -> etree._Element:
        """Add dc:creator for every author, the first enclosure, and the source."""
        article = self.entry.article
        for name in authors_of(article):
            etree.SubElement(element, f"{{{_DC}}}creator").text = name
        for old in element.findall("enclosure"):
            element.remove(old)
        for enclosure in article.enclosures[:1]:
            etree.SubElement(
                element, "enclosure", url=enclosure.url, length=str(enclosure.length or 0), type=enclosure.type
            )  # fmt: skip
        if article.source and article.source.url:
            source = etree.SubElement(element, "source", url=article.source.url)
            source.text = clean(article.source.name)
        return element

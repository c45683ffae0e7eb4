"""Atom 1.0 (RFC 4287) and RSS 2.0 (best-practice profile) through feedgen, its only importer.

feedgen 1.0 has traps; each is cured here or in elements.py and has a test of its own in tests/formats/test_formats.py.
A feed is written once without entries, and each entry once; joined, the bytes are those that
feedgen would write for the whole, so that entries can be rendered one by one.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from itertools import pairwise

import feedgen.entry
import feedgen.feed
from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feed.formats import elements
from feed.formats.texts import (
    address,
    authors_of,
    clean,
    content_of,
    named,
    summary_of,
    title_of,
    type_of,
)
from feed.model import NEVER, Entry, Feed, article_slug

_TAILS = {"atom": b"</feed>", "rss": b"</channel></rss>"}
_ENTRY, _ITEM = re.compile(rb"<entry[ >]"), re.compile(rb"<item>")
_CATEGORIES = b"<category/>"


# (entries, scheme_base, language of the feed) -> the bytes of each; a caller may keep them.
Fragments = Callable[[Sequence[Entry], str, str], list[bytes]]

# feedgen's own changes the locale of the whole process for every date: not safe in threads.
feedgen.entry.formatRFC2822 = feedgen.feed.formatRFC2822 = format_datetime


def atom_entries(entries: Sequence[Entry], scheme_base: str, language: str = "en") -> list[bytes]:
    """Each atom:entry (RFC 4287, section 4.1.2) as it stands within a feed in `language`."""
    return _fragments(entries, _blank(scheme_base, language, "atom"), "atom", _ENTRY)


def rss_items(entries: Sequence[Entry], scheme_base: str, language: str = "en") -> list[bytes]:
    """Each RSS item as it stands within a feed in `language`."""
    return _fragments(entries, _blank(scheme_base, language, "rss"), "rss", _ITEM)


def render_atom(feed: Feed, fragments: Fragments = atom_entries) -> bytes:
    """The feed as an Atom document (RFC 4287) in UTF-8: equal bytes for equal feeds.

    `fragments` gives the bytes of the entries: `atom_entries`, or a cache before it.
    Raises ValueError for a date without a time zone.
    """
    return _join(feed, "atom", fragments)


def render_rss(feed: Feed, fragments: Fragments = rss_items) -> bytes:
    """The feed as an RSS 2.0 document in UTF-8: equal bytes for equal feeds.

    `fragments` gives the bytes of the items: `rss_items`, or a cache before it.
    Raises ValueError for a date without a time zone.
    """
    return _join(feed, "rss", fragments)


def _blank(scheme_base: str, language: str, form: str) -> Feed:
    """A feed with nothing of its own but what its entries depend on."""
    return Feed("urn:x", "x", "x", "urn:x", {form: "urn:x"}, NEVER, scheme_base, language=language)


def _fragments(
    entries: Sequence[Entry], blank: Feed, form: str, start: re.Pattern[bytes]
) -> list[bytes]:
    """Written inside one feed and cut out, so that namespaces are declared where they would be."""
    if not entries:
        return []
    generator = _skeleton(blank, form)
    for entry in entries:
        made = _entry(entry, blank)
        made.tagwire.placeholder = True
        generator.add_entry(made, order="append")  # the default prepends
    document = _write(generator, form)
    # No other element begins so, and in texts "<" is escaped.
    places = [match.start() for match in start.finditer(document)]
    assert len(places) == len(entries)
    cuts = pairwise((*places, len(document) - len(_TAILS[form])))
    return [
        document[a:b].replace(_CATEGORIES, elements.categories(entry, blank.scheme_base, form), 1)
        for entry, (a, b) in zip(entries, cuts, strict=True)
    ]


def _write(generator: FeedGenerator, form: str) -> bytes:
    written: bytes = generator.atom_str() if form == "atom" else generator.rss_str()
    return written


def _join(feed: Feed, form: str, fragments: Fragments) -> bytes:
    document, tail = _write(_skeleton(feed, form), form), _TAILS[form]
    assert document.endswith(tail), "feedgen closes its documents"
    if feed.style:  # browsers show the feed as a page; readers do not care
        declaration, _, rest = document.partition(b"?>\n")
        style = f'<?xml-stylesheet type="text/css" href="{escape(clean(feed.style))}"?>'
        document = declaration + b"?>\n" + style.encode() + b"\n" + rest
    made = fragments(feed.entries, feed.scheme_base, feed.language)
    return b"".join([document[: -len(tail)], *made, tail])


def _skeleton(feed: Feed, form: str) -> FeedGenerator:
    """The feed without its entries."""
    generator = FeedGenerator()
    generator.register_extension("tagwire", _FeedExtension, _EntryExtension, atom=True, rss=True)
    generator.tagwire.set(feed, form)
    title = named(feed.title)
    subtitle = clean(feed.subtitle).strip() or title  # RSS insists on a description
    generator.id(clean(feed.id))
    generator.title(title)
    generator.subtitle(escape(subtitle, quote=False) if form == "rss" else subtitle)
    generator.author({"name": named(title.partition(":")[0])})
    # The link set last becomes the RSS channel's: it has to be the page.
    generator.link(
        href=clean(feed.self_urls[form]), rel="self", type=elements.TYPES[form], replace=True
    )
    if form == "atom" and feed.hub:
        generator.link(href=clean(feed.hub), rel="hub")
    if form == "atom":
        for rel, urls in feed.links.items():
            generator.link(href=clean(urls[form]), rel=rel, type=elements.TYPES[form])
    generator.link(href=clean(feed.home), rel="alternate", type="text/html")
    generator.language(clean(feed.language))
    generator.generator("Tagwire", version="", uri="")  # a version would change bytes by itself
    # The default is now; RSS's lastBuildDate is the same field.
    generator.updated(_updated(feed) if form == "atom" else feed.updated)
    generator.docs("https://www.rssboard.org/rss-specification")
    generator.ttl(feed.ttl)
    if feed.icon:
        generator.icon(clean(feed.icon))
        generator.image(url=clean(feed.icon), title=title, link=clean(feed.home))
    return generator


def _updated(feed: Feed) -> datetime:
    """atom:updated of the feed: no entry may be newer."""
    entries = [
        _distinct(e.article.updated, article_slug(clean(e.article.id))) for e in feed.entries
    ]
    return max([feed.updated, *entries])


def _entry(entry: Entry, feed: Feed) -> "_Entry":
    article = entry.article
    made = _Entry()
    made.register_extension("tagwire", _EntryExtension, atom=True, rss=True)
    made.tagwire.set(entry, feed)
    permanent, link = clean(article.id), address(entry.link)
    made.guid(permanent, permalink=permanent == link and _is_address(permanent))
    made.title(title_of(entry))
    made.updated(_distinct(article.updated, article_slug(permanent)))
    made.published(article.published)
    made.author([{"name": name} for name in authors_of(article)])
    made.link(href=link, rel="alternate", type="text/html")
    for enclosure in article.enclosures:
        made.link(href=address(enclosure.url), rel="enclosure", type=type_of(enclosure),
                  length=str(enclosure.length or 0))  # fmt: skip
    summary = summary_of(article) or title_of(entry)
    made.summary(summary)  # text, as Atom has it when no type is named
    made.description(escape(summary, quote=False))  # in RSS this is HTML
    # Last, for a description sets Atom's content too; CDATA is no Atom content type.
    made.content(content_of(article), type="html")
    return made


def _is_address(name: str) -> bool:
    """RSS readers open a permalink: only a web address can be one."""
    return name.startswith(("http://", "https://"))


def _distinct(moment: datetime, slug: str) -> datetime:
    """`moment` with microseconds of the article's own when the source gave whole seconds.

    Validators warn of two entries with one atom:updated, as batch imports have; the fraction is
    the same in every feed.
    """
    if moment.tzinfo is None:
        raise ValueError("a date without a timezone")
    if moment.microsecond:
        return moment
    return moment + timedelta(microseconds=int(slug, 16) % 1_000_000)


class _Entry(FeedEntry):  # type: ignore[misc]
    """An entry whose Atom links keep their attributes."""

    def atom_entry(self, extensions: bool = True) -> etree._Element:
        """feedgen writes `href` alone: it asks the new element for the attributes."""
        made: etree._Element = super().atom_entry(extensions)
        links = [c for c in made if c.tag == "link" and c.get("rel") != "license"]  # that is ours
        for link, wanted in zip(links, self.link() or [], strict=True):
            for name in ("rel", "type", "length"):
                if wanted.get(name) and not (name == "length" and wanted[name] == "0"):
                    link.set(name, wanted[name])
        return made


class _FeedExtension(BaseExtension):  # type: ignore[misc]
    """What feedgen leaves out: an RSS channel's links to hub and further pages, and fh:archive."""

    def set(self, feed: Feed, form: str) -> None:
        """Remember what to add."""
        self.feed, self.form = feed, form

    def extend_ns(self) -> dict[str, str]:
        """Namespaces to declare at the root."""
        return elements.namespaces(self.feed, self.form)

    def extend_atom(self, root: etree._Element) -> etree._Element:
        """Add to the feed."""
        elements.complete_feed(root, self.feed)
        return root

    def extend_rss(self, root: etree._Element) -> etree._Element:
        """Add to the channel."""
        elements.complete_channel(root[0], self.feed)
        return root


class _EntryExtension(BaseEntryExtension):  # type: ignore[misc]
    """What feedgen leaves out of entries: authors without e-mail, sources, languages, enclosures.

    And the categories, of which an article has dozens: feedgen checks each member of each, and
    gives RSS their terms, where people read labels.
    """

    def set(self, entry: Entry, feed: Feed) -> None:
        """Remember what to add."""
        self.entry, self.feed = entry, feed
        self.placeholder = False  # one empty category stands for all

    def extend_atom(self, element: etree._Element) -> etree._Element:
        """Add categories and what else an atom:entry lacks."""
        self._extend_categories(element, "atom")
        elements.complete_entry(element, self.entry.article, self.feed.language)
        return element

    def extend_rss(self, element: etree._Element) -> etree._Element:
        """Add categories and what else an item lacks."""
        self._extend_categories(element, "rss")
        elements.complete_item(element, self.entry.article, self.feed.language)
        return element

    def _extend_categories(self, element: etree._Element, form: str) -> None:
        base = self.feed.scheme_base
        categories = [c for c in self.entry.categories if not c.implied]
        if self.placeholder and categories:
            etree.SubElement(element, "category")
        else:
            element.extend([elements.category(c, base, form) for c in categories])

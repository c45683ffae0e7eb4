"""An article in the making: loose fields of any form, checked and cleaned into an `Article`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from feed.model import Article, Enclosure, Source
from feed.sources import clean, dates
from feed.sources.body import SUMMARY
from feed.sources.clean import Unusable
from feed.text.excerpt import excerpt

# The names under which a field may stand in front matter or JSON, ours first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "guid", "uid"),
    "title": ("title", "headline", "name"),
    "published": (
        "published",
        "date",
        "date_published",
        "datePublished",
        "pubDate",
        "publishedAt",
        "published_at",
        "isoDate",
        "created",
    ),
    "updated": (
        "updated",
        "modified",
        "date_modified",
        "dateModified",
        "updatedAt",
        "updated_at",
        "lastmod",
    ),
    "url": ("url", "link", "canonical", "canonical_url", "permalink", "external_url"),
    "summary": SUMMARY,
    "authors": ("authors", "author", "byline", "creator"),
    "language": ("language", "lang", "locale"),
    "source": ("source", "publisher", "site", "sitename"),
    "enclosures": ("enclosures", "enclosure", "attachments"),
    "categories": ("categories",),
    "rights": ("rights",),
    "license": ("license",),
}
_CATEGORIES = 30  # of one article, at most; more is no sorting
_RIGHTS_LENGTH = 500  # characters


@dataclass(slots=True)
class Draft:
    """What a source knows of an article so far; everything may be missing."""

    identity: str  # what names it when it has no id and no URL, e.g. its file's path
    namespace: str  # what `identity` and a bare id are relative to
    published: datetime  # when the source gives no date
    text: str = ""
    content: str = ""
    fields: dict[str, Any] = field(default_factory=dict)  # as they stand in the file
    years: dates.Years | None = None  # that a date may lie in

    def finish(self) -> Article:
        """The cleaned article.

        Raises:
            Unusable: a field cannot be used; the message names it.
        """
        title = clean.title(self._text("title"))
        if not title:
            raise Unusable("no title")
        published = self._moment("published") or self.published
        url = clean.web_address(self._text("url"))
        enclosures = tuple(self._enclosures(url))
        speaks = bool(self.text) or "<img" in self.content
        if not (speaks or url or enclosures):
            raise Unusable("no text, no summary, and no url that leads to it")
        return Article(
            id=self._id(url),
            title=title,
            text=self.text,
            published=published,
            updated=max(self._moment("updated") or published, published),
            url=url,
            summary=self._summary(),
            content=self.content if speaks else "",
            authors=tuple(self._authors()),
            language=clean.language(self._text("language")),
            source=self._source(),
            enclosures=enclosures,
            categories=tuple(self._categories()),
            rights=excerpt(clean.line(self._text("rights")), _RIGHTS_LENGTH),
            license=clean.web_address(self._text("license")),
        )

    def _get(self, name: str) -> Any:
        return next((self.fields[n] for n in _NAMES[name] if self.fields.get(n)), None)

    def _text(self, name: str) -> str:
        value = self._get(name)
        if value is None or isinstance(value, str | int | float):
            return "" if value is None else str(value)
        if name == "url":
            return ""
        raise Unusable(f"'{name}' should be a text")

    def _id(self, url: str) -> str:
        given = self._text("id")
        if given:
            return clean.iri(given, self.namespace)
        return url or clean.iri(self.identity, "file")

    def _summary(self) -> str:
        given = self._text("summary")
        summary = clean.line(clean.text_of_html(given) if clean.is_html(given) else given)
        return "" if summary == clean.line(self.text) else summary  # nothing is left out in it

    def _moment(self, name: str) -> datetime | None:
        try:
            return dates.moment(self._get(name), self.years)
        except Unusable as e:
            raise Unusable(f"{name}: {e}") from e

    def _authors(self) -> list[str]:
        value = self._get("authors")
        items = value if isinstance(value, list) else [value] if value else []
        names = [i.get("name", "") if isinstance(i, dict) else i for i in items]
        return list(dict.fromkeys(n for n in (clean.line(str(n)) for n in names if n) if n))

    def _categories(self) -> list[str]:
        value = self._get("categories")
        items = value if isinstance(value, list) else [value] if value else []
        names = (clean.line(item)[:100] for item in items if isinstance(item, str))
        return list(dict.fromkeys(name for name in names if name))[:_CATEGORIES]

    def _source(self) -> Source | None:
        value = self._get("source")
        if isinstance(value, dict):
            name = clean.line(str(value.get("name") or value.get("title") or ""))
            return Source(name, clean.web_address(str(value.get("url", "")))) if name else None
        name = clean.line(str(value or ""))
        return Source(name) if name else None

    def _enclosures(self, base: str) -> list[Enclosure]:
        value = self._get("enclosures")
        items = value if isinstance(value, list) else [value] if value else []
        return [e for e in (_enclosure(item, base) for item in items) if e]


def _enclosure(item: object, base: str) -> Enclosure | None:
    if isinstance(item, str):
        item = {"url": item}
    if not isinstance(item, dict):
        return None
    given = item.get("url") or item.get("link") or item.get("href") or ""
    url = clean.web_address(str(given), base)
    kind = clean.media_type(str(item.get("type") or item.get("mime_type") or ""), url)
    size = str(item.get("length") or item.get("size_in_bytes") or "")
    length = int(size) if size.isdecimal() and len(size) < 16 else None
    return Enclosure(url, kind, length) if url else None

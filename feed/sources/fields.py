"""Loose fields of any source: names in any case, values in the forms that programs give them.

A value that cannot be used costs its field and leaves a warning, never the article.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from feed.model import Enclosure, Source
from feed.sources import clean, dates
from feed.sources.clean import Unusable

SUMMARY = ("summary", "description", "abstract", "excerpt", "teaser", "subtitle", "lead", "standfirst", "dek")  # fmt: skip
# The names under which a field may stand in front matter or JSON, ours first.
NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "guid", "uid", "_id", "uuid"),
    "title": ("title", "headline", "name"),
    "published": (
        *("published", "date_gmt", "date", "date_published", "datePublished", "pubDate", "published_at", "publishedAt"),
        *("published_time", "publication_date", "publicationDate", "publish_date", "publishDate", "isoDate", "posted"),
        *("timestamp", "created", "created_at", "createdAt", "dateCreated", "time"),
    ),
    "updated": (
        *("updated", "modified_gmt", "modified", "date_modified", "dateModified", "updated_at", "updatedAt", "lastmod"),
        *("last_modified", "last_modified_at", "modified_at", "modifiedAt", "date_updated"),
    ),
    "url": ("url", "link", "canonical", "canonical_url", "canonicalURL", "permalink", "external_url"),
    "summary": SUMMARY,
    "authors": ("authors", "author", "byline", "creator", "dc:creator", "by"),
    "language": ("language", "lang", "locale", "inLanguage"),
    "source": ("source", "publisher", "site", "sitename", "site_name"),
    "enclosures": ("enclosures", "enclosure", "attachments"),
    "image": (
        *("image", "featured_image", "featuredImage", "featured_image_url", "jetpack_featured_media_url", "banner_image"),
        *("cover", "coverImage", "cover_image", "thumbnail", "thumbnailUrl", "image_url", "imageUrl", "urlToImage", "hero"),
        *("heroImage", "feature_image", "header", "images"),
    ),
    "categories": (
        *("categories", "category", "tags", "keywords", "topics", "topic", "section", "articleSection", "news_keywords"),
    ),
    "rights": ("rights", "copyright"),
    "license": ("license", "licence"),
}  # fmt: skip
_INNER = (
    "rendered",
    "value",
    "#text",
    "_",
    "$t",
    "text",
    "@value",
    "raw",
    "__html",
)  # of a text that is an object
_WORDS = ("name", "term", "label", "title", "slug")  # of a category or author that is an object
_CATEGORIES = 30  # of one article, at most; more is no sorting
_ENCLOSURES = 100
_NO_NAMES = ("http://", "https://", "www.")


class Fields:
    """The fields of one article. `warnings` grows as they are read."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given: dict[str, Any] = {}
        for name, value in given.items():
            if value not in (None, "", [], {}):
                self._given[str(name).lower()] = value
        self.warnings: list[str] = []

    def values(self, name: str) -> Iterator[Any]:
        """What stands under any of a field's names, empty values left out."""
        for known in NAMES[name]:
            value = self._given.get(known.lower())
            if value is not None:
                yield value

    def text(self, name: str) -> str:
        """The first text under a field's names; "" when there is none."""
        for value in self.values(name):
            found = text_of(value)
            if found.strip():
                return found
            if not isinstance(value, str | bool):
                self.warnings.append(f"'{name}' should be a text; it is left out")
        return ""

    def moment(self, name: str, years: dates.Years | None) -> datetime | None:
        """The first usable date under a field's names."""
        trouble = ""
        for value in self.values(name):
            for one in value if isinstance(value, list) else [value]:
                try:
                    if found := dates.moment(one, years):
                        return found
                except Unusable as e:
                    trouble = trouble or str(e)
        if trouble:
            self.warnings.append(f"{name}: {trouble}")
        return None

    def names(self, name: str) -> Iterator[Any]:
        """The members of a list field, whichever of its names it stands under; a text is one."""
        for value in self.values(name):
            yield from value if isinstance(value, list) else [value]

    def authors(self) -> tuple[str, ...]:
        """Names of people; two that "and" joins are two."""
        given = next(self.values("authors"), None)
        items = given if isinstance(given, list) else [given] if given else []
        names = (clean.line(clean.plain(_word(item))) for item in islice(items, 100))
        return tuple(dict.fromkeys(n for name in names for n in _people(name) if n))

    def categories(self) -> tuple[str, ...]:
        """The source's own categories and keywords, each once."""
        words = (clean.line(clean.plain(w))[:100] for item in self.names("categories") for w in _listed(item))  # fmt: skip
        return tuple(islice(dict.fromkeys(word for word in words if word), _CATEGORIES))

    def source(self) -> Source | None:
        """The publication."""
        for value in self.values("source"):
            if isinstance(value, Mapping):
                name = clean.line(
                    clean.plain(text_of(value.get("name") or value.get("title") or ""))
                )
                url = clean.web_address(text_of(value.get("url") or ""))
            else:
                name, url = clean.line(clean.plain(text_of(value))), ""
            if name.startswith(_NO_NAMES):
                name, url = clean.host_of(name), clean.web_address(name)
            if name:
                return Source(name, url)
        return None

    def enclosures(self, base: str) -> tuple[Enclosure, ...]:
        """The files that belong to the article."""
        given = next(self.values("enclosures"), None)
        items = given if isinstance(given, list) else [given] if given else []
        found = (_enclosure(item, base) for item in islice(items, _ENCLOSURES))
        return tuple(e for e in found if e)


def text_of(value: Any, depth: int = 3) -> str:
    """The text of a value: its own, that of the object it is wrapped in, or those of a list."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Mapping) and depth:
        return next((text_of(value[k], depth - 1) for k in _INNER if value.get(k)), "")
    return ""


def _word(item: Any) -> str:
    if isinstance(item, Mapping):
        whole = f"{text_of(item.get('givenName', ''))} {text_of(item.get('familyName', ''))}"
        return next((text_of(item[k]) for k in _WORDS if item.get(k)), "") or whole
    return text_of(item)


def _listed(item: Any) -> Iterable[str]:
    """The words of a category; a text may be several between commas. A number is none's name."""
    if isinstance(item, int | float):
        return ()
    word = _word(item)
    return word.split(",") if "," in word else word.split(";")


def _people(name: str) -> Iterable[str]:
    """ "Jo Doe and Max Muster" are two; "Jo and Max Muster" may be one, and is left as it is."""
    name = name.removeprefix("By ").removeprefix("by ").strip()
    if name.startswith(_NO_NAMES):
        return ()
    if "@" in name and "(" in name:  # RSS: "jo@wire.example (Jo Doe)"
        name = name.partition("(")[2].rpartition(")")[0].strip() or name
    if ";" in name:
        return (part.strip() for part in name.split(";"))
    parts = [part.strip() for part in name.replace(" & ", " and ").split(" and ")]
    if len(parts) == 2 and ", " in parts[0]:
        parts = [*(p.strip() for p in parts[0].split(",") if p.strip()), parts[1]]
    return parts if all(" " in part for part in parts) else (name,)


def _enclosure(item: object, base: str) -> Enclosure | None:
    if isinstance(item, str):
        item = {"url": item}
    if not isinstance(item, Mapping):
        return None
    given = item.get("url") or item.get("link") or item.get("href") or ""
    url = clean.web_address(str(given), base)
    kind = clean.media_type(str(item.get("type") or item.get("mime_type") or ""), url)
    size = str(item.get("length") or item.get("size_in_bytes") or "")
    length = int(size) if size.isdecimal() and len(size) < 16 else None
    return Enclosure(url, kind, length) if url else None

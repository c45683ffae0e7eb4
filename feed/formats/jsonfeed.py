"""JSON Feed 1.1, with the evidence of every tag in the extension `_tagwire`."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from feed.formats.texts import (
    address,
    authors_of,
    clean,
    content_of,
    language_of,
    named,
    summary_of,
    title_of,
    type_of,
)
from feed.model import Category, Entry, Feed, TagUse

Fragments = Callable[[Sequence[Entry], str, str], list[bytes]]

VERSION = "https://jsonfeed.org/version/1.1"


def json_items(entries: Sequence[Entry], scheme_base: str, language: str = "en") -> list[bytes]:
    """Each item as it stands within a feed in `language`."""
    return [_dump(_item(entry, scheme_base, language)) for entry in entries]


def render_json(feed: Feed, fragments: Fragments = json_items) -> bytes:
    """The feed as a JSON Feed 1.1 document in UTF-8: equal bytes for equal feeds.

    `fragments` gives the bytes of the items: `json_items`, or a cache before it. Members stand in
    the order written here. Raises ValueError for a date without a time zone.
    """
    document = {
        "version": VERSION,
        "title": named(feed.title),
        "home_page_url": feed.home,
        "feed_url": feed.self_urls["json"],
        "description": clean(feed.subtitle),
        "next_url": _next(feed),
        "icon": feed.icon,
        "language": feed.language,
        "hubs": [{"type": "WebSub", "url": feed.hub}] if feed.hub else None,
        "authors": [{"name": named(feed.title.partition(":")[0]), "url": feed.home}],
        "_tagwire": {"about": _about(feed.scheme_base)},
        "items": [],
    }
    items = fragments(feed.entries, feed.scheme_base, feed.language)
    return _dump(_present(document)).removesuffix(b"]}") + b",".join(items) + b"]}\n"


def _next(feed: Feed) -> str | None:
    """The page that goes on, or else the month before."""
    return feed.links.get("next", feed.links.get("prev-archive", {})).get("json")


def _dump(value: object) -> bytes:
    # Addresses are not cleaned one by one; what is left of them here must at least be UTF-8.
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":"))).encode()


def _item(entry: Entry, scheme_base: str, language: str) -> dict[str, Any]:
    article = entry.article
    return _present({
        "id": clean(article.id),
        "url": address(entry.link),
        "title": title_of(entry),
        "content_html": content_of(article),
        "summary": summary_of(article),
        "date_published": _rfc3339(article.published),
        "date_modified": _rfc3339(article.updated),
        "authors": [{"name": name} for name in authors_of(article)],
        "tags": list(
            dict.fromkeys(clean(c.label) for c in entry.categories if not c.implied)
        ),
        "language": language_of(article, language),
        "attachments": [
            _present({"url": address(e.url), "mime_type": type_of(e), "size_in_bytes": e.length})
            for e in article.enclosures
        ],
        "_tagwire": {"about": _about(scheme_base), **_evidence(entry)},
    })  # fmt: skip


def _about(scheme_base: str) -> str:
    """Where the extension is explained: JSON Feed 1.1, "Extensions", asks for it as `about`."""
    return scheme_base.partition("#")[0]


def _evidence(entry: Entry) -> dict[str, Any]:
    """Why the item carries its tags; offsets are code points in title and text."""
    source = entry.article.source
    uses = {use.tag: use for use in entry.evidence()}
    return _present({
        "page": entry.page,
        "source": _present({"name": clean(source.name), "url": address(source.url)}) if source else None,
        "rights": clean(entry.article.rights),
        "license": address(entry.article.license),
        "tags": [_tag(category, uses.get(category.key)) for category in entry.categories],
    })  # fmt: skip


def _tag(category: Category, use: TagUse | None) -> dict[str, Any]:
    return {
        "tag": category.key,
        "label": clean(category.label),
        "main": category.main,
        "via": list(use.via) if use else [],
        "mentions": [
            {"part": m.part, "start": m.start, "end": m.end, "surface": clean(m.surface)}
            for m in (use.mentions if use else ())
        ],
    }


def _present(record: dict[str, Any]) -> dict[str, Any]:
    """The record without empty members, but for `items`, which may be an empty list."""
    return {k: v for k, v in record.items() if v or k == "items"}


def _rfc3339(moment: datetime) -> str:
    """RFC 3339 in UTC: `2025-03-01T09:30:00Z`."""
    if moment.tzinfo is None:  # astimezone would take it for the machine's own time
        raise ValueError(f"a date without a time zone: {moment}")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")

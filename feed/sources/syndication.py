"""Feeds of others, as bytes: RSS, Atom, RDF and JSON Feed become loose fields for a `Draft`.

Nothing is cleaned here and nothing is fetched. What reads hostile bytes may take long or much memory, so who
reads them from the net does it in another process (`sandbox.py`).
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import fastfeedparser
import feedparser

from feed.sources import clean, dates
from feed.sources.body import body_of
from feed.sources.clean import Unusable
from feed.sources.draft import Draft
from feed.text.excerpt import excerpt
from feed.text.structured import Malformed, json_of

TITLE_OF_NONE = 100  # characters of the text that stand in for a missing title
Fields = dict[str, Any]
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # what is dated before the web was is not dated


@dataclass(slots=True)
class ParsedFeed:
    """What a feed says, field by field as it says it; all of it can be written as JSON."""

    form: str  # "rss20", "atom10", "rdf", "json11", ...; "" when this is no feed
    title: str = ""
    home: str = ""  # the page it belongs to
    language: str = ""
    rights: str = ""
    license: str = ""
    hub: str = ""  # WebSub
    topic: str = ""  # the address it gives itself
    period: int = 0  # seconds a reader should wait, by ttl or sy:; 0 when it does not say
    trouble: str = ""  # what is wrong with its form; it was read all the same
    items: list[Fields] = field(default_factory=list)


def parse_feed(data: bytes, url: str = "", content_type: str = "") -> ParsedFeed:
    """The feed that these bytes are, whatever their declared type; `form` is "" when they are none.

    Args:
        url: where they come from: what relative addresses are relative to.
        content_type: as the server said, with its charset.
    """
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        return _json_feed(data)
    found = _by_feedparser(data, url, content_type)
    if found.items or head[:14].lower().startswith((b"<!doctype html", b"<html")):
        return found
    return _second_opinion(data, found)


def drafts(feed: ParsedFeed, namespace: str, now: datetime) -> Iterator[Draft]:
    """A draft for each item; what the item does not say, the feed says.

    Args:
        namespace: what ids that are no addresses are relative to.
        now: the date of what has none, or one in the future.
    """
    given = {
        "language": feed.language,
        "rights": feed.rights,
        "license": feed.license,
        "source": {"name": feed.title, "url": feed.home},
    }
    for item in feed.items:
        fields = {**given, **{name: value for name, value in item.items() if value}}
        for name in ("published", "updated"):
            fields[name] = _plausible(str(fields.get(name) or ""), now)
        text, content = body_of(fields)
        fields["title"] = _title(str(fields.get("title") or ""), text)
        yield Draft(f"{fields['title']}\n{text}", namespace, now, text, content, fields)


def _title(given: str, text: str) -> str:
    title = clean.line(clean.text_of_html(given) if clean.is_html(given) else given)
    return title or excerpt(clean.line(text), TITLE_OF_NONE)


def _plausible(given: str, now: datetime) -> str:
    """The date, if it can be one; feeds lie about the future, and about 1970."""
    with suppress(Unusable):
        moment = dates.moment(given)
        if moment and moment >= _EARLIEST and (moment - now).total_seconds() < 86_400:
            return moment.isoformat()
    return ""


# RSS, Atom, RDF


def _by_feedparser(data: bytes, url: str, content_type: str) -> ParsedFeed:
    headers = {"content-location": url, "content-type": content_type or "application/xml"}
    # Its own cleaning is quadratic, and ours comes later; so is its resolving of links in HTML.
    try:
        found = feedparser.parse(
            io.BytesIO(data),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers=headers,
        )
    except Exception as e:  # broken feeds make it stumble: KeyError, AttributeError, ...
        return ParsedFeed("", trouble=f"feedparser stumbled over it: {type(e).__name__}: {e}"[:200])
    head = found.get("feed", {})
    trouble = found.get("bozo_exception") if found.get("bozo") else None
    return ParsedFeed(
        form=found.get("version") or ("unknown" if found.get("entries") else ""),
        title=_title(head.get("title") or "", ""),
        home=head.get("link") or "",
        language=head.get("language") or "",
        rights=head.get("rights") or "",
        license=_link(head, "license"),
        hub=_link(head, "hub"),
        topic=_link(head, "self"),
        period=_period(head),
        trouble=clean.line(str(trouble))[:200] if trouble else "",
        items=[_item(entry) for entry in found.get("entries", ())],
    )


def _item(entry: Any) -> Fields:
    updated = dict.get(entry, "updated") or ""  # feedparser would give `published` for it
    source = entry.get("source") or {}
    return {
        "id": entry.get("id") or "",
        "title": entry.get("title") or "",
        "published": dict.get(entry, "published") or dict.get(entry, "created") or updated,
        "updated": updated,
        "url": entry.get("link") or "",
        "summary": entry.get("summary") or "",
        **_contents(entry.get("content") or ()),
        "authors": [a["name"] for a in entry.get("authors") or () if a.get("name")]
        or [entry.get("author") or ""],
        "language": dict.get(entry, "language") or "",
        "source": {
            "name": source.get("title") or "",
            "url": source.get("link") or source.get("href") or "",
        }
        if source.get("title")
        else None,
        "enclosures": [*_enclosures(entry.get("links") or ()), *_media(entry)],
        "categories": [t.get("label") or t.get("term") or "" for t in entry.get("tags") or ()],
        "rights": entry.get("rights") or "",
        "license": _link(entry, "license"),
    }  # fmt: skip


def _contents(contents: Any) -> Fields:
    """The longest HTML and the longest plain text: an entry may have several, as Atom's alternatives."""
    found: Fields = {}
    for content in contents:
        kind = "content_text" if content.get("type") == "text/plain" else "content_html"
        value = content.get("value") or ""
        if len(value) > len(found.get(kind, "")):
            found[kind] = value
    return found


def _enclosures(links: Any) -> Iterator[Fields]:
    for link in links:
        if link.get("rel") == "enclosure" and link.get("href"):
            yield {
                "url": link["href"],
                "type": link.get("type", ""),
                "length": link.get("length", ""),
            }


def _media(entry: Any) -> Iterator[Fields]:
    for media in entry.get("media_content") or ():
        if media.get("url"):
            yield {
                "url": media["url"],
                "type": media.get("type", ""),
                "length": media.get("filesize", ""),
            }


def _link(element: Any, relation: str) -> str:
    links = element.get("links") or ()
    return next(
        (link["href"] for link in links if link.get("rel") == relation and link.get("href")), ""
    )


_PERIODS = {
    "hourly": 3600,
    "daily": 86_400,
    "weekly": 604_800,
    "monthly": 2_592_000,
    "yearly": 31_536_000,
}


def _period(head: Mapping[str, Any]) -> int:
    """Seconds by RSS `ttl` (minutes) or the syndication module; 0 when it gives none that is a number."""
    ttl = str(head.get("ttl") or "").strip()
    if ttl.isascii() and ttl.isdecimal() and len(ttl) < 8:
        return int(ttl) * 60
    unit = _PERIODS.get(str(head.get("sy_updateperiod") or "").strip().lower(), 0)
    times = str(head.get("sy_updatefrequency") or "1").strip()
    return (
        unit // max(int(times), 1)
        if times.isascii() and times.isdecimal() and len(times) < 6
        else unit
    )


def _second_opinion(data: bytes, first: ParsedFeed) -> ParsedFeed:
    """What another parser reads where the first saw no item; the first when it sees none, either."""
    try:
        found = fastfeedparser.parse(data)
    except Exception:  # it has errors of three libraries, and was only asked for an opinion
        return first
    entries = found.get("entries") or []
    if not entries:
        return first
    head = found.get("feed") or {}
    first.form = first.form or "unknown"
    first.title = first.title or _title(str(head.get("title") or ""), "")
    first.home = first.home or str(head.get("link") or "")
    first.items = [_other_item(entry) for entry in entries]
    return first


def _other_item(entry: Any) -> Fields:
    contents = entry.get("content") or []
    return {
        "id": entry.get("id") or "",
        "title": entry.get("title") or "",
        "published": entry.get("published") or "",
        "updated": entry.get("updated") or "",
        "url": entry.get("link") or "",
        "summary": entry.get("description") or "",
        "content_html": contents[0].get("value", "") if contents else "",
        "authors": [entry.get("author") or ""],
        "enclosures": entry.get("enclosures") or [],
        "categories": [t.get("term") or "" for t in entry.get("tags") or ()],
    }


# JSON Feed


def _json_feed(data: bytes) -> ParsedFeed:
    """JSON Feed 1.0 and 1.1, https://www.jsonfeed.org/version/1.1/; a foreign object is no feed."""
    try:
        top = json_of(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, Malformed) as e:
        return ParsedFeed("", trouble=str(e)[:200])
    if not isinstance(top, dict) or not isinstance(top.get("items"), list):
        return ParsedFeed("", trouble="a JSON object without a list of items is no JSON Feed")
    version = _string(top.get("version"))
    hubs = [h for h in _objects(top.get("hubs")) if h.get("type") == "WebSub"]
    people = top.get("authors") or top.get("author")
    return ParsedFeed(
        form="json11" if version.endswith("1.1") else "json1",
        title=_string(top.get("title")),
        home=_string(top.get("home_page_url")),
        language=_string(top.get("language")),
        hub=_string(hubs[0].get("url")) if hubs else "",
        topic=_string(top.get("feed_url")),
        items=[_json_item(item, people) for item in _objects(top["items"])],
    )


def _json_item(item: Mapping[str, Any], people: object) -> Fields:
    tags = item.get("tags")
    names = ("title", "url", "summary", "content_html", "content_text", "language")
    return {
        **{name: _string(item.get(name)) for name in names},
        "id": _string(item.get("id")),
        "url": _string(item.get("url") or item.get("external_url")),
        "published": _string(item.get("date_published")),
        "updated": _string(item.get("date_modified")),
        "authors": item.get("authors") or item.get("author") or people or [],
        "enclosures": _objects(item.get("attachments")),
        "categories": [_string(t) for t in tags] if isinstance(tags, list) else [],
    }


def _objects(value: object) -> list[dict[str, Any]]:
    return [o for o in value if isinstance(o, dict)] if isinstance(value, list) else []


def _string(value: object) -> str:
    """A text, or a number as one: ids may be either (section "Items")."""
    return str(value) if isinstance(value, str | int | float) else ""

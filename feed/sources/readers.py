"""One reader a form: the bytes of a file become drafts of the articles in it."""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from feed.errors import SourceError
from feed.model import Article
from feed.sources import clean, frontmatter
from feed.sources.arrival import Arrival
from feed.sources.body import body_of
from feed.sources.clean import Unusable, reason
from feed.sources.dates import Years
from feed.sources.draft import Draft
from feed.sources.encodings import decode
from feed.sources.fields import Fields
from feed.sources.kinds import Kind
from feed.text.structured import Malformed, json_of

JSON_BYTES = 256 * 1024 * 1024  # of a document that holds many articles
_LISTS = ("items", "articles", "posts", "entries", "results", "data", "docs", "news", "stories")
Found = Iterator[Arrival | SourceError]


@dataclass(frozen=True, slots=True)
class Reading:
    """What all articles of one file share."""

    place: str  # the file, as people named it
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    years: Years | None = None
    namespace: str = ""  # of bare ids whose source has no name
    file: str = ""  # its whole path
    former: tuple[str, str] = ("", "")  # version 0.1's identity and namespace
    named: datetime | None = None  # the date in its name

    def draft(self, identity: str = "", **values: Any) -> Draft:
        """An empty draft of an article of this file."""
        made = Draft(identity, "", self.now, years=self.years, named=self.named, former=self.former, otherwise=self.namespace, file=self.file)  # fmt: skip
        for name, value in values.items():
            setattr(made, name, value)
        return made


def read_text(data: bytes, draft: Draft) -> None:
    """Plain text: the first line is the title, paragraphs follow, there is no metadata."""
    first, _, rest = decode(data).strip().partition("\n")
    body = rest if len(clean.line(first)) <= clean.TITLE_LENGTH else f"{first}\n{rest}"
    draft.fields = {"title": first}
    draft.text = clean.paragraphs(body)
    draft.identity = f"{clean.title(first)}\n{draft.text}"


def read_markdown(data: bytes, draft: Draft) -> None:
    """Markdown with a header in YAML, TOML or JSON; without a title there, its first heading."""
    from feed.sources import markdown

    draft.own = True
    draft.fields, body = frontmatter.split(decode(data))
    draft.content, title = markdown.render(body, draft.fields)
    given = Fields(draft.fields).text("title")
    draft.fields = {**draft.fields, "title": given or title}
    draft.text = clean.text_of_html(draft.content)
    if not draft.text:
        draft.text, content = body_of(draft.fields, draft.warnings)
        draft.content = draft.content or content
    draft.identity = f"{draft.fields['title']}\n{draft.text}"


def read_page(data: bytes, draft: Draft) -> None:
    """An HTML page."""
    from feed.sources import page  # trafilatura takes its time to load

    page.fill(data, draft)


def read_html(data: bytes, draft: Draft) -> Article:
    """The article of an HTML page, with the metadata of its head."""
    read_page(data, draft)
    return draft.finish()


def read_json_lines(lines: Iterable[bytes], reading: Reading) -> Found:
    """JSON Lines: one object a line; a failing line is reported and the rest goes on."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield from each(
                [line], f"{reading.place}:{number}", lambda data: of_object(_object(data), reading)
            )


def each(items: Iterable[Any], place: str, make: Callable[[Any], Draft]) -> Found:
    """An arrival of each item, or the reason why it is none: whatever it holds, it is lost alone."""
    for item in items:
        try:
            yield make(item).arrive(place)
        except Exception as e:
            yield SourceError(place, reason(e))


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        fields = json_of(decode(line))
    except Malformed as e:
        raise Unusable(str(e)) from e
    if not isinstance(fields, Mapping):
        raise Unusable("not a JSON object, {...}")
    return fields


def of_object(fields: Mapping[str, Any], reading: Reading) -> Draft:
    """The draft of an article that is a JSON object."""
    if is_wordpress(fields):
        fields = _of_wordpress(fields)
    warnings: list[str] = []
    body, content = body_of(fields, warnings)
    # Without an id or a URL, what it says is all there is to know it by.
    identity = f"{fields.get('title')}\n{body}"
    namespace = reading.former[1]
    return reading.draft(identity, text=body, content=content, fields=dict(fields), warnings=warnings, former=("", namespace))  # fmt: skip


def read_json(data: bytes, reading: Reading) -> Found:
    """A JSON document: one article, a list of them, a JSON Feed, or an object that holds a list.

    Raises:
        Unusable: it is none of these.
    """
    if len(data) > JSON_BYTES:
        raise Unusable(f"{len(data):,} bytes are more than a document may have ({JSON_BYTES:,})")
    try:
        top = json_of(data.decode("utf-8-sig"))
    except UnicodeDecodeError as e:
        raise Unusable(f"not UTF-8 at byte {e.start:,}; save the file as UTF-8") from e
    except Malformed as e:
        line = f"line {e.line}: " if e.line else ""
        raise Unusable(f"{line}{e}; JSON Lines should have the ending .jsonl") from e
    items, shared = _articles_in(top)
    for number, item in enumerate(items, 1):
        place = f"{reading.place}#{number}" if item is not top else reading.place
        if isinstance(item, Mapping):
            fields = {**shared, **item}
            yield from each([fields], place, lambda fields: of_object(fields, reading))
        else:
            yield SourceError(place, "not a JSON object, {...}")


def _articles_in(top: Any) -> tuple[list[Any], dict[str, Any]]:
    """The articles of a document, and what it says of all of them."""
    if isinstance(top, list):
        return top, {}
    if isinstance(top, Mapping):
        if isinstance(top.get("items"), list) and "jsonfeed.org" in str(top.get("version", "")):
            return top["items"], _of_json_feed(top)
        names = {str(name).lower() for name in top}
        if names & {"title", "headline"} and not isinstance(top.get("items"), list):
            return [top], {}
        for name in _LISTS:
            if isinstance(top.get(name), list) and top[name] and isinstance(top[name][0], Mapping):
                return top[name], {}
        if names & {"text", "content", "body", "content_html", "content_text"}:
            return [top], {}
    raise Unusable(
        "no article: this is a JSON document without a title, a text or a list of articles"
    )


def _of_json_feed(top: Mapping[str, Any]) -> dict[str, Any]:
    """What a feed says for its items (JSON Feed 1.1): publication, language, authors."""
    source = {"name": top.get("title"), "url": top.get("home_page_url")}
    shared = {"source": source, "language": top.get("language"), "authors": top.get("authors") or top.get("author")}  # fmt: skip
    return {name: value for name, value in shared.items() if value}


def is_wordpress(fields: Mapping[str, Any]) -> bool:
    """Is this a post as WordPress's REST API gives it?"""
    return isinstance(fields.get("title"), Mapping) and "rendered" in fields["title"]


def _of_wordpress(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Its number is one of its site alone, and its categories are numbers: their names are embedded."""
    found = {
        k: v for k, v in fields.items() if k not in ("id", "categories", "tags", "author", "guid")
    }
    found["content_html"] = found.pop("content", "")
    if not found.get("link"):
        found["guid"] = fields.get("guid") or fields.get("id")
    content = fields.get("content")
    if isinstance(content, Mapping) and content.get("protected") is True:
        found["password"] = "protected"
    embedded = fields.get("_embedded")
    if isinstance(embedded, Mapping):
        with suppress(TypeError, AttributeError, KeyError, IndexError):
            found["authors"] = [a["name"] for a in embedded.get("author") or () if a.get("name")]
            terms = [t for group in embedded.get("wp:term") or () for t in group]
            found["categories"] = [t["name"] for t in terms if t.get("name")]
            found["image"] = (embedded.get("wp:featuredmedia") or [None])[0]
    return found


def read_feed(data: bytes, reading: Reading) -> Found:
    """An RSS, RDF or Atom file."""
    from feed.sources.syndication import parse_feed  # feedparser takes its time to load

    feed = parse_feed(data)
    if not feed.form:
        raise Unusable(f"this is no feed that can be read: {feed.trouble or 'no items'}")
    shared = {
        "language": feed.language,
        "rights": feed.rights,
        "license": feed.license,
        "source": {"name": feed.title, "url": feed.home} if feed.title else None,
    }
    for number, item in enumerate(feed.items, 1):
        fields = {k: v for k, v in {**shared, **{k: v for k, v in item.items() if v}}.items() if v}
        yield from each([fields], f"{reading.place}#{number}", lambda f: of_object(f, reading))


def read_whole(kind: Kind, data: bytes, reading: Reading, name: str, url: str = "") -> Found:
    """The articles of a file that is read at once; `url` is where a page was fetched.

    Raises:
        Unusable: nothing is left to publish.
    """
    if kind in (Kind.JSON, Kind.FEED):
        yield from (read_json if kind is Kind.JSON else read_feed)(data, reading)
    elif kind is Kind.WORDPRESS:
        from feed.sources.wordpress import read_wordpress

        yield from read_wordpress(io.BytesIO(data), reading)
    elif kind is Kind.JSON_LINES:
        yield from read_json_lines(io.BytesIO(data), reading)
    else:
        draft = replace(reading, named=date_in(name)).draft()
        _ONE[kind](data, draft)
        if url:
            draft.fields["url"] = draft.fields.get("url") or url
        if "_drafts" in PurePath(name).parts:  # Jekyll's
            draft.fields["draft"] = True
        yield draft.arrive(reading.place)


def date_in(name: str) -> datetime | None:
    """The date that a file's name begins with, 2026-01-31-title.txt. The file's own says nothing."""
    if dated := _DATED.match(PurePath(name).name):
        with suppress(ValueError):
            return datetime.fromisoformat(dated[0]).replace(tzinfo=UTC)
    return None


_DATED = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
_ONE = {Kind.TEXT: read_text, Kind.MARKDOWN: read_markdown, Kind.PAGE: read_page}

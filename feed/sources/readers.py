"""One reader a form: text, Markdown, HTML and JSON Lines become drafts, and drafts articles."""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import lxml.html
import trafilatura
from lxml.etree import LxmlError
from markdown_it import MarkdownIt
from trafilatura.settings import Document

from feed.errors import SourceError
from feed.model import Article
from feed.sources import clean
from feed.sources.body import body_of
from feed.sources.clean import Unusable, reason
from feed.sources.dates import Years
from feed.sources.draft import Draft
from feed.text.structured import Malformed, json_of, yaml_of

_FRONT_END = re.compile(r"^(?:---|\.\.\.)[ \t]*+$\n?", re.M)
_CHARSET = re.compile(rb"<meta[^<>]+charset=[\"']?([\w-]+)", re.I)
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def read_text(data: bytes, draft: Draft) -> Article:
    """Plain text: the first line is the title, paragraphs follow, there is no metadata."""
    first, _, rest = clean.decode(data).strip().partition("\n")
    body = rest if len(clean.line(first)) <= clean.TITLE_LENGTH else f"{first}\n{rest}"
    draft.fields = {"title": first}
    draft.text = clean.paragraphs(body)
    return draft.finish()


def read_markdown(data: bytes, draft: Draft) -> Article:
    """Markdown (CommonMark) with a YAML header; without a title there, its first heading."""
    text = clean.decode(data)
    draft.fields, body = _front_matter(text)
    tokens = _MARKDOWN.parse(body)
    if [t.type for t in tokens[:2]] == ["heading_open", "inline"] and tokens[0].tag == "h1":
        heading = tokens[1].content
        draft.fields.setdefault("title", heading)
        if clean.line(str(draft.fields["title"])) == clean.line(heading):
            tokens = tokens[3:]
    markup = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    draft.content = clean.safe_html(markup)
    draft.text = clean.text_of_html(draft.content)
    if not draft.text:
        draft.text, content = body_of(draft.fields)
        draft.content = draft.content or content
    return draft.finish()


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    first, _, rest = text.partition("\n")
    if first.rstrip(" \t") != "---":
        return {}, text
    end = _FRONT_END.search(rest)
    if end is None:
        raise Unusable("line 1: the YAML header is never closed; end it with a line '---'")
    try:
        fields = yaml_of(rest[: end.start()]) or {}
    except Malformed as e:
        raise Unusable(f"line {e.line + 1}: the YAML header is broken: {e}") from e
    if not isinstance(fields, dict):
        raise Unusable("line 2: the YAML header should be lines of 'name: value'")
    return {str(k): v for k, v in fields.items()}, rest[end.end() :]


def read_html(data: bytes, draft: Draft) -> Article:
    """An HTML page: the article's text without the page's furniture, and its metadata."""
    markup = _decode_html(data)
    try:
        tree = lxml.html.fromstring(markup.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
        found = trafilatura.bare_extraction(
            tree, include_comments=False, favor_precision=True, with_metadata=True
        )
    except (LxmlError, ValueError, AssertionError) as e:
        raise Unusable(f"this is no HTML page: {clean.line(str(e))}") from e
    if not isinstance(found, Document) or not found.text or len(found.text.split()) < 20:
        raise Unusable("no article in this page (fewer than 20 words of running text)")
    meta = _metadata(tree)
    draft.fields = {
        "title": meta.get("title") or found.title,
        "published": meta.get("published"),
        "updated": meta.get("updated"),
        "url": meta.get("url") or found.url,
        "authors": _authors(tree, found.author),
        "language": tree.get("lang") or meta.get("language"),
        "summary": meta.get("summary"),
        "source": {"name": meta.get("source") or found.sitename or ""},
    }
    article = clean.paragraphs(found.text.replace("\n", "\n\n"))
    heading, _, rest = article.partition("\n\n")
    draft.text = rest if heading == clean.title(str(draft.fields["title"] or "")) else article
    return draft.finish()


def _decode_html(data: bytes) -> str:
    """UTF-8, or the encoding that the page declares."""
    try:
        return clean.decode(data)
    except Unusable:
        declared = _CHARSET.search(data[:2048])
        if declared is None or b"\x00" in data or len(data) > clean.MAX_BYTES or not data.strip():
            raise
        try:
            codecs.lookup(declared[1].decode("ascii"))
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, ValueError) as e:
            raise Unusable(f"not in the encoding it declares, {declared[1].decode()}") from e


_META = {
    "article:published_time": "published",
    "datepublished": "published",
    "date": "published",
    "dc.date": "published",
    "dcterms.created": "published",
    "dcterms.date": "published",
    "pubdate": "published",
    "article:modified_time": "updated",
    "datemodified": "updated",
    "dcterms.modified": "updated",
    "last-modified": "updated",
    "og:title": "title",
    "og:url": "url",
    "og:locale": "language",
    "og:site_name": "source",
    "description": "summary",
    "og:description": "summary",
}


def _metadata(tree: lxml.html.HtmlElement) -> dict[str, str]:
    """What the page's head says of itself; dates are never guessed from its text."""
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        field, value = _META.get(name.lower()), meta.get("content")
        if field and value:
            found.setdefault(field, value)
    for link in tree.xpath("//link[@rel='canonical'][@href]"):
        found["url"] = link.get("href")
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        for name, value in _linked_data(script):
            found.setdefault(name, value)
    for time in tree.xpath("//article//time[@datetime] | //header//time[@datetime]"):
        found.setdefault("published", time.get("datetime"))
    return found


def _linked_data(script: str) -> Iterator[tuple[str, str]]:
    try:
        data = json_of(script)
    except Malformed:
        return
    items = data if isinstance(data, list) else [data]
    for item in items:
        if isinstance(item, dict):
            for name, field in (("datePublished", "published"), ("dateModified", "updated")):
                if isinstance(item.get(name), str):
                    yield field, item[name]


def _authors(tree: lxml.html.HtmlElement, found: str | None) -> list[str]:
    named = [m.get("content") for m in tree.xpath("//meta[@name='author'][@content]")]
    return named or [name for name in (found or "").split(";") if name.strip()]


def read_json_lines(
    lines: Iterable[bytes],
    name: str,
    namespace: str,
    published: datetime,
    years: Years | None = None,
) -> Iterator[Article | SourceError]:
    """JSON Lines: one object a line; a failing line is reported and the rest goes on."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _read_object(line, namespace, published, years)
        except Exception as e:  # one line costs one article, whatever it holds
            yield SourceError(f"{name}:{number}", reason(e))


def _read_object(line: bytes, namespace: str, published: datetime, years: Years | None) -> Article:
    text = clean.decode(line)
    try:
        fields = json_of(text)
    except Malformed as e:
        raise Unusable(str(e)) from e
    if not isinstance(fields, Mapping):
        raise Unusable("not a JSON object, {...}")
    body, content = body_of(fields)
    # Without an id or a URL, what it says is all there is to know it by.
    identity = f"{fields.get('title')}\n{body}"
    return Draft(identity, namespace, published, body, content, dict(fields), years).finish()

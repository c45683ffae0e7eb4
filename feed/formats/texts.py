"""The texts of an entry that every format shares: fit for XML, never empty where one is needed."""

import html
import re

from feed.formats.links import with_absolute_links
from feed.model import ANY_TYPE, MEDIA_TYPE, Article, Enclosure, Entry
from feed.text.excerpt import excerpt
from feed.text.iri import to_uri

# What XML 1.0, section 2.2, does not allow: one such character would spoil the whole feed. With it go
# Unicode's noncharacters, which validators refuse, and the controls that turn the direction of what
# follows (U+202A to U+202E, U+2066 to U+2069): unclosed, they turn the rest of a reader's list.
_NONCHARACTERS = "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
)
_ILLEGAL = re.compile(
    f"[^\t\n\r\u0020-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]|[{_NONCHARACTERS}]"
)
_MARKUP = re.compile(r"<[/!?a-zA-Z]|&#?\w+;")
SUMMARY = 300  # characters


def clean(text: str) -> str:
    """The text without what XML cannot hold."""
    # Most texts are printable, and asking that is twenty times as fast as looking for the others.
    return text if text.isprintable() else _ILLEGAL.sub("", text)


def looks_like_html(text: str) -> bool:
    """Would a reader that guesses take this plain text for HTML?"""
    return _MARKUP.search(text) is not None


def named(text: str) -> str:
    """The title of a feed or folder, fit for XML and never empty."""
    return clean(text).strip() or "Untitled"


def title_of(entry: Entry) -> str:
    """The title; for an article without one, the beginning of its text."""
    return clean(entry.article.title).strip() or _cut(entry.article.text, 80) or "Untitled"


def summary_of(article: Article) -> str:
    """The source's summary, else the beginning of the text."""
    return clean(article.summary).strip() or _cut(article.text, SUMMARY)


def content_of(article: Article) -> str:
    """The article as HTML, never empty: the source's own, sanitised, else its paragraphs."""
    if article.content:
        return with_absolute_links(clean(article.content), article.url)
    parts = clean(article.text).split("\n\n")
    made = "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts if part.strip())
    return made or _lead(article)


def _lead(article: Article) -> str:
    """What stands for the text of an article that has none: the way to it."""
    words = html.escape(clean(article.summary or article.title).strip(), quote=False)
    href = html.escape(address(article.url))
    return f'<p><a href="{href}">{words or href}</a></p>' if href else f"<p>{words}</p>"


def address(iri: str) -> str:
    """A web address as all readers take it: RSS and JSON Feed want URIs, and Atom may have them."""
    return to_uri(clean(iri))


def type_of(enclosure: Enclosure) -> str:
    """Its media type; what is none would make an Atom feed invalid."""
    kind = clean(enclosure.type)
    return kind if MEDIA_TYPE.fullmatch(kind) else ANY_TYPE


def language_of(article: Article, usual: str) -> str:
    """The article's language (BCP 47) when it is known and not the `usual` one, else nothing."""
    language = clean(article.language)
    return "" if language == usual else language


def authors_of(article: Article) -> list[str]:
    """The authors that have a name."""
    return [name for name in (clean(a).strip() for a in article.authors) if name]


def _cut(text: str, length: int) -> str:
    # A long text is not taken apart to its end for its beginning; blanks may be many.
    flat = " ".join(clean(text[: 2 * length]).split())
    if len(flat) <= length:
        flat = " ".join(clean(text).split())
    return excerpt(flat, length)

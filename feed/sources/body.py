"""An article's text among loose fields: the names it may have there, and whether it is HTML."""

from collections.abc import Iterable, Mapping
from typing import Any

from feed.sources import clean
from feed.sources.clean import Unusable

# Ours, JSON Feed's, schema.org's, and those of programs that make JSON of feeds and pages.
_HTML = ("content_html", "contentHtml", "html", "body_html", "content:encoded", "content_encoded")
_PLAIN = ("text", "content_text", "contentText", "maintext", "plain_text", "fulltext", "full_text")
_EITHER = ("content", "body", "articleBody", "article_body", "article")
SUMMARY = ("summary", "description", "abstract", "excerpt", "teaser")


def body_of(fields: Mapping[str, Any]) -> tuple[str, str]:
    """The text, and the HTML of it if there is any; a summary has to do when there is no other.

    Raises:
        Unusable: what stands under such a name is no text.
    """
    markup, plain = _first(fields, _HTML), _first(fields, _PLAIN)
    either = _first(fields, _EITHER) or ("" if markup or plain else _first(fields, SUMMARY))
    if clean.is_html(either):
        markup = markup or either
    else:
        plain = plain or either
    content = clean.safe_html(markup)
    return clean.paragraphs(plain) or clean.text_of_html(content), content


def _first(fields: Mapping[str, Any], names: Iterable[str]) -> str:
    found = ((name, fields[name]) for name in names if fields.get(name))
    return next((text for name, value in found if (text := _text(name, value)).strip()), "")


def _text(name: str, value: Any) -> str:
    """The text itself, or, as feedparser has it, that of the first of `[{"value": ...}]`."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("value")
    if not isinstance(value, str):
        raise Unusable(f"'{name}' should be a text")
    return value

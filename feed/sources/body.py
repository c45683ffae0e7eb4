"""An article's text among loose fields: the names it may have there, and whether it is HTML."""

from collections.abc import Iterable, Mapping
from typing import Any

from feed.sources import clean, markup
from feed.sources.fields import SUMMARY, text_of

# Ours, JSON Feed's, schema.org's, and those of programs that make JSON of feeds and pages.
_HTML = ("content_html", "contenthtml", "html", "body_html", "content:encoded", "content_encoded")
_PLAIN = ("text", "content_text", "contenttext", "maintext", "plain_text", "fulltext", "full_text")
_EITHER = ("content", "body", "articlebody", "article_body", "article", "post_content")


def body_of(fields: Mapping[str, Any], warnings: list[str] | None = None) -> tuple[str, str]:
    """The text, and the HTML of it if there is any; a summary has to do when there is no other.

    What stands under such a name and is no text is left out, and named in `warnings`.
    """
    lower = {str(name).lower(): value for name, value in fields.items()}
    trouble: list[str] = [] if warnings is None else warnings
    html, plain = _first(lower, _HTML, trouble), _first(lower, _PLAIN, trouble)
    either = _first(lower, _EITHER, trouble)
    if not (either or html or plain):
        either = _first(lower, SUMMARY, [])
    if clean.is_html(either):
        html = html or either
    else:
        plain = plain or either
    content = markup.fit(html) if html else ""
    return clean.paragraphs(plain) or clean.text_of_html(content), content


def _first(fields: Mapping[str, Any], names: Iterable[str], trouble: list[str]) -> str:
    for name in names:
        value = fields.get(name)
        if not value or isinstance(value, bool):
            continue
        if (found := _text(value)).strip():
            return found
        if not isinstance(value, str):
            trouble.append(f"'{name}' should be a text; it is left out")
    return ""


def _text(value: Any) -> str:
    """The text itself; of a list all texts, or, of feedparser's `[{"value": ...}]`, the first."""
    if isinstance(value, list):
        texts = [item for item in value if isinstance(item, str)]
        if texts:
            return "\n\n".join(texts)
        return next((found for item in value if (found := text_of(item))), "")
    return "" if isinstance(value, int | float) else text_of(value)

"""The links in an article's HTML, made absolute: a reader shows it far from where it stood.

On the way out, so that it is true for articles that were kept before, and follows a changed url.
"""

import re
from html import escape, unescape

from feed.text.iri import resolve

# Begins with what is quickly found, for most articles have nothing to resolve.
_RELATIVE = re.compile(r'="(?<=(?:href|.src|cite)=")(?!https?://|mailto:)')
# Sanitised HTML has its attributes in double quotes, and no double quotes in them.
_TAG = re.compile(r'<\w+(?:\s+[^\s=>"]+="[^"]*")*\s*/?>')
_LINK = re.compile(r'\s(?:href|src|cite)="([^"]*)"')
_ABSOLUTE = re.compile(r"\s*(?:https?://|mailto:)", re.I)


def with_absolute_links(markup: str, base: str) -> str:
    """Sanitised HTML as it stands at `base`; what cannot be resolved is left out."""
    if not _RELATIVE.search(markup):
        return markup
    return _TAG.sub(lambda tag: _resolved(tag[0], base), markup)


def _resolved(tag: str, base: str) -> str:
    made = _LINK.sub(lambda link: _link(link, base), tag)
    # An image without its address is none; a link without it still has its words.
    return "" if made.startswith("<img") and made != tag and " src=" not in made else made


def _link(link: re.Match[str], base: str) -> str:
    value = unescape(link[1])
    if _ABSOLUTE.match(value):
        return link[0]
    found = resolve(value, base)
    return f'{link[0].partition("=")[0]}="{escape(found)}"' if found else ""

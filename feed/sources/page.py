"""HTML pages: the article's text with its structure and pictures, without the page's furniture."""

import html
import re
from collections.abc import Callable
from typing import Any

import lxml.html
import trafilatura
from lxml.etree import LxmlError
from trafilatura.settings import Document

from feed.model import Article
from feed.sources import clean, markup
from feed.sources.clean import Unusable
from feed.sources.draft import Draft
from feed.sources.encodings import decode_page
from feed.sources.page_head import fields_of

Element = Any  # lxml.html.HtmlElement, which has no types
_SHORTEST = 4  # words of the shortest article, of which its page says that it is one
_WORDS = 20  # of the shortest text of any other page
# Signs of languages without blanks: two of them count as a word.
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")  # fmt: skip
_TAGS = {"p": "p", "list": "ul", "item": "li", "quote": "blockquote", "table": "table", "row": "tr", "lb": "br", "del": "del", "code": "code"}  # fmt: skip
_HIGHLIGHTS = {"#b": "strong", "#i": "em", "#u": "u", "#t": "code", "#sub": "sub", "#sup": "sup"}


def read_html(data: bytes, draft: Draft) -> Article:
    """The article of an HTML page, with the metadata of its head."""
    fill(data, draft)
    return draft.finish()


def fill(data: bytes, draft: Draft) -> None:
    """Put what an HTML page says into a draft.

    Raises:
        Unusable: there is no article in it.
    """
    text = decode_page(data)
    tree = _tree(text)
    draft.fields = fields_of(tree, text)
    told = draft.fields.pop("body", "")
    is_one = bool(told) or next(tree.iter("article"), None) is not None or _is_article(tree)
    markup.tidy(tree)
    content = _extracted(tree)
    if _words(clean.text_of_html(content)) < (_SHORTEST if is_one else _WORDS):
        content = _second_best(tree, told)
        if not is_one or _words(clean.text_of_html(content)) < _SHORTEST:
            raise Unusable(f"no article in this page (fewer than {_WORDS} words of running text)")
    draft.content = _without_title(markup.fit(content), clean.title(draft.fields["title"]))
    draft.text = clean.text_of_html(draft.content)
    draft.identity = draft.identity or f"{draft.fields['title']}\n{draft.text}"


def _tree(text: str) -> Element:
    try:
        return lxml.html.document_fromstring(
            text.encode(), parser=lxml.html.HTMLParser(encoding="utf-8")
        )
    except (LxmlError, ValueError, AssertionError) as e:
        raise Unusable(f"this is no HTML page: {clean.line(str(e))}") from e


def _is_article(tree: Element) -> bool:
    kinds = [
        m.get("content", "").lower() for m in tree.iter("meta") if m.get("property") == "og:type"
    ]
    return any(kind.startswith(("article", "news")) for kind in kinds)


def _words(text: str) -> int:
    dense = len(_DENSE.findall(text))
    return len(text.split()) + dense // 2


def _extracted(tree: Element) -> str:
    """The HTML of what trafilatura takes for the article."""
    captions = _captions(tree)
    try:
        found = trafilatura.bare_extraction(
            tree,
            include_comments=False,
            favor_precision=True,
            include_formatting=True,
            include_links=True,
            include_images=True,
            include_tables=True,
            with_metadata=False,
        )
    except (LxmlError, ValueError, AssertionError):
        return ""
    if not isinstance(found, Document) or found.body is None:
        return ""
    return "".join(_html(child, captions) for child in found.body)


def _captions(tree: Element) -> dict[str, str]:
    """What stands below pictures, by their addresses; trafilatura would leave it out."""
    found: dict[str, str] = {}
    for figure in tree.iter("figure"):
        img, caption = figure.find(".//img"), figure.find(".//figcaption")
        if img is not None and caption is not None and img.get("src"):
            found[img.get("src")] = clean.line(caption.text_content())
    return found


def _html(element: Element, captions: dict[str, str]) -> str:
    """HTML of trafilatura's tree, whose elements have the names of TEI."""
    name = element.tag if isinstance(element.tag, str) else ""
    inside = html.escape(element.text or "", quote=False)
    inside += "".join(_html(child, captions) for child in element)
    tail = html.escape(element.tail or "", quote=False)
    made = _MADE.get(name)
    if made:
        return made(element, inside, captions) + tail
    tag = _TAGS.get(name)
    if tag == "br":
        return "<br>" + inside + tail
    if name == "list" and element.get("rend") == "ol":
        tag = "ol"
    return (f"<{tag}>{inside}</{tag}>" if tag else inside) + tail


def _head(element: Element, inside: str, captions: dict[str, str]) -> str:
    level = element.get("rend", "h2")
    tag = level if re.fullmatch(r"h[1-6]", level) else "h2"
    return f"<{tag}>{inside}</{tag}>"


def _link(element: Element, inside: str, captions: dict[str, str]) -> str:
    return f'<a href="{html.escape(element.get("target", ""))}">{inside}</a>'


def _highlight(element: Element, inside: str, captions: dict[str, str]) -> str:
    tag = _HIGHLIGHTS.get(element.get("rend", ""), "")
    return f"<{tag}>{inside}</{tag}>" if tag else inside


def _cell(element: Element, inside: str, captions: dict[str, str]) -> str:
    tag = "th" if element.get("role") == "head" else "td"
    return f"<{tag}>{inside}</{tag}>"


def _graphic(element: Element, inside: str, captions: dict[str, str]) -> str:
    src, alt = element.get("src", ""), element.get("alt", "")
    img = f'<img src="{html.escape(src)}" alt="{html.escape(alt)}">'
    caption = captions.get(src, "")
    if not caption:
        return img
    return f"<figure>{img}<figcaption>{html.escape(caption, quote=False)}</figcaption></figure>"


_MADE: dict[str, Callable[[Element, str, dict[str, str]], str]] = {
    "head": _head,
    "ref": _link,
    "hi": _highlight,
    "cell": _cell,
    "graphic": _graphic,
}


def _second_best(tree: Element, told: Any) -> str:
    """The text in JSON-LD, else all of the element that says it is the article."""
    if isinstance(told, str) and told.strip():
        parts = clean.paragraphs(clean.plain(told)).split("\n\n")
        return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts)
    for path in ("//*[@itemprop='articleBody']", "//article", "//main", "//*[@role='main']"):
        for element in tree.xpath(path):
            for beside in element.xpath(".//nav | .//aside | .//footer | .//time"):
                beside.drop_tree()
            return markup.inner_html(element)
    body = tree.find("body")
    return markup.inner_html(body) if body is not None else ""


def _without_title(content: str, title: str) -> str:
    """The content without a heading or paragraph at its beginning that says its title again."""
    found = re.match(r"\s*<(h[1-6]|p)>(.{1,2000}?)</\1>", content, re.S)
    if found and clean.title(clean.text_of_html(found[2])) == title:
        return content[found.end() :]
    return content

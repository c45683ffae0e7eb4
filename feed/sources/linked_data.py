"""What a page says of its article in JSON-LD (schema.org), wherever and however it stands there."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import lxml.html

from feed.sources.arrival import address_key
from feed.sources.clean import line
from feed.sources.fields import text_of
from feed.text.structured import Malformed, json_of

Node = Mapping[str, Any]
_WRAPPING = re.compile(r"^\s*(?:/[/*]\s*)?(?:<!\[CDATA\[|<!--)\s*(?:\*/)?|(?:/[/*]\s*)?(?:\]\]>|-->)\s*(?:\*/)?\s*;?\s*$")  # fmt: skip
_ARTICLES = ("Article", "BlogPosting", "Report", "LiveBlogPosting", "Review", "SocialMediaPosting", "PodcastEpisode", "PressRelease", "VideoObject")  # fmt: skip
_LONGEST = 1_000_000  # characters of one script
_MOST = 2_000  # nodes that are looked at


def article_of(tree: lxml.html.HtmlElement, title: str, urls: list[str]) -> dict[str, Any]:
    """The fields of the node that speaks of this page's article; {} when none or several may.

    Args:
        title: of the page.
        urls: its addresses, as its head gives them.
    """
    nodes: list[Node] = []
    for script in tree.iter("script"):
        if script.get("type", "").partition(";")[0].strip().lower() == "application/ld+json":
            nodes += _nodes_of(script.text or "")
    known = {str(n["@id"]): n for n in nodes if isinstance(n.get("@id"), str) and len(n) > 1}
    articles = [n for n in nodes if _is_article(n)]
    if len(articles) > 1:
        articles = _of_this_page(articles, title, urls) or _alike(articles)
    return _fields(articles[0], known) if articles else {}


def _nodes_of(text: str) -> Iterator[Node]:
    """All objects of a script that may stand for themselves: in lists, graphs and as main entity."""
    if len(text) > _LONGEST:
        return
    try:
        stack: list[Any] = [json_of(_WRAPPING.sub("", _WRAPPING.sub("", text)))]
    except Malformed:
        try:  # line breaks inside texts, as careless templates write them
            stack = [json_of(re.sub(r"[\x00-\x1f]", " ", _WRAPPING.sub("", text)))]
        except Malformed:
            return
    count = 0
    while stack and count < _MOST:
        item = stack.pop(0)
        count += 1
        if isinstance(item, list):
            stack[:0] = item[:_MOST]
        elif isinstance(item, Mapping):
            yield item
            stack += [item[k] for k in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "@reverse") if k in item]  # fmt: skip


def _types(node: Node) -> list[str]:
    given = node.get("@type", node.get("type"))
    names = given if isinstance(given, list) else [given]
    # "schema:NewsArticle", "https://schema.org/NewsArticle"; a parameter behind ; or ? is none of it
    return [re.split(r"[/:#]", re.split(r"[;?\s]", n.strip())[0])[-1] for n in names if isinstance(n, str)]  # fmt: skip


def _is_article(node: Node) -> bool:
    return any(name.endswith("Article") or name in _ARTICLES for name in _types(node))


def _of_this_page(articles: list[Node], title: str, urls: list[str]) -> list[Node]:
    keys = {address_key(url) for url in urls if url}
    by_url = [a for a in articles if keys & {address_key(u) for u in _addresses(a)}]
    said = line(title).lower()
    return by_url or [a for a in articles if (h := line(text_of(a.get("headline"))).lower()) and (h in said or said in h)]  # fmt: skip


def _alike(articles: list[Node]) -> list[Node]:
    """Several nodes that say the same of one article, as plugins beside plugins write them."""
    heads = {line(text_of(a.get("headline"))) for a in articles} - {""}
    return articles if len(heads) <= 1 else []


def _addresses(node: Node) -> Iterator[str]:
    for name in ("url", "@id", "mainEntityOfPage"):
        value = node.get(name)
        value = value.get("@id") or value.get("url") if isinstance(value, Mapping) else value
        if isinstance(value, str):
            yield value.partition("#")[0]


def _fields(node: Node, known: Mapping[str, Node]) -> dict[str, Any]:
    def meant(value: Any) -> Any:
        """The node that a reference means."""
        if isinstance(value, list):
            return [meant(item) for item in value[:100]]
        if isinstance(value, Mapping) and len(value) <= 2 and isinstance(value.get("@id"), str):
            return {**known.get(value["@id"], {}), **value}
        return value

    names = {
        "headline": "title", "datePublished": "published", "dateModified": "updated", "author": "authors", "creator": "authors",
        "image": "image", "publisher": "source", "keywords": "categories", "articleSection": "section", "inLanguage": "language",
        "description": "summary", "articleBody": "body", "expires": "expires", "url": "url",
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name, ours in names.items():
        value = meant(node.get(name))
        if value not in (None, "", [], {}):
            found.setdefault(ours, value)
    language = found.get("language")
    if isinstance(language, Mapping):
        found["language"] = language.get("alternateName") or language.get("name")
    return found

"""What a page's head says of its article: titles, dates, addresses, people, pictures.

Dates are never guessed from a page's text, its clock or the teasers of other stories.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from feed.sources import clean, linked_data
from feed.sources.arrival import address_key
from feed.sources.fields import text_of

Element = Any  # lxml.html.HtmlElement, which has no types
_META = {
    "published": ("article:published_time", "article:published", "og:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.date",
                  "dcterms.created", "dcterms.issued", "pubdate", "publishdate", "publish-date", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime"),
    "updated": ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified"),
    "title": ("og:title", "headline", "twitter:title", "dc.title", "dcterms.title", "parsely-title"),
    "language": ("content-language", "og:locale", "dc.language", "dcterms.language"),
    "site": ("og:site_name", "application-name", "dc.publisher"),
    "summary": ("description", "og:description", "twitter:description", "dc.description"),
    "authors": ("author", "article:author", "dc.creator", "dcterms.creator", "byl", "parsely-author", "sailthru.author"),
    "categories": ("keywords", "news_keywords", "article:tag", "article:section", "parsely-tags"),
    "robots": ("robots", "googlebot"),
    "expires": ("article:expiration_time", "unavailable_after"),
    "rights": ("copyright", "dc.rights", "dcterms.rights"),
    "image": ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "thumbnail", "parsely-image-url"),
    "alt": ("og:image:alt", "twitter:image:alt"), "width": ("og:image:width",), "height": ("og:image:height",), "address": ("og:url",),
}  # fmt: skip
_FIELDS = {name: field for field, names in _META.items() for name in names}
_BESIDE = ("aside", "nav", "footer", "article")
_SEPARATOR = re.compile(r"\s+(?:[|\-–—·•»«>~]|::|\|\|)\s+")
_SURE = re.compile(r"\s+(?:\||\|\||::|»|•)\s+")
_SAVED = re.compile(r"saved from url=\(\d{1,6}\)(https?://[^\s<>\"]{1,2000})")


def fields_of(tree: Element, markup: str) -> dict[str, Any]:
    """The fields of a page, of which a text's own are still missing."""
    meta = _meta(tree)
    base = _base(tree)
    raw = _text(tree.find(".//title"))
    first = next(iter(meta.get("title", ())), "") or raw
    urls = [u for u in (*_canonicals(tree), *meta.get("address", ())) if u]
    linked = linked_data.article_of(tree, f"{first} {raw}", [urljoin(base, u) for u in urls])
    source = linked.get("source") or next(iter(meta.get("site", ())), "")
    url = _address(tree, meta, base, linked, markup)
    return {
        "title": _title(tree, linked, first, source, url),
        "published": [*_of(linked, "published"), *meta.get("published", ()), *_times(tree)],
        "updated": [*_of(linked, "updated"), *meta.get("updated", ())],
        "url": url,
        "authors": linked.get("authors") or meta.get("authors") or _bylines(tree),
        "language": tree.get("lang") or linked.get("language") or next(iter(meta.get("language", ())), ""),
        "summary": next(iter(meta.get("summary", ())), "") or linked.get("summary") or "",
        "source": source,
        "categories": [*_of(linked, "categories"), *_of(linked, "section"), *meta.get("categories", ())],
        "robots": ",".join(meta.get("robots", ())),
        "expires": [*_of(linked, "expires"), *meta.get("expires", ())][:1],
        "rights": next(iter(meta.get("rights", ())), ""),
        "image": [*_pictures(meta, url or base), *_of(linked, "image")],
        "body": linked.get("body", ""),
    }  # fmt: skip


def _of(found: dict[str, Any], name: str) -> list[Any]:
    value = found.get(name)
    return value if isinstance(value, list) else [value] if value else []


def _text(element: Element | None) -> str:
    return clean.line(element.text_content()) if element is not None else ""


def _meta(tree: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""  # fmt: skip
        value = (meta.get("content") or "").strip()
        field = _FIELDS.get(name.strip().lower())
        if field and value:
            found.setdefault(field, []).append(value)
    return found


def _base(tree: Element) -> str:
    given = next((b.get("href") for b in tree.iter("base") if b.get("href")), "")
    return clean.web_address(given)


# Addresses


def _canonicals(tree: Element) -> list[str]:
    return [
        link.get("href").strip()
        for link in tree.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href")
    ]


def _address(
    tree: Element, meta: dict[str, list[str]], base: str, linked: dict[str, Any], markup: str
) -> str:
    """The address of the article; "" when what the page gives is that of its site or contradicts itself."""
    public = [clean.web_address(u) for u in meta.get("address", ())]
    saved = _SAVED.search(markup[:4000])
    near = next((u for u in (*public, saved[1] if saved else "", base) if u), "")
    canonicals = [u for u in (_resolved(u, near) for u in _canonicals(tree)) if u]
    said = {address_key(u): u for u in canonicals if not is_home(u)}
    others = [
        u for u in (*public, *(str(u) for u in _of(linked, "url")), saved[1] if saved else "") if u
    ]
    others = [u for u in (_resolved(u, near) for u in others) if u and not is_home(u)]
    if len(said) == 1:
        return next(iter(said.values()))
    agreed = [u for u in others if address_key(u) in said]
    return next(iter(agreed or others), "")


def _resolved(url: str, near: str) -> str:
    return clean.web_address(url, near)


def is_home(url: str) -> bool:
    """Is this the address of a whole site, or of its edition in one language?"""
    parts = urlsplit(url)
    path = re.sub(r"/(?:index|home|default)\.\w{2,5}$", "", parts.path).strip("/")
    return not parts.query and bool(re.fullmatch(r"(?:[a-z]{2}(?:[-_][A-Za-z]{2})?)?|home", path))


# Titles


def _title(tree: Element, linked: dict[str, Any], first: str, source: Any, url: str) -> str:
    heads = [_text(h) for h in tree.iter("h1")]
    title = next(_titles(tree, linked, first, heads), "")
    name = source.get("name", "") if isinstance(source, dict) else source
    sites = [clean.plain(str(name)), clean.host_of(url), clean.host_of(url).partition(".")[0]]
    return without_site(title, [s for s in sites if s], [clean.line(h) for h in heads if h])


def _titles(tree: Element, linked: dict[str, Any], first: str, heads: list[str]) -> Iterator[str]:
    """What may be the title: what the head says for others, the only heading, the window's title."""
    own = _text(tree.find(".//title"))
    only = heads[0] if len([h for h in heads if h]) == 1 else ""
    for title in (first if first != own else "", text_of(linked.get("title")), only, own, *heads):
        if said := clean.line(clean.plain(title)):
            yield said


def without_site(title: str, sites: Iterable[str], heads: Iterable[str] = ()) -> str:
    """A title without the name of its site, before or behind."""
    parts = _SEPARATOR.split(title)
    if len(parts) == 1:
        return title
    for head in heads:
        if len(head) > 8 and title.startswith(head) and _SEPARATOR.match(title[len(head) :]):
            return head
    names = {_letters(site) for site in sites}
    while len(parts) > 1 and _letters(parts[-1]) in names:
        title = title[: title.rindex(parts[-1])].rstrip(" |-–—·•»«>~:")
        parts.pop()
    if len(parts) > 1 and _letters(parts[0]) in names:
        title = title[len(parts[0]) :].lstrip(" |-–—·•»«>~:")
    sure = _SURE.split(title)
    if len(sure) > 1 and len(sure[0].split()) > 2 and len(sure[-1].split()) < 6:
        return sure[0]
    return title


def _letters(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


# Dates and people


def _times(tree: Element) -> Iterator[str]:
    """The moments that stand inside the article itself: not in a clock, nor in other stories' teasers."""
    for element in tree.xpath("//*[@itemprop='datePublished']"):
        if not _beside(element):
            yield element.get("datetime") or element.get("content") or _text(element)
    main = _main(tree)
    times = [t for t in main.iter("time") if t.get("datetime")] if main is not None else []
    times = [t for t in times if not _beside(t, main)]
    times.sort(key=lambda t: t.get("pubdate") is None)
    yield from (t.get("datetime") for t in times[:1])


def _main(tree: Element) -> Element | None:
    """The element of the article: the one with the page's heading, else the only or the longest one."""
    articles = [a for a in tree.iter("article") if not _beside(a)]
    headed = [a for a in articles if a.find(".//h1") is not None]
    if not articles:
        return next(tree.iter("main"), None)
    if len(articles) > 1 and not headed:
        outside = list(tree.iter("h1"))
        longest = max(articles, key=lambda a: len(a.text_content()))
        rest = sum(len(a.text_content()) for a in articles) - len(longest.text_content())
        return longest if outside and len(longest.text_content()) > 2 * rest else None
    return (headed or articles)[0]


def _beside(element: Element, top: Element | None = None) -> bool:
    """Does an element stand in a part of the page that is not its article?"""
    for above in element.iterancestors():
        if above is top:
            return False
        if above.tag in _BESIDE and not (top is None and above.tag == "article"):
            return True
        words = f"{above.get('class', '')} {above.get('id', '')}".lower()
        if above.tag in ("ul", "section", "div", "li") and re.search(r"related|teaser|recommend|most-read|sidebar|comments?\b", words):  # fmt: skip
            return True
    return False


def _bylines(tree: Element) -> list[str]:
    found = tree.xpath("//*[@itemprop='author'] | //a[contains(concat(' ', @rel, ' '), ' author ')] | //*[contains(concat(' ', @class, ' '), ' byline ') or contains(concat(' ', @class, ' '), ' author ')]")  # fmt: skip
    names = [_text(e) for e in found if not _beside(e)]
    names = [re.sub(r"^(?:by|von|par|por|di)[ :]+", "", name, flags=re.I) for name in names]
    return list(dict.fromkeys(n for n in names if 2 < len(n) < 80 and not any(c.isdigit() for c in n)))[:1]  # fmt: skip


def _pictures(meta: dict[str, list[str]], base: str) -> Iterator[dict[str, str]]:
    for url in meta.get("image", ())[:1]:
        sizes = {name: next(iter(meta.get(name, ())), "") for name in ("alt", "width", "height")}
        yield {"url": clean.web_address(url, base), **sizes}

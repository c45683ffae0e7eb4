"""Where feeds are: those that a page names in its head (autodiscovery), and those of a list (OPML)."""

from collections.abc import Iterator
from dataclasses import dataclass

import lxml.html
from lxml import etree

from feed.errors import SourceError
from feed.sources import clean
from feed.text.iri import resolve

MAX_LISTED = 20_000  # feeds of one OPML file
_TYPES = (
    "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
    "application/xml", "text/xml", "application/json",
)  # fmt: skip


def feeds_of_page(data: bytes, url: str) -> list[tuple[str, str]]:
    """The feeds that a page names, as address and title, those of comments last."""
    try:
        tree = lxml.html.fromstring(data)
    except (etree.LxmlError, ValueError, AssertionError):
        return []
    base = tree.find(".//base[@href]")
    here = resolve(base.get("href") or "", url) if base is not None else ""
    found: dict[str, str] = {}
    for link in tree.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        address = resolve(link.get("href") or "", here or url)
        named = "feed" in relations or ("alternate" in relations and kind in _TYPES)
        if named and link.get("href") and address:
            found.setdefault(address, clean.title(link.get("title") or ""))
    return sorted(found.items(), key=lambda item: "comment" in f"{item[0]}{item[1]}".lower())


@dataclass(frozen=True, slots=True)
class Listing:
    """One feed of an OPML list."""

    url: str
    title: str = ""
    home: str = ""
    folder: str = ""  # "News/Europe"


def read_opml(data: bytes, name: str) -> Iterator[Listing | SourceError]:
    """The feeds of an OPML list, each once; a line that cannot be used is reported.

    Raises:
        SourceError: it is no OPML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.LxmlError as e:
        raise SourceError(name, f"this is no OPML: {clean.line(str(e))}") from e
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise SourceError(name, "this is no OPML: its outermost element is not <opml>")
    seen: set[str] = set()
    for element in root.iter("outline"):
        given = _attribute(element, "xmlurl")
        if not given:
            continue
        url = resolve(given)
        if not url:
            yield SourceError(f"{name}:{element.sourceline}", f"'{given[:100]}' is no web address")
        elif url not in seen and len(seen) < MAX_LISTED:
            seen.add(url)
            title = clean.title(_attribute(element, "title") or _attribute(element, "text"))
            yield Listing(url, title, resolve(_attribute(element, "htmlurl")), _folder(element))


def _attribute(element: etree._Element, name: str) -> str:
    """By its name in any case: programs write xmlUrl and xmlurl."""
    return next((str(v) for k, v in element.attrib.items() if str(k).lower() == name), "")


def _folder(element: etree._Element) -> str:
    names = [
        clean.title(_attribute(above, "text") or _attribute(above, "title")).replace("/", "-")
        for above in element.iterancestors("outline")
    ]
    return "/".join(name for name in reversed(names) if name)

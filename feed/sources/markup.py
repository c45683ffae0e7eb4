"""HTML from outside, made fit: what is hidden goes, pictures that wait for a script get their address."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import lxml.html
from lxml.etree import Comment, LxmlError, ProcessingInstruction

from feed.sources import clean

# What is worth the making of a tree; for all other HTML, cleaning is enough.
_SPECIAL = re.compile(r"<img|<picture|<noscript|<template|<iframe|hidden|display\s?:\s?none", re.I)
_NOT_SHOWN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-orig-file", "data-hi-res-src", "data-lazy", "data-url", "data-img-url", "data-srcset", "data-lazy-srcset", "srcset")  # fmt: skip
_NEVER = ("script", "style", "template", "iframe", "object", "embed", "form", "button", "select", "textarea", "svg", "math", "dialog")  # fmt: skip
_STAND_IN = re.compile(
    r"(?:blank|spacer|placeholder|pixel|transparent|lazy)[\w-]{0,20}\.(?:gif|png|svg)", re.I
)
Element = Any  # lxml.html.HtmlElement, which has no types


class Picture(NamedTuple):
    """A picture in HTML, as it is written there."""

    url: str
    alt: str = ""
    width: int | None = None
    height: int | None = None


def fit(markup: str) -> str:
    """Safe HTML of any HTML: nothing hidden, no scripts, pictures with the address they mean."""
    if _SPECIAL.search(markup):
        tree = _tree(markup)
        if tree is not None:
            tidy(tree)
            markup = inner_html(tree)
    return clean.safe_html(markup)


def pictures(markup: str) -> Iterator[Picture]:
    """The pictures of safe HTML, in order; those of one pixel are none."""
    if "<img" not in markup:
        return
    tree = _tree(markup)
    for img in islice(tree.iter("img"), 50) if tree is not None else ():
        url = img.get("src") or ""
        width, height = _pixels(img.get("width")), _pixels(img.get("height"))
        if url and not any(size is not None and size < 3 for size in (width, height)):
            yield Picture(url, clean.line(img.get("alt") or ""), width, height)


def tidy(tree: Element) -> None:
    """Take out of a tree what nobody sees, and give lazy pictures their address."""
    for element in list(tree.iter()):
        if element is tree:
            continue
        if element.tag in (Comment, ProcessingInstruction) or (
            isinstance(element.tag, str) and (element.tag in _NEVER or _is_hidden(element))
        ):
            _drop(element)
    for noscript in list(tree.iter("noscript")):
        _open_noscript(noscript)
    for img in list(tree.iter("img")):
        _show(img)


def _is_hidden(element: Element) -> bool:
    if not element.attrib:
        return False
    if element.get("hidden") is not None or element.get("aria-hidden", "").lower() == "true":
        return element.tag not in ("html", "body")
    return bool(_NOT_SHOWN.search(element.get("style", ""))) and element.tag not in ("html", "body")


def _drop(element: Element) -> None:
    """Take an element out; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    tail, before = element.tail or "", element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _open_noscript(noscript: Element) -> None:
    """A picture for who has no scripts replaces the stand-in before it."""
    inside = noscript.find(".//img")
    before = noscript.getprevious()
    if inside is not None and before is not None and before.tag == "img":
        for name in ("src", "alt", "width", "height"):
            if inside.get(name):
                before.set(name, inside.get(name))
        _drop(noscript)
    else:
        noscript.tag = "div"


def _show(img: Element) -> None:
    src = (img.get("src") or "").strip()
    if not src or src.startswith("data:") or _STAND_IN.search(src):
        waiting = next((img.get(name) for name in _LAZY if img.get(name)), "")
        src = _largest(waiting) if waiting else ""
    if src and not src.startswith("data:"):
        img.set("src", src)
    else:
        _drop(img)


def _largest(sources: str) -> str:
    """The address of the largest picture of a `srcset`, or the address that it is."""
    best, size = "", -1.0
    for candidate in sources.split(", ") if " " in sources else [sources]:
        url, _, width = candidate.strip().partition(" ")
        number = re.match(r"\d{1,6}(?:\.\d{1,3})?", width.strip())
        found = float(number[0]) if number else 0.0
        if url and found > size:
            best, size = url.rstrip(","), found
    return best


def _pixels(text: str | None) -> int | None:
    found = re.match(r"\s*(\d{1,5})(?:px)?\s*$", text or "")
    return int(found[1]) if found else None


def _tree(markup: str) -> Element | None:
    try:
        return lxml.html.fragment_fromstring(markup, create_parent="div")
    except (LxmlError, ValueError, AssertionError):
        return None


def inner_html(tree: Element) -> str:
    """What stands inside an element, as HTML."""
    whole: str = lxml.html.tostring(tree, encoding="unicode", with_tail=False)
    return whole[whole.index(">") + 1 : whole.rindex("</")] if "</" in whole else ""


def blocks(markup: str) -> str:
    """HTML whose paragraphs are those that blank lines part, as WordPress keeps its posts."""
    if re.search(r"<(?:p|div|h[1-6]|ul|ol|table|blockquote|figure)\b", markup, re.I):
        return markup
    parts = (part.strip() for part in re.split(r"\n[ \t]*\n", markup))
    return "".join(f"<p>{part}</p>" for part in parts if part)

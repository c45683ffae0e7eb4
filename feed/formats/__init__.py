"""Floor 3: things go out. A feed in each format that readers understand."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from feed.formats.jsonfeed import json_items, render_json
from feed.formats.opml import render_opml
from feed.formats.skos import JSONLD_TYPE, TURTLE_TYPE, render_jsonld, render_turtle
from feed.formats.xml import (
    Fragments,
    atom_entries,
    render_atom,
    render_rss,
    rss_items,
)
from feed.model import Feed
from feed.taxonomy.taxonomy import Taxonomy

OPML_TYPE = "text/x-opml"


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a feed."""

    media_type: str
    suffix: str  # of its URLs and files, with the dot
    render: Callable[[Feed, Fragments], bytes]
    fragments: Fragments  # the bytes of the entries, for callers that keep them


FORMATS: Mapping[str, Format] = {
    "atom": Format("application/atom+xml", ".atom", render_atom, atom_entries),
    "rss": Format("application/rss+xml", ".rss", render_rss, rss_items),
    "json": Format("application/feed+json", ".json", render_json, json_items),
}

# The taxonomy itself: how it is written, and its media type.
SKOS: Mapping[str, tuple[Callable[[Taxonomy, str, Iterable[str] | None], bytes], str]] = {
    "jsonld": (render_jsonld, JSONLD_TYPE),
    "turtle": (render_turtle, TURTLE_TYPE),
}

__all__ = [
    "FORMATS",
    "JSONLD_TYPE",
    "OPML_TYPE",
    "SKOS",
    "TURTLE_TYPE",
    "Format",
    "render",
    "render_opml",
]


def render(feed: Feed, form: str) -> bytes:
    """The feed in a format, by the format's name."""
    chosen = FORMATS[form]
    return chosen.render(feed, chosen.fragments)

"""Floor 3: things go out. A feed in each format that readers understand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from feed.formats.jsonfeed import render_json
from feed.formats.opml import render_opml
from feed.formats.xml import render_atom, render_rss
from feed.model import Feed

OPML_TYPE = "text/x-opml"


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a feed."""

    media_type: str
    suffix: str  # of its URLs and files, with the dot
    render: Callable[[Feed], bytes]


FORMATS: Mapping[str, Format] = {
    "atom": Format("application/atom+xml", ".atom", render_atom),
    "rss": Format("application/rss+xml", ".rss", render_rss),
    "json": Format("application/feed+json", ".json", render_json),
}

__all__ = ["FORMATS", "OPML_TYPE", "Format", "render_opml"]

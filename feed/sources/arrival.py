"""An article as it comes in: what its source says of it besides what is published."""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from feed.model import Article
from feed.sources.visibility import Visibility

# Parameters that say how a reader came, not where to.
_TRACKING = re.compile(
    r"utm_\w+|mc_[ce]id|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|twclid|ttclid|_hsenc|_hsmi|mkt_tok|oly_\w+_id"
    r"|vero_id|wickedid|s_cid|ncid|cmpid|ref_src|ref_url|at_\w+|spm|xtor|share_id|smid|partner|feature|cmp|rss|_ga|_gl",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Identity:
    """How an article was named.

    own: by an id that means one article everywhere; scoped: by an id of its source or namespace;
    bare: by an id of which nothing more is known; url: by its address; text: by nothing but its text.
    """

    kind: Literal["own", "scoped", "bare", "url", "text"] = "own"
    former: tuple[str, ...] = ()  # names under which version 0.1 may have kept it
    key: str = ""  # of its address, for `url`: equal for addresses that lead to one page


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article with where it lay and what its source says of it that is not published."""

    article: Article
    place: str = ""  # its file and line, for people
    file: str = ""  # the whole path of its file; "" when it is not from one
    identity: Identity = field(default_factory=Identity)
    dated: bool = True  # False: `published` is the moment of first sight
    visibility: Visibility = field(default_factory=Visibility)
    warnings: tuple[str, ...] = ()


def address_key(url: str) -> str:
    """What an address is compared by: no scheme, no tracking, no last slash, no fragment."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return url
    query = parts.query
    if query:
        kept = [(k, v) for k, v in parse_qsl(query, True, max_num_fields=None) if not _TRACKING.fullmatch(k)]  # fmt: skip
        query = urlencode(kept)
    fragment = (
        f"#{parts.fragment}" if parts.fragment[:1] in ("!", "/") else ""
    )  # an address of a script
    path = parts.path.rstrip("/")
    return f"//{(parts.hostname or '').removeprefix('www.')}{port}{path}{'?' + query if query else ''}{fragment}"

"""Words that no scheme may have for a name, for each begins an address or a clause of its own.

A scheme's name begins the address of every feed of its tags, `/country/iran.atom`, and every
clause of an expression that names one, `country:iran`. What is here is held by a test to contain
the first part of every route, every word of the grammar and every key that the index has of its own.
"""

from collections.abc import Mapping

# Schemes that follow from articles and relations; expressions may name them.
DERIVED_SCHEMES = ("maker", "origin", "source", "lang", "upstream")
_CLAUSES = ("since", "before", "text", "title", "arrived", "changed", "once", "licence")
_OPERATORS = ("and", "or", "not", "main")
_ADDRESSES = (
    *("article", "articles", "feed", "feeds", "tag", "tags", "search", "syntax", "workbench"),
    *("sources", "story", "stories", "member", "corrections", "api", "static", "metrics", "websub"),
    *("healthz", "readyz", "robots", "favicon"),
)
# What people and programs try, and the format they mean.
ALIASES: Mapping[str, str] = {
    "feed": "atom", "feed.xml": "atom", "atom": "atom", "atom.xml": "atom", "index.atom": "atom",
    "index.xml": "rss", "rss": "rss", "rss.xml": "rss", "index.rss": "rss",
    "index.json": "json",
}  # fmt: skip
_TOP = ("rules", "feeds")  # keys at the top of tags.yaml beside schemes
_INDEX = ("day",)

# Word -> what it is, for whoever would call a scheme so.
RESERVED: Mapping[str, str] = {
    **dict.fromkeys((alias.partition(".")[0] for alias in ALIASES), "the address of a feed"),
    **dict.fromkeys(_ADDRESSES, "the beginning of other addresses"),
    **dict.fromkeys(_CLAUSES, "a clause of expressions"),
    **dict.fromkeys(_OPERATORS, "an operator of expressions"),
    **dict.fromkeys(_INDEX, "a key of the index"),
    **dict.fromkeys(DERIVED_SCHEMES, "a scheme that follows from articles and relations"),
    **dict.fromkeys(_TOP, "a key of tags.yaml with a meaning of its own"),
}

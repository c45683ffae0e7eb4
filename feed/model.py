"""The nouns of the house: frozen values named after the field's own specifications.

Those that an article has by the dozen are named tuples, which are quickest to make.

Nothing here does input or output. All datetimes are aware and in UTC. Text offsets are code
points, as in Python's `str`.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple

Part = Literal["title", "body"]


# "type/subtype" by the grammar of RFC 6838, section 4.2; a parameter is no part of it.
MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126}", re.A)
ANY_TYPE = "application/octet-stream"  # bytes of which nothing is known


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an article (RSS `enclosure`, Atom `link rel=enclosure`)."""

    url: str
    type: str = ANY_TYPE  # of the form MEDIA_TYPE
    length: int | None = None  # bytes, None when the source does not say


@dataclass(frozen=True, slots=True)
class Source:
    """The publication an article comes from (Atom `source`, RSS `source`)."""

    name: str  # as people write it, e.g. "Caspian Defence Review"
    url: str = ""  # its home page or feed, empty when unknown


@dataclass(frozen=True, slots=True)
class Image:
    """The picture of an article (RSS `media:content`, JSON Feed `image`)."""

    url: str
    alt: str = ""  # what it shows, for who does not see it
    width: int | None = None  # pixels, None when the source does not say
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One news item as its source gave it, cleaned: the later atom:entry."""

    id: str  # permanent IRI: the source's own, or a tag: URI (RFC 4151)
    title: str  # plain text, never empty
    text: str  # plain text of the body; paragraphs are separated by a blank line
    published: datetime  # the source's date
    updated: datetime  # the source's date of its last change; retagging never touches it
    url: str = ""  # where the article can be read; empty when it has no address of its own
    summary: str = ""  # plain text
    content: str = ""  # sanitised HTML; empty when only `text` is known
    authors: tuple[str, ...] = ()
    language: str = ""  # BCP 47, e.g. "en"; empty when unknown
    source: Source | None = None
    enclosures: tuple[Enclosure, ...] = ()
    categories: tuple[str, ...] = ()  # its source's own, as written there: not our tags
    rights: str = ""  # what its source says of rights (Atom `rights`, Dublin Core)
    license: str = ""  # address of the licence (RFC 4946), empty when it names none
    image: Image | None = None

    @property
    def slug(self) -> str:
        """A short name for URLs, derived from `id` alone: 16 hexadecimal digits."""
        return article_slug(self.id)


def article_slug(article_id: str) -> str:
    """The name of an article in URLs: 16 hexadecimal digits of a hash of its id."""
    return hashlib.blake2b(article_id.encode(), digest_size=8).hexdigest()


STRONG = "strong spelling"  # why a mention counts that needs no further reason


class Mention(NamedTuple):
    """Evidence: the place in an article that names a tag. `surface` is the text at that place."""

    tag: str  # key, "country:azerbaijan"
    part: Part
    start: int  # code points in the original title or text
    end: int
    surface: str
    spelling: str  # the taxonomy's spelling that matched
    why: str = STRONG  # or what corroborated a weak one


class Rejection(NamedTuple):
    """A place that looked like a tag and was not taken, and the rule that said so."""

    tag: str
    part: Part
    start: int
    end: int
    surface: str
    reason: str  # e.g. "person name"


class TagUse(NamedTuple):
    """One tag as an article carries it.

    `via` names the narrower tags with direct evidence when the tag itself is only implied.
    """

    tag: str
    main: bool
    reason: str  # why main or mention, e.g. "in the title"
    mentions: tuple[Mention, ...] = ()
    via: tuple[str, ...] = ()

    @property
    def direct(self) -> bool:
        """True when the text itself names the tag."""
        return bool(self.mentions)


def by_way_of(narrower: Iterable[str]) -> str:
    """The reason of a tag that is only implied."""
    return f"by way of {', '.join(narrower)}"


@dataclass(frozen=True, slots=True)
class Tagged:
    """An article with its tags: direct ones and the broader ones they imply, main ones first."""

    article: Article
    uses: tuple[TagUse, ...]
    digest: str  # of the taxonomy that made it
    rejections: tuple[Rejection, ...] = ()


Evidence = Callable[[], Sequence[TagUse]]


class Listed(NamedTuple):
    """An article as a feed lists it: its tags, the evidence on demand.

    Of each tag its key, whether it is main, and whether the text itself names it.
    """

    article: Article
    tags: list[tuple[str, bool, bool]]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Category:
    """A tag on an entry (RFC 4287, section 4.2.2)."""

    key: str  # "country:azerbaijan"
    scheme: str  # "country"
    term: str  # "azerbaijan"
    label: str  # "Azerbaijan"
    main: bool
    implied: bool = False  # follows from others; it would drown them on a reader's screen


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed before it has a format.

    `evidence` gives what the text says for each tag. It is long, and most formats do not ask.
    """

    article: Article
    page: str  # absolute URL of the article's page here, with its evidence
    categories: tuple[Category, ...] = ()  # main ones first
    evidence: Evidence = tuple

    @property
    def link(self) -> str:
        """Where a reader should go: the article itself, or its page here when it has no URL."""
        return self.article.url or self.page


NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # `updated` of a feed without entries


@dataclass(frozen=True, slots=True)
class Feed:
    """What is published, before it has a format. All URLs are absolute.

    `self_urls` maps a format's name ("atom", "rss", "json") to this very document in that format.
    """

    id: str  # permanent IRI of the feed
    title: str  # readable out of context, e.g. "Tagwire: Azerbaijan"
    subtitle: str
    home: str  # the page of the same expression
    self_urls: Mapping[str, str]
    updated: datetime  # newest of the entries, not "now"; NEVER when there are none
    scheme_base: str  # a category's scheme IRI is this followed by the scheme's name
    entries: tuple[Entry, ...] = ()
    # RFC 5005: "first", "next", "prev-archive", ... -> the document in each format
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    archived: bool = False  # a month of a feed's past (RFC 5005, section 4)
    hub: str = ""  # WebSub hub, empty for none
    style: str = ""  # a CSS style sheet for browsers, empty for none
    icon: str = ""
    language: str = "en"
    ttl: int = 5  # minutes a reader may wait before it asks again


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed in an OPML list; an outline with children is a folder."""

    title: str
    feed_url: str = ""
    page_url: str = ""
    children: tuple["Outline", ...] = ()

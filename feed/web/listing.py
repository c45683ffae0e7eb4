"""What lists on pages are made of: days of articles, walls of tags, the question in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from feed.model import Entry
from feed.publishing.pages import Week
from feed.query.expression import And, Before, Expression, Since, canonical
from feed.taxonomy.taxonomy import Tag, Taxonomy

WALL = 120  # tags of a scheme on one page
PLAIN = "azerbaijan and loitering munition and not mainly armenia"
# Readers on the web; the feed's address follows.
READERS = (
    ("Feedly", "https://feedly.com/i/subscription/feed/"),
    ("Inoreader", "https://www.inoreader.com/feed/"),
    ("NewsBlur", "https://www.newsblur.com/?url="),
    ("The Old Reader", "https://theoldreader.com/feeds/subscribe?url="),
)


@dataclass(frozen=True, slots=True)
class Wall:
    """The tags of a scheme that articles carry, a page of them.

    Attributes:
        shown: the tags of this page.
        total: how many tags carry articles; `all`, how many there are.
        page: its number from 1, of `pages`.
        roots: the keys of the widest classes, from which a tree grows.
    """

    shown: Sequence[Tag]
    total: int
    all: int
    page: int
    pages: int
    roots: Sequence[str]


def wall(
    taxonomy: Taxonomy, counts: Mapping[str, int], scheme: str, by_name: bool, page: int
) -> Wall:
    """The tags of a scheme, most articles first or by name."""
    tags = [tag for tag in taxonomy.values() if tag.scheme == scheme]
    used = sorted((tag for tag in tags if tag.key in counts), key=lambda tag: tag.label.lower())
    if not by_name:
        used.sort(key=lambda tag: -counts[tag.key])
    pages = max(1, -(-len(used) // WALL))
    page = min(max(page, 1), pages)
    shown = used[(page - 1) * WALL : page * WALL]
    roots = [t.key for t in tags if t.key in taxonomy.narrower and not _has_parent(t, scheme)]
    return Wall(shown, len(used), len(tags), page, pages, roots)


def _has_parent(tag: Tag, scheme: str) -> bool:
    return any(key.startswith(f"{scheme}:") for key in tag.broader)


def by_day(entries: Iterable[Entry]) -> Iterator[tuple[date, list[Entry]]]:
    """Entries in their order, those of one day of publication together."""
    for day, some in groupby(entries, lambda entry: entry.article.published.date()):
        yield day, list(some)


def within(expression: Expression, week: Week) -> Expression:
    """The same question for one week."""
    since = And((expression, Since(week.monday)))
    if date.max - week.monday < timedelta(days=7):  # the calendar ends
        return canonical(since)
    return canonical(And((since, Before(week.monday + timedelta(days=7)))))

"""Feeds as documents: the newest articles of an expression, its further pages, a tag's months.

archive -> arrival numbers -> entries -> `Feed` -> format -> bytes, kept while nothing changes
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime

from feed import formats
from feed.errors import NotFound
from feed.index.snapshot import Snapshot
from feed.ingest.archive import Archive
from feed.model import NEVER, Entry, Feed
from feed.publishing.access import Access, Visitor
from feed.publishing.entries import Entries
from feed.publishing.representations import Representation, RepresentationCache, etag_of
from feed.publishing.urls import Addresses
from feed.query.expression import (
    And,
    Before,
    Everything,
    Expression,
    Has,
    Since,
    canonical,
    title_of,
)
from feed.query.keys import DAY
from feed.settings import Settings
from feed.taxonomy.taxonomy import gc_paused

PAGE = 50  # entries of a feed or page
MONTH_LIMIT = 5_000  # entries of one month's archive
RECENT = 1_000  # expressions remembered for a hub
Links = dict[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar, in UTC."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def end(self) -> date | None:
        """The first day that is no longer in it; None when the calendar ends with it."""
        if (self.year, self.month) == (MAXYEAR, 12):
            return None
        return date(self.year + self.month // 12, self.month % 12 + 1, 1)


def month_of(day: date) -> Month:
    """The month of a day."""
    return Month(day.year, day.month)


class Feeds:
    """Makes and keeps documents. Safe between threads.

    Args:
        further_pages: False for files, where nobody answers `?before=`.
    """

    def __init__(
        self,
        archive: Archive,
        entries: Entries,
        access: Access,
        settings: Settings,
        further_pages: bool = True,
    ) -> None:
        self._archive, self._entries, self._settings = archive, entries, settings
        self._access = access
        self._addresses = entries.addresses
        self._further_pages = further_pages
        self._kept = RepresentationCache()
        self._recent: dict[str, Expression] = {}
        self._lock = threading.Lock()  # of these
        archive.subscribe(self._forget)

    def clear(self) -> None:
        """Forget every document."""
        # Another cache, so that what is being made of the former taxonomy is not kept.
        self._kept = RepresentationCache()

    def _forget(self, seqs: Sequence[int] | None) -> None:
        if seqs is None:  # the taxonomy is another, and so is every document
            self.clear()

    def feed(
        self,
        expression: Expression,
        form: str,
        before: int | None = None,
        visitor: Visitor | None = None,
    ) -> Representation:
        """The feed of an expression as bytes; equal bytes and ETag while nothing changed.

        Args:
            visitor: who asks; None for the public. Where they have a token in the address, the
                document's addresses have it, too: it is for one reader, and not kept.
        """
        visitor = visitor or self._access.public()
        if visitor.token:
            newest = self._newest(expression, before, visitor)
            addresses = self._addresses.opening(expression, visitor.token)
            return self._page(newest, expression, form, before, addresses)
        representations = self._kept
        name = (self._archive.taxonomy.digest, visitor.sees, str(expression), form, before)
        kept = representations.get(name, self._archive.current_snapshot().version)
        if kept is None:
            newest = self._newest(expression, before, visitor)
            with gc_paused():  # fifty articles with their mentions make no cycles
                made = self._page(newest, expression, form, before, self._addresses)
            kept = representations.put(name, newest.version, made)
        if before is None and not _is_tag(expression):
            self._remember(expression)
        return kept

    def _remember(self, expression: Expression) -> None:
        """Remember a feed for a hub; one that takes too long to make does not get as far."""
        with self._lock:
            self._recent.pop(str(expression), None)  # the one asked for last stands last
            self._recent[str(expression)] = expression
            if len(self._recent) > RECENT:
                del self._recent[next(iter(self._recent))]

    def _newest(self, expression: Expression, before: int | None, visitor: Visitor) -> "_Newest":
        """The articles of a page as of one commit, with one more if there are more."""

        def read(snapshot: Snapshot) -> _Newest:
            view = visitor.view(snapshot)
            seqs = view.page(expression, PAGE + 1, before)
            has_months = before is None and len(seqs) > PAGE and isinstance(expression, Has)
            months = reversed(_months(view)) if has_months else ()
            latest = next((m for m in months if view.page(_within(expression, m), 1)), None)
            return _Newest(view.version, seqs, latest)

        return self._archive.query(read)

    def recent(self) -> list[Expression]:
        """Expressions whose feeds were asked for lately, tags apart."""
        with self._lock:
            return list(self._recent.values())

    def month(
        self, key: str, month: Month, form: str, visitor: Visitor | None = None
    ) -> Representation:
        """What of a tag was published in a month (RFC 5005, section 4), for a visitor as `feed`.

        Raises:
            NotFound: nothing was.
        """
        visitor = visitor or self._access.public()
        if visitor.token:
            addresses = self._addresses.opening(Has(key), visitor.token)
            return self._month(self._chapter(key, month, visitor), key, month, form, addresses)
        representations = self._kept
        name = (self._archive.taxonomy.digest, visitor.sees, key, form, month)
        kept = representations.get(name, self._archive.current_snapshot().version)
        if kept is None:
            chapter = self._chapter(key, month, visitor)
            made = self._month(chapter, key, month, form, self._addresses)
            kept = representations.put(name, chapter.version, made)
        return kept

    def _chapter(self, key: str, month: Month, visitor: Visitor) -> "_Chapter":
        """What a month's document is made of, as of one commit."""

        def read(snapshot: Snapshot) -> _Chapter:
            view = visitor.view(snapshot)
            seqs = view.page(_within(Has(key), month), MONTH_LIMIT)
            return _Chapter(view.version, seqs, *_neighbours(view, Has(key), month))

        return self._archive.query(read)

    def concepts(self, form: str, key: str = "") -> Representation:
        """The taxonomy, or one tag of it, as SKOS."""
        taxonomy = self._archive.taxonomy
        name = (taxonomy.digest, form, key)
        kept = self._kept.get(name, 0)
        if kept is None:
            render, media_type = formats.SKOS[form]
            body = render(taxonomy, self._addresses.base, [key] if key else None)
            kept = self._kept.put(name, 0, Representation(body, media_type, etag_of(body)))
        return kept

    def months(self, key: str, visitor: Visitor | None = None) -> list[Month]:
        """The months in which something of a tag was published, oldest first."""
        visitor = visitor or self._access.public()

        def read(snapshot: Snapshot) -> list[Month]:
            view = visitor.view(snapshot)
            return [m for m in _months(view) if view.page(_within(Has(key), m), 1)]

        return self._archive.query(read)

    def _page(
        self,
        newest: "_Newest",
        expression: Expression,
        form: str,
        before: int | None,
        addresses: Addresses,
    ) -> Representation:
        seqs = newest.seqs
        entries = self._entries.get(seqs[:PAGE])
        links: Links = {}
        if before is not None:
            links["first"] = addresses.feeds(expression)
        if len(seqs) > PAGE and self._further_pages:
            links["next"] = addresses.feeds(expression, seqs[PAGE - 1])
        if newest.month is not None and isinstance(expression, Has):
            # All there is stands in the months; what arrived last need not be of the last month.
            links["prev-archive"] = addresses.months(expression, newest.month)
        own, home = addresses.feeds(expression, before), addresses.page(expression)
        # A hub is not told of further pages and private feeds.
        told = before is None and not addresses.token
        hub = self._settings.open_hub if told else ""
        return self._document(expression, form, entries, links, own, home, hub=hub)

    def _month(
        self, chapter: "_Chapter", key: str, month: Month, form: str, addresses: Addresses
    ) -> Representation:
        expression = Has(key)
        if not chapter.seqs:
            raise NotFound(f"article from {month} that carries", key)
        links: Links = {"current": addresses.feeds(expression)}
        for rel, other in (("prev-archive", chapter.before), ("next-archive", chapter.after)):
            if other:
                links[rel] = addresses.months(expression, other)
        entries = self._entries.get(chapter.seqs)
        own, home = addresses.months(expression, month), addresses.page(expression)
        return self._document(expression, form, entries, links, own, home, month)

    def _document(
        self,
        expression: Expression,
        form: str,
        entries: tuple[Entry, ...],
        links: Links,
        own: Mapping[str, str],
        home: str,
        month: Month | None = None,
        hub: str = "",
    ) -> Representation:
        title = title_of(expression, self._archive.vocabulary.label)
        feed = Feed(
            id=self._addresses.feed(expression, "atom"),
            title=f"{self._settings.title}: {title}" + (f", {month}" if month else ""),
            subtitle=self._subtitle(expression, title),
            home=home,
            self_urls=own,
            updated=max((entry.article.updated for entry in entries), default=NEVER),
            scheme_base=self._addresses.scheme,
            entries=entries,
            links=links,
            archived=month is not None,
            hub=hub,
            icon=self._addresses.icon,
            style=self._addresses.style,
        )
        chosen = formats.FORMATS[form]
        body = chosen.render(feed, self._entries.fragments(chosen.fragments))
        header = [("self", own[form]), ("alternate", feed.home)]
        header += [("hub", feed.hub)] if feed.hub else []
        header += [(rel, urls[form]) for rel, urls in links.items()]
        past = month is not None and month < month_of(datetime.now(UTC).date())
        return Representation(body, chosen.media_type, etag_of(body), tuple(header), past)

    def _subtitle(self, expression: Expression, title: str) -> str:
        match expression:
            case Everything():
                return "All articles"
            case Has(key, False) if key in self._archive.taxonomy:
                return f"Articles tagged {title}"
        return f"Articles: {title}"


@dataclass(frozen=True, slots=True)
class _Newest:
    """The newest articles of an expression, and the last month of a tag that has further ones."""

    version: int
    seqs: Sequence[int]
    month: Month | None


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A month of a tag: its articles, and the months beside it that have some."""

    version: int
    seqs: Sequence[int]
    before: Month | None
    after: Month | None


def _is_tag(expression: Expression) -> bool:
    """Has the feed an address of its own?"""
    return isinstance(expression, Has) and not expression.main


def _within(expression: Expression, month: Month) -> Expression:
    end = () if month.end is None else (Before(month.end),)
    return canonical(And((expression, Since(month.first), *end)))


def _months(snapshot: Snapshot) -> list[Month]:
    """All months with articles, oldest first."""
    days = {day for block in snapshot.days.values() for day in block}
    return sorted({month_of(date.fromisoformat(day.removeprefix(DAY))) for day in days})


def _neighbours(
    snapshot: Snapshot, expression: Expression, month: Month
) -> tuple[Month | None, Month | None]:
    """The months with articles of the expression just before and just after one."""
    months = _months(snapshot)

    def holds(other: Month) -> bool:
        return bool(snapshot.page(_within(expression, other), 1))

    before = next((m for m in reversed(months) if m < month and holds(m)), None)
    after = next((m for m in months if m > month and holds(m)), None)
    return before, after

"""Items of a source become articles: what is new or changed of them, and whose they are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from feed.errors import FetchError
from feed.ingest.archive import Archive
from feed.ingest.report import Report
from feed.model import Article
from feed.sources.clean import Unusable
from feed.sources.draft import Draft
from feed.sources.fetch import PAGES, Fetcher, Gate
from feed.sources.robots import Robots
from feed.sources.sandbox import Sandbox
from feed.sources.schedule import Harvest
from feed.sources.syndication import ParsedFeed, drafts
from feed.sources.upstream import host_of
from feed.store.records import digest_of, dump_article
from feed.store.sources import Leased

PAGES_A_POLL = 30  # fetched for one poll of a source that has no full text


class Intake:
    """Takes in the items of sources.

    An item belongs to the source that brought it first, or from whose host it is: no other source may change it,
    whatever id it gives its items.

    Args:
        archive: where articles are kept.
        fetcher: the way out, for pages.
        sandbox: where pages are read.
        clock: seconds since 1970.
    """

    def __init__(
        self, archive: Archive, fetcher: Fetcher, sandbox: Sandbox, clock: Callable[[], float]
    ) -> None:
        self._archive, self._table = archive, archive.store.sources
        self._fetcher, self._sandbox, self._clock = fetcher, sandbox, clock
        self._robots = Robots(fetcher)

    def take(self, leased: Leased, feed: ParsedFeed, gate: Gate) -> Harvest:
        """Keep what is new or changed among the items of a feed."""
        now = datetime.fromtimestamp(self._clock(), UTC).replace(microsecond=0)
        found, failures = _finished(drafts(feed, leased.upstream.namespace, now))
        known = self._table.items(leased.id, list(found))
        items: list[tuple[Article, str, bool]] = []  # with its digest; is it new to this source?
        for id_, (article, dated) in found.items():
            before = known.get(id_)
            if before and not dated:
                first = datetime.fromisoformat(before.published)
                article = replace(article, published=first, updated=first)
            digest = digest_of(dump_article(article))
            if before is None or before.digest != digest:
                items.append((article, digest, before is None or not before.digest))
        # First whose they are, last that they are there: what is interrupted is begun again.
        own = self._own(leased, [article for article, _, _ in items])
        ours = [article for article, _, _ in items if article.id in own]
        report, note = self._keep(leased, ours, gate)
        self._table.note_items(
            leased.id,
            [(a.id, digest, a.published.isoformat(), a.id in own) for a, digest, _ in items],
        )
        fresh = sum(new for _, _, new in items)
        return Harvest(
            items=len(found),
            known=sum(bool(item.digest) for item in known.values()),
            new=report.new,
            changed=report.changed,
            duplicates=max(0, fresh - report.new - len(report.failed)),
            failed=len(failures) + len(report.failed),
            note="; ".join(n for n in (*failures[:1], note) if n),
        )

    def _own(self, leased: Leased, articles: Sequence[Article]) -> set[str]:
        """The ids of those articles that this source may write."""
        if not articles:
            return set()
        stored = self._archive.store.known(articles)
        return self._table.claim(
            leased.id,
            [(article.id, article.published.isoformat()) for article in articles],
            {article.id for article in articles if article.id not in stored},
            {a.id for a in articles if host_of(a.url) == leased.upstream.host},
        )

    def _keep(self, leased: Leased, articles: list[Article], gate: Gate) -> tuple[Report, str]:
        note = ""
        if leased.upstream.full_text:
            articles, note = self._with_pages(articles, gate)
        return (self._archive.ingest(articles) if articles else Report()), note

    def _with_pages(self, articles: list[Article], gate: Gate) -> tuple[list[Article], str]:
        """The articles with the text of their pages; those of which it cannot be had as they are."""
        full, troubles = [], []
        for number, article in enumerate(articles):
            try:
                if number >= PAGES_A_POLL:
                    raise Unusable(f"more than {PAGES_A_POLL} pages at once")
                full.append(self._with_page(article, gate))
            except (FetchError, Unusable) as e:
                full.append(article)
                troubles.append(str(e))
        note = f"{len(troubles)} without full text: {troubles[0]}" if troubles else ""
        return full, note

    def _with_page(self, article: Article, gate: Gate) -> Article:
        if not article.url:
            raise Unusable("an item has no page")
        if not self._robots.allows(article.url, gate):
            raise Unusable("robots.txt of its site does not let us fetch pages")
        answer = self._fetcher.get(article.url, {"Accept": PAGES}, gate)
        if answer.status != 200:
            raise Unusable(f"its page answers with {answer.status}")
        page: dict[str, Any] = self._sandbox.page(answer.body, answer.url)
        if len(page["text"]) <= len(article.text):
            return article
        authors = article.authors or tuple(page["authors"])
        return replace(article, text=page["text"], content=page["content"] or "", authors=authors)


def _finished(items: Iterator[Draft]) -> tuple[dict[str, tuple[Article, bool]], list[str]]:
    """By id the articles, and whether they have a date of their own; and why others are none."""
    found: dict[str, tuple[Article, bool]] = {}
    failures = []
    for draft in items:
        try:
            article = draft.finish()
        except Unusable as e:
            failures.append(str(e))
            continue
        dated = bool(draft.fields.get("published") or draft.fields.get("updated"))
        found.setdefault(article.id, (article, dated))  # feeds begin with what is new
    return found, failures

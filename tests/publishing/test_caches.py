"""What is kept in memory: within its bound, and never what was true before."""

from collections.abc import Mapping, Sequence

import pytest

from feed.errors import StoreError
from feed.model import Entry
from feed.publisher import Publisher
from feed.publishing.entry_cache import EntryCache
from feed.publishing.representations import OVERHEAD, Representation, RepresentationCache
from feed.store.database import Store
from feed.taxonomy.loader import parse_taxonomy
from tests.conftest import Make


def test_documents_are_kept_within_the_bound_at_every_moment() -> None:
    cache = RepresentationCache(kept=1_000 + 3 * OVERHEAD)
    for n in range(10):
        cache.put(n, 1, Representation(b"x" * 300, "text/plain", f'"{n}"'))
    assert [n for n in range(10) if cache.get(n, 1)] == [7, 8, 9]
    for _ in range(10):  # the same document again weighs nothing more
        cache.put(9, 1, Representation(b"x" * 300, "text/plain", '"9"'))
    assert [n for n in range(10) if cache.get(n, 1)] == [7, 8, 9]


def test_an_entry_that_was_changed_meanwhile_leaves_no_fragment(make: Make) -> None:
    titles = ["former"]

    def load(seqs: Sequence[int]) -> Mapping[int, Entry]:
        return {seq: Entry(make(seq, titles[-1]), "https://wire.example/") for seq in seqs}

    def render(entries: Sequence[Entry], scheme_base: str, language: str) -> list[bytes]:
        return [entry.article.title.encode() for entry in entries]

    cache = EntryCache(load)
    slow = cache.get([1])  # one thread has it, and goes on late
    titles.append("present")
    cache.drop([1])
    quick = cache.get([1])
    rendered = cache.fragments(render)
    assert rendered(slow, "", "en") == [b"former"]
    assert rendered(quick, "", "en") == [b"present"]


def test_a_feed_that_was_begun_with_another_taxonomy_is_not_kept(
    publisher: Publisher, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.archive.ingest([make(1, "Iran")])
    iran = publisher.archive.parse("country:iran")
    renamed = parse_taxonomy("country: {tags: {iran: Persia}}")
    listed = Store.listed

    def overtaken(store: Store, seqs: Sequence[int]) -> object:
        monkeypatch.setattr(Store, "listed", listed)
        found = publisher.feeds.feed(iran, "atom")
        publisher.archive.set_taxonomy(renamed)
        assert b"Persia" not in found.body
        return listed(store, seqs)

    monkeypatch.setattr(Store, "listed", overtaken)
    publisher.feeds.feed(iran, "atom")
    assert b"Persia" in publisher.feeds.feed(iran, "atom").body


def test_a_commit_that_could_not_be_read_is_read_the_next_time(
    publisher: Publisher, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Publisher(publisher.settings, publisher.archive.taxonomy)
    assert other.archive.count() == 0
    publisher.archive.ingest([make(1, "Iran")])

    def broken(store: Store, version: int) -> None:
        raise StoreError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "since", broken)
        with pytest.raises(StoreError):
            other.archive.count()
    assert other.archive.count() == 1
    other.close()

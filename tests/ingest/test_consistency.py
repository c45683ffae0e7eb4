"""An answer is of one state: tags and words as of the same commit, whoever writes meanwhile."""

import threading
from collections.abc import Iterator

import pytest

from feed.errors import StaleSnapshot
from feed.index.snapshot import Snapshot
from feed.ingest import archive
from feed.jobs.websub import changed_feeds
from feed.model import Article
from feed.publisher import Publisher
from feed.query.expression import Expression
from feed.settings import Settings
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import Make
from tests.loopback import PATIENCE

COUNT = 60  # articles that all change in one commit, again and again


@pytest.fixture
def publisher(database: str, small: Taxonomy) -> Iterator[Publisher]:
    publisher = Publisher(Settings(database=database, base_url="https://wire.example"), small)
    yield publisher
    publisher.close()


def all_of(make: Make, title: str, text: str, first: int = 0) -> list[Article]:
    return [make(n, title, text) for n in range(first, first + COUNT)]


def test_a_snapshot_knows_no_words_of_a_later_commit(
    publisher: Publisher, small: Taxonomy, make: Make
) -> None:
    parse = publisher.archive.parse
    publisher.archive.ingest(all_of(make, "Azerbaijan", "alpha"))
    other = Publisher(publisher.settings, small)
    searched, idle = publisher.archive.current_snapshot(), other.archive.current_snapshot()
    assert searched.count(parse("country:azerbaijan alpha")) == COUNT
    publisher.archive.ingest(all_of(make, "Iran", "beta"))
    publisher.archive.ingest(all_of(make, "Iran", "beta", COUNT))
    for snapshot in (searched, idle):
        assert snapshot.count(parse("country:azerbaijan")) == COUNT
        assert snapshot.count(parse("")) == COUNT
        for question in ("country:azerbaijan beta", "beta | country:iran", "-beta"):
            with pytest.raises(StaleSnapshot):
                snapshot.count(parse(question))
    assert searched.count(parse("country:azerbaijan alpha")) == COUNT  # it remembers those
    assert publisher.pages.page(parse("beta")).total == 2 * COUNT
    assert publisher.archive.query(lambda snapshot: snapshot.count(parse("-beta"))) == 0
    other.close()


@pytest.mark.parametrize("attempts", [0, 2])
def test_two_threads_never_mix_two_states(
    publisher: Publisher,
    small: Taxonomy,
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
    attempts: int,
) -> None:
    """One makes of Azerbaijan and alpha Iran and beta and back; the other must not see a mixture."""
    monkeypatch.setattr(archive, "ATTEMPTS", attempts)
    states = [("Azerbaijan", "alpha"), ("Iran", "beta")]
    publisher.archive.ingest(all_of(make, *states[0]))
    writer = Publisher(publisher.settings, small)
    done = threading.Event()
    commits: list[int] = []

    def write() -> None:
        while not done.is_set():
            commits.append(1)
            writer.archive.ingest(all_of(make, *states[len(commits) % 2]))

    mixed = [publisher.archive.parse(q) for q in ("country:azerbaijan beta", "country:iran alpha")]
    whole = publisher.archive.parse("(country:azerbaijan alpha) | (country:iran beta)")
    thread = threading.Thread(target=write)
    thread.start()
    try:
        seen: list[tuple[str, int]] = []
        while len(commits) < 25:
            seen += [(str(q), publisher.pages.page(q).total) for q in mixed]
            seen += [
                (str(q), publisher.feeds.feed(q, "atom").body.count(b"<entry>")) for q in mixed
            ]
            seen.append(("whole", publisher.pages.page(whole).total - COUNT))
            seen.append(
                (
                    "left out",
                    publisher.pages.excluded(publisher.archive.parse("alpha -beta"))[0].total,
                )
            )
    finally:
        done.set()
        thread.join(PATIENCE)
        writer.close()
    assert {total for _, total in seen} == {0}
    assert len(seen) > 25


def test_who_is_overtaken_every_time_takes_a_transaction(
    publisher: Publisher, small: Taxonomy, make: Make
) -> None:
    """The writer commits between tags and words of every question; and it never has to wait."""
    publisher.archive.ingest(all_of(make, "Azerbaijan", "alpha"))
    writer = Publisher(publisher.settings, small)
    asked: list[int] = []

    def question(snapshot: Snapshot) -> tuple[int, int]:
        tags = snapshot.count(publisher.archive.parse("country:azerbaijan"))
        asked.append(snapshot.version)
        late = [make(100 + len(asked), "Azerbaijan", "alpha")]
        thread = threading.Thread(target=writer.archive.ingest, args=(late,))
        thread.start()
        thread.join(PATIENCE)
        assert not thread.is_alive()
        return tags, snapshot.count(publisher.archive.parse("alpha"))

    assert publisher.archive.query(question) == (COUNT + archive.ATTEMPTS,) * 2
    assert len(asked) == archive.ATTEMPTS + 1
    assert publisher.pages.page(publisher.archive.parse("alpha")).total == COUNT + len(asked)
    writer.close()


def test_questions_without_words_ask_the_store_nothing(
    publisher: Publisher, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.archive.ingest(all_of(make, "Azerbaijan", "alpha"))
    expression = publisher.archive.parse("country:azerbaijan -country:iran since:2025-01-01")
    publisher.archive.current_snapshot()

    def never(self: object) -> None:
        raise AssertionError

    monkeypatch.setattr("feed.store.pool.Pool.using", never)
    assert publisher.archive.query(lambda snapshot: snapshot.count(expression)) == COUNT


def test_a_hub_is_rather_told_of_words_that_nobody_remembers(
    publisher: Publisher, make: Make
) -> None:
    publisher.archive.ingest(all_of(make, "Azerbaijan", "alpha"))
    recent: list[Expression] = [publisher.archive.parse(q) for q in ("title:azerbaijan", "gamma")]
    before = publisher.archive.current_snapshot()
    before.page(recent[1], 1)  # of this it is remembered that there was none
    publisher.archive.ingest([make(500, "Iran", "beta")])
    seqs = publisher.archive.store.written_since(before.version)
    keys = set().union(*publisher.archive.keys(seqs).values())
    told = list(changed_feeds(before, publisher.archive.current_snapshot(), seqs, keys, recent))
    assert recent[0] in told
    assert recent[1] not in told

"""One ruleset a database: who has another one serves what is stored, and tags nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from feed.errors import LeaseHeld, OtherRules
from feed.ingest import rules_in_use
from feed.ingest.retag import retag
from feed.jobs.lease import leased
from feed.jobs.retagging import JOB, Retagger
from feed.model import Article
from feed.publisher import Publisher
from feed.settings import Settings
from feed.tagging import tagger as tagger_module
from feed.taxonomy.loader import parse_taxonomy
from feed.taxonomy.taxonomy import Taxonomy
from feed.web import create_app
from tests.conftest import SMALL, Make
from tests.loopback import eventually

TEXT = SMALL.read_text(encoding="utf-8")
NEW = parse_taxonomy(TEXT + "    zorg: {label: Zorg, broader: missile}\n")
NEWER = parse_taxonomy(TEXT + "    zarg: {label: Zarg, broader: missile}\n")


@pytest.fixture
def articles(make: Make) -> list[Article]:
    return [make(n, f"Israel {n}", "The Zorg and the Zarg." if n % 2 else "") for n in range(10)]


@contextmanager
def opened(database: str, taxonomy: Taxonomy) -> Iterator[Publisher]:
    publisher = Publisher(Settings(database=database, base_url="https://wire.example"), taxonomy)
    yield publisher
    publisher.close()


def of_version(patch: pytest.MonkeyPatch, version: str, program: str = "0.2.0") -> None:
    """From now on, processes that are opened run other code."""
    for module in (tagger_module, rules_in_use):
        patch.setattr(module, "rule_version", lambda: version)
    patch.setattr("feed.ingest.retag.rule_version", lambda: version)
    patch.setattr(rules_in_use, "program_version", lambda: program)


def test_who_has_another_taxonomy_tags_nothing(
    database: str, small: Taxonomy, articles: list[Article], make: Make
) -> None:
    with opened(database, small) as one, opened(database, NEW) as other:
        one.archive.ingest(articles)
        for attempt in (
            lambda: other.archive.ingest([make(20, "Iran")]),
            lambda: other.archive.ingest(articles),
            lambda: retag(other.archive),
        ):
            with pytest.raises(OtherRules, match="nothing was written"):
                attempt()
        assert other.archive.count() == len(articles)
        assert other.archive.stale() == len(articles)
        assert one.archive.stale() == 0
        client = create_app(other).test_client()
        assert client.get("/country/israel.atom").status_code == 200
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert "another tags.yaml" in ready.text
        assert create_app(one).test_client().get("/readyz").status_code == 200


def test_two_processes_of_two_taxonomies_make_one_change(
    database: str, small: Taxonomy, articles: list[Article]
) -> None:
    """One is told of a new file, the other a minute later; both look all the time."""
    with opened(database, small) as one, opened(database, small) as other:
        one.archive.ingest(articles)
        watchers = [Retagger(p.archive, 0.01) for p in (one, other)]
        versions = {one.archive.current_snapshot().version}
        one.archive.set_taxonomy(NEW)
        for _ in range(6):
            for watcher in watchers:
                watcher.look()
            versions.add(one.archive.current_snapshot().version)
        assert one.archive.stale() == 0
        assert one.archive.counts()["weapon:zorg"] == 5
        changes = len(versions)
        other.archive.set_taxonomy(NEW)
        for watcher in watchers:
            watcher.look()
        assert one.archive.current_snapshot().version in versions
        assert other.archive.stale() == 0
        assert changes <= 3


def test_who_was_behind_and_is_again_changes_nothing(
    database: str, small: Taxonomy, articles: list[Article]
) -> None:
    with opened(database, small) as one, opened(database, NEW) as other:
        one.archive.ingest(articles)
        other.archive.rules.make_current()
        retag(other.archive)
        one.archive.set_taxonomy(NEWER)  # a person saves a file that nobody has seen
        assert not other.archive.rules.are_mine()
        other.archive.set_taxonomy(small)  # and another one goes back to where all began
        assert one.archive.rules.are_mine()
        assert not other.archive.rules.are_mine()


def test_a_newer_version_is_used_and_retagged_behind_the_scenes(
    database: str, small: Taxonomy, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        of_version(patch, "a")
        with opened(database, small) as before:
            before.archive.ingest(articles)
            assert before.archive.stale() == 0
            of_version(patch, "b")
            with opened(database, small) as after:
                assert after.archive.stale() == len(articles)
                Retagger(after.archive).look()
                assert after.archive.stale() == 0
                assert (
                    after.archive.article(articles[1].id).digest == after.archive.rules.mine.digest
                )
                assert not before.archive.rules.are_mine()
                with pytest.raises(OtherRules):
                    before.archive.ingest(articles)
        of_version(patch, "a")  # the earlier code of the same number comes back
        with opened(database, small) as again:
            Retagger(again.archive).look()
            assert again.archive.stale() == len(articles)


@pytest.mark.parametrize(
    ("programs", "taxonomies", "taken"),
    [
        (("0.2.0", "0.3.0"), ("small", "small"), True),
        (("0.2.0", "0.3.0"), ("small", "new"), True),  # it comes with a taxonomy of its own
        (("0.3.0", "0.2.0"), ("small", "small"), False),
        (("0.3.0", "0.2.0"), ("small", "new"), False),
        (("0.9.0", "0.10.0"), ("small", "small"), True),
        (("0.2.0", "0.2.0"), ("small", "new"), False),
        (("", "0.2.0"), ("small", "small"), True),
    ],
)
def test_which_is_newer(
    programs: tuple[str, str],
    taxonomies: tuple[str, str],
    taken: bool,
    database: str,
    small: Taxonomy,
    articles: list[Article],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named = {"small": small, "new": NEW}
    of_version(monkeypatch, "code of " + programs[0], programs[0])
    with opened(database, named[taxonomies[0]]) as before:
        before.archive.ingest(articles)
    of_version(monkeypatch, "code of " + programs[1], programs[1])
    with opened(database, named[taxonomies[1]]) as after:
        assert after.archive.rules.make_current_if_newer() is taken
        assert after.archive.rules.are_mine() is taken


def test_one_process_retags(
    database: str, small: Taxonomy, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(database, small) as one, opened(database, small) as other:
        one.archive.ingest(articles)
        one.archive.set_taxonomy(NEW)
        other.archive.set_taxonomy(NEW)
        with leased(other.archive.store, JOB):
            Retagger(one.archive).look()
            assert one.archive.stale() == len(articles)
            with pytest.raises(LeaseHeld), leased(one.archive.store, JOB):
                raise AssertionError
        Retagger(one.archive).look()
        assert one.archive.stale() == 0


def test_a_thread_does_it_until_it_is_stopped(
    database: str, small: Taxonomy, articles: list[Article]
) -> None:
    with opened(database, small) as publisher:
        publisher.archive.ingest(articles)
        retagger = Retagger(publisher.archive, 0.01)
        retagger.start()
        try:
            publisher.archive.set_taxonomy(NEW)
            assert eventually(lambda: not publisher.archive.stale())
        finally:
            retagger.stop()
        assert publisher.archive.counts()["weapon:zorg"] == 5


def test_all_can_be_tagged_anew(database: str, small: Taxonomy, articles: list[Article]) -> None:
    with opened(database, small) as publisher:
        publisher.archive.ingest(articles)
        assert retag(publisher.archive) == 0
        assert retag(publisher.archive, everything=True) == len(articles)
        assert publisher.archive.stale() == 0


def test_an_earlier_database_goes_on_with_who_opens_it(
    tmp_path: Path, small: Taxonomy, articles: list[Article]
) -> None:
    """Of the time when nothing was said of code, and of no current ruleset."""
    database = f"sqlite:///{tmp_path}/x.db"
    with opened(database, small) as publisher:
        publisher.archive.ingest(articles)
        with publisher.archive.store.writing() as writer:
            writer.forget_taggings()
            writer._db.execute("DELETE FROM taxonomy")
    with opened(database, NEW) as publisher:
        assert publisher.archive.stale() == len(articles)
        Retagger(publisher.archive).look()
        assert publisher.archive.stale() == 0

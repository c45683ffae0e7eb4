"""What comes in is found, once, under one id, and goes out in order."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from feed.errors import Gone, NotFound, OtherRules, SourceError, StoreError
from feed.ingest import maintenance, retag
from feed.model import Outline, Source
from feed.publisher import Publisher
from feed.publishing.feeds import PAGE
from feed.publishing.outlines import outlines
from feed.query.expression import Everything
from feed.settings import Settings
from feed.store.database import Store
from feed.taxonomy.loader import parse_taxonomy
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import Make


@pytest.fixture
def publisher(database: str, small: Taxonomy) -> Iterator[Publisher]:
    """A publisher with an empty database of either kind."""
    publisher = Publisher(Settings(database=database, base_url="https://wire.example"), small)
    yield publisher
    publisher.close()


def titles(publisher: Publisher, q: str, before: int | None = None) -> list[str]:
    return [
        e.article.title for e in publisher.pages.page(publisher.archive.parse(q), before).entries
    ]


def test_the_same_article_twice_is_one(publisher: Publisher, make: Make) -> None:
    article = make(1, "Israel buys F-16s")
    first = publisher.archive.ingest([article])
    second = publisher.archive.ingest([article])
    assert (first.new, second.new, second.unchanged) == (1, 0, 1)
    assert publisher.pages.page(Everything()).total == 1


def test_twice_in_one_batch_is_one(publisher: Publisher, make: Make) -> None:
    report = publisher.archive.ingest([make(1, "Israel"), make(1, "Israel")])
    assert (report.new, report.unchanged) == (1, 1)


def test_a_changed_article_keeps_id_and_place_and_changes_feeds(
    publisher: Publisher, make: Make
) -> None:
    publisher.archive.ingest([make(1, "Israel buys F-16s"), make(2, "Iran builds")])
    report = publisher.archive.ingest([make(1, "Iran buys MiG-29s")])
    assert report.changed == 1
    assert titles(publisher, "country:israel") == []
    assert titles(publisher, "country:iran") == ["Iran builds", "Iran buys MiG-29s"]


def test_the_same_text_under_another_path_is_the_same_article(
    publisher: Publisher, make: Make
) -> None:
    publisher.archive.ingest([make(1, "Israel", "text", id="tag:tagwire,2026:file/aa")])
    report = publisher.archive.ingest([make(5, "Israel", "text", id="tag:tagwire,2026:file/bb")])
    assert (report.new, report.unchanged) == (0, 1)


def test_two_sources_may_say_the_same(publisher: Publisher, make: Make) -> None:
    report = publisher.archive.ingest([
        make(1, "Israel", "text", id="https://a.example/1"), make(1, "Israel", "text", id="https://b.example/1"),
    ])  # fmt: skip
    assert report.new == 2


def test_failures_are_reported_and_the_rest_goes_on(publisher: Publisher, make: Make) -> None:
    report = publisher.archive.ingest(
        [make(1, "Israel"), SourceError("x.txt", "empty"), make(2, "Iran")]
    )
    assert (report.new, [str(f) for f in report.failed]) == (2, ["x.txt: empty"])


def test_a_batch_arrives_in_order_of_date(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(3, "Iran c"), make(1, "Iran a"), make(2, "Iran b")])
    assert titles(publisher, "country:iran") == ["Iran c", "Iran b", "Iran a"]


def test_a_late_article_is_delivered_first(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(9, "Iran new")])
    publisher.archive.ingest([make(1, "Iran old, late")])
    assert titles(publisher, "country:iran") == ["Iran old, late", "Iran new"]


def test_broader_tags_and_relations(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest(
        [make(1, "A Harop was seen", language="en-GB", source=Source("Caspian Review"))]
    )
    for q in ("weapon:loitering-munition", "weapon:uav", "maker:iai", "origin:israel", "lang:en",
              "source:caspian-review", "weapon:uav@main"):  # fmt: skip
        assert titles(publisher, q) == ["A Harop was seen"], q
    assert titles(publisher, "country:israel") == []  # no implied country floods a country's feed
    assert titles(publisher, "company:iai") == []


@pytest.mark.parametrize(
    ("q", "subtitle"),
    [
        ("", "All articles"),
        ("country:iran", "Articles tagged Iran"),
        ("country:iran@main", "Articles: Mainly Iran"),
        ("origin:israel", "Articles: Systems from Israel"),
        ("drone since:2026-01-31", "Articles: “drone”, since 2026-01-31"),
    ],
)
def test_a_subtitle_says_what_a_feed_holds(publisher: Publisher, q: str, subtitle: str) -> None:
    feed = json.loads(publisher.feeds.feed(publisher.archive.parse(q), "json").body)
    assert feed["description"] == subtitle


def test_salience_keeps_the_article_its_reader_wants(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([
        make(1, "Azerbaijan shows Harop", "It was used against Armenia."),
        make(2, "Armenia shows Harop", "Azerbaijan protested."),
    ])  # fmt: skip
    q = "country:azerbaijan weapon:loitering-munition -country:armenia@main"
    assert titles(publisher, q) == ["Azerbaijan shows Harop"]
    assert titles(publisher, q.removesuffix("@main")) == []


def test_pages_are_walked_without_loss_while_articles_arrive(
    publisher: Publisher, make: Make
) -> None:
    publisher.archive.ingest(make(n, f"Iran {n}") for n in range(2 * PAGE + 5))
    document = publisher.feeds.feed(publisher.archive.parse("country:iran"), "json")
    following = dict(document.links)["next"]
    before = int(following.rpartition("=")[2])
    publisher.archive.ingest([make(999, "Iran 999")])
    assert titles(publisher, "country:iran", before)[0] == f"Iran {PAGE + 4}"


def test_bytes_and_etag_are_equal_while_nothing_changes(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(1, "Israel buys F-16s")])
    iran = publisher.archive.parse("country:iran")
    israel = publisher.archive.parse("country:israel")
    before = {q: publisher.feeds.feed(q, "atom") for q in (iran, israel)}
    publisher.archive.ingest([make(2, "Israel again")])
    assert publisher.feeds.feed(iran, "atom").etag == before[iran].etag
    assert publisher.feeds.feed(israel, "atom").etag != before[israel].etag


def test_the_first_request_after_a_commit_has_the_article(
    publisher: Publisher, small: Taxonomy, make: Make
) -> None:
    other = Publisher(publisher.settings, small)  # another process, as far as SQLite knows
    for number in range(100):
        publisher.archive.ingest([make(number, f"Iran {number}")])
        assert titles(other, "country:iran")[0] == f"Iran {number}"
    other.close()


def test_two_writers_lose_nothing(publisher: Publisher, small: Taxonomy, make: Make) -> None:
    other = Publisher(publisher.settings, small)

    def write(which: Publisher, start: int) -> None:
        for n in range(start, start + 20):
            which.archive.ingest([make(n, f"Iran {n}")])

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(write, publisher, 0), pool.submit(write, other, 1000)]
        for job in jobs:
            job.result()
    assert publisher.pages.page(publisher.archive.parse("country:iran")).total == 40
    assert other.pages.page(other.archive.parse("country:iran")).total == 40
    other.close()


def test_a_new_taxonomy_retags(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(1, "The Zorg flies"), make(2, "Iran")])
    taxonomy = parse_taxonomy("weapon: {tags: {zorg: Zorg}}\ncountry: {tags: {iran: Iran}}")
    changed = Publisher(publisher.settings, taxonomy)
    assert changed.archive.stale() == 2
    changed.archive.rules.make_current()
    assert retag.retag(changed.archive) == 2
    assert changed.archive.stale() == 0
    assert titles(changed, "weapon:zorg") == ["The Zorg flies"]
    assert titles(changed, "country:iran") == ["Iran"]
    changed.close()


def test_adding_again_after_a_new_taxonomy_retags(publisher: Publisher, make: Make) -> None:
    articles = [make(1, "The Zorg flies")]
    publisher.archive.ingest(articles)
    changed = Publisher(publisher.settings, parse_taxonomy("weapon: {tags: {zorg: Zorg}}"))
    with pytest.raises(OtherRules, match="nothing was written"):
        changed.archive.ingest(articles)
    assert changed.archive.rules.make_current_if_unseen()  # as `tagwire add` does
    report = changed.archive.ingest(articles)
    assert (report.unchanged, report.retagged) == (1, 1)
    assert titles(changed, "weapon:zorg") == ["The Zorg flies"]
    changed.close()


def test_evidence_is_kept(publisher: Publisher, make: Make) -> None:
    article = make(1, "Israel's Rafael", "Michael Jordan saw the Harop.")
    publisher.archive.ingest([article])
    stored = publisher.archive.article(article.slug)
    assert stored == publisher.archive.tagger.tag(article)
    assert publisher.archive.article(article.id) == stored
    with pytest.raises(NotFound):
        publisher.archive.article("nothing")


def test_names_resolve(publisher: Publisher) -> None:
    assert publisher.archive.vocabulary.resolve("country:turkiye") == "country:turkey"
    with pytest.raises(Gone):
        publisher.archive.vocabulary.resolve("country:yugoslavia")
    with pytest.raises(NotFound):
        publisher.archive.vocabulary.resolve("maker:nobody")
    with pytest.raises(NotFound) as unknown:
        publisher.archive.vocabulary.resolve("origin:isreal")
    assert unknown.value.suggestions == ("origin:israel",)


def test_a_failing_write_leaves_nothing(
    publisher: Publisher, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.archive.ingest([make(1, "Iran 1")])

    def fail(*_: object) -> int:
        raise RuntimeError("power cut")

    monkeypatch.setattr("feed.store.writer.Writer.put_bitmaps", fail)
    with pytest.raises(RuntimeError):
        publisher.archive.ingest([make(2, "Iran 2")])
    monkeypatch.undo()
    assert titles(publisher, "country:iran") == ["Iran 1"]
    assert publisher.archive.ingest([make(2, "Iran 2")]).new == 1
    assert titles(publisher, "country:iran") == ["Iran 2", "Iran 1"]


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"\x00" * 5000])
def test_a_foreign_file_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.db"
    file.write_bytes(content)
    with pytest.raises(StoreError, match=r"x\.db"):
        Store(f"sqlite:///{file}")
    assert file.read_bytes() == content


def test_a_missing_folder_is_said(tmp_path: Path, small: Taxonomy) -> None:
    with pytest.raises(StoreError, match="is the folder there"):
        Publisher(Settings(database=f"sqlite:///{tmp_path}/no/such/x.db"), small)


def test_outlines_are_folders_of_tags_with_articles(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(1, "Iran shows Harop to Rafael Advanced Defense Systems")])
    found: dict[str, list[str]] = {}

    def walk(outlines: Iterable[Outline], path: str) -> None:
        for outline in outlines:
            if outline.feed_url:
                found.setdefault(path, []).append(
                    outline.feed_url.removeprefix("https://wire.example")
                )
            walk(outline.children, f"{path}/{outline.title}")

    walk(
        outlines(
            publisher.archive.taxonomy, publisher.archive.counts(), publisher.addresses, "Tagwire"
        ),
        "",
    )
    assert found["/Country/Middle East"] == ["/country/iran.atom"]
    assert found["/Company/Israel"] == ["/company/rafael.atom"]
    assert "/weapon/harop.atom" in found["/Weapon system/Unmanned aerial vehicle"]
    every = [url for urls in found.values() for url in urls]
    assert len(every) == len(set(every))
    assert "/country/israel.atom" not in every


def test_a_removed_article_is_gone_and_stays_gone(publisher: Publisher, make: Make) -> None:
    articles = [make(1, "Iran one", "secret"), make(2, "Iran two")]
    publisher.archive.ingest(articles)
    before = publisher.feeds.feed(publisher.archive.parse("country:iran"), "atom")
    publisher.archive.remove(articles[0].id)
    assert titles(publisher, "country:iran") == ["Iran two"]
    assert titles(publisher, "secret") == []
    assert publisher.archive.count() == 1
    assert publisher.feeds.feed(publisher.archive.parse("country:iran"), "atom").etag != before.etag
    with pytest.raises(Gone):
        publisher.archive.article(articles[0].slug)
    with pytest.raises(Gone):
        publisher.archive.remove(articles[0].id)
    with pytest.raises(NotFound):
        publisher.archive.remove("nothing")
    assert publisher.archive.ingest(articles).unchanged == 2
    assert publisher.archive.count() == 1
    assert maintenance.check(publisher.archive) == []
    assert maintenance.rebuild(publisher.archive) == 1
    assert maintenance.check(publisher.archive) == []
    publisher.archive.set_taxonomy(parse_taxonomy("country: {tags: {iran: Iran}}"))
    retag.retag(publisher.archive)
    assert publisher.archive.stale() == 0
    publisher.archive.ingest([make(3, "Iran three")])
    assert titles(publisher, "country:iran") == ["Iran three", "Iran two"]

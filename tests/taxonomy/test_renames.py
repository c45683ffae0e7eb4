"""A renamed tag is the same tag from the moment the taxonomy is in use, long before `retag`."""

import json
from collections.abc import Iterator

import pytest

from feed.ingest import maintenance, retag
from feed.ingest.archive import Archive
from feed.jobs.websub import changed_feeds
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.loader import parse_taxonomy
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import SMALL, Make

TEXT = SMALL.read_text(encoding="utf-8")
RENAMED = parse_taxonomy(
    TEXT.replace("    harop: {label: Harop,", "    harop-lm: {label: Harop, was: [harop],")
    .replace("    iai: {", "    iai-group: {was: [iai], ")
    .replace("maker: iai,", "maker: iai-group,")
    .replace("[iai, rafael]", "[iai-group, rafael]")
    .replace("broader: iai,", "broader: iai-group,")
    .replace("    loitering-munition: {", "    lm: {was: [loitering-munition], ")
    .replace("broader: loitering-munition", "broader: lm")
)
MERGED = parse_taxonomy(
    TEXT.replace("    mig-29: {label: MiG-29, broader: fighter, origin: russia}\n", "").replace(
        "    mig-31: {label: MiG-31,",
        "    mig: {label: MiG-31, alt: [MiG-29], was: [mig-31, mig-29],",
    )
)
QUESTIONS = {  # before -> after
    "weapon:harop": "weapon:harop-lm",
    "weapon:harop@main": "weapon:harop-lm@main",
    "weapon:loitering-munition": "weapon:lm",
    "weapon:uav": "weapon:uav",
    "maker:iai": "maker:iai-group",
    "maker:iai@main": "maker:iai-group@main",
    "company:iai": "company:iai-group",
    "country:iran -weapon:harop": "country:iran -weapon:harop-lm",
    "country:iran -maker:iai": "country:iran -maker:iai-group",
}


@pytest.fixture
def publisher(database: str, small: Taxonomy, make: Make) -> Iterator[Publisher]:
    publisher = Publisher(Settings(database=database, base_url="https://wire.example"), small)
    publisher.archive.ingest([
        make(1, "A Harop was seen", "It was a Harop. Iran said so."),
        make(2, "Iran budgets", "Nothing else."),
        make(3, "Iran and Elta Systems", "At the end a Harop and a Barak 8, both of IAI."),
        make(4, "MiG-29 and MiG-31 jets"),
    ])  # fmt: skip
    yield publisher
    publisher.close()


def held(publisher: Publisher, question: str) -> list[int]:
    return publisher.archive.current_snapshot().seqs(publisher.archive.parse(question))


def test_a_renamed_tag_is_the_same_at_once_and_after_retagging(publisher: Publisher) -> None:
    before = {q: held(publisher, q) for q in QUESTIONS}
    assert all(before.values())
    counts = publisher.archive.counts()
    publisher.archive.set_taxonomy(RENAMED)
    for _ in ("at once", "retagged"):
        for was, now in QUESTIONS.items():
            assert str(publisher.archive.parse(was)) == now
            assert held(publisher, now) == before[was], now
            page = publisher.pages.page(publisher.archive.parse(now))
            assert page.total == len(before[was])
        expected = {RENAMED.renamed.get(key, key): n for key, n in counts.items()}
        assert publisher.archive.counts() == expected
        facets = publisher.pages.page(publisher.archive.parse("country:iran")).facets
        assert {(one.tag.key, one.count) for one in facets["weapon"]} >= {("weapon:harop-lm", 2)}
        retag.retag(publisher.archive)
    assert maintenance.check(publisher.archive) == []


def test_entries_and_articles_name_it_as_it_is_now(publisher: Publisher, make: Make) -> None:
    tagged = publisher.archive.article(make(3, "").id)
    publisher.archive.set_taxonomy(RENAMED)
    for _ in ("at once", "retagged"):
        (entry,) = publisher.pages.page(publisher.archive.parse("weapon:barak-8")).entries
        assert {c.key for c in entry.categories} == {
            RENAMED.renamed.get(use.tag, use.tag) for use in tagged.uses
        }
        feed = json.loads(
            publisher.feeds.feed(publisher.archive.parse("weapon:barak-8"), "json").body
        )
        assert "weapon:harop-lm" in json.dumps(feed["items"][0]["_tagwire"])
        uses = {use.tag: use for use in publisher.archive.article(make(3, "").id).uses}
        assert [m.tag for m in uses["weapon:harop-lm"].mentions] == ["weapon:harop-lm"]
        assert uses["weapon:lm"].via == ("weapon:harop-lm",)
        assert uses["weapon:lm"].reason == "by way of weapon:harop-lm"
        clause = publisher.pages.explain(
            publisher.archive.parse("maker:iai -weapon:harop"), make(3, "").id
        )
        assert [part.holds for part in clause.parts] == [True, False]
        retag.retag(publisher.archive)


def test_two_tags_that_became_one(publisher: Publisher, make: Make) -> None:
    publisher.archive.set_taxonomy(MERGED)
    for _ in ("at once", "retagged"):
        page = publisher.pages.page(publisher.archive.parse("weapon:mig-29"))
        assert str(page.expression) == "weapon:mig"
        assert page.total == publisher.archive.counts()["weapon:mig"] == 1
        keys = [category.key for category in page.entries[0].categories]
        assert keys.count("weapon:mig") == 1
        (use,) = [
            u for u in publisher.archive.article(make(4, "").id).uses if u.tag == "weapon:mig"
        ]
        assert use.main
        assert [m.surface for m in use.mentions] == ["MiG-29", "MiG-31"]
        assert held(publisher, "origin:russia -weapon:mig") == []
        retag.retag(publisher.archive)


def test_a_hub_is_told_of_the_present_name(publisher: Publisher, make: Make) -> None:
    """The process that the database goes by knows the former name alone, and changes an article."""
    newer = Publisher(publisher.settings, RENAMED)
    before = newer.archive.current_snapshot()
    publisher.archive.ingest([make(1, "A Harop was seen again", "It was a Harop. Iran said so.")])
    seqs = newer.archive.store.written_since(before.version)
    keys = set().union(*newer.archive.keys(seqs).values())
    told = {str(e) for e in changed_feeds(before, newer.archive.current_snapshot(), seqs, keys, ())}
    assert told >= {"weapon:harop-lm", "weapon:lm", "maker:iai-group", "country:iran"}
    assert not told & RENAMED.renamed.keys()
    newer.close()


def test_nothing_is_joined_when_nothing_was_renamed(publisher: Publisher, small: Taxonomy) -> None:
    schemes = ("maker:", "origin:")
    joined = {k for k in publisher.archive.vocabulary.relations if not k.startswith(schemes)}
    assert joined == {"country:turkey"}  # it was: [turkiye]
    publisher.archive.set_taxonomy(RENAMED)
    archive: Archive = publisher.archive
    assert archive.vocabulary.relations["weapon:harop-lm"] == ("weapon:harop-lm", "weapon:harop")
    publisher.archive.set_taxonomy(small)
    assert "weapon:harop" not in publisher.archive.current_snapshot().relations

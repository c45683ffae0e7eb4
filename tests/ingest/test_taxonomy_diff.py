"""What another taxonomy would change is foreseen for every feed: of tags, main ones, makers, origins."""

from collections.abc import Iterator

import pytest

from feed.ingest import taxonomy_diff
from feed.ingest.taxonomy_diff import Difference
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.loader import parse_taxonomy
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import SMALL, Make

TEXT = SMALL.read_text(encoding="utf-8")
SU_35 = "{label: Su-35, broader: fighter, origin: russia}"
HAROP = "    harop: {label: Harop, alt: [IAI Harop, Harop kamikaze], broader: loitering-munition, maker: iai,"


@pytest.fixture
def publisher(database: str, small: Taxonomy, make: Make) -> Iterator[Publisher]:
    publisher = Publisher(Settings(database=database), small)
    yield publisher
    publisher.close()


def changes(found: Difference) -> dict[str, tuple[int, int]]:
    return {key: (change.gained, change.lost) for key, change in found.changes.items()}


def test_a_changed_relation_moves_whole_feeds(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([
        *(make(n, f"Su-35 number {n}") for n in range(5)),
        make(5, "Iran", "It was long ago. Somebody once said that a Su-35 was there, too, but who."),
        make(6, "A MiG-29 of Iran"),
    ])  # fmt: skip
    new = parse_taxonomy(TEXT.replace(SU_35, SU_35.replace("russia", "china")))
    found = taxonomy_diff.difference(publisher.archive, new)
    assert changes(found) == {"origin:china": (6, 0), "origin:russia": (0, 6)}
    assert (found.looked_at, found.articles, found.total) == (0, 6, 7)
    sample = "- Su-35 number 4 (by way of weapon:su-35)"
    assert sample in found.changes["origin:russia"].samples
    assert found.figures()["tags"]["origin:china"]["gained"] == 6
    assert round(found.share, 3) == 0.857
    publisher.archive.set_taxonomy(new)
    assert publisher.pages.page(publisher.archive.parse("origin:china")).total == 6


def test_who_keeps_an_origin_by_another_tag_may_cease_to_be_main(
    publisher: Publisher, make: Make
) -> None:
    body = (
        "A Su-35 again. " * 3 + "Nothing was said for a long time. " * 30 + "Some MiG-29 was seen."
    )
    publisher.archive.ingest([make(1, "The Su-35", body)])
    assert publisher.archive.current_snapshot().seqs(
        publisher.archive.parse("origin:russia@main -weapon:mig-29@main")
    ) == [0]
    found = taxonomy_diff.difference(
        publisher.archive, parse_taxonomy(TEXT.replace(SU_35, SU_35.replace("russia", "china")))
    )
    assert changes(found) == {"origin:china": (1, 0), "origin:russia@main": (0, 1)}
    assert found.articles == 1


def test_a_changed_maker_is_seen_with_its_groups(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(1, "A Harop was seen"), make(2, "Iran")])
    found = taxonomy_diff.difference(
        publisher.archive,
        parse_taxonomy(TEXT.replace(HAROP, HAROP.replace("maker: iai", "maker: elta"))),
    )
    assert changes(found) == {"maker:elta": (1, 0)}  # IAI's, still: Elta is part of it
    found = taxonomy_diff.difference(
        publisher.archive,
        parse_taxonomy(TEXT.replace(HAROP, HAROP.replace("maker: iai", "maker: bell"))),
    )
    assert changes(found) == {"maker:bell": (1, 0), "maker:iai": (0, 1)}
    assert found.articles == 1


def test_articles_that_merely_become_main(publisher: Publisher, make: Make) -> None:
    text = "Iran said so. " + "Nothing was said for a long time. " * 30 + "One Harop was seen."
    publisher.archive.ingest([make(1, "Zarap and Iran", text), make(2, "Iran")])
    assert not publisher.archive.current_snapshot().seqs(
        publisher.archive.parse("weapon:harop@main")
    )
    found = taxonomy_diff.difference(
        publisher.archive,
        parse_taxonomy(TEXT.replace("alt: [IAI Harop,", "alt: [Zarap, IAI Harop,")),
    )
    assert found.articles == 1
    shown = changes(found)
    assert (
        shown["weapon:harop@main"]
        == shown["maker:iai@main"]
        == shown["origin:israel@main"]
        == (1, 0)
    )
    assert "weapon:harop" not in shown
    assert found.changes["weapon:harop@main"].samples == ["+ Zarap and Iran (in the title)"]
    back = taxonomy_diff.difference(publisher.archive, publisher.archive.taxonomy)
    assert (back.articles, changes(back)) == (0, {})


def test_an_article_that_comes_altogether_is_told_once(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(1, "Zarap")])
    found = taxonomy_diff.difference(
        publisher.archive,
        parse_taxonomy(TEXT.replace("alt: [IAI Harop,", "alt: [Zarap, IAI Harop,")),
    )
    assert {"weapon:harop", "maker:iai", "origin:israel", "weapon:uav"} <= changes(found).keys()
    assert not any(key.endswith("@main") for key in found.changes)
    assert found.changes["maker:iai"].samples == ["+ Zarap (by way of weapon:harop)"]


def test_a_rename_changes_nothing(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(1, "A Harop was seen"), make(2, "A Barak 8 of IAI")])
    renamed = TEXT.replace("    harop: {", "    harop-lm: {was: [harop], ").replace(
        "    iai: {", "    iai-group: {was: [iai], "
    )
    renamed = renamed.replace("maker: iai", "maker: iai-group").replace(
        "[iai, rafael]", "[iai-group, rafael]"
    )
    found = taxonomy_diff.difference(
        publisher.archive, parse_taxonomy(renamed.replace("broader: iai,", "broader: iai-group,"))
    )
    assert found.renamed == {"weapon:harop": "weapon:harop-lm", "company:iai": "company:iai-group"}
    assert (found.articles, changes(found)) == (0, {})

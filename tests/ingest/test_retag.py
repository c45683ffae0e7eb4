"""When the taxonomy changes, only what can change is looked at, and the result is that of retagging all."""

import json
from collections.abc import Callable, Iterator, Set
from pathlib import Path

import pytest

from feed.ingest import maintenance, retag, taxonomy_diff
from feed.ingest.archive import Archive
from feed.model import Article
from feed.publisher import Publisher
from feed.query.explain import subject_of
from feed.settings import Settings
from feed.tagging.tagger import Tagger
from feed.taxonomy.loader import parse_taxonomy
from feed.taxonomy.taxonomy import Taxonomy, from_source
from tests.conftest import SMALL, Make
from tests.tagging.test_rules import FOUND, REJECTED

TEXT = SMALL.read_text(encoding="utf-8")
# Many articles that no change below concerns, so that leaving them alone shows.
OTHERS = [f"A report on budgets, number {n}, names Iran and nobody else." for n in range(60)]
SENTENCES = [text for text, _ in FOUND] + [text for text, _, _ in REJECTED] + OTHERS


@pytest.fixture
def publisher(database: str, small: Taxonomy) -> Iterator[Publisher]:
    publisher = Publisher(Settings(database=database, base_url="https://wire.example"), small)
    yield publisher
    publisher.close()


@pytest.fixture
def articles(make: Make) -> list[Article]:
    return [make(n, "Report", sentence) for n, sentence in enumerate(SENTENCES)]


def replaced(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text, old
        return text.replace(old, new)

    return edit


EDITS: dict[str, Callable[[str], str]] = {
    "a spelling more": replaced("label: Harop, alt: [IAI Harop, Harop kamikaze]", "label: Harop, alt: [IAI Harop, Harop kamikaze, crews]"),
    "a spelling less": replaced("alt: [Spike LR], weak: [Spike]", "weak: [Spike]"),
    "a weak spelling made strong": replaced("weak: [Spike], context: [missile], ", ""),
    "a strong spelling made weak": replaced("{label: Leopard 2,", "{label: Leopard 2, weak: [Leopard 2],"),
    "another context": replaced("weak: [Typhoon], context: [RAF, fighter jet]", "weak: [Typhoon], context: [Hurricane]"),
    "a decoy more": replaced("{label: Patriot,", "{label: Patriot, never: [two Patriot],"),
    "a new tag": lambda t: t + "    zorg: {label: Zorg, alt: [crews, launcher], broader: missile}\n",
    "a tag gone": replaced("    mig-31: {label: MiG-31, broader: fighter, origin: russia}\n", ""),
    "another class": replaced("{label: Harop, alt: [IAI Harop, Harop kamikaze], broader: loitering-munition", "{label: Harop, alt: [IAI Harop], broader: missile"),
    "another maker": replaced("maker: rafael, origin: israel", "origin: israel"),
    "another origin": replaced("{label: Su-35, broader: fighter, origin: russia}", "{label: Su-35, broader: fighter, origin: china}"),
    "a name of persons": replaced("person: [Georgia], ", ""),
    "a class is no class": replaced("{label: T-72, broader: tank, origin: russia}", "{label: T-72, origin: russia}"),
    "a rename": replaced("    harop: {label: Harop,", "    harop-drone: {label: Harop, was: [harop],"),
    "nothing": lambda t: t + "# a comment\n",
}  # fmt: skip


def feeds(publisher: Publisher, name: str) -> Set[str]:
    """The feeds of an article's tags, main ones twice, and those that follow from them."""
    return subject_of(publisher.archive.article(name), publisher.archive.vocabulary).tags


@pytest.mark.parametrize("name", EDITS)
def test_only_what_can_change_is_retagged_and_nothing_is_missed(
    name: str, tmp_path: Path, small: Taxonomy, articles: list[Article]
) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/x.db")
    publisher = Publisher(settings, small)
    publisher.archive.ingest(articles)
    new = parse_taxonomy(EDITS[name](TEXT))
    foreseen = taxonomy_diff.difference(publisher.archive, new)
    before = {a.id: feeds(publisher, a.id) for a in articles}
    publisher.archive.set_taxonomy(new)
    retagged = retag.retag(publisher.archive)
    assert retagged < len(articles) / 3
    assert publisher.archive.stale() == 0
    assert maintenance.check(publisher.archive) == []
    tagger = Tagger(new)
    changed = 0
    for article in articles:
        stored = publisher.archive.article(article.id)
        assert stored == tagger.tag(article), article.text
        had = {tag.partition("@") for tag in before[article.id]}
        named = {new.renamed.get(tag, tag) + at + main for tag, at, main in had}
        changed += feeds(publisher, article.id) != named
    assert foreseen.articles == changed
    # Where a system comes from matters to tagging only when its name needs a reason to count.
    assert (retagged > 0) == (name not in ("nothing", "another origin"))
    publisher.close()


def test_a_rename_keeps_the_articles(publisher: Publisher, articles: list[Article]) -> None:
    publisher.archive.ingest(articles)
    count = publisher.archive.counts()["weapon:harop"]
    publisher.archive.set_taxonomy(parse_taxonomy(EDITS["a rename"](TEXT)))
    retag.retag(publisher.archive)
    assert publisher.archive.counts()["weapon:harop-drone"] == count
    assert publisher.archive.vocabulary.resolve("weapon:harop") == "weapon:harop-drone"


def test_feeds_that_change_get_a_new_etag_and_the_others_keep_theirs(
    publisher: Publisher, articles: list[Article]
) -> None:
    publisher.archive.ingest(articles)
    questions = {
        q: publisher.archive.parse(q)
        for q in ("weapon:harop", "weapon:s-300", "country:iran -weapon:uav")
    }
    before = {q: publisher.feeds.feed(e, "atom").etag for q, e in questions.items()}
    seqs = publisher.archive.current_snapshot().seqs(publisher.archive.parse(""))
    publisher.archive.set_taxonomy(parse_taxonomy(EDITS["a spelling more"](TEXT)))
    retag.retag(publisher.archive)
    after = {q: publisher.feeds.feed(e, "atom").etag for q, e in questions.items()}
    assert {q for q in questions if before[q] != after[q]} == {"weapon:harop"}
    assert publisher.archive.current_snapshot().seqs(publisher.archive.parse("")) == seqs
    for article in articles:
        assert publisher.archive.article(article.id).article == article  # id, dates and all


def test_a_run_that_breaks_off_is_taken_up(
    publisher: Publisher, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.archive.ingest(articles)
    new = parse_taxonomy(EDITS["a spelling more"](TEXT))
    publisher.archive.set_taxonomy(new)
    monkeypatch.setattr(retag, "SHARD", 10)
    retag_range, calls = Archive.retag_range, []

    def breaks_off(self: Archive, *args: object, **named: object) -> None:
        calls.append(args)
        if len(calls) == 4:
            raise KeyboardInterrupt
        retag_range(self, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Archive, "retag_range", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        retag.retag(publisher.archive)
    assert 0 < publisher.archive.stale() < len(articles)
    assert maintenance.check(publisher.archive) == []
    retag.retag(publisher.archive)
    assert publisher.archive.stale() == 0
    for article in articles:
        assert publisher.archive.article(article.id) == publisher.archive.tagger.tag(article)


@pytest.mark.parametrize("moment", ["planned", "tagged"])
def test_what_another_process_writes_meanwhile_is_not_missed(
    publisher: Publisher,
    articles: list[Article],
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    """One that knows the new taxonomy changes articles between the plan and their shard."""
    publisher.archive.ingest(articles)
    new = parse_taxonomy(EDITS["a new tag"](TEXT))
    other = Publisher(publisher.settings, new)
    late = [
        make(len(articles) - 1, "Report", "Nobody looked for a launcher here."),  # not planned
        make(0, "Report", "The crews of nobody, in other words than when it was planned."),
    ]
    plan, retag_range = retag.plan, Archive.retag_range
    done: list[object] = []

    def planned(*args: object) -> retag.Plan:
        found = plan(*args)  # type: ignore[arg-type]
        if moment == "planned":
            other.archive.ingest(late)
        return found

    def retaken(self: Archive, *args: object) -> None:
        if moment == "tagged" and not done:
            other.archive.ingest(late)
        done.append(args)
        retag_range(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(retag, "plan", planned)
    monkeypatch.setattr(Archive, "retag_range", retaken)
    publisher.archive.set_taxonomy(new)
    retag.retag(publisher.archive)
    assert publisher.archive.stale() == 0
    assert maintenance.check(publisher.archive) == []
    for article in (*late, *articles[1:-1]):
        assert publisher.archive.article(article.id) == publisher.archive.tagger.tag(article)
    other.close()


def test_a_difference_shows_evidence_and_writes_nothing(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([
        make(1, "Report", "The Zorg flew over Iran."), make(2, "Report", "MiG-31 jets of Russia."),
    ])  # fmt: skip
    text = EDITS["a tag gone"](TEXT) + "    zorg: {label: Zorg, broader: missile}\n"
    version = publisher.archive.current_snapshot().version
    found = taxonomy_diff.difference(publisher.archive, parse_taxonomy(text))
    assert (found.added, found.removed) == (("weapon:zorg",), ("weapon:mig-31",))
    assert (found.articles, found.total) == (2, 2)
    assert found.changes["weapon:zorg"].samples == ["+ …The [Zorg] flew over Iran.…"]
    assert found.changes["weapon:mig-31"].samples == ["- …[MiG-31] jets of Russia.…"]
    assert found.changes["weapon:missile"].gained == 1
    assert json.loads(json.dumps(found.figures()))["tags"]["weapon:zorg"]["gained"] == 1
    assert publisher.archive.current_snapshot().version == version
    assert publisher.archive.stale() == 0


def test_a_spelling_after_the_words_of_text_search_is_retagged(
    publisher: Publisher, articles: list[Article], make: Make
) -> None:
    late = make(500, "Report", "words " * 90_000 + "and the Zorg.")
    publisher.archive.ingest([*articles, late])
    assert not publisher.archive.current_snapshot().seqs(publisher.archive.parse("zorg"))
    publisher.archive.set_taxonomy(
        parse_taxonomy(TEXT + "    zorg: {label: Zorg, broader: missile}\n")
    )
    retag.retag(publisher.archive)
    assert "weapon:zorg" in {use.tag for use in publisher.archive.article(late.id).uses}
    assert publisher.archive.stale() == 0


def test_articles_of_an_unknown_taxonomy_are_all_retagged(
    publisher: Publisher, articles: list[Article]
) -> None:
    publisher.archive.ingest(articles)
    with publisher.archive.store.writing() as writer:
        writer._db.execute("DELETE FROM taxonomy")
    publisher.archive.set_taxonomy(parse_taxonomy(EDITS["a spelling more"](TEXT)))
    assert retag.retag(publisher.archive) == len(articles)


def test_a_taxonomy_survives_the_store(small: Taxonomy, taxonomy: Taxonomy) -> None:
    for original in (small, taxonomy):
        again = from_source(original.source)
        assert again == original
        assert again.digest == original.digest

"""The index finds exactly what `matches` means, page by page."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import QueryTimeout
from feed.index.snapshot import ALL, BLOCK, Snapshot, Update
from feed.query.expression import (
    MAIN,
    And,
    Everything,
    Expression,
    Has,
    Not,
    Subject,
    Text,
    canonical,
    matches,
)
from feed.query.keys import day_key
from tests.query.test_expression import KEYS, days, expressions, sentences

# Articles on both sides of a block's border, so that pages cross it.
places = st.lists(
    st.integers(0, 40) | st.integers((1 << BLOCK) - 20, (1 << BLOCK) + 20), unique=True
)
tag_sets = st.tuples(st.sets(st.sampled_from(KEYS)), st.sets(st.sampled_from(KEYS))).map(
    lambda pair: frozenset(pair[0] | {key + MAIN for key in pair[0] & pair[1]})
)
Archive = dict[int, Subject]
archives = places.flatmap(
    lambda seqs: st.lists(
        st.builds(Subject, tag_sets, days, sentences, sentences),
        min_size=len(seqs),
        max_size=len(seqs),
    ).map(lambda subjects: dict(zip(seqs, subjects, strict=True)))
)


def keys(subject: Subject) -> frozenset[str]:
    return frozenset((*subject.tags, ALL, day_key(subject.day)))


def build(archive: Archive, snapshot: Snapshot | None = None) -> Snapshot:
    def search(text: Text, first: int, last: int, version: int) -> list[int]:
        return [s for s, subject in archive.items() if first <= s < last and matches(text, subject)]

    snapshot = snapshot or Snapshot(search=search)
    changes = snapshot.changes(Update(seq, keys(subject)) for seq, subject in archive.items())
    return snapshot.with_bitmaps(1, [(key, block, bits) for (key, block), bits in changes.items()])


@given(archives, expressions, st.integers(1, 7))
def test_pages_hold_what_the_expression_means(
    archive: Archive, expression: Expression, limit: int
) -> None:
    snapshot = build(archive)
    expected = [seq for seq in sorted(archive, reverse=True) if matches(expression, archive[seq])]
    assert snapshot.count(canonical(expression)) == len(expected)
    assert snapshot.seqs(canonical(expression)) == expected[::-1]
    for seq in archive:
        assert snapshot.holds(canonical(expression), seq) == (seq in expected)
    walked: list[int] = []
    before = None
    while page := snapshot.page(canonical(expression), limit, before):
        walked += page
        before = page[-1]
    assert walked == expected


@given(archives, archives)
def test_later_moves_replace_what_an_article_had(first: Archive, second: Archive) -> None:
    snapshot = build(first)
    moves = [
        Update(
            seq, keys(subject), keys(first[seq]) - keys(subject) if seq in first else frozenset()
        )
        for seq, subject in second.items()
    ]
    rows = [(key, block, bits) for (key, block), bits in snapshot.changes(moves).items()]
    after = snapshot.with_bitmaps(2, rows)
    archive = {**first, **second}
    for key in KEYS:
        assert after.size(key) == sum(key in subject.tags for subject in archive.values())
    assert after.size(ALL) == len(archive)


RELATIONS = {"made:of-all": KEYS, "made:of-two": KEYS[:2], "made:of-none": ["a:never"]}


@given(archives, st.sampled_from(sorted(RELATIONS)), st.booleans())
def test_a_relation_is_the_union_of_its_tags(archive: Archive, name: str, main: bool) -> None:
    snapshot = build(archive).with_relations(RELATIONS)
    wanted = {key + MAIN * main for key in RELATIONS[name]}
    expected = [seq for seq in sorted(archive) if not wanted.isdisjoint(archive[seq].tags)]
    for expression in (Has(name, main), canonical(And((Has(name, main), Not(Has("a:never")))))):
        assert snapshot.seqs(expression) == expected
        assert snapshot.count(expression) == len(expected)
    later = build({100_000: Subject({KEYS[0], KEYS[0] + MAIN})}, snapshot)
    joined = [*expected, 100_000] if KEYS[0] in RELATIONS[name] else expected
    assert later.seqs(Has(name, main)) == joined


def test_a_snapshot_never_changes() -> None:
    before = build({1: Subject({"a:a"})})
    build({2: Subject({"a:a"})}, before)
    assert before.page(Has("a:a"), 10) == [1]


def test_everything_and_nothing() -> None:
    snapshot = build({1: Subject(set()), 2: Subject({"a:a"})})
    assert snapshot.page(Everything(), 10) == [2, 1]
    assert snapshot.page(Not(Has("a:a")), 10) == [1]
    assert Snapshot().page(Everything(), 10) == []


def test_facets_are_counted_exactly_among_all_articles() -> None:
    snapshot = build({1: Subject({"a:a"}), 70_000: Subject({"a:a", "b:c"}), 3: Subject({"b:c"})})
    keys = ["a:a", "b:c", "b:d"]
    assert snapshot.facet_counts(Everything(), keys) == {"a:a": 2, "b:c": 2}
    assert snapshot.facet_counts(Has("a:a"), keys) == {"a:a": 2, "b:c": 1}
    assert snapshot.facet_counts(Not(Has("a:a")), keys) == {"b:c": 1}
    assert snapshot.facet_counts(Has("b:d"), keys) == {}


def test_articles_are_counted_by_day() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 9)]
    keys = [{"a:a"}, {"b:c"}, {"a:a"}]
    snapshot = build(
        {seq: Subject(k, day=d) for seq, k, d in zip((1, 2, 70_000), keys, days, strict=True)}
    )
    assert snapshot.by_day(Everything()) == {days[0]: 2, days[2]: 1}
    assert snapshot.by_day(Has("a:a")) == {days[0]: 1, days[2]: 1}
    assert snapshot.by_day(Has("b:d")) == {}


def test_a_question_that_takes_too_long_goes_on_when_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    asked: list[int] = []

    def slow(text: Text, first: int, last: int, version: int) -> list[int]:
        nonlocal now
        now += 4
        asked.append(first >> BLOCK)
        return [first]

    monkeypatch.setattr("feed.index.snapshot.monotonic", lambda: now)
    empty = Subject(frozenset(), date(2026, 1, 1))
    snapshot = build({block << BLOCK: empty for block in range(5)}, Snapshot(search=slow))
    with pytest.raises(QueryTimeout):
        snapshot.count(Text("drone"))
    assert asked == [4, 3, 2]
    assert snapshot.count(Text("drone")) == 5
    assert asked == [4, 3, 2, 1, 0]

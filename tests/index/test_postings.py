"""Blocks keep exactly what was put into them, in every form of theirs, and never change."""

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from feed.index.postings import Postings

SPARSE = 4096  # Roaring's border between its two forms

# Numbers whose bytes are each other's, so that a search for one meets the middle of another.
numbers = st.sampled_from([0, 1, 2, 255, 256, 257, 511, 512, 65_535]) | st.integers(0, 65_535)
scattered = st.sets(st.integers(0, 65_535), max_size=40)
runs = st.tuples(st.integers(0, 60_000), st.integers(1, 5_000)).map(
    lambda run: set(range(run[0], run[0] + run[1]))
)
crowds = st.sampled_from([256, 257, 300, SPARSE - 1, SPARSE, SPARSE + 1, 9_000]).map(
    lambda count: set(range(0, 7 * count, 7))
)
# Many articles of which all that share a high byte are there: more than a byte can count.
full = st.tuples(crowds, runs).map(lambda parts: parts[0] | parts[1] | set(range(512, 768)))
changes = st.lists(st.tuples(numbers, scattered | runs | crowds | full, st.booleans()), max_size=12)


def serialised(articles: set[int], in_runs: bool) -> bytes:
    bits = BitMap(articles)
    if in_runs:
        bits.run_optimize()
    return bytes(bits.serialize())


@given(changes)
def test_what_is_put_in_is_there(changes: list[tuple[int, set[int], bool]]) -> None:
    blocks, expected = Postings(), dict[int, set[int]]()
    for number, articles, in_runs in changes:
        earlier, before = blocks, {n: set(a) for n, a in expected.items()}
        blocks = blocks.having([(number, serialised(articles, in_runs))])
        expected[number] = articles
        if not articles:
            del expected[number]
        assert {n: set(earlier.at(n)) for n in earlier} == before
    assert {n: set(blocks.at(n)) for n in blocks} == expected
    assert len(blocks) == len(expected)
    assert blocks.size == sum(map(len, expected.values()))


@given(changes, numbers)
def test_what_was_not_put_in_is_not(changes: list[tuple[int, set[int], bool]], number: int) -> None:
    blocks = Postings().having((n, serialised(a, runs)) for n, a, runs in changes if n != number)
    assert not blocks.at(number)

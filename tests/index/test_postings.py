"""Blocks keep exactly what was put into them, in every form of theirs, and never change."""

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from feed.index.postings import SPARSE, Postings

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


def test_an_article_of_a_rare_tag_takes_two_bytes() -> None:
    rows = [(n, serialised({5, 70, 900}, False)) for n in range(100)]
    blocks = Postings().having(rows)
    assert len(blocks._bytes) == (6 + 2 * 3) * 100 + 2


def test_a_run_takes_a_few() -> None:
    blocks = Postings().having([(0, serialised(set(range(4_000)), True))])
    assert len(blocks._bytes) < 28


def test_where_there_are_many_an_article_takes_little_more_than_a_byte() -> None:
    many = set(range(0, 65_536, 20))
    newest = Postings().having([(0, serialised(many, False))])
    assert len(newest._bytes) == 8 + 2 * len(many)  # every commit writes it anew
    followed = newest.having([(1, serialised({7}, False))])
    assert len(followed._bytes) == 14 + 256 + len(many) + 2
    written_again = followed.having([(0, serialised(many - {20}, False))])
    assert len(written_again._bytes) == len(followed._bytes) - 1
    assert set(written_again.at(0)) == many - {20}


def test_runs_as_long_as_the_shared_form_are_told_from_it() -> None:
    # All of a high byte, which the shared form cannot say, and short runs that take just as much.
    short = {begin + n for begin in range(1_000, 1_000 + 6 * 497, 6) for n in range(3)}
    articles = set(range(256)) | short
    data = serialised(articles, True)
    assert len(data) == len(articles) + 256
    assert set(Postings().having([(0, data)]).at(0)) == articles

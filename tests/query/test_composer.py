"""Chips and typed text are one question; a click changes one clause of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.query.composer import OR, REMOVE, STATES, adding, chips, clauses
from feed.query.expression import And, Everything, Expression, Has, Not, Or, Text, canonical
from feed.query.parser import parse


def states(text: str) -> list[tuple[str, str]]:
    return [(str(chip.part), chip.state) for chip in chips(parse(text))]


def test_a_question_is_its_clauses() -> None:
    assert states("country:azerbaijan weapon:uav@main -country:armenia@main -drone") == [
        ("country:azerbaijan", "with"),
        ("weapon:uav@main", "mainly"),
        ("country:armenia@main", "not mainly"),
        ("drone", "without"),
    ]
    assert states("") == []
    assert states("-(a:b c:d)") == [("a:b c:d", "without")]


@pytest.mark.parametrize(
    ("question", "clause", "edit", "after"),
    [
        ("a:b -c:d@main", 1, "without", "a:b -c:d"),
        ("a:b -c:d@main", 1, "with", "a:b c:d"),
        ("a:b -c:d@main", 1, REMOVE, "a:b"),
        ("a:b -c:d", 1, "not mainly", "a:b -c:d@main"),
        ("a:b@main c:d", 0, "with", "a:b c:d"),
        ("a:b", 0, "mainly", "a:b@main"),
        ("a:b", 0, REMOVE, ""),
        ("drone a:b", 1, "without", "a:b -drone"),
        ("a:b (c:d | e:f)", 1, "without", "a:b -c:d -e:f"),
        ("a:b (c:d | e:f)", 1, REMOVE, "a:b"),
        ("a:b since:2026-01-31", 1, REMOVE, "a:b"),
        ("a:b | c:d", 0, "without", "-a:b -c:d"),
    ],
)
def test_a_click_changes_one_clause(question: str, clause: int, edit: str, after: str) -> None:
    assert str(chips(parse(question))[clause].edits[edit]) == after


def test_a_branch_of_a_group_can_go() -> None:
    (group,) = (chip for chip in chips(parse("a:b (c:d | e:f | g:h)")) if chip.alternatives)
    assert {str(one.part): str(one.remove) for one in group.alternatives} == {
        "c:d": "a:b (e:f | g:h)",
        "e:f": "a:b (c:d | g:h)",
        "g:h": "a:b (c:d | e:f)",
    }


def test_a_tag_beside_a_question_can_join_it() -> None:
    found = {name: str(made) for name, made in adding(parse("a:b c:d"), "a:x").items()}
    assert found == {
        "with": "a:b a:x c:d",
        "mainly": "a:b a:x@main c:d",
        "not mainly": "a:b c:d -a:x@main",
        "without": "a:b c:d -a:x",
        OR: "(a:b | a:x) c:d",
    }
    assert OR not in adding(parse("c:d"), "a:x")
    assert str(adding(parse("a:b | a:c"), "a:x")[OR]) == "a:b | a:c | a:x"
    assert str(adding(parse(""), "a:x")["with"]) == "a:x"


@pytest.mark.parametrize(
    "question", ["a:x", "a:x@main c:d", "-a:x", "c:d (a:b | a:x)", "-(a:x c:d)"]
)
def test_what_a_question_has_is_not_offered_again(question: str) -> None:
    assert not adding(parse(question), "a:x")


LEAVES: st.SearchStrategy[Expression] = st.sampled_from(
    [Has("a:b"), Has("a:b", True), Has("a:c"), Has("c:d", True), Text("drone")]
)


def _grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, parts), st.builds(Or, parts))


_ANY: st.SearchStrategy[Expression] = st.recursive(LEAVES, _grown, max_leaves=8)
EXPRESSIONS = _ANY.map(canonical)


@given(EXPRESSIONS)
def test_chips_are_the_question(expression: Expression) -> None:
    """Removing all clauses leaves everything; what a click made can be read, and undone."""
    whole = expression
    for _ in clauses(expression):
        whole = chips(whole)[0].edits[REMOVE]
    assert whole == Everything() or isinstance(whole, Not)
    for chip in chips(expression):
        for name, after in chip.edits.items():
            assert parse(str(after)) == after
            same = isinstance(chip.part, Has) and len(clauses(after)) == len(clauses(expression))
            if name in STATES and same:
                assert expression in [other.edits.get(chip.state) for other in chips(after)]

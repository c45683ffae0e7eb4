"""Feed expressions: one canonical text, one meaning, and mistakes with their position."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import ExpressionError, NotFound
from feed.expression import (
    MAX_TERMS,
    And,
    Everything,
    Expression,
    Has,
    Not,
    Or,
    canonical,
    matches,
    parse,
    terms,
    title_of,
)  # fmt: skip

CANONICAL = [
    ("", ""),
    ("  a:b  ", "a:b"),
    ("A:B", "a:b"),
    ("a:b c:d", "a:b c:d"),
    ("c:d a:b", "a:b c:d"),
    ("a:b and c:d", "a:b c:d"),
    ("a:b AND c:d & a:b", "a:b c:d"),
    ("a:b && c:d", "a:b c:d"),
    ("a:b | c:d", "a:b | c:d"),
    ("c:d or a:b || e:f", "a:b | c:d | e:f"),
    ("-a:b c:d", "c:d -a:b"),
    ("c:d not a:b", "c:d -a:b"),
    ("c:d !a:b", "c:d -a:b"),
    ("c:d −a:b", "c:d -a:b"),
    ("--a:b", "a:b"),
    ("not not a:b", "a:b"),
    ("a:b (c:d e:f)", "a:b c:d e:f"),
    ("a:b (c:d | e:f)", "a:b (c:d | e:f)"),
    ("-(a:b c:d)", "-(a:b c:d)"),
    ("-(a:b | (c:d | e:f))", "-(a:b | c:d | e:f)"),
    ("(((a:b)))", "a:b"),
    ("a:b@main", "a:b@main"),
    ("a:b@MAIN -c:d@main", "a:b@main -c:d@main"),
    ("a:barak-8", "a:barak-8"),
    ("a:b|c:d", "a:b | c:d"),
]


@pytest.mark.parametrize(("text", "expected"), CANONICAL)
def test_canonical_text(text: str, expected: str) -> None:
    assert str(parse(text)) == expected


MISTAKES = [
    ("(a:b", 0, "never closed"),
    ("a:b )", 4, "without a beginning"),
    ("a:b |", 5, "missing before the end"),
    ("| a:b", 0, "missing before '|'"),
    ("a:b and", 7, "missing before the end"),
    ("&", 0, "missing before '&'"),
    ("a:b@maim", 3, "'@maim' is not '@main'"),
    ('a:b "x"', 4, "means nothing"),
    ("()", 1, "missing before ')'"),
    ("(" * 40 + "a:b" + ")" * 40, 32, "nested"),
    (" ".join(f"a:t{i}" for i in range(MAX_TERMS + 1)), None, f"more than {MAX_TERMS} tags"),
    ("a:" + "b" * 3000, 2000, "longer than"),
]


@pytest.mark.parametrize(("text", "position", "message"), MISTAKES)
def test_mistakes_have_a_position(text: str, position: int | None, message: str) -> None:
    with pytest.raises(ExpressionError, match="at position") as error:
        parse(text)
    assert message in error.value.message
    if position is not None:
        assert error.value.position == position
        assert error.value.pointer.endswith("\n" + " " * position + "^")


def test_unknown_tags_are_located_and_suggested() -> None:
    def resolve(key: str) -> str:
        if key == "country:iran":
            return key
        raise NotFound("tag", key, ["country:iran"])

    with pytest.raises(ExpressionError) as error:
        parse("country:iran -country:irna", resolve)
    assert error.value.position == 14
    assert error.value.suggestions == ("country:iran",)


def test_titles_read_like_sentences() -> None:
    labels = {"c:az": "Azerbaijan", "w:lm": "Loitering munition", "c:am": "Armenia"}
    title = title_of(parse("c:az w:lm -c:am@main"), labels.__getitem__)
    assert title == "Azerbaijan and Loitering munition, not mainly Armenia"
    either = title_of(parse("c:az (w:lm | c:am)"), labels.__getitem__)
    assert either == "(Armenia or Loitering munition) and Azerbaijan"


KEYS = ["a:a", "a:b", "b:c", "b:d"]
expressions: st.SearchStrategy[Expression] = st.recursive(
    st.builds(Has, st.sampled_from(KEYS), st.booleans()) | st.just(Everything()),
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(And, st.lists(inner, min_size=1, max_size=4).map(tuple))
        | st.builds(Or, st.lists(inner, min_size=1, max_size=4).map(tuple))
    ),
    max_leaves=12,
)
tag_sets = st.sets(st.sampled_from(KEYS)).flatmap(
    lambda keys: st.sets(st.sampled_from(sorted(keys) or KEYS)).map(
        lambda mains: keys | {f"{key}@main" for key in mains & keys}
    )
)


def sayable(expression: Expression) -> bool:
    """Negations of everything have no text; no reader asks for them."""
    match expression:
        case Everything():
            return False
        case Not(part):
            return sayable(part)
        case And(parts) | Or(parts):
            return all(map(sayable, parts))
    return True


@given(expressions, tag_sets)
def test_canonical_form_keeps_the_meaning(expression: Expression, tags: set[str]) -> None:
    assert matches(canonical(expression), tags) == matches(expression, tags)


@given(expressions.map(canonical).filter(sayable))
def test_parsing_the_text_gives_the_expression(expression: Expression) -> None:
    assert parse(str(expression)) == expression


@given(expressions)
def test_canonical_is_a_fixed_point(expression: Expression) -> None:
    once = canonical(expression)
    assert canonical(once) == once


@given(st.text(alphabet="ab:@()-| &!\"'+", max_size=40))
def test_any_text_parses_or_says_why(text: str) -> None:
    position = 0
    try:
        expression = parse(text)
    except ExpressionError as e:
        position = e.position
    else:
        assert parse(str(expression)) == expression
        assert len(list(terms(expression))) <= MAX_TERMS
    assert 0 <= position <= len(text)

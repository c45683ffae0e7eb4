"""Feed expressions: one canonical text, one meaning, and mistakes with their position."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import ExpressionError, NotFound
from feed.query.explain import exclusions
from feed.query.expression import (
    And,
    Before,
    Everything,
    Expression,
    Has,
    Not,
    Or,
    Since,
    Subject,
    Text,
    canonical,
    matches,
    terms,
    title_of,
)  # fmt: skip
from feed.query.keys import Vocabulary
from feed.query.parser import MAX_LENGTH, MAX_TERMS, MAX_TEXTS, MAX_WORDS, parse
from feed.taxonomy.loader import parse_taxonomy
from feed.taxonomy.taxonomy import Taxonomy
from feed.text.fold import words_of

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
    ("-(a:b | (c:d | e:f))", "-a:b -c:d -e:f"),
    ("a:b -(c:d | e:f)", "a:b -c:d -e:f"),
    ("a:b -c:d -e:f", "a:b -c:d -e:f"),
    ("-(a:b | -c:d | e:f g:h)", "c:d -(e:f g:h) -a:b"),
    ("a:b | -(c:d | e:f)", "-c:d -e:f | a:b"),
    ("--(a:b | c:d)", "a:b | c:d"),
    ("(((a:b)))", "a:b"),
    ("a:b@main", "a:b@main"),
    ("a:b@MAIN -c:d@main", "a:b@main -c:d@main"),
    ("a:barak-8", "a:barak-8"),
    ("a:b|c:d", "a:b | c:d"),
    ("Drone", "drone"),
    ("Drone drone DRONES", "drone drones"),
    ("F-16", '"f 16"'),
    ('"Loitering  Munition" a:b', '"loitering munition" a:b'),
    ("“Türkiye’s drones”", '"turkiye s drones"'),
    ('"and" "or"', '"and" "or"'),
    ("dron*", "dron*"),
    ('"loitering muni*"', '"loitering muni*"'),
    ('"loitering muni"*', '"loitering muni*"'),
    ('Title:Drone title:"Air Show"', 'title:"air show" title:drone'),
    ("not drone", "-drone"),
    ("since:2026-01-31 before:2026-02-01 a:b", "a:b before:2026-02-01 since:2026-01-31"),
    ("SINCE:2026-01-31", "since:2026-01-31"),
    # Between letters, the signs of operators are punctuation.
    ("R&D", '"r d"'),
    ("AT&T deal", '"at t" deal'),
    ("title:S&P a:b", 'a:b title:"s p"'),
    ("Q&A&B", '"q a b"'),
    ("R&D, drones", '"r d" drones'),
    ("a:b&c:d", "a:b c:d"),
    ("a:b&drone", "a:b drone"),
    ("drone & ship", "drone ship"),
    ("Yahoo! deal", "deal yahoo"),
    ("why? drones!", "drones why"),
    ("Baku–Yerevan", '"baku yerevan"'),
    ("24/7 F/A-18", '"24 7" "f a 18"'),
    ("C++ R+D", '"r d" c'),
    # Escaped once too often, by programs that put a question into a URL.
    ("a%3Ab%20-c%3Ad", "a:b -c:d"),
    ("a%253Ab%2520drone", "a:b drone"),
    ("%22loitering%20munition%22", '"loitering munition"'),
    ("R%26D", '"r d"'),
    ("100% drones", "100 drones"),
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
    ('a:b "x', 4, "never closed"),
    ("a:b “x", 4, "never closed"),
    ('a:b "?!"', 4, "nothing to search for"),
    ("title: a:b", 0, "nothing to search for"),
    ("dr*", 0, "fewer than 3 letters"),
    ("a:b since:2026-13-01", 10, "'2026-13-01' is no day; write it as 2026-01-31"),
    ("before:yesterday", 7, "is no day"),
    ("since:20260131", 6, "'20260131' is no day; write it as 2026-01-31"),
    ("since:2026-W05-1", 6, "is no day"),
    ("since:２026-01-31", 6, "is no day"),
    ("country: iran", 0, "'country:' has no term; write scheme:term, without blanks"),
    (" ".join(f"w{i}" for i in range(MAX_TEXTS + 1)), None, f"more than {MAX_TEXTS} words"),
    ("()", 1, "missing before ')'"),
    ("(" * 40 + "a:b" + ")" * 40, 32, "nested"),
    (" ".join(f"a:t{i}" for i in range(MAX_TERMS + 1)), None, f"more than {MAX_TERMS} terms"),
    ("A:" + "b" * 3000, 2000, "longer than"),
    ("a:" + "b" * 6000, 2000, "longer than"),
    (" ".join(f'"w{i}"' for i in range(20)) + " a:b" * MAX_TERMS, None, f"more than {MAX_TERMS}"),
    ('a:b "' + "of the " * 31 + '"', 4, f"more than {MAX_WORDS} words in all"),
    (" ".join(f'"a b c {i}"' for i in range(16)), 155, f"more than {MAX_WORDS} words"),
    # What other search languages read otherwise is no other question here.
    ("*way", 0, "not begin with it"),
    ("a:b title:*way", 4, "not begin with it"),
    ("mil*ry", 0, "at the end"),
    ('"loit* munition"', 0, "at the end"),
    ("wom?n", 0, "'?' stands for no letter"),
    ("/haro[pn]/", 0, "regular expressions"),
    ("a:b /drone/i", 4, "regular expressions"),
    ('"a b"~3', 0, "'~' and '^'"),
    ("drone~", 0, "'~' and '^'"),
    ("drone~0.8", 0, "'~' and '^'"),
    ("drone^2 ship", 0, "'~' and '^'"),
    ("drone NEAR/5 ship", 6, "distances"),
    ("[2020 TO 2021]", 0, "ranges"),
    ("{a b}", 0, "ranges"),
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


HALVES = [
    ("country: iran", {"country:iran": "country:iran"}),
    ('-country:"united states" iran', {"country:united-states": "-country:united-states iran"}),
    (
        "country: United States harop",
        {"country:united-states": "country:united-states harop"},
    ),
    ("maker: rafael | harop", {"maker:rafael": "maker:rafael | harop"}),
    ("country: irna harop", {"country:iran": "country:iran harop"}),
    ("country:", {}),
    ("country: -iran", {}),
    ("country:irna@main harop", {"country:iran": "country:iran@main harop"}),
    ("user@wire.example", {}),
    ("harop country:iran@mian", {"country:iran@main": "harop country:iran@main"}),
]


@pytest.mark.parametrize(("text", "corrected"), HALVES)
def test_a_mistake_is_corrected_in_its_place(
    small: Taxonomy, text: str, corrected: dict[str, str]
) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text, Vocabulary(small).resolve)
    found = list(error.value.corrected.items())
    assert found[: len(corrected)] == list(corrected.items())
    assert bool(found) == bool(corrected)


TITLES = [
    ("", "Everything"),
    ("country:azerbaijan", "Azerbaijan"),
    ("weapon:loitering-munition", "Loitering munition"),
    ("weapon:spike@main", "Mainly Spike missile"),
    (
        "weapon:loitering-munition country:azerbaijan -country:armenia@main",
        "Azerbaijan and loitering munition, not mainly Armenia",
    ),
    ("weapon:tank -weapon:uav", "Tank, not unmanned aerial vehicle"),
    (
        "before:2025-01-01 country:iran since:2024-01-01 title:drone",
        "Iran, “drone” in the title, since 2024-01-01, before 2025-01-01",
    ),
    ("title:buys dron* -since:2026-01-31", "“buys” in the title and “dron…”, not since 2026-01-31"),
    (
        "country:azerbaijan (weapon:loitering-munition | country:armenia) harop",
        "Azerbaijan and (Armenia or loitering munition), “harop”",
    ),
    ("harop | country:iran -oman", "“harop” or (Iran, not “oman”)"),
    ("-(country:iran harop) -drone", "Everything, not “drone”, not (Iran, “harop”)"),
    ("-country:iran", "Everything, not Iran"),
    ("country:iran | -country:oman", "Iran or not Oman"),
    ("maker:iai weapon:uav", "Systems made by Israel Aerospace Industries and unmanned aerial vehicle"),
    ("since:2026-01-31", "Since 2026-01-31"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "title"), TITLES)
def test_titles_read_like_sentences(small: Taxonomy, text: str, title: str) -> None:
    vocabulary = Vocabulary(small)
    assert title_of(parse(text, vocabulary.resolve), vocabulary.label) == title


KEYS = ["a:a", "a:b", "b:c", "b:d"]
WORDS = ["air", "airship", "ship", "and", "не"]
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)
days = st.dates(date(2026, 1, 1), date(2026, 1, 4))
texts = st.builds(Text, phrases, st.just(False), st.booleans()) | st.builds(
    Text, st.sampled_from(["air", "ship air", "airs"]), st.just(True), st.booleans()
)
expressions: st.SearchStrategy[Expression] = st.recursive(
    st.builds(Has, st.sampled_from(KEYS), st.booleans())
    | texts
    | st.builds(Since, days)
    | st.builds(Before, days)
    | st.just(Everything()),
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

sentences = st.lists(st.sampled_from(WORDS), max_size=4).map(lambda w: words_of(" ".join(w)))
subjects = st.builds(Subject, tag_sets, days, sentences, sentences)


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


@given(expressions, subjects)
def test_canonical_form_keeps_the_meaning(expression: Expression, subject: Subject) -> None:
    assert matches(canonical(expression), subject) == matches(expression, subject)


MEANINGS = [
    ("munition", True),
    ("munitions", False),
    ("muniti*", True),
    ('"loitering munition"', True),
    ('"munition loitering"', False),
    ('"buys loitering"', False),  # not from the title into the text
    ("title:munition", False),
    ("title:Buys", True),
    ("since:2026-01-02 before:2026-01-03", True),
    ("since:2026-01-03", False),
    ("before:2026-01-02", False),
    ("-munition", False),
]


@pytest.mark.parametrize(("text", "expected"), MEANINGS)
def test_what_words_and_days_mean(text: str, expected: bool) -> None:
    title, body = words_of("Azərbaycan buys"), words_of("A loitering munition, it says.")
    assert matches(parse(text), Subject(set(), date(2026, 1, 2), title, body)) is expected


@given(expressions.map(canonical).filter(sayable))
def test_parsing_the_text_gives_the_expression(expression: Expression) -> None:
    assert parse(str(expression)) == expression


LARGE = [
    " ".join(f"-w{i}" for i in range(MAX_TEXTS)),
    " ".join(f"-a:t{i}" for i in range(MAX_TERMS)),
    " | ".join(f"(a:t{i} -b:t{i} -(c:t{i} d:t{i}))" for i in range(MAX_TERMS // 4)),
    "|".join(f"a:t{i}" for i in range(MAX_TERMS - 1)) + "|b:" + "t" * (MAX_LENGTH - 600),
    "-" + "(a:b|-c:d " * 32 + "e:f" + ")" * 32,
    "-(a:b c:d -" * 32 + "e:f" + ")" * 32,
    " ".join(f'"{"F-16 " * 3}{i}"' for i in range(8)) + " -x:" + "y" * 1700,
]


@pytest.mark.parametrize("text", LARGE, ids=range(len(LARGE)))
def test_what_we_write_ourselves_can_be_asked(text: str) -> None:
    expression = parse(text)
    assert parse(str(expression)) == expression
    for exclusion in exclusions(expression):
        assert parse(str(exclusion.question)) == exclusion.question


@given(expressions.map(canonical).filter(sayable), subjects)
def test_exclusions_are_asked_for_by_the_same_articles(whole: Expression, subject: Subject) -> None:
    named = len(list(leaves(whole)))
    for exclusion, beside in zip(exclusions(whole), paths(whole), strict=True):
        kept_out = matches(And((*beside, exclusion.clause.part)), subject)
        assert matches(exclusion.question, subject) == (kept_out and not matches(whole, subject))
        assert len(list(leaves(exclusion.question))) <= named
        if sayable(exclusion.question):
            assert parse(str(exclusion.question)) == exclusion.question


def leaves(expression: Expression) -> Iterator[Expression]:
    match expression:
        case Not(part):
            yield from leaves(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield expression


def paths(part: Expression) -> Iterator[tuple[Expression, ...]]:
    """For each exclusion in `part`, the wanted parts beside it all the way down."""
    match part:
        case Not():
            yield ()
        case And(parts) | Or(parts):
            wanted = [p for p in parts if isinstance(part, And) and not isinstance(p, Not)]
            for inner in parts:
                others = tuple(p for p in wanted if p is not inner)
                yield from ((*others, *beside) for beside in paths(inner))


@given(expressions)
def test_canonical_is_a_fixed_point(expression: Expression) -> None:
    once = canonical(expression)
    assert canonical(once) == once


@given(st.text(alphabet="ab:@()-| &!\"'+*“", max_size=40))
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


@pytest.mark.parametrize("relation", ["maker", "origin"])
@pytest.mark.parametrize("scheme", ["team", "person", "party", "yard", "lab"])
def test_relations_may_name_any_scheme(relation: str, scheme: str) -> None:
    """They make a feed of whatever they name, with what is broader in the same scheme."""
    vocabulary = Vocabulary(parse_taxonomy(f"""
        {scheme}: {{tags: {{group: Group, wing: {{label: Wing, broader: group, was: flank}}}}}}
        thing: {{tags: {{robot: {{label: Robot, {relation}: "{scheme}:wing"}}}}}}
    """))  # fmt: skip
    assert vocabulary.resolve(f"{relation}:wing") == f"{relation}:wing"
    assert vocabulary.resolve(f"{relation}:flank") == f"{relation}:wing"
    assert vocabulary.relations[f"{relation}:wing"] == ("thing:robot",)
    assert "Wing" in vocabulary.label(f"{relation}:wing")
    assert (f"{relation}:group" in vocabulary.relations) == (relation == "maker")
    with pytest.raises(NotFound) as unknown:
        vocabulary.resolve(f"{relation}:wnig")
    assert unknown.value.suggestions == (f"{relation}:wing",)


def test_a_bare_term_is_of_the_first_scheme_of_its_kind_that_has_it() -> None:
    taxonomy = parse_taxonomy("""
        thing: {tags: {robot: {label: Robot, maker: [lab, firm], origin: upland}}}
        firm: {kind: organisation, tags: {firm: Firm}}
        team: {kind: organisation, tags: {lab: Lab, firm: Team Firm}}
        land: {kind: place, tags: {upland: Upland}}
    """)
    assert taxonomy["thing:robot"].maker == ("team:lab", "firm:firm")
    assert taxonomy["thing:robot"].origin == ("land:upland",)

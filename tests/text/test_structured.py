"""Documents from outside are measured before they are read: depth, values, aliases, size."""

import json
import tomllib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import TaxonomyError
from feed.taxonomy.loader import parse_taxonomy
from feed.text.structured import Malformed, json_of, toml_of, whole, yaml_nodes, yaml_of
from tests.growth import is_linear

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE: list[tuple[Callable[[str], Any], str, str]] = [
    (json_of, "[" * 50_000, "levels deep"),
    (json_of, '{"a":' * 50_000, "levels deep"),
    (json_of, '"\\"[{" ' + "[" * 5_000, "levels deep"),
    (json_of, '["' + "[" * 5_000, "not JSON"),
    (json_of, "1" * 5_000, "not JSON"),
    (json_of, "NaN", "no number of JSON"),
    (json_of, "[1,]", "not JSON"),
    (yaml_of, "[" * 50_000, "levels deep"),
    (yaml_of, "- " * 50_000, "levels deep"),
    (yaml_of, "{a: " * 50_000, "levels deep"),
    (yaml_of, "? " * 50_000, "levels deep"),
    (yaml_of, "\n".join(" " * n + "a:" for n in range(1_000)), "levels deep"),
    (yaml_of, BOMB, "values"),
    (yaml_of, "a: &a [*a]", "stands inside what it names"),
    (yaml_of, "a: &a {b: &b [*a]}", "stands inside what it names"),
    (yaml_of, "x" * 2_000_000, "more than 1,048,576 characters"),
    (yaml_of, "a: \ud800", ""),
    (yaml_of, "a: *b", "undefined alias"),
    (yaml_of, "[a]: b", ""),
    (yaml_of, "a: b: c", "mapping values are not allowed"),
    (toml_of, "a = " + "[" * 5_000, "levels deep"),
    (toml_of, "a = " + "{b = " * 5_000, "levels deep"),
    (toml_of, 'a = """[[' + '"""\nb = ' + "[" * 5_000, "levels deep"),
    (toml_of, "a = 1\na = 2", ""),
    (toml_of, "x" * 2_000_000, "more than 1,048,576 characters"),
    (yaml_nodes, "[" * 50_000, "levels deep"),
    (yaml_nodes, BOMB, "values"),
]


@pytest.mark.parametrize(("read", "text", "message"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_would_end_the_process_is_refused(
    read: Callable[[str], Any], text: str, message: str
) -> None:
    with pytest.raises(Malformed) as error:
        read(text)
    assert message in str(error.value)


@pytest.mark.parametrize("text", ["[" * 50_000, "country:\n  tags: " + "{a: " * 5_000, BOMB])
def test_a_taxonomy_is_measured_too(text: str) -> None:
    with pytest.raises(TaxonomyError, match=r"tags.yaml:\d+: not YAML: more than"):
        parse_taxonomy(text)


def test_the_line_of_a_mistake_is_known() -> None:
    for read, text, line in (
        (yaml_of, "a: 1\nb: c: d\n", 2),
        (toml_of, "a = 1\nb = ?\n", 2),
        (json_of, '{"a": 1,\n"b" 2}', 2),
        (json_of, "\n" + "[" * 200, 2),
        (yaml_of, "a: 1\nb: " + "[" * 200, 2),
    ):
        with pytest.raises(Malformed) as error:
            read(text)
        assert error.value.line == line, text[:40]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(_VALUES, st.booleans())
def test_what_is_within_bounds_reads_as_ever(value: Any, escaped: bool) -> None:
    assert json_of(json.dumps(value, ensure_ascii=escaped)) == whole(value)
    text = yaml.safe_dump(whole(value), allow_unicode=True)
    try:
        expected = yaml.load(text, Loader=yaml.CBaseLoader)
    except (TypeError, ValueError, yaml.YAMLError):
        return
    assert yaml_of(text) == expected


def test_brackets_in_texts_are_no_levels() -> None:
    text = "[{" * 300
    assert json_of(json.dumps({"a": text, "b": text + '"\\'})) == {"a": text, "b": text + '"\\'}
    for quoted in (f'"{text}"', f"'{text}'", f'"""{text}"""', f"'''{text}'''", f"1 # {text}"):
        assert toml_of(f"a = {quoted}") == tomllib.loads(f"a = {quoted}")
    assert yaml_of(f"a: '{text}'") == {"a": text}


def test_half_a_character_is_replaced() -> None:
    assert json_of(r'{"a\ud800": ["\udc00x", "\ud83d\ude80"]}') == {"a\ufffd": ["\ufffdx", "🚀"]}


@pytest.mark.parametrize(
    ("read", "unit"),
    [(json_of, '"\\"['), (json_of, '["\\\\'), (toml_of, "'[\"{"), (toml_of, '"""[\\"'), (json_of, "[]"), (yaml_of, "- [a]\n")],
)  # fmt: skip
def test_measuring_is_linear(read: Callable[[str], Any], unit: str) -> None:
    """Four times the text takes about four times as long, not sixteen."""

    def work(size: int) -> None:
        with suppress(Malformed):
            read(unit * size)

    assert is_linear(work, 50_000 // len(unit))

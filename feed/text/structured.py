"""JSON, YAML and TOML from outside: measured before they are read.

A parser goes down one call a level, so that a list of 50,000 levels ends the process; and a few
aliases of YAML stand for more values than there is memory. Depth, values and bytes are therefore
counted on the signs of the text, where a level costs nothing, before anything is built of it.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import yaml

DEPTH = 100  # levels; what people and programs write has fewer than twenty
VALUES = 2_000_000  # of one document, an alias counted as all that it stands for
HEADER = 1024 * 1024  # characters of the metadata in front of an article

Node = yaml.nodes.Node
_OPENING = (yaml.SequenceStartEvent, yaml.MappingStartEvent)
_CLOSING = (yaml.SequenceEndEvent, yaml.MappingEndEvent)
# A string that is never closed reaches to the end; possessive, so that nothing is looked at twice.
_JSON_SIGNS = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\Z|\\\Z)|[\[{]|[\]}]', re.S)
_TOML_SIGNS = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|\Z|\\\Z)|\'\'\'(?:[^\']++|\'(?!\'\'))*+(?:\'\'\'|\Z)'
    r'|"(?:[^"\\\n]++|\\.)*+"?|\'[^\'\n]*+\'?|\#[^\n]*+|[\[{]|[\]}]',
    re.S,
)
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # an escape that may be half of a pair
_SURROGATE = re.compile("[\ud800-\udfff]")


class Malformed(ValueError):
    """A document cannot be read. `line` counts from 1, and is 0 when no line is to blame."""

    def __init__(self, message: str, line: int = 0) -> None:
        self.line = line
        super().__init__(message)


def json_of(text: str) -> Any:
    """The value of a JSON document (RFC 8259); half a surrogate pair becomes U+FFFD.

    Raises:
        Malformed: it is none, or one that is too deep.
    """
    _measure(text, _JSON_SIGNS)
    try:
        value = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as e:
        raise Malformed(f"not JSON: {e}", getattr(e, "lineno", 0)) from e
    return whole(value) if _HALF.search(text) else value


def toml_of(text: str) -> dict[str, Any]:
    """The table of a TOML document.

    Raises:
        Malformed: it is none, or one that is too long or too deep.
    """
    if len(text) > HEADER:
        raise Malformed(f"more than {HEADER:,} characters")
    _measure(text, _TOML_SIGNS)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as e:
        raise Malformed(str(e), _line_in(str(e))) from e


def yaml_of(text: str) -> Any:
    """The value of a YAML document, with every scalar as the text that stands there.

    YAML 1.1 would make `NO` false and a date a moment in no zone.

    Raises:
        Malformed: it is none, or one that is too long, too deep or too much.
    """
    if len(text) > HEADER:
        raise Malformed(f"more than {HEADER:,} characters")
    try:
        _measure_yaml(text, HEADER)
        return yaml.load(text, Loader=yaml.CBaseLoader)
    except Malformed:
        raise
    except yaml.YAMLError as e:
        raise _malformed_yaml(e) from e
    except (ValueError, TypeError, RecursionError) as e:  # a key that is a list, half a character
        raise Malformed(str(e)) from e


def yaml_nodes(text: str) -> Node | None:
    """The tree of a YAML document, every node with its place; None when it is empty.

    Raises:
        Malformed: as `yaml_of`, except that it may be longer.
    """
    try:
        _measure_yaml(text, VALUES)
        root: Node | None = yaml.compose(text, Loader=yaml.CBaseLoader)
    except Malformed:
        raise
    except yaml.YAMLError as e:
        raise _malformed_yaml(e) from e
    except (ValueError, RecursionError) as e:
        raise Malformed(str(e)) from e
    return root


def whole(value: Any) -> Any:
    """The same value, with U+FFFD where a text has half of a surrogate pair."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, Mapping):
        return {whole(key): whole(item) for key, item in value.items()}
    return value


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _measure(text: str, signs: re.Pattern[str]) -> None:
    """Raise `Malformed` when brackets lie deeper than `DEPTH`. Linear, and free for most texts."""
    if text.count("[") + text.count("{") <= DEPTH:
        return
    depth = 0
    for sign in signs.finditer(text):
        depth += (sign[0] in "[{") - (sign[0] in "]}")
        if depth > DEPTH:
            raise Malformed(f"more than {DEPTH} levels deep", text.count("\n", 0, sign.start()) + 1)


def _measure_yaml(text: str, most: int) -> None:
    """Raise `Malformed` when a document is deeper than `DEPTH` or stands for too many values.

    An alias counts as all that it stands for; one inside what it names stands for no end of them.
    """
    sizes: dict[str, int] = {}  # of what was named by an anchor
    stack: list[tuple[str | None, int]] = []  # anchor, values before it
    total = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, _CLOSING):
            anchor, before = stack.pop()
            if anchor:
                sizes[anchor] = total - before
            continue
        if isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in stack):
                raise Malformed(f"'*{event.anchor}' stands inside what it names", _line(event))
            total += sizes.get(event.anchor or "", 0)
        elif isinstance(event, yaml.ScalarEvent) and event.anchor:
            sizes[event.anchor] = 1
        elif isinstance(event, _OPENING):
            stack.append((event.anchor, total))
        total += 1
        if len(stack) > DEPTH:
            raise Malformed(f"more than {DEPTH} levels deep", _line(event))
        if total > most:
            raise Malformed(f"more than {most:,} values", _line(event))


def _line(event: yaml.Event) -> int:
    return int(getattr(event.start_mark, "line", -1)) + 1


def _malformed_yaml(error: yaml.YAMLError) -> Malformed:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = getattr(mark, "line", -1) + 1
        return Malformed(str(error.problem or error.context), line)
    return Malformed(" ".join(str(error).split()))


def _line_in(message: str) -> int:
    """The line that a message of tomllib names, "... (at line 3, column 7)"."""
    found = re.search(r"\(at line (\d+),", message)
    return int(found[1]) if found else 0

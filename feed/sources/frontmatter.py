"""The metadata in front of a post: YAML between ---, TOML between +++, or a JSON object."""

import json
import re
from typing import Any

from feed.sources.clean import Unusable
from feed.text.structured import HEADER, Malformed, json_of, toml_of, yaml_of

_YAML_END = re.compile(r"^(?:---|\.\.\.)[ \t]*+$\n?", re.M)
_TOML_END = re.compile(r"^\+\+\+[ \t]*+$\n?", re.M)


def split(text: str) -> tuple[dict[str, Any], str]:
    """The fields of a header and the text behind it; no fields when there is none.

    Raises:
        Unusable: there is a header that cannot be read; the message names its line.
    """
    text = text.lstrip("\n") if text.startswith("\n") else text
    first, _, rest = text.partition("\n")
    match first.rstrip(" \t"):
        case "---":
            return _split(rest, _YAML_END, "YAML", "---", yaml_of)
        case "+++":
            return _split(rest, _TOML_END, "TOML", "+++", toml_of)
    if first.startswith("{") and re.match(r'\{\s*"', text):
        return _json(text)
    return {}, text


def _split(
    rest: str, ending: re.Pattern[str], form: str, mark: str, read: Any
) -> tuple[dict[str, Any], str]:
    end = ending.search(rest)
    if end is None:
        raise Unusable(f"line 1: the {form} header is never closed; end it with a line '{mark}'")
    try:
        fields = read(rest[: end.start()]) or {}
    except Malformed as e:
        line = f"line {e.line + 1}: " if e.line else ""
        raise Unusable(f"{line}the {form} header is broken: {e}") from e
    if not isinstance(fields, dict):
        raise Unusable(f"line 2: the {form} header should be lines of 'name: value'")
    return {str(k): v for k, v in fields.items()}, rest[end.end() :]


def _json(text: str) -> tuple[dict[str, Any], str]:
    """Hugo's third form: an object, then the text."""
    head = text[:HEADER]
    try:
        _, end = json.JSONDecoder().raw_decode(head)
        fields = json_of(head[:end])
    except (ValueError, RecursionError) as e:
        raise Unusable(f"the JSON header is broken: {e}") from e
    return (
        ({str(k): v for k, v in fields.items()}, text[end:].lstrip("\n")) if fields else ({}, text)
    )

"""Plain words that are names of tags, read as the tags: "azerbaijan and not mainly armenia"."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from feed.errors import ExpressionError
from feed.query.expression import MAIN
from feed.query.tokens import Token, tokens_of

_LONGEST = 6  # words of a name
_MAINLY = ("mainly", "mostly", "chiefly")
_SIGNS = {"or": "|", "and": "and", "not": "-", "open": "(", "close": ")"}


def with_tags(text: str, named: Callable[[str], Sequence[str]]) -> str:
    """The same question with tags in place of the words that are their names; "" if none are.

    The longest name wins; "mainly" before one asks for a main subject. What is no name stays a word.

    Args:
        text: a question as it was typed.
        named: the keys of the tags that are called by a name, the likeliest first.
    """
    try:
        tokens = [token for token in tokens_of(text) if token.kind != "end"]
    except ExpressionError:
        return ""
    made: list[str] = []
    for plain, group in groupby(tokens, _is_plain):
        run = list(group)
        made += _named(run, named) if plain else map(_sign, run)
    same = [_sign(token) for token in tokens]
    return " ".join(made).replace("- ", "-") if made != same else ""


def _is_plain(token: Token) -> bool:
    return token.kind in ("word", "phrase") and ":" not in token.text


def _sign(token: Token) -> str:
    return _SIGNS.get(token.kind, token.text)


def _named(run: list[Token], named: Callable[[str], Sequence[str]]) -> Iterator[str]:
    """A run of words: its names, and what is left."""
    at = 0
    while at < len(run):
        main = run[at].text.lower() in _MAINLY and at + 1 < len(run)
        first = at + main
        for end in range(min(first + _LONGEST, len(run)), first, -1):
            keys = named(" ".join(token.text.strip('"“”„') for token in run[first:end]))
            if keys:
                yield keys[0] + MAIN * main
                at = end
                break
        else:
            yield run[at].text
            at += 1

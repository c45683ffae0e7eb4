"""The signs and words of an expression's text, and what is meant otherwise elsewhere.

A sign may be an operator in one place and punctuation in another: `&` and `!` are operators between
blanks or before a word, and punctuation within one (`R&D`, `Yahoo!`). What other search languages
have and this one has not is refused by name: a question is never answered as another one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from feed.errors import ExpressionError
from feed.query.expression import OPERATORS

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<open>\() | (?P<close>\)) | (?P<or>\|{1,2}) | (?P<and>&{1,2} | \+) | (?P<not>[-!−–])
      | (?P<phrase>(?:[Tt]itle:)?["“„”][^"“”]*["”“][*~^]?)
      # Letters with & between them; in what has a colon, & is an operator: country:iran&weapon:drone
      | (?P<joined>(?:[Tt]itle:)?[^\W_]+(?:[&'’/.–-][^\W_]+)+[*,.;?!]*(?=[\s()|"“„”]|$))
      | (?P<word>[^\s()|&!"“„”+−–-][^\s()|&"“„”]*) | (?P<end>$) | (?P<bad>.)
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_TIMES = 2  # that a question may have been escaped once too often

# What is said of the syntax of others -> how it looks as the text of one token.
_FOREIGN = {
    "a word may end in '*', not begin with it": re.compile(r"(?:title:)?\*", re.I),
    "'*' stands at the end of a word or phrase alone": re.compile(r".*\*+[^*\"“”]"),
    "'?' stands for no letter here; a word may end in '*'": re.compile(r"[^\"“„]*\w\?\w"),
    "regular expressions are not read here": re.compile(r"/.+/[a-z]*$"),
    "'~' and '^' mean nothing here; write a phrase as it stands in the text": re.compile(
        r"[~^]|[^\"“„]*\w[~^][\d.]*$|.*[\"”][~^]$"
    ),
    "distances between words are not read here": re.compile(r"(?:NEAR|WITHIN|AROUND|ADJ|W)/?\d+$"),
    "ranges are not read here; write since: and before:": re.compile(r"[\[{]|[^\"“„]+[\]}]$"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """A sign, a word or a phrase.

    Attributes:
        kind: "open", "close", "or", "and", "not", "phrase", "word" or "end".
        text: as it was written.
        position: where it begins, in code points.
    """

    kind: str
    text: str
    position: int


def unescaped(text: str) -> str:
    """The text a browser was given, when a program has escaped it for a URL once more.

    No question means anything by a percent sign and two hexadecimal digits.
    """
    for _ in range(_TIMES):
        if not _ESCAPE.search(text):
            break
        text = unquote(text)
    return text


def tokens_of(text: str) -> Iterator[Token]:
    """All tokens of a text, the last of kind "end".

    Raises:
        ExpressionError: for a sign that means nothing, with its position.
    """
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "bad"
        token = Token("word" if kind == "joined" else kind, match[kind], match.start(kind))
        if kind == "bad":
            message = (
                "this quotation mark is never closed"
                if token.text in '"“„”'
                else f"'{token.text}' means nothing here"
            )
            raise ExpressionError(message, text, token.position)
        if kind == "word":
            name = token.text.lower()
            token = Token(name if name in OPERATORS else "word", token.text, token.position)
        yield token
        if kind == "end":
            return


def refuse_foreign(token: Token, text: str) -> None:
    """Raise ExpressionError for a word or phrase that has a meaning in other search languages."""
    for message, looks in _FOREIGN.items():
        if looks.match(token.text):
            end = token.position + len(token.text)
            raise ExpressionError(message, text, token.position, (), (token.position, end))

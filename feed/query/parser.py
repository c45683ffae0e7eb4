"""How expressions are written: text becomes an `Expression`, or a mistake with its position.

    expression = any
    any        = all { ("|" | "or") all }
    all        = part { ["and"] part }            juxtaposition is AND
    part       = ["-" | "not"] (tag | text | date | "(" any ")")
    tag        = scheme ":" term ["@main"]
    text       = ["title:"] (word ["*"] | '"' words ["*"] '"')
    date       = ("since:" | "before:") YYYY-MM-DD

A bare word or a phrase holds articles whose title or text has these words, one after the other;
case, accents and punctuation do not count (`R&D` is "r d"), and `*` lets the last word go on. What
other search languages would read otherwise (`*way`, `a?b`, `/re/`, `"a b"~3`) is a mistake. `since:` includes
its day, `before:` does not; both speak of the day of publication, in UTC.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from itertools import takewhile

from feed.errors import ExpressionError, Gone, NotFound
from feed.query.expression import (
    MAIN,
    And,
    Before,
    Everything,
    Expression,
    Has,
    Not,
    Or,
    Since,
    Text,
    canonical,
)
from feed.query.tokens import Token, refuse_foreign, tokens_of, unescaped
from feed.text.fold import slug, words_of

MAX_LENGTH = 2_000  # characters
MAX_TERMS = 100
MAX_TEXTS = 20  # words and phrases: each is a search of its own
MAX_WORDS = 60  # of all words and phrases together: each is a list to walk
MIN_PREFIX = 3  # letters before a "*"
MAX_DEPTH = 32  # nested parentheses
PATIENCE = 10  # seconds until a question for words is given up
# What we write ourselves, in canonical form, may need more room than what was typed: "F-16" becomes
# "f 16" in quotation marks. It may be so many times as long and as deep, for it must be readable.
ROOM = 3


def parse(text: str, resolve: Callable[[str], str] = str) -> Expression:
    """Read an expression and put it into canonical form.

    `resolve` gives the present key for a key in the text and raises `NotFound` for unknown ones.

    Raises:
        ExpressionError: with the position of the mistake, and suggestions for unknown tags.
        Gone: all that is asked for is a tag that was retired.
    """
    if len(text) > ROOM * MAX_LENGTH:
        raise _too_long(text)
    text = unescaped(text)
    parser = _Parser(text, resolve)
    found = canonical(parser.whole())
    if parser.beyond and str(found) != text:
        raise parser.beyond
    return found


def _too_long(text: str) -> ExpressionError:
    return ExpressionError(f"longer than {MAX_LENGTH} characters", text, MAX_LENGTH)


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # ISO 8601 has more forms
_TERM = 4  # words that may have been meant as one term


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str, resolve: Callable[[str], str]) -> None:
        self.text, self.resolve = text, resolve
        self.tokens = list(tokens_of(text))
        self.at = 0
        self.depth = self.terms = self.texts = self.words = 0
        # A bound for what is typed, when it was passed.
        self.beyond = _too_long(text) if len(text) > MAX_LENGTH else None

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def accept(self, kind: str) -> bool:
        if self.next.kind != kind:
            return False
        self.at += 1
        return True

    def fail(self, message: str, token: Token) -> ExpressionError:
        return ExpressionError(message, self.text, token.position)

    def whole(self) -> Expression:
        if self.next.kind == "end":
            return Everything()
        expression = self.any_of()
        if self.next.kind != "end":
            raise self.fail(f"'{self.next.text}' without a beginning", self.next)
        return expression

    def any_of(self) -> Expression:
        parts = [self.all_of()]
        while self.accept("or"):
            parts.append(self.all_of())
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def all_of(self) -> Expression:
        parts = [self.part()]
        while self.accept("and") or self.next.kind in ("word", "phrase", "not", "open"):
            parts.append(self.part())
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def part(self) -> Expression:
        negated = False
        while self.accept("not"):
            negated = not negated
        token = self.next
        self.terms += token.kind in ("word", "phrase")
        if self.terms > MAX_TERMS:
            raise self.fail(f"more than {MAX_TERMS} terms", token)
        if self.accept("open"):
            found = self.nested(token)
        elif self.accept("word"):
            found = self.word(token)
        elif self.accept("phrase"):
            found = self.phrase(token)
        else:
            what = "the end" if token.kind == "end" else f"'{token.text}'"
            raise self.fail(f"a tag or a word is missing before {what}", token)
        return Not(found) if negated else found

    def nested(self, token: Token) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            too_deep = self.fail(f"more than {MAX_DEPTH} nested parentheses", token)
            self.beyond = self.beyond or too_deep
            if self.depth > ROOM * MAX_DEPTH:
                raise too_deep
        found = self.any_of()
        if not self.accept("close"):
            raise self.fail("this parenthesis is never closed", token)
        self.depth -= 1
        return found

    def word(self, token: Token) -> Expression:
        name, colon, value = token.text.partition(":")
        match name.lower() if colon else "":
            case "since":
                return Since(self.day(token, value))
            case "before":
                return Before(self.day(token, value))
            case "title":
                return self.text_of(token, value, title=True)
            case "":
                if "@" not in token.text:
                    return self.text_of(token, token.text, title=False)
        return self.tag(token)

    def phrase(self, token: Token) -> Expression:
        title = token.text[0] in "tT"
        # The star may stand inside the quotation marks or behind them.
        inside = token.text.partition(":")[2] if title else token.text
        return self.text_of(token, inside, title)

    def text_of(self, token: Token, text: str, title: bool) -> Text:
        self.texts += 1
        if self.texts > MAX_TEXTS:
            raise self.fail(f"more than {MAX_TEXTS} words and phrases", token)
        refuse_foreign(token, self.text)
        words = words_of(text).strip()
        self.words += len(words.split())
        if self.words > MAX_WORDS:
            raise self.fail(f"more than {MAX_WORDS} words in all", token)
        prefix = text.rstrip('"“” ').endswith("*")
        if not words:
            raise self.fail(f"nothing to search for in '{token.text}'", token)
        if prefix and len(words.rpartition(" ")[2]) < MIN_PREFIX:
            raise self.fail(f"fewer than {MIN_PREFIX} letters before '*'", token)
        return Text(words, prefix, title)

    def day(self, token: Token, text: str) -> date:
        try:
            if not _DAY.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError as e:
            place = token.position + token.text.index(":") + 1
            message = f"'{text}' is no day; write it as 2026-01-31"
            raise ExpressionError(message, self.text, place) from e

    def tag(self, token: Token) -> Expression:
        key, at, salience = token.text.partition("@")
        start = token.position
        if at and salience.lower() != "main":
            message, place = f"'@{salience}' is not '@main'", (start, start + len(token.text))
            meant = [key + MAIN] if ":" in key else []
            raise ExpressionError(message, self.text, start + len(key), meant, place)
        if key.endswith(":"):
            raise self.half(token)
        try:
            return Has(self.resolve(key.lower()), bool(at))
        except Gone as e:
            if self.asks_for_one():
                raise
            raise self.fail(e.plain, token) from e
        except NotFound as e:
            message = (
                f"no tag '{key}'" if ":" in key else f"'{key}' is not a tag; write scheme:term"
            )
            place = (start, start + len(key))
            raise ExpressionError(message, self.text, start, e.suggestions, place) from e

    def asks_for_one(self) -> bool:
        """Is the whole text one tag, in parentheses or not?"""
        kinds = [token.kind for token in self.tokens if token.kind not in ("open", "close", "end")]
        return kinds == ["word"]

    def half(self, token: Token) -> ExpressionError:
        """A scheme without a term; the words behind it may be the term that was meant."""
        message = f"'{token.text}' has no term; write scheme:term, without blanks"
        behind = list(takewhile(lambda t: t.kind in ("word", "phrase"), self.tokens[self.at :]))
        suggestions: Sequence[str] = ()
        end = token.position + len(token.text)
        for count in range(min(len(behind), _TERM), 0, -1):
            end = behind[count - 1].position + len(behind[count - 1].text)
            key = token.text.lower() + slug(" ".join(t.text for t in behind[:count]))
            try:
                suggestions = [self.resolve(key)]
                break
            except NotFound as e:
                suggestions = e.suggestions
        place = (token.position, end)
        return ExpressionError(message, self.text, token.position, suggestions, place)

"""Feed expressions: `country:azerbaijan weapon:loitering-munition -country:armenia@main`.

The grammar is in `feed/query/parser.py`. Parsing yields one canonical text: equal questions share one
URL, one cache entry, one ETag. The meaning of an expression is `matches`; the index is held to it by a property test.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

MAIN = "@main"
OPERATORS = frozenset(("and", "or", "not"))  # words that mean something else unless quoted


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article; the empty expression."""

    def __str__(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Has:
    """Articles that carry a tag, or carry it as a main one."""

    key: str
    main: bool = False

    def __str__(self) -> str:
        return self.key + MAIN if self.main else self.key


@dataclass(frozen=True, slots=True)
class Text:
    """Articles whose title or text holds some words, one after the other."""

    words: str  # folded, with single blanks: "loitering munition"
    prefix: bool = False  # the last word may go on
    title: bool = False  # in the title only

    def __str__(self) -> str:
        shown = self.words + "*" * self.prefix
        if " " in shown or shown in OPERATORS:
            shown = f'"{shown}"'
        return f"title:{shown}" if self.title else shown


@dataclass(frozen=True, slots=True)
class Since:
    """Articles published on a day or later."""

    day: date

    def __str__(self) -> str:
        return f"since:{self.day}"


@dataclass(frozen=True, slots=True)
class Before:
    """Articles published before a day."""

    day: date

    def __str__(self) -> str:
        return f"before:{self.day}"


@dataclass(frozen=True, slots=True)
class Not:
    """Articles that `part` does not hold."""

    part: "Expression"

    def __str__(self) -> str:
        return f"-({self.part})" if isinstance(self.part, And | Or) else f"-{self.part}"


@dataclass(frozen=True, slots=True)
class And:
    """Articles that all of `parts` hold."""

    parts: tuple["Expression", ...]

    def __str__(self) -> str:
        return " ".join(f"({p})" if isinstance(p, Or) else str(p) for p in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """Articles that at least one of `parts` holds."""

    parts: tuple["Expression", ...]

    def __str__(self) -> str:
        return " | ".join(str(p) for p in self.parts)


Expression = Everything | Has | Text | Since | Before | Not | And | Or


@dataclass(frozen=True, slots=True)
class Subject:
    """What an expression looks at in an article."""

    tags: Set[str]  # "scheme:term" for all its tags, broader ones included; "scheme:term@main" too
    day: date = date.min  # of publication
    title: str = " "  # as `words_of` gives them: " azerbaijan buys harops "
    text: str = " "


def matches(expression: Expression, subject: Subject) -> bool:
    """Does an article belong to the expression's feed? This function is the definition."""
    match expression:
        case Has():
            return str(expression) in subject.tags
        case Text(words, prefix, title):
            sought = f" {words}" if prefix else f" {words} "
            return sought in subject.title or (not title and sought in subject.text)
        case Since(day):
            return subject.day >= day
        case Before(day):
            return subject.day < day
        case Not(part):
            return not matches(part, subject)
        case And(parts):
            return all(matches(part, subject) for part in parts)
        case Or(parts):
            return any(matches(part, subject) for part in parts)
    return True


def terms(expression: Expression) -> Iterator[Has]:
    """All tags an expression names, from left to right."""
    return (leaf for leaf in _leaves(expression) if isinstance(leaf, Has))


def texts(expression: Expression) -> Iterator[Text]:
    """All words and phrases an expression searches for, from left to right."""
    return (leaf for leaf in _leaves(expression) if isinstance(leaf, Text))


def _leaves(expression: Expression) -> Iterator[Expression]:
    match expression:
        case Not(part):
            yield from _leaves(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part)
        case _:
            yield expression


def canonical(expression: Expression) -> Expression:
    """The one form of all expressions that differ in order, nesting or repetition only.

    "Neither of these", `-(a | b)`, is "without this and without that", `-a -b`.
    """
    match expression:
        case Not(part):
            return _without(canonical(part))
        case And() | Or():
            return _flat(expression)
    return expression


def _without(part: Expression) -> Expression:
    """The canonical form of what a canonical expression does not hold."""
    match part:
        case Not(inner):
            return inner
        case Or(parts):
            return canonical(And(tuple(map(Not, parts))))
    return Not(part)


def _flat(expression: And | Or) -> Expression:
    kind = type(expression)
    found: dict[Expression, None] = {}
    for part in map(canonical, expression.parts):
        found.update(dict.fromkeys(part.parts if isinstance(part, kind) else (part,)))
    if kind is And:
        found.pop(Everything(), None)
    if kind is Or and Everything() in found:
        return Everything()
    parts = sorted(found, key=lambda part: (isinstance(part, Not), str(part)))
    if not parts:
        return Everything()
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


def title_of(expression: Expression, label: Callable[[str], str]) -> str:
    """A title for people: "Iran and loitering munition, “drone” in the title, not mainly Armenia".

    Args:
        expression: in canonical form.
        label: how a key is called inside a sentence.
    """
    without = isinstance(expression, Not)
    title = _listed((expression,), label) if without else _said(expression, label)
    # A name that begins small, "iXblue", does so on purpose.
    return title[0].upper() + title[1:] if title.partition(" ")[0].islower() else title


def _said(expression: Expression, label: Callable[[str], str]) -> str:
    match expression:
        case Everything():
            return "everything"
        case Has(key, main):
            return f"mainly {label(key)}" if main else label(key)
        case Text(words, prefix, title):
            return f"“{words}{'…' * prefix}”" + " in the title" * title
        case Since(day):
            return f"since {day}"
        case Before(day):
            return f"before {day}"
        case Not(part):
            inner = _said(part, label)
            return f"not ({inner})" if isinstance(part, And | Or) else f"not {inner}"
        case Or(parts):
            return " or ".join(_nested(part, And, label) for part in sorted(parts, key=_rank))
        case And(parts):
            return _listed(parts, label)


def _listed(parts: Sequence[Expression], label: Callable[[str], str]) -> str:
    """What all must hold: tags, then words, then days; what is not wanted comes last."""
    said: dict[int, list[str]] = {kind: [] for kind in (_TAG, _WORD, _DAY, _UNWANTED)}
    for part in sorted(parts, key=_rank):
        kind = _UNWANTED if isinstance(part, Not) else _rank(part)[0]
        said[kind].append(_nested(part, Or, label))
    tags, words = " and ".join(said[_TAG]), " and ".join(said[_WORD])
    wanted = [*filter(None, (tags, words)), *said[_DAY]] or ["everything"]
    return ", ".join([*wanted, *said[_UNWANTED]])


_TAG, _WORD, _DAY, _UNWANTED = range(4)


def _rank(part: Expression) -> tuple[int, int]:
    """What a part is of, and its place among those of its kind."""
    match part:
        case Has():
            return _TAG, 0
        case Text():
            return _WORD, not part.title  # else "in the title" would seem to be said of both
        case Since():
            return _DAY, 0
        case Before():
            return _DAY, 1
        case Not(inner):
            return _rank(inner)
    return max((_rank(leaf)[0] for leaf in _leaves(part)), default=_TAG), 2


def _nested(part: Expression, other: type, label: Callable[[str], str]) -> str:
    title = _said(part, label)
    return f"({title})" if isinstance(part, other) else title

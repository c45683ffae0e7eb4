"""Why an expression holds an article or not, clause by clause, and what its exclusions remove."""

from collections.abc import Iterator
from dataclasses import dataclass

from feed.expression import (
    MAIN,
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
)
from feed.fold import words_of
from feed.model import Tagged
from feed.vocabulary import Vocabulary, keys_of


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One `-` of an expression. `question` holds exactly what it keeps out of the feed.

    The question names nothing twice that the expression names once, so it can be asked as well.
    """

    clause: Not
    question: Expression


def exclusions(expression: Expression) -> Iterator[Exclusion]:
    """Every exclusion of an expression in canonical form, from left to right."""
    for clause, beside, unsaved in _exclusions(expression):
        yield Exclusion(clause, canonical(And((*beside, clause.part, unsaved))))


def _exclusions(
    part: Expression,
) -> Iterator[tuple[Not, tuple[Expression, ...], Expression]]:
    """The exclusions within `part`, each with two conditions for keeping an article out of it.

    The first is what an article must hold to get as far as the exclusion; the second holds those
    that no other branch of `part` lets in when this one is closed.
    """
    match part:
        case Not():
            yield part, (), Everything()
        case And(parts):
            for inner in parts:
                others = [p for p in parts if p is not inner]
                wanted = tuple(p for p in others if not isinstance(p, Not))
                unwanted = tuple(p.part for p in others if isinstance(p, Not))
                for clause, beside, unsaved in _exclusions(inner):
                    # What another branch would let in, another exclusion here may still keep out.
                    yield clause, (*wanted, *beside), Or((unsaved, *unwanted))
        case Or(parts):
            for inner in parts:
                others_hold = tuple(Not(p) for p in parts if p is not inner)
                for clause, beside, unsaved in _exclusions(inner):
                    yield clause, beside, And((unsaved, *others_hold))


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of an expression, and whether it holds an article."""

    text: str
    holds: bool
    because: str  # for a tag, a word or a date; empty for what is made of parts
    parts: tuple["Clause", ...] = ()


def explain(expression: Expression, subject: Subject, tagged: Tagged) -> Clause:
    """Clause by clause: does the expression hold the article, and why?"""
    holds = matches(expression, subject)
    inner: tuple[Expression, ...] = ()
    match expression:
        case And(parts) | Or(parts):
            inner = parts
        case Not(part):
            inner = (part,)
    return Clause(
        str(expression),
        holds,
        _because(expression, subject, tagged),
        tuple(explain(part, subject, tagged) for part in inner),
    )


def _because(expression: Expression, subject: Subject, tagged: Tagged) -> str:
    match expression:
        case Everything():
            return "it holds every article"
        case Has(key):
            return _carries(key, subject, tagged)
        case Text(_, _, title):
            if matches(Text(expression.words, expression.prefix, True), subject):
                return "in the title"
            if title:
                return "not in the title"
            return "in the text" if matches(expression, subject) else "neither in title nor text"
        case Since() | Before():
            return f"published on {subject.day}"
    return ""


def _carries(key: str, subject: Subject, tagged: Tagged) -> str:
    """Why an article carries a tag, as main or as mention; or that it does not."""
    if key not in subject.tags:
        return "it does not carry this tag"
    for use in tagged.uses:
        if use.tag == key:
            return f"{'main' if use.main else 'mention'}: {use.reason}"
    return "main" if key + MAIN in subject.tags else "it follows from the article or its tags"


def subject_of(tagged: Tagged, vocabulary: Vocabulary) -> Subject:
    """What expressions look at in an article."""
    article, keys = tagged.article, keys_of(tagged)
    keys |= vocabulary.related(keys)
    return Subject(keys, article.published.date(), words_of(article.title), words_of(article.text))

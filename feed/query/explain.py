"""Why an expression holds an article or not, clause by clause, and what its exclusions remove."""

from collections.abc import Iterator
from dataclasses import dataclass

from feed.model import Tagged, TagUse
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
)
from feed.query.keys import Vocabulary, keys_of
from feed.text.fold import words_of


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


@dataclass(frozen=True, slots=True)
class Case:
    """An article before an expression."""

    tagged: Tagged
    subject: Subject
    vocabulary: Vocabulary


def case_of(tagged: Tagged, vocabulary: Vocabulary) -> Case:
    """An article, and what expressions look at in it."""
    return Case(tagged, subject_of(tagged, vocabulary), vocabulary)


def explain(expression: Expression, case: Case) -> Clause:
    """Clause by clause: does the expression hold the article, and why?"""
    inner: tuple[Expression, ...] = ()
    match expression:
        case And(parts) | Or(parts):
            inner = parts
        case Not(part):
            inner = (part,)
    return Clause(
        str(expression),
        matches(expression, case.subject),
        _because(expression, case),
        tuple(explain(part, case) for part in inner),
    )


def _because(expression: Expression, case: Case) -> str:
    match expression:
        case Everything():
            return "it holds every article"
        case Has(key, main):
            return _carries(key, main, case)
        case Text(words, prefix, title):
            if matches(Text(words, prefix, True), case.subject):
                return "in the title"
            if title:
                return "not in the title"
            found = matches(expression, case.subject)
            return "in the text" if found else "neither in title nor text"
        case Since() | Before():
            return f"published on {case.subject.day}"
    return ""


def _carries(key: str, main: bool, case: Case) -> str:
    """Why an article carries a key, as main or as mention; or why it does not."""
    article = case.tagged.article
    match key.partition(":")[0]:
        case "source":
            return _of_its_own("source", article.source.name if article.source else "", main)
        case "upstream":
            return _of_its_own("source's categories", ", ".join(article.categories), main)
        case "lang":
            return _of_its_own("language", article.language, main)
        case "maker" | "origin":
            return _follows(key, main, case)
    for use in case.tagged.uses:
        if use.tag == key:
            return f"{_salience(use)}: {use.reason}"
    return "it does not carry this tag"


def _of_its_own(field: str, value: str, main: bool) -> str:
    """What an article says of itself; of that, nothing is main."""
    said = f"the article's {field} is “{value}”" if value else f"the article names no {field}"
    return f"{said}; only tags can be main" if main else said


def _follows(relation: str, main: bool, case: Case) -> str:
    """Through which of an article's tags `maker:` or `origin:` follows."""
    tags = frozenset(case.vocabulary.relations.get(relation, ()))
    through = [use for use in case.tagged.uses if use.tag in tags]
    if not through:
        return "none of its tags is of that " + relation.partition(":")[0]
    named = [use for use in through if use.main] if main else through
    told = ", ".join(f"{use.tag} ({_salience(use)})" for use in named or through)
    return f"it follows from {told}"


def _salience(use: TagUse) -> str:
    return "main" if use.main else "mention"


def subject_of(tagged: Tagged, vocabulary: Vocabulary) -> Subject:
    """What expressions look at in an article."""
    article, keys = tagged.article, keys_of(tagged)
    keys |= vocabulary.related(keys)
    return Subject(keys, article.published.date(), words_of(article.title), words_of(article.text))

"""A question as people change it: its clauses, and what each click makes of the whole.

Typed text and clicked chips are the same expression, so that they always agree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feed.query.expression import And, Everything, Expression, Has, Not, Or, canonical

# The states of a tag in a question, in the order in which they are offered.
WITH, MAINLY, NOT_MAINLY, WITHOUT = STATES = ("with", "mainly", "not mainly", "without")
REMOVE, OR = "remove", "or"
Edits = Mapping[str, Expression]  # name of the change -> the whole question after it


@dataclass(frozen=True, slots=True)
class Alternative:
    """One branch of a group of which one must hold, and the question without it."""

    part: Expression
    remove: Expression


@dataclass(frozen=True, slots=True)
class Chip:
    """A clause at the top of a question.

    Attributes:
        part: the clause without its "not".
        state: one of `STATES`.
        edits: the other states it may have, and `REMOVE`.
        alternatives: of a group, its branches; else empty.
    """

    part: Expression
    state: str
    edits: Edits
    alternatives: tuple[Alternative, ...] = ()

    @property
    def subject(self) -> Expression:
        """What the clause is about, whatever its state."""
        return Has(self.part.key) if isinstance(self.part, Has) else self.part


def chips(expression: Expression) -> list[Chip]:
    """The clauses of a canonical expression, in its order; none of `Everything`."""
    return [_chip(expression, clause) for clause in clauses(expression)]


def clauses(expression: Expression) -> tuple[Expression, ...]:
    """What all must hold for an article to be in."""
    match expression:
        case Everything():
            return ()
        case And(parts):
            return parts
    return (expression,)


def adding(expression: Expression, key: str) -> dict[str, Expression]:
    """What a tag beside a question may do to it, by `STATES` and `OR`; nothing it has already.

    `OR` widens the last clause of wanted tags of the same scheme.
    """
    if any(key in _keys(clause) for clause in clauses(expression)):
        return {}
    found = {
        state: canonical(And((expression, clause))) for state, clause in _states(Has(key)).items()
    }
    scheme = key.partition(":")[0]
    alike = [c for c in clauses(expression) if _schemes(c) == {scheme}]
    if alike:
        found[OR] = _replaced(expression, alike[-1], Or((alike[-1], Has(key))))
    return found


def _chip(expression: Expression, clause: Expression) -> Chip:
    part = clause.part if isinstance(clause, Not) else clause
    states = _states(part)
    state = next(name for name, other in states.items() if other == clause)
    edits = {
        name: _replaced(expression, clause, other)
        for name, other in states.items()
        if name != state
    }
    edits[REMOVE] = _replaced(expression, clause, Everything())
    return Chip(part, state, edits, tuple(_alternatives(expression, clause)))


def _alternatives(expression: Expression, clause: Expression) -> Iterator[Alternative]:
    if isinstance(clause, Or):
        for part in clause.parts:
            rest = Or(tuple(other for other in clause.parts if other != part))
            yield Alternative(part, _replaced(expression, clause, rest))


def _states(part: Expression) -> dict[str, Expression]:
    """A clause in all its states; only a tag can be a main subject."""
    if isinstance(part, Has):
        tag, main = Has(part.key), Has(part.key, main=True)
        return dict(zip(STATES, (tag, main, Not(main), Not(tag)), strict=True))
    return {WITH: part, WITHOUT: canonical(Not(part))}


def _replaced(expression: Expression, clause: Expression, other: Expression) -> Expression:
    parts = (other if part == clause else part for part in clauses(expression))
    return canonical(And(tuple(parts)))


def _keys(clause: Expression) -> set[str]:
    match clause:
        case Has(key):
            return {key}
        case Not(part):
            return _keys(part)
        case And(parts) | Or(parts):
            return set[str]().union(*map(_keys, parts))
    return set()


def _schemes(clause: Expression) -> set[str]:
    """The schemes of a clause of wanted tags alone; empty for any other."""
    parts = clause.parts if isinstance(clause, Or) else (clause,)
    if not all(isinstance(part, Has) for part in parts):
        return set()
    return {key.partition(":")[0] for key in _keys(clause)}

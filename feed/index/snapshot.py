"""Which articles does an expression hold? Roaring bitmaps of arrival numbers, in blocks.

Per key (a tag, a tag@main, a day, or "" for every article) and block of 65,536 articles there is
one bitmap. A snapshot of all of them is immutable: readers keep the one they began with, a commit
puts a new one beside it. Pages are walked from the newest block down, so that a page of 50 rarely
looks at more than one block. Words and phrases are looked up in the store, a block at a time, which
says when it has gone on; `maker:` and `origin:` are the union of the tags they follow from, and a
renamed tag that of its names.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import groupby, islice
from operator import itemgetter
from time import monotonic

from pyroaring import BitMap

from feed.errors import QueryTimeout
from feed.index.postings import Postings
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
)
from feed.query.keys import DAY, day_key
from feed.query.parser import PATIENCE

BLOCK = 16  # bits of a seq below its block's number
ALL = ""  # the key of every article
# From a block's number to what is in it of some articles; the result must not be changed.
Within = Callable[[int], BitMap]
# The seqs of one block, from the first to before the last, whose articles had some words after a
# commit; `StaleSnapshot` when that is not known any more.
Search = Callable[[Text, int, int, int], Iterable[int]]
_NOWHERE = Postings()
_KEPT = 1_000  # bitmaps remembered of searches and relations
_COSTLY = Text | Since | Before  # these cost more than a look into a table


def _no_text(text: Text, first: int, last: int, version: int) -> Iterable[int]:
    return ()


def _union(sets: Sequence[BitMap]) -> BitMap:
    if len(sets) == 1:
        return sets[0]
    return BitMap.union(*sets) if sets else BitMap()


def _some(bits: BitMap, begin: int, count: int) -> list[int]:
    """As many members from the place `begin` on; a slice takes twice as long."""
    if count == len(bits):
        return list(bits)
    return list(islice(bits.iter_equal_or_larger(bits[begin]), count)) if count else []


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The index at one version. Questions with words raise `StaleSnapshot` when the store has a newer one."""

    version: int = 0
    bitmaps: Mapping[str, Postings] = field(default_factory=dict)
    search: Search = _no_text
    days: Mapping[int, Sequence[str]] = field(default_factory=dict)  # block -> its days, in order
    relations: Mapping[str, Sequence[str]] = field(
        default_factory=dict
    )  # key -> keys of bitmaps it is made of
    found: dict[tuple[Expression, int], BitMap] = field(default_factory=dict)  # what took long
    concealed: Within | None = None  # what is hidden from who asks; None for nothing

    def hiding(self, hidden: Expression | None) -> "Snapshot":
        """The same for who may not see what an expression holds: as if those articles were not there."""
        return self if hidden is None else replace(self, concealed=partial(self._hidden, hidden))

    def _hidden(self, hidden: Expression, block: int) -> BitMap:
        kept = self.found.get((hidden, block))
        if kept is None:
            kept = self.found[hidden, block] = self._within(hidden)(block)
        return kept

    def _seen(self, expression: Expression) -> Within:
        """What an expression holds of what is not hidden."""
        within, concealed = self._within(expression), self.concealed
        return within if concealed is None else lambda block: within(block) - concealed(block)

    def page(self, expression: Expression, limit: int, before: int | None = None) -> list[int]:
        """The newest `limit` arrival numbers below `before` that the expression holds."""
        found: list[int] = []
        within = self._seen(expression)
        for block in self._places(expression, before):
            bits = within(block)
            end = len(bits)
            if before is not None and before >> BLOCK == block:
                low = before & 0xFFFF
                end = bits.rank(low) - (low in bits)
            base = block << BLOCK
            wanted = min(limit - len(found), end)
            found.extend([base + low for low in reversed(_some(bits, end - wanted, wanted))])
            if len(found) == limit:
                break
        return found

    def count(self, expression: Expression) -> int:
        """How many articles the expression holds."""
        return sum(map(len, map(self._seen(expression), self._places(expression, None))))

    def size(self, key: str) -> int:
        """How many articles carry a key."""
        alone = self.concealed is None and key not in self.relations
        return self._blocks(key).size if alone else self.count(Has(key))

    def seqs(self, expression: Expression) -> list[int]:
        """All articles that the expression holds, oldest first."""
        within = self._seen(expression)
        return [
            (block << BLOCK) + low
            for block in reversed(self._places(expression, None))
            for low in within(block)
        ]

    def holds(self, expression: Expression, seq: int) -> bool:
        """Does the expression hold this article?"""
        return (seq & 0xFFFF) in self._seen(expression)(seq >> BLOCK)

    def facet_counts(self, expression: Expression, keys: Iterable[str]) -> dict[str, int]:
        """How many of the expression's articles carry each of these keys; none are left out."""
        held = self.held(expression)
        counts = {key: self._shared(key, held) for key in keys}
        return {key: count for key, count in counts.items() if count}

    def by_day(self, expression: Expression) -> dict[date, int]:
        """How many of the expression's articles were published on each day; in no order."""
        counts: dict[date, int] = {}
        for block, bits in self.held(expression).items():
            for key in self.days.get(block, ()):
                if shared := self._blocks(key).at(block).intersection_cardinality(bits):
                    day = date.fromisoformat(key.removeprefix(DAY))
                    counts[day] = counts.get(day, 0) + shared
        return counts

    def held(self, expression: Expression) -> dict[int, BitMap]:
        """The expression's articles, block by block; blocks without any are absent."""
        within = self._seen(expression)
        places = self._places(expression, None)
        return {block: bits for block in places if (bits := within(block))}

    def _shared(self, key: str, held: Mapping[int, BitMap]) -> int:
        """How many of these articles carry a key. Most keys are in few blocks: their own lead."""
        if key in self.relations:
            within, blocks = self._within(Has(key)), iter(held)
        else:
            postings = self._blocks(key)
            within, blocks = postings.at, iter(postings)
        return sum(within(b).intersection_cardinality(held[b]) for b in blocks if b in held)

    def _within(self, expression: Expression) -> Within:
        """What an expression holds, block by block; what all blocks share is worked out here, once."""
        match expression:
            case Has(key) if key in self.relations:
                return partial(self._kept, expression)
            case Has():
                return self._blocks(str(expression)).at
            case Text():
                return partial(self._in_time, monotonic() + PATIENCE, expression)
            case Since(day):
                return partial(self._days, lambda key: key >= day_key(day))
            case Before(day):
                return partial(self._days, lambda key: key < day_key(day))
            case Not(part):
                every, unwanted = self._blocks(ALL).at, self._within(part)
                return lambda block: every(block) - unwanted(block)
            case And(parts):
                return self._all(parts)
            case Or(parts):
                either = [self._within(part) for part in parts]
                return lambda block: BitMap.union(*[within(block) for within in either])
            case Everything():
                return self._blocks(ALL).at

    def _all(self, parts: Sequence[Expression]) -> Within:
        """Intersect the wanted parts, the smallest first, and take the unwanted ones away."""
        costly = [p for p in parts if isinstance(p, _COSTLY)]
        unwanted = [self._within(p.part) for p in parts if isinstance(p, Not)]
        plain = [self._within(p) for p in parts if not isinstance(p, Not | _COSTLY)]
        wanted, late = plain or [self._blocks(ALL).at], [self._within(p) for p in costly]

        def within(block: int) -> BitMap:
            found, *others = sorted([part(block) for part in wanted], key=len)
            for bits in others:
                found = found & bits
            for part in late:
                if found:
                    found = found & part(block)
            for part in unwanted:
                if found:
                    found = found - part(block)
            return found

        return within

    def _blocks(self, key: str) -> Postings:
        return self.bitmaps.get(key, _NOWHERE)

    def _kept(self, part: Text | Has, block: int) -> BitMap:
        """What is searched for, or joined of many keys: once while nothing changes."""
        kept = self.found.get((part, block))
        if kept is None:
            kept = (
                self._searched(part, block) if isinstance(part, Text) else self._joined(part, block)
            )
            if len(self.found) > _KEPT:
                self.found.clear()
            self.found[part, block] = kept
        return kept

    def _in_time(self, end: float, text: Text, block: int) -> BitMap:
        """What is searched for. What was found is kept, so that a question asked again gets further.

        Raises:
            QueryTimeout: the whole question has taken too long by now.
        """
        if monotonic() > end and (text, block) not in self.found:
            raise QueryTimeout(PATIENCE)
        return self._kept(text, block)

    def _searched(self, text: Text, block: int) -> BitMap:
        first = block << BLOCK
        found = self.search(text, first, first + (1 << BLOCK), self.version)
        return BitMap([seq & 0xFFFF for seq in found])

    def _joined(self, relation: Has, block: int) -> BitMap:
        return _union([self._blocks(name).at(block) for name in self._names(relation)])

    def _names(self, relation: Has) -> list[str]:
        """The keys that a relation is made of, those that hold anything."""
        names = (tag + MAIN * relation.main for tag in self.relations[relation.key])
        return [name for name in names if name in self.bitmaps]

    def _days(self, wanted: Callable[[str], bool], block: int) -> BitMap:
        keys = filter(wanted, self.days.get(block, ()))
        return _union([self._blocks(key).at(block) for key in keys])

    def _places(self, expression: Expression, before: int | None) -> list[int]:
        """The blocks to look into, newest first."""
        blocks = sorted(self._candidates(expression), reverse=True)
        return blocks if before is None else [b for b in blocks if b <= before >> BLOCK]

    def _candidates(self, expression: Expression) -> Postings | set[int]:
        """Where an expression can hold anything: for a rare tag, its few blocks."""
        match expression:
            case Has(key) if key in self.relations:
                return {b for name in self._names(expression) for b in self.bitmaps[name]}
            case Has():
                return self._blocks(str(expression))
            case And(parts):
                return min((self._candidates(part) for part in parts), key=len)
        return self._blocks(ALL)

    def with_bitmaps(self, version: int, rows: Iterable[tuple[str, int, bytes]]) -> "Snapshot":
        """The next snapshot, with some bitmaps as the store has them; best in order of key."""
        bitmaps, days = dict(self.bitmaps), dict(self.days)
        for key, places in groupby(rows, key=itemgetter(0)):
            blocks = [(block, bits) for _, block, bits in places]
            bitmaps[key] = bitmaps.get(key, _NOWHERE).having(blocks)
            if key.startswith(DAY):
                for block, _ in blocks:
                    if key not in days.get(block, ()):
                        days[block] = sorted((*days.get(block, ()), key))
        return replace(self, version=version, bitmaps=bitmaps, days=days, found={})

    def with_relations(self, relations: Mapping[str, Sequence[str]]) -> "Snapshot":
        """The same articles, with the relations of another taxonomy."""
        return replace(self, relations=relations, found={})

    def changes(self, updates: Iterable["Update"]) -> dict[tuple[str, int], bytes]:
        """The serialised bitmaps after some articles gained and lost keys. Changes nothing here."""
        gained, lost = _Lows(), _Lows()
        for update in updates:
            block, low = update.seq >> BLOCK, update.seq & 0xFFFF
            for side, keys in ((gained[block], update.gained), (lost[block], update.lost)):
                for key in keys:
                    side[key].append(low)
        result = {}
        for block, some in gained.items():
            for key in some.keys() | lost[block].keys():
                bits = self._blocks(key).at(block) | BitMap(some.get(key, ()))
                bits -= BitMap(lost[block].get(key, ()))
                bits.run_optimize()  # a day's articles mostly come one after the other
                result[key, block] = bits.serialize()
        return result


class _Lows(defaultdict[int, defaultdict[str, list[int]]]):
    """Articles by block and key, each by its number within the block."""

    def __missing__(self, block: int) -> defaultdict[str, list[int]]:
        return self.setdefault(block, defaultdict(list))


@dataclass(frozen=True, slots=True)
class Update:
    """One article's keys that come and go in a commit."""

    seq: int
    gained: frozenset[str]
    lost: frozenset[str] = frozenset()


class PostingsBuilder:
    """Bitmaps made from nothing, article by article: much quicker than change by change."""

    def __init__(self) -> None:
        self._seqs: dict[tuple[str, int], list[int]] = {}

    def add(self, seq: int, keys: Iterable[str]) -> None:
        """Note the keys of one article."""
        block, low = seq >> BLOCK, seq & 0xFFFF
        for key in keys:
            self._seqs.setdefault((key, block), []).append(low)

    def build(self) -> dict[tuple[str, int], bytes]:
        """The serialised bitmaps of all articles since the last call, which should end a block."""
        taken = {place: BitMap(lows).serialize() for place, lows in self._seqs.items()}
        self._seqs.clear()
        return taken

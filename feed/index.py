"""Which articles does an expression hold? Roaring bitmaps of arrival numbers, in blocks.

Per key (a tag, a tag@main, or "" for every article) and block of 65,536 articles there is one
bitmap. A snapshot of all of them is immutable: readers keep the one they began with, a commit
puts a new one beside it. Pages are walked from the newest block down, so that a page of 50 rarely
looks at more than one block.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyroaring import BitMap

from feed.expression import And, Everything, Expression, Has, Not, Or

BLOCK = 16  # bits of a seq below its block's number
ALL = ""  # the key of every article
Blocks = Mapping[int, BitMap]  # block number -> seqs within the block


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The index at one version."""

    version: int = 0
    bitmaps: Mapping[str, Blocks] = field(default_factory=dict)

    def page(self, expression: Expression, limit: int, before: int | None = None) -> list[int]:
        """The newest `limit` arrival numbers below `before` that the expression holds."""
        found: list[int] = []
        for block in self._blocks(before):
            bits = self.evaluate(expression, block)
            if before is not None and before >> BLOCK == block:
                bits = bits & BitMap(range(before & 0xFFFF))
            take = min(limit - len(found), len(bits))
            base = block << BLOCK
            found.extend(base + bits[len(bits) - 1 - i] for i in range(take))
            if len(found) == limit:
                break
        return found

    def count(self, expression: Expression) -> int:
        """How many articles the expression holds."""
        return sum(len(self.evaluate(expression, block)) for block in self._blocks(None))

    def size(self, key: str) -> int:
        """How many articles carry a key."""
        return sum(len(bits) for bits in self.bitmaps.get(key, {}).values())

    def tally(self, seqs: Iterable[int], keys: Iterable[str]) -> dict[str, int]:
        """How many of these articles carry each of these keys; keys without any are left out."""
        blocks: dict[int, BitMap] = {}
        for seq in seqs:
            blocks.setdefault(seq >> BLOCK, BitMap()).add(seq & 0xFFFF)
        counts = {
            key: sum(
                self._bits(key, block).intersection_cardinality(b) for block, b in blocks.items()
            )
            for key in keys
            if key in self.bitmaps
        }
        return {key: count for key, count in counts.items() if count}

    def evaluate(self, expression: Expression, block: int) -> BitMap:
        """The bitmap of an expression within one block. The result must not be changed."""
        match expression:
            case Has():
                return self._bits(str(expression), block)
            case Not(part):
                return self._bits(ALL, block) - self.evaluate(part, block)
            case And(parts):
                return self._all(parts, block)
            case Or(parts):
                return BitMap.union(*[self.evaluate(part, block) for part in parts])
            case Everything():
                return self._bits(ALL, block)

    def _all(self, parts: Iterable[Expression], block: int) -> BitMap:
        """Intersect the wanted parts, the smallest first, and take the unwanted ones away."""
        wanted = [self.evaluate(p, block) for p in parts if not isinstance(p, Not)]
        wanted.sort(key=len)
        found = wanted[0] if wanted else self._bits(ALL, block)
        for bits in wanted[1:]:
            if not found:
                return found
            found = found & bits
        for part in parts:
            if found and isinstance(part, Not):
                found = found - self.evaluate(part.part, block)
        return found

    def _bits(self, key: str, block: int) -> BitMap:
        return self.bitmaps.get(key, {}).get(block, _EMPTY)

    def _blocks(self, before: int | None) -> list[int]:
        blocks = sorted(self.bitmaps.get(ALL, {}), reverse=True)
        return blocks if before is None else [b for b in blocks if b <= before >> BLOCK]

    def with_bitmaps(self, version: int, rows: Iterable[tuple[str, int, bytes]]) -> "Snapshot":
        """The next snapshot, with some bitmaps as the store has them."""
        changed: dict[str, dict[int, BitMap]] = {}
        for key, block, bits in rows:
            changed.setdefault(key, dict(self.bitmaps.get(key, {})))[block] = BitMap.deserialize(
                bits
            )
        return Snapshot(version, {**self.bitmaps, **changed})

    def changes(self, moves: Iterable["Move"]) -> dict[tuple[str, int], bytes]:
        """The serialised bitmaps after some articles gained and lost keys. Changes nothing here."""
        gained: dict[tuple[str, int], list[int]] = {}
        lost: dict[tuple[str, int], list[int]] = {}
        for move in moves:
            block, low = move.seq >> BLOCK, move.seq & 0xFFFF
            for side, keys in ((gained, move.gained), (lost, move.lost)):
                for key in keys:
                    side.setdefault((key, block), []).append(low)
        result = {}
        for place in gained.keys() | lost.keys():
            bits = self._bits(*place) | BitMap(gained.get(place, ()))
            bits -= BitMap(lost.get(place, ()))
            result[place] = bits.serialize()
        return result


@dataclass(frozen=True, slots=True)
class Move:
    """One article's keys that come and go in a commit."""

    seq: int
    gained: frozenset[str]
    lost: frozenset[str] = frozenset()


_EMPTY = BitMap()

"""The articles of one key: a plain Roaring bitmap of arrival numbers, never changed once made."""

from collections.abc import Iterable, Iterator

from pyroaring import BitMap

_BITS = 16  # of an arrival number below its block's
_EMPTY = BitMap()


class Postings:
    """An immutable map from the number of a block to the articles within it."""

    __slots__ = ("_bits", "_blocks")

    def __init__(self, bits: BitMap = _EMPTY, blocks: tuple[int, ...] = ()) -> None:
        self._bits, self._blocks = bits, blocks  # arrival numbers; the blocks that have any

    def __iter__(self) -> Iterator[int]:
        """The numbers of the blocks that hold something, in any order."""
        return iter(self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)

    @property
    def size(self) -> int:
        """How many articles all blocks hold."""
        return len(self._bits)

    def at(self, block: int) -> BitMap:
        """The articles of a block, which may be none; not to be changed. In some microseconds."""
        if block not in self._blocks:
            return _EMPTY
        first = block << _BITS
        bits = self._bits
        if len(self._blocks) > 1:
            bits = bits & BitMap(range(first, first + (1 << _BITS)))
        return bits.shift(-first) if first else bits

    def having(self, changes: Iterable[tuple[int, bytes]]) -> "Postings":
        """This map with other bitmaps, serialised, for some blocks."""
        bits, blocks = self._bits.copy(), set(self._blocks)
        for block, data in changes:
            first, within = block << _BITS, BitMap.deserialize(data)
            if block in blocks:
                bits.remove_range(first, first + (1 << _BITS))
                blocks.remove(block)
            if within:
                bits |= within.shift(first)
                blocks.add(block)
        if not self._blocks:  # read whole: it will stay for long
            bits.run_optimize()
            bits.shrink_to_fit()
        return Postings(bits, tuple(blocks))

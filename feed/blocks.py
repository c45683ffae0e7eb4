"""The articles of one key, block by block: small in memory, and never changed once made.

Most keys have a handful of articles in most blocks, where an object for each block would take ten
times what it says. So a sparse block is bytes, those of a key end to end, and becomes a bitmap when
it is asked for; a dense one is a bitmap always. The border is Roaring's own, between its array and
its bitmap containers. A sparse block takes the shortest of three forms, known by their length:

* plain: the numbers of its articles, two bytes each, in order;
* shared: how many numbers begin with each of the 256 high bytes, then their low bytes alone, which
  is about half of plain where there are many;
* runs: the bitmap as it is serialised, where articles come one after the other.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import mul
from struct import Struct, pack

from pyroaring import BitMap

SPARSE = 4096  # articles of a block at most; with more it is kept as a bitmap
_ENTRY = Struct("<HHI")  # of a sparse block: its number, its articles less one, where they begin
_NUMBER = Struct("<H")
# What precedes the numbers of a lone array container (Roaring format specification): cookie,
# containers, high bits, articles less one, where they begin.
_HEADER = Struct("<IIHHI")
_COOKIE = 12346
_LONE = pack("<II", _COOKIE, 1)
_EMPTY = BitMap()
_HIGH = [bytes([high]) for high in range(256)]


class Blocks:
    """An immutable map from the number of a block to the articles within it."""

    __slots__ = ("_data", "_dense", "_table")

    def __init__(
        self, table: bytes = b"", data: bytes = b"", dense: dict[int, BitMap] | None = None
    ) -> None:
        # Entries in order of block; what they point to; the dense blocks, None for none.
        self._table, self._data, self._dense = table, data, dense

    def __iter__(self) -> Iterator[int]:
        """The numbers of the blocks that hold something, in any order."""
        yield from self._dense or ()
        for number, _, _ in _ENTRY.iter_unpack(self._table):
            yield number

    def __len__(self) -> int:
        return len(self._dense or ()) + len(self._table) // _ENTRY.size

    @property
    def size(self) -> int:
        """How many articles all blocks hold."""
        sparse = sum(less + 1 for _, less, _ in _ENTRY.iter_unpack(self._table))
        return int(sparse) + sum(map(len, (self._dense or {}).values()))

    def at(self, block: int) -> BitMap:
        """The articles of a block, which may be none; not to be changed. In one to ten microseconds."""
        if self._dense is not None and (bits := self._dense.get(block)) is not None:
            return bits
        table, number = self._table, _NUMBER.pack(block)
        at = table.find(number)  # at once, but perhaps within an entry
        while at % _ENTRY.size:
            if at < 0:
                return _EMPTY
            at = table.find(number, at + 1)
        _, less, begin = _ENTRY.unpack_from(table, at)
        return _bitmap(less + 1, self._data[begin : self._begin(at + _ENTRY.size)])

    def having(self, changes: Iterable[tuple[int, bytes]]) -> "Blocks":
        """This map with other bitmaps, serialised, for some blocks."""
        blocks = self
        for block, data in changes:
            blocks = blocks._having(block, data)
        return blocks

    def _having(self, block: int, data: bytes) -> "Blocks":
        count, sparse, bits = _read(data)
        dense = self._dense
        if bits or (dense and block in dense):
            dense = {b: kept for b, kept in (dense or {}).items() if b != block}
            if bits:
                dense[block] = bits
        at = self._find(block)
        known = self._table.startswith(_NUMBER.pack(block), at)
        after = at + (_ENTRY.size if known else 0)
        begin, end = self._begin(at), self._begin(after)
        entry = _ENTRY.pack(block, count - 1, begin) if sparse else b""
        rest, grown = self._table[after:], len(sparse) - (end - begin)
        if rest and grown:
            rest = b"".join(
                _ENTRY.pack(number, less, start + grown)
                for number, less, start in _ENTRY.iter_unpack(rest)
            )
        table = self._table[:at] + entry + rest
        return Blocks(table, self._data[:begin] + sparse + self._data[end:], dense or None)

    def _find(self, block: int) -> int:
        """Where a sparse block's entry is, or would be."""
        table, size = self._table, _ENTRY.size
        places = range(0, len(table), size)
        if not places or _NUMBER.unpack_from(table, places[-1])[0] < block:
            return len(table)  # a new block, as most often
        return size * bisect_left(places, block, key=lambda p: _NUMBER.unpack_from(table, p)[0])

    def _begin(self, at: int) -> int:
        """Where the data of an entry begins; after the last one, the end of all data."""
        if at == len(self._table):
            return len(self._data)
        return int(_ENTRY.unpack_from(self._table, at)[2])


def _read(data: bytes) -> tuple[int, bytes, BitMap | None]:
    """Of a serialised bitmap its size, its bytes if it is sparse, and the bitmap if it is dense."""
    if data.startswith(_LONE):
        count = _HEADER.unpack_from(data)[3] + 1
        if count <= SPARSE:  # as it mostly is: the numbers stand there
            return count, _shared(data[_HEADER.size :]), None
    bits = BitMap.deserialize(data)
    count = len(bits)
    if count > SPARSE:
        return count, b"", bits
    sparse = _shared(pack(f"<{count}H", *bits))
    # Runs that happen to be as long as the shared form would be could not be told from it.
    runs = len(data) < len(sparse) and len(data) != count + 256
    return count, data if runs else sparse, None


def _bitmap(count: int, data: bytes) -> BitMap:
    """The articles of a sparse block, from any of its forms."""
    if len(data) == count + 256 > 512:
        plain = bytearray(2 * count)
        plain[::2] = data[256:]
        plain[1::2] = b"".join(map(mul, _HIGH, data))
        data = bytes(plain)
    if len(data) == 2 * count:
        data = _HEADER.pack(_COOKIE, 1, 0, count - 1, _HEADER.size) + data
    return BitMap.deserialize(data)


def _shared(plain: bytes) -> bytes:
    """Plain numbers with their high bytes said once, unless that is no shorter."""
    if len(plain) <= 512:
        return plain
    high, ends = plain[1::2], [0]
    for byte in range(256):
        ends.append(high.rfind(byte) + 1 or ends[-1])  # where its last one stands, if there is one
    counts = [end - begin for begin, end in pairwise(ends)]
    return plain if max(counts) > 255 else bytes(counts) + plain[::2]

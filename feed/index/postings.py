"""The articles of one key, block by block: small in memory, and never changed once made.

Most keys have a handful of articles in most blocks, where an object for each block would take ten
times what it says. So a sparse block is bytes, those of a key end to end, and becomes a bitmap when
it is asked for; a dense one is a bitmap always. The border is Roaring's own, between its array and
its bitmap containers. A sparse block takes the shortest of three forms:

* plain: the numbers of its articles, two bytes each, in order;
* shared: how many numbers begin with each of the 256 high bytes, then their low bytes alone, which
  is about half of plain where there are many, and takes ten times as long to make: so the newest
  block of a key, which every commit writes anew, stays plain until another begins;
* runs: the bitmap as it is serialised, where articles come one after the other.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import mul
from struct import Struct, pack

from pyroaring import BitMap

SPARSE = 4096  # articles of a block at most; with more it is kept as a bitmap
_ENTRY = Struct("<HI")  # of a sparse block: its number; four times where it begins, and its form
_PLAIN, _SHARED, _RUNS = range(3)
_NUMBER = Struct("<H")
_NOTHING, _TABLE = _NUMBER.pack(0), _NUMBER.size  # no entries; where they begin
# What precedes the numbers of a lone array container (Roaring format specification): cookie,
# containers, high bits, articles less one, where they begin.
_HEADER = Struct("<IIHHI")
_COOKIE = 12346
_LONE = pack("<II", _COOKIE, 1)
_EMPTY = BitMap()
_HIGH = [bytes([high]) for high in range(256)]


class Postings:
    """An immutable map from the number of a block to the articles within it."""

    __slots__ = ("_bytes", "_dense")

    def __init__(
        self, table: bytes = b"", data: bytes = b"", dense: dict[int, BitMap] | None = None
    ) -> None:
        # One object, for there is one for every key: how many entries, the entries in order of
        # block, what they point to.
        self._bytes = _NUMBER.pack(len(table) // _ENTRY.size) + table + data if table else _NOTHING
        self._dense = dense  # the dense blocks, None for none

    def __iter__(self) -> Iterator[int]:
        """The numbers of the blocks that hold something, in any order."""
        yield from self._dense or ()
        for number, _ in _ENTRY.iter_unpack(self._table):
            yield number

    def __len__(self) -> int:
        return len(self._dense or ()) + int(_NUMBER.unpack_from(self._bytes)[0])

    @property
    def size(self) -> int:
        """How many articles all blocks hold."""
        sparse = map(self._count, range(_TABLE, self._end, _ENTRY.size))
        return sum(sparse) + sum(map(len, (self._dense or {}).values()))

    def at(self, block: int) -> BitMap:
        """The articles of a block, which may be none; not to be changed. In one to ten microseconds."""
        if self._dense is not None and (bits := self._dense.get(block)) is not None:
            return bits
        kept, number, end = self._bytes, _NUMBER.pack(block), self._end
        at = kept.find(number, _TABLE, end)  # at once, but perhaps within an entry
        while (at - _TABLE) % _ENTRY.size:
            if at < 0:
                return _EMPTY
            at = kept.find(number, at + 1, end)
        return _bitmap(*self._sparse(at))

    def having(self, changes: Iterable[tuple[int, bytes]]) -> "Postings":
        """This map with other bitmaps, serialised, for some blocks."""
        blocks = self
        for block, data in changes:
            blocks = blocks._having(block, data)
        return blocks

    def _having(self, block: int, serialised: bytes) -> "Postings":
        form, data, bits = _read(serialised)
        dense = self._dense
        if bits or (dense and block in dense):
            dense = {b: kept for b, kept in (dense or {}).items() if b != block}
            if bits:
                dense[block] = bits
        at = self._find(block)
        if at == self._end:
            return self._with_newest(block, form, data, dense or None)
        kept, end = self._bytes, self._end
        known = kept.startswith(_NUMBER.pack(block), at)
        after = at + (_ENTRY.size if known else 0)
        first, last = self._begin(at), self._begin(after)
        rest = kept[after:end]
        if rest:
            form, data = _packed(form, data)
        if grown := len(data) - (last - first):
            rest = b"".join(
                _ENTRY.pack(number, place + 4 * grown) for number, place in _ENTRY.iter_unpack(rest)
            )
        table = kept[_TABLE:at] + _entry(block, first - end, form, data) + rest
        return Postings(table, kept[end:first] + data + kept[last:], dense or None)

    def _with_newest(
        self, block: int, form: int, data: bytes, dense: dict[int, BitMap] | None
    ) -> "Postings":
        """Add a block after all others; the one before it changes no more, or seldom."""
        table, others = self._table, self._bytes[self._end :]
        if table:
            at = self._end - _ENTRY.size
            begin = self._begin(at) - self._end
            before, packed = _packed(*self._sparse(at))
            table = table[: -_ENTRY.size] + _ENTRY.pack(self._number(at), 4 * begin + before)
            others = others[:begin] + packed
        return Postings(table + _entry(block, len(others), form, data), others + data, dense)

    @property
    def _table(self) -> bytes:
        return self._bytes[_TABLE : self._end]

    @property
    def _end(self) -> int:
        """Where the entries end, and the data begin."""
        return _TABLE + _ENTRY.size * int(_NUMBER.unpack_from(self._bytes)[0])

    def _find(self, block: int) -> int:
        """Where a sparse block's entry is, or would be."""
        places = range(_TABLE, self._end, _ENTRY.size)
        if not places or self._number(places[-1]) < block:
            return self._end  # a new block, as most often
        return _TABLE + _ENTRY.size * bisect_left(places, block, key=self._number)

    def _number(self, at: int) -> int:
        return int(_NUMBER.unpack_from(self._bytes, at)[0])

    def _begin(self, at: int) -> int:
        """Where the data of an entry begin; after the last one, the end of all data."""
        if at == self._end:
            return len(self._bytes)
        return self._end + (int(_ENTRY.unpack_from(self._bytes, at)[1]) >> 2)

    def _sparse(self, at: int) -> tuple[int, bytes]:
        """The form and the data of an entry."""
        form = _ENTRY.unpack_from(self._bytes, at)[1] & 3
        return form, self._bytes[self._begin(at) : self._begin(at + _ENTRY.size)]

    def _count(self, at: int) -> int:
        """How many articles an entry has."""
        form, data = self._sparse(at)
        if form == _RUNS:
            return len(_bitmap(form, data))
        return len(data) // 2 if form == _PLAIN else len(data) - 256


def _entry(block: int, begin: int, form: int, data: bytes) -> bytes:
    return _ENTRY.pack(block, 4 * begin + form) if data else b""


def _read(serialised: bytes) -> tuple[int, bytes, BitMap | None]:
    """Of a serialised bitmap its form and data if it is sparse, the bitmap if it is dense."""
    if serialised.startswith(_LONE):
        count = _HEADER.unpack_from(serialised)[3] + 1
        if count <= SPARSE:  # as it mostly is: the numbers stand there
            return _PLAIN, serialised[_HEADER.size :], None
    bits = BitMap.deserialize(serialised)
    count = len(bits)
    if count > SPARSE:
        return _PLAIN, b"", bits
    if len(serialised) < count + min(count, 256):  # shorter than both other forms
        return _RUNS, serialised, None
    return _PLAIN, pack(f"<{count}H", *bits), None


def _bitmap(form: int, data: bytes) -> BitMap:
    """The articles of a sparse block, from any of its forms."""
    if form == _RUNS:
        return BitMap.deserialize(data)
    if form == _SHARED:
        plain = bytearray(2 * (len(data) - 256))
        plain[::2] = data[256:]
        plain[1::2] = b"".join(map(mul, _HIGH, data))
        data = bytes(plain)
    return BitMap.deserialize(_HEADER.pack(_COOKIE, 1, 0, len(data) // 2 - 1, _HEADER.size) + data)


def _packed(form: int, data: bytes) -> tuple[int, bytes]:
    """Plain numbers in the shared form, if that is shorter; the others as they are."""
    if form != _PLAIN or len(data) <= 512:
        return form, data
    high, ends = data[1::2], [0]
    for byte in range(256):
        ends.append(high.rfind(byte) + 1 or ends[-1])  # where its last one stands, if there is one
    counts = [end - begin for begin, end in pairwise(ends)]
    if max(counts) > 255:
        return form, data
    return _SHARED, bytes(counts) + data[::2]

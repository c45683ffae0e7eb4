"""Feeds as bytes, in every content coding, kept in memory within a bound.

A document is rendered once and compressed once for each coding that someone asks for.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import brotli
import zstandard
from isal import igzip

KEPT = 256 << 20  # bytes of bodies, compressed ones included
OVERHEAD = 4_096  # bytes of a document without its bodies: names, headers in their variants
SMALLEST = 256  # bytes; what is shorter gains nothing
# Coding -> compressor. Levels that give most of what there is to gain in about a millisecond for a
# feed of 50 long articles (380 kB), because somebody waits for it after a commit; the best of
# equals first. ISA-L's gzip takes a third of zlib's time and gives fewer bytes.
CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=3),
    "zstd": lambda body: zstandard.compress(body, 3),
    "gzip": lambda body: igzip.compress(body, 3, mtime=0),
}


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Representation:
    """What is answered for one address while nothing changes."""

    body: bytes
    media_type: str
    etag: str  # strong, of the identity coding; of the bytes, or of all that they are made of
    links: tuple[tuple[str, str], ...] = ()  # rel and address, for the Link header
    lasting: bool = False  # a month of the past: caches may keep it for long
    fields: tuple[tuple[str, str], ...] = ()  # further header fields of a 200
    caching: str = ""  # Cache-Control, where it is not that of feeds
    shared: bool = True  # may scripts of other sites read it?
    _coded: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    # What the web made of it once and needs again: headers, by variant.
    kept: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def coded(self, coding: str) -> bytes:
        """The body in a content coding of `CODINGS`, or as it is for "identity"."""
        if coding == "identity":
            return self.body
        kept = self._coded.get(coding)
        if kept is None:
            kept = self._coded[coding] = CODINGS[coding](self.body)
        return kept

    @property
    def size(self) -> int:
        """Bytes in memory, with what is kept about it."""
        return OVERHEAD + len(self.body) + sum(map(len, self._coded.values()))


def etag_of(body: bytes) -> str:
    """A strong validator of the bytes."""
    return f'"{sha256(body).hexdigest()[:24]}"'


class RepresentationCache:
    """Documents by name, each valid at one version of the archive. Safe between threads.

    The ones used longest ago go first when all together grow beyond the bound.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._representations: OrderedDict[Hashable, tuple[Hashable, Representation]] = (
            OrderedDict()
        )
        self._lock = threading.Lock()
        self._puts = self._size = 0

    def get(self, name: Hashable, version: Hashable) -> Representation | None:
        """The document, if it is here and of that version."""
        with self._lock:
            found = self._representations.get(name)
            if found is None or found[0] != version:
                return None
            self._representations.move_to_end(name)
            return found[1]

    def put(self, name: Hashable, version: Hashable, document: Representation) -> Representation:
        """Keep a document. Returns it, or the one already here with the same bytes.

        The old one has its compressed bodies already: a commit that changes nothing in a feed
        costs no compression.
        """
        with self._lock:
            old = self._representations.pop(name, None)
            if old:
                self._size -= old[1].size
                if old[1] == document:
                    document = old[1]
            self._size += document.size
            self._representations[name] = (version, document)
            self._bound()
        return document

    def _bound(self) -> None:
        """Documents grow when they are compressed, so that all are weighed now and then."""
        self._puts += 1
        if self._puts % 64 == 0:
            self._size = sum(document.size for _, document in self._representations.values())
        while self._size > self._kept and len(self._representations) > 1:
            _, (_, oldest) = self._representations.popitem(last=False)
            self._size -= oldest.size

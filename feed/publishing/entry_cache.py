"""Entries and their rendered fragments in memory: an article is loaded and rendered once.

Bounded by number; the entries used longest ago go first, and their fragments with them.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence

from feed.model import Entry

KEPT = 10_000  # entries; an article of 3 kB with its fragments takes some 30 kB
# entries, scheme base, language -> the bytes of each
Render = Callable[[Sequence[Entry], str, str], list[bytes]]
Load = Callable[[Sequence[int]], Mapping[int, Entry]]


class EntryCache:
    """Entries by their place in the order of arrival. Safe between threads.

    `load` gets those that are not here.
    """

    def __init__(self, load: Load, kept: int = KEPT) -> None:
        self._load, self._kept = load, kept
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        # By id of the article; with the entry, for there may be a newer one of that article.
        self._fragments: dict[str, tuple[Entry, dict[object, bytes]]] = {}
        self._lock = threading.Lock()
        self._drops = 0

    def get(self, seqs: Sequence[int]) -> tuple[Entry, ...]:
        """The entries in the order asked for; articles that do not exist are left out."""
        with self._lock:
            found = {seq: self._entries[seq] for seq in seqs if seq in self._entries}
            for seq in found:
                self._entries.move_to_end(seq)
            drops = self._drops
        missing = [seq for seq in seqs if seq not in found]
        if missing:
            loaded = self._load(missing)
            found.update(loaded)
            self._keep(loaded, drops)
        return tuple(found[seq] for seq in seqs if seq in found)

    def drop(self, seqs: Iterable[int]) -> None:
        """Forget entries that have changed."""
        with self._lock:
            self._drops += 1
            for seq in seqs:
                self._forget(self._entries.pop(seq, None))

    def clear(self) -> None:
        """Forget all entries."""
        with self._lock:
            self._drops += 1
            self._entries.clear()
            self._fragments.clear()

    def fragments(self, render: Render) -> Render:
        """The same renderer with a memory: an entry that is kept here is rendered once."""

        def remembered(entries: Sequence[Entry], scheme_base: str, language: str) -> list[bytes]:
            key = (render, language)
            places = [self._fragments_of(entry) for entry in entries]
            missing = [n for n, kept in enumerate(places) if key not in kept]
            made = render([entries[n] for n in missing], scheme_base, language)
            for n, fragment in zip(missing, made, strict=True):
                places[n][key] = fragment
            return [kept[key] for kept in places]

        return remembered

    def _fragments_of(self, entry: Entry) -> dict[object, bytes]:
        """The fragments of an entry; those of one that is not kept are not either."""
        kept = self._fragments.get(entry.article.id)
        return kept[1] if kept and kept[0] is entry else {}

    def _keep(self, loaded: Mapping[int, Entry], drops: int) -> None:
        with self._lock:
            if drops != self._drops:
                return  # something changed while these were loaded: they may be old
            for seq, entry in loaded.items():
                self._entries[seq] = entry
                self._fragments[entry.article.id] = entry, {}
            while len(self._entries) > self._kept:
                self._forget(self._entries.popitem(last=False)[1])

    def _forget(self, entry: Entry | None) -> None:
        if entry:
            self._fragments.pop(entry.article.id, None)

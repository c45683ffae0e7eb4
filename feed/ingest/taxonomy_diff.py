"""What another taxonomy would change, before it does: feed by feed, with evidence. Writes nothing.

Articles whose tags can change are tagged anew and compared. Feeds of makers and origins follow the
taxonomy by themselves: the articles that those gain or lose are found in the index.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from feed.errors import NotFound
from feed.ingest.archive import Archive
from feed.ingest.report import Progress, silent
from feed.ingest.retag import SHARD, plan
from feed.model import Mention, Tagged, by_way_of
from feed.query.expression import MAIN, And, Has, Not
from feed.query.keys import Vocabulary
from feed.tagging.tagger import Tagger
from feed.taxonomy.renames import present
from feed.taxonomy.taxonomy import Taxonomy

SAMPLES = 3  # pieces of evidence shown for a feed
_AROUND = 60  # code points of text on both sides of a mention


@dataclass(slots=True)
class Change:
    """What becomes of one feed: that of a tag, of its main articles (`@main`), of a maker or origin."""

    gained: int = 0  # articles
    lost: int = 0
    samples: list[str] = field(default_factory=list)  # "+ …bought [Harop] drones…", "- ..."

    def count(self, sign: str, articles: int) -> None:
        """Count articles that it gains, "+", or loses, "-"."""
        if sign == "+":
            self.gained += articles
        else:
            self.lost += articles

    def show(self, sign: str, evidence: str) -> None:
        """Keep a piece of evidence when there is little yet."""
        shown = f"{sign} {evidence}"
        if sum(s[0] == sign for s in self.samples) < SAMPLES and shown not in self.samples:
            self.samples.append(shown)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new taxonomy would change, before anything is published."""

    added: tuple[str, ...]  # keys
    removed: tuple[str, ...]
    renamed: Mapping[str, str]  # former key -> new key
    changes: Mapping[str, Change]  # by key of the feed, those first that change most
    articles: int  # that some feed would gain or lose
    looked_at: int  # whose tags could be affected
    total: int

    @property
    def share(self) -> float:
        """The share of all articles that some feed would gain or lose."""
        return self.articles / self.total if self.total else 0.0

    def figures(self) -> dict[str, Any]:
        """All of it for machines."""
        return {
            "added": list(self.added),
            "removed": list(self.removed),
            "renamed": dict(self.renamed),
            "articles": {
                "total": self.total,
                "looked_at": self.looked_at,
                "changed": self.articles,
                "share": round(self.share, 6),
            },
            "tags": {
                key: {"gained": c.gained, "lost": c.lost, "samples": c.samples}
                for key, c in self.changes.items()
            },
        }


def difference(archive: Archive, new: Taxonomy, progress: Progress = silent) -> Difference:
    """What `new` would change in the archive."""
    old = archive.taxonomy
    due = plan(archive, new).seqs
    comparison = _Comparison(archive, new)
    tagger = Tagger(new)
    seqs = sorted(due)
    for at in range(0, len(seqs), SHARD):
        found = archive.store.articles(seqs[at : at + SHARD])
        for seq, tagged in found.items():
            comparison.compare(seq, tagged, tagger.tag(tagged.article))
        progress(len(found))
    comparison.compare_relations(due)
    renamed = {was: key for was, key in new.renamed.items() if was in old and was not in new}
    changes = comparison.changes.items()
    return Difference(
        tuple(key for key in new if key not in old and key not in renamed.values()),
        tuple(key for key in old if key not in new and key not in renamed),
        renamed,
        dict(sorted(changes, key=lambda c: (-c[1].gained - c[1].lost, c[0]))),
        len(comparison.changed),
        len(seqs),
        archive.store.counter("seq"),
    )


class _Comparison:
    """Gathers what every feed gains and loses. A renamed tag is the same tag: neither."""

    def __init__(self, archive: Archive, new: Taxonomy) -> None:
        self.changes: dict[str, Change] = {}
        self.changed: set[int] = set()
        self._archive, self._old, self._new = archive, archive.vocabulary, Vocabulary(new)
        self._names = _Names(self._new)
        # Of makers and origins, under their new names: the tags they follow from.
        self._before: dict[str, set[str]] = {}
        for key, tags in _derived(self._old):
            both = {name for tag in tags for name in (tag, new.renamed.get(tag, tag))}
            self._before.setdefault(self._names[key], set()).update(both)
        self._after = {key: set(tags) for key, tags in _derived(self._new)}

    def compare(self, seq: int, stored: Tagged, after: Tagged) -> None:
        """One article as it is tagged, and as it would be."""
        known = present(stored, self._old.taxonomy.renamed)
        before = present(known, self._new.taxonomy.renamed)
        had = _keys(before) | {self._names[key] for key in self._old.related(_keys(known))}
        has = _keys(after) | self._new.related(_keys(after))
        for sign, tagged, keys, others in (("+", after, has, had), ("-", before, had, has)):
            for key in keys - others:
                name = key.removesuffix(MAIN)
                if name == key or name in others:  # else the article comes or goes altogether
                    self._change(key).count(sign, 1)
                    self._change(key).show(sign, self._evidence(sign, key, tagged))
        if had != has:
            self.changed.add(seq)

    def compare_relations(self, compared: Collection[int]) -> None:
        """What feeds of makers and origins gain and lose of the articles that keep their tags."""
        for name in sorted({*self._before, *self._after}):
            before, after = self._before.get(name, set()), self._after.get(name, set())
            if before != after:
                self._compare_relation(name, {"before": [*before], "after": [*after]}, compared)

    def _compare_relation(
        self, name: str, tags: Mapping[str, list[str]], compared: Collection[int]
    ) -> None:
        snapshot = self._archive.current_snapshot().with_relations(tags)
        for sign, here, there in (("+", "after", "before"), ("-", "before", "after")):
            altogether: set[int] = set()
            for main in (False, True):
                question = And((Has(here, main), Not(Has(there, main))))
                moved = {*snapshot.seqs(question)}.difference(compared) - altogether
                altogether |= moved
                if moved:
                    self._count(sign, name + MAIN * main, moved)

    def _count(self, sign: str, key: str, moved: set[int]) -> None:
        self.changed |= moved
        self._change(key).count(sign, len(moved))
        newest = sorted(moved, reverse=True)[:SAMPLES]
        for tagged in self._archive.store.articles(newest).values():
            self._change(key).show(sign, self._evidence(sign, key, tagged))

    def _change(self, key: str) -> Change:
        return self.changes.setdefault(key, Change())

    def _evidence(self, sign: str, key: str, tagged: Tagged) -> str:
        """What an article says for a key, or whose tag it follows from."""
        name = key.removesuffix(MAIN)
        title = tagged.article.title
        for use in tagged.uses:
            if use.tag == name:
                if use.mentions and name == key:
                    return _sentence(tagged, use.mentions[0])
                return f"{title} ({use.reason})"
        sources = (self._after if sign == "+" else self._before).get(name, ())
        return f"{title} ({by_way_of(use.tag for use in tagged.uses if use.tag in sources)})"


class _Names(dict[str, str]):
    """Old keys of makers and origins, main ones too, under their new names; as they are when gone."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def __missing__(self, key: str) -> str:
        name, main, _ = key.partition(MAIN)
        with suppress(NotFound):
            name = self._vocabulary.resolve(name)
        return self.setdefault(key, name + main)


def _derived(vocabulary: Vocabulary) -> Iterator[tuple[str, Iterable[str]]]:
    """The keys of makers and origins, and the tags that they follow from."""
    for key, tags in vocabulary.relations.items():
        if key not in vocabulary.taxonomy:  # it would be a renamed tag
            yield key, tags


def _keys(tagged: Tagged) -> frozenset[str]:
    """The tags of an article, main ones twice."""
    return frozenset(key for use in tagged.uses for key in (use.tag, use.tag + MAIN * use.main))


def _sentence(tagged: Tagged, mention: Mention) -> str:
    source = tagged.article.title if mention.part == "title" else tagged.article.text
    left = source[max(0, mention.start - _AROUND) : mention.start]
    right = source[mention.end : mention.end + _AROUND]
    return " ".join(f"…{left}[{mention.surface}]{right}…".split())

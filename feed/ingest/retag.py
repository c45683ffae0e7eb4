"""When the taxonomy changes: which articles can be affected, and tagging those anew.

An article can only be tagged otherwise when its words hold a spelling of a tag that is new, gone or
changed, or when it carries such a tag. The text index names those articles; the others are not
looked at. `affected` errs on the side of too many: what it names is tagged anew in full.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from feed.errors import OtherRules
from feed.index.snapshot import BLOCK
from feed.ingest.archive import Archive, Shard
from feed.ingest.report import Progress, Report, silent
from feed.query.expression import Has, Text
from feed.tagging.matching.patterns import Spelling, expansions, spellings_of
from feed.tagging.tagger import digest_of_rules
from feed.tagging.version import rule_version
from feed.taxonomy.taxonomy import Tag, Taxonomy, from_source

SHARD = 2_000  # arrival numbers of one transaction
# Past this share of the archive, looking for the affected costs more than it saves.
_EVERYTHING = 1 / 3


@dataclass(frozen=True, slots=True)
class Affected:
    """What a change of the taxonomy touches."""

    keys: frozenset[str]  # tags that are new, gone or changed
    texts: frozenset[Text]  # their spellings, as the text index looks them up


def affected(old: Taxonomy, new: Taxonomy) -> Affected:
    """The tags that mean something else in `new`, and all their spellings, old and new."""
    before, after = _Meanings(old), _Meanings(new)
    keys = frozenset(
        key for key in {**old.tags, **new.tags} if before.of(key, old) != after.of(key, new)
    )
    texts = {
        text
        for meanings in (before, after)
        for key in keys
        for spelling in meanings.spellings.get(key, ())
        for text in _texts(spelling)
    }
    return Affected(keys, frozenset(texts))


class _Meanings:
    """All of a taxonomy that can change what an article is tagged with, tag by tag."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.spellings: dict[str, list[Spelling]] = {}
        for spelling in spellings_of(taxonomy):
            self.spellings.setdefault(spelling.tag, []).append(spelling)
        self.products: dict[str, set[str]] = {}
        for tag in taxonomy.values():
            for maker in tag.maker:
                self.products.setdefault(maker, set()).add(tag.key)

    def of(self, key: str, taxonomy: Taxonomy) -> object:
        """A value that differs when the tag may be found, judged or implied otherwise."""
        tag = taxonomy.get(key)
        if tag is None:
            return None
        return (
            [
                (s.text, s.role, s.kind, s.weak, s.person, s.plural, s.reason)
                for s in self.spellings.get(key, ())
            ],
            sorted(tag.context),
            [sorted(taxonomy.descendants(c)) for c in sorted(tag.context) if ":" in c],
            self._speak_for(tag, taxonomy) if self._may_be_doubted(tag) else (),
            taxonomy.ancestors[key],
            key in taxonomy.classes,
        )

    def _speak_for(self, tag: Tag, taxonomy: Taxonomy) -> object:
        """The tags whose presence is a reason for this one: makers, products, countries."""
        return (
            [[maker, *taxonomy.ancestors.get(maker, ())] for maker in tag.maker],
            sorted(self.products.get(tag.key, ())),
            sorted((*tag.country, *tag.origin)),
        )

    def _may_be_doubted(self, tag: Tag) -> bool:
        """Only what needs a reason to count can get one from makers, products and countries."""
        return any(s.weak or s.person for s in self.spellings.get(tag.key, ()))


def _texts(spelling: Spelling) -> Iterator[Text]:
    """How the text index finds every form of a spelling."""
    for _, patterns in expansions(spelling):
        for pattern in patterns:
            if words := " ".join(pattern.decode("latin-1").split()):
                yield Text(words, prefix=spelling.designator)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which articles of an archive must be tagged anew."""

    seqs: Collection[int]
    version: int  # the commit that it knows of; what is written later it does not speak of
    stale: int  # articles that another taxonomy tagged
    total: int  # articles there are

    @property
    def share(self) -> float:
        """The share of the archive that must be tagged anew."""
        return len(self.seqs) / self.total if self.total else 0.0


def plan(archive: Archive, new: Taxonomy) -> Plan:
    """The articles that `new` may tag otherwise than they are tagged in the archive.

    Articles that a taxonomy tagged of which nothing is known any more are all named.
    """
    store, digest = archive.store, digest_of_rules(new)
    version = store.counter("version")  # before all questions
    total = store.counter("seq")
    others = {d: count for d, count in store.taxonomies().items() if d != digest}
    found: set[int] = set()
    for other in others:
        ruleset = store.ruleset(other)
        if ruleset is None or ruleset.version != rule_version():
            found.update(store.tagged_by(other))
        else:
            found |= _touched(archive, affected(from_source(ruleset.source), new), total)
    everything = len(found) > _EVERYTHING * total
    seqs = range(total) if everything else frozenset(found)
    return Plan(seqs, version, sum(others.values()), total)


def _touched(archive: Archive, change: Affected, total: int) -> set[int]:
    snapshot = archive.current_snapshot()
    found: set[int] = set()
    for key in change.keys:
        found.update(snapshot.seqs(Has(key)))
    if change.texts:
        found.update(archive.store.long())  # text search does not look at all of their words
    for text in change.texts:
        for first in range(0, total, 1 << BLOCK):
            if len(found) > _EVERYTHING * total:
                return found
            found.update(archive.store.search(text, first, first + (1 << BLOCK)))
    return found


def retag(
    archive: Archive,
    progress: Progress = silent,
    may_go_on: Callable[[], bool] = lambda: True,
    everything: bool = False,
) -> int:
    """Tag anew what the present ruleset may tag otherwise; returns how many articles that were.

    Goes through the archive by ranges of arrival numbers, a transaction each; what is done stays
    done, so that a run that was broken off is taken up by the next. Others may write meanwhile.

    Args:
        progress: told how many articles each range had.
        may_go_on: asked before each range.
        everything: tag all of them anew, also those that cannot have changed.

    Raises:
        OtherRules: the database goes by another ruleset than this process.
    """
    if not archive.rules.are_mine():
        raise OtherRules(archive.store.place)
    if everything:
        archive.store.forget_taggings()
    due = plan(archive, archive.taxonomy)
    report = Report()
    for first in range(0, due.total, SHARD):
        if not may_go_on():
            break
        last = min(first + SHARD, due.total)
        seqs = [seq for seq in range(first, last) if seq in due.seqs]
        archive.retag_range(Shard(first, last, seqs, due.version), report)
        progress(last - first)
    return report.retagged

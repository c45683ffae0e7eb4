"""When taxonomy, rules or code change: which articles can be affected, and tagging those anew.

The text index names the articles that `affected` describes; the others are not looked at. What is
named is tagged anew in full. Of an article that other code tagged nothing is known: it is always named.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from feed.errors import OtherRules
from feed.index.snapshot import BLOCK
from feed.ingest.affected import Affected, affected, found_by
from feed.ingest.archive import Archive, Shard
from feed.ingest.report import Progress, Report, silent
from feed.query.expression import Has, Text
from feed.tagging.tagger import digest_of_rules
from feed.tagging.version import rule_version
from feed.taxonomy.taxonomy import Taxonomy, from_source

SHARD = 2_000  # arrival numbers of one transaction
# Past this share of the archive, looking for the affected costs more than it saves.
_EVERYTHING = 1 / 3


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
            found.update(_touched(archive, affected(from_source(ruleset.source), new), total))
    everything = len(found) > _EVERYTHING * total
    seqs = range(total) if everything else frozenset(found)
    return Plan(seqs, version, sum(others.values()), total)


def _touched(archive: Archive, change: Affected, total: int) -> Collection[int]:
    """The articles that a change may affect; all of them when these are many."""
    if change.everything:
        return range(total)
    snapshot = archive.current_snapshot()
    found: set[int] = set()
    for key in change.keys:
        found.update(snapshot.seqs(Has(key)))
    if change.texts:
        found.update(archive.store.long())  # text search does not look at all of their words

    def search(text: Text) -> set[int]:
        """Block by block: a search of the whole archive would keep a lock for long."""
        blocks = range(0, total, 1 << BLOCK)
        return {seq for b in blocks for seq in archive.store.search(text, b, b + (1 << BLOCK))}

    for some in found_by(change, search):
        if len(found) > _EVERYTHING * total:
            return range(total)
        found |= some
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

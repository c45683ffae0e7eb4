"""What comes in from files: which article is it, may it be shown, and since when has it been there.

arrival -> its id for ever -> not for the public? not yet? -> the archive
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from feed.errors import NotFound, SourceError
from feed.ingest.archive import WINDOW, Archive
from feed.ingest.likeness import is_correction, is_same_reading
from feed.ingest.report import Progress, Report, silent
from feed.model import Article
from feed.sources.arrival import Arrival
from feed.store.names import Names, Waiting
from feed.store.records import digest_of, dump_article
from feed.store.writer import REMOVED

READ = "read:"  # in front of an id: the digest of what was read when it was found to be the same


@dataclass(slots=True)
class Outcome:
    """What became of what was given: each input is counted once."""

    report: Report = field(default_factory=Report)
    withheld: Counter[str] = field(default_factory=Counter)  # by reason: "draft", ...
    waiting: int = 0  # until their moment
    warnings: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Count what became of others, too."""
        self.report.add(other.report)
        self.withheld += other.withheld
        self.waiting += other.waiting
        self.warnings += other.warnings

    @property
    def total(self) -> int:
        """All that was given."""
        return self.report.total + self.withheld.total() + self.waiting


@dataclass(slots=True)
class _Known:
    """What the database knows of a window of arrivals."""

    aliases: dict[str, str]
    present: set[str]
    files: dict[str, set[str]]
    from_files: dict[str, list[str]]
    waiting: dict[str, Article]

    def is_here(self, id_: str) -> bool:
        """Is there an article of this id, or does one wait?"""
        return id_ in self.present or id_ in self.waiting


class Arrivals:
    """Takes arrivals into an archive. One object for each run: it knows what came in before.

    Args:
        archive: where they go.
        now: what is not to be shown before this moment waits.
    """

    def __init__(self, archive: Archive, now: datetime | None = None) -> None:
        self._archive = archive
        self._now = now or datetime.now(UTC)
        self._former = archive.store.counter("former")
        self._seen: dict[str, tuple[str, str]] = {}  # id -> where it came from in this run, digest
        self._window: dict[str, Article] = {}  # what came in just now, by id
        self._digests: dict[str, str] = {}  # of these
        self._renamed: list[tuple[str, str]] = []  # name that one of these would have, its id

    def ingest(
        self, arrivals: Iterable[Arrival | SourceError], progress: Progress = silent
    ) -> Outcome:
        """Take them in, a window at a time; failures among them are passed on to the report."""
        outcome = Outcome()
        stream = iter(arrivals)
        while window := list(islice(stream, WINDOW)):
            failed = [item for item in window if isinstance(item, SourceError)]
            outcome.report.failed += failed
            progress(len(failed))
            self._take([item for item in window if isinstance(item, Arrival)], outcome, progress)
        return outcome

    def _take(self, window: Sequence[Arrival], outcome: Outcome, progress: Progress) -> None:
        known = self._look_up(window)
        self._window, self._digests, self._renamed = dict(known.waiting), {}, []
        named = [item for arrival in window if (item := self._named(arrival, known, outcome))]
        public = list(self._public(named, known, outcome))
        kept = self._as_kept(public, outcome)
        progress(len(window) - len(kept))
        outcome.report.add(self._archive.ingest((a.article for a in kept), progress))
        with self._archive.store.writing() as writer:
            self._note(writer.names, named, kept)

    # Which article is it?

    def _look_up(self, window: Sequence[Arrival]) -> _Known:
        ids = {a.article.id for a in window}
        former = {name for a in window for name in a.identity.former}
        keys = {a.identity.key for a in window if a.identity.key}
        nameless = {a.file for a in window if a.identity.kind == "text" and a.file}
        with self._archive.store.names() as names:
            aliases = names.aliases([*ids, *keys])
            found = {*aliases.values()}
            from_files = names.from_files(sorted(nameless))
            ids |= former | found | {i for some in from_files.values() for i in some}
            bare = {a.article.id for a in window if a.identity.kind == "bare"} | found | former
            waiting = {w.id: w.article for w in names.waiting()}
            return _Known(aliases, names.present(sorted(ids)), names.files(sorted(bare)), from_files, waiting)  # fmt: skip

    def _named(self, arrival: Arrival, known: _Known, outcome: Outcome) -> Arrival | None:
        """The arrival under the id it has for ever; None when that is another article's."""
        outcome.warnings += [f"{arrival.place}: {warning}" for warning in arrival.warnings]
        id_ = self._id_of(arrival, known)
        article = replace(arrival.article, id=id_) if id_ != arrival.article.id else arrival.article
        digest = digest_of(dump_article(article))
        if arrival.identity.kind == "text" and id_ in self._seen:
            outcome.report.unchanged += 1  # the same text from two places: the first one counts
            return None
        other = self._other_article(arrival, article, digest, known)
        if other:
            hint = "; give one of them a --namespace" if arrival.identity.kind == "bare" else ""
            message = f"has the id of another article, which came from {other}{hint} ({id_})"
            outcome.report.failed.append(SourceError(arrival.place, message))
            return None
        self._seen[id_] = (arrival.place, digest)
        self._window[id_], self._digests[id_] = article, digest
        if arrival.identity.kind in ("scoped", "bare") and id_ != arrival.article.id:
            self._renamed.append((arrival.article.id, id_))
        return replace(arrival, article=article)

    def _id_of(self, arrival: Arrival, known: _Known) -> str:
        article, identity = arrival.article, arrival.identity
        if identity.kind == "own" or known.is_here(article.id) or article.id in self._seen:
            return article.id
        for name in (article.id, identity.key):
            if name in known.aliases:
                return known.aliases[name]
        if identity.kind in ("text", "url"):
            return self._corrected(arrival, known)
        former = [name for name in identity.former if name in known.present]
        return former[0] if former else article.id

    def _corrected(self, arrival: Arrival, known: _Known) -> str:
        """An article without a name is known by its text; a corrected one by its file besides.

        One that has got an address since version 0.1 may be here by the name that its file gave it.
        """
        article = arrival.article
        found = self._archive.store.known([article]).get(article.id)
        if found:
            return found.id
        names: list[str] = [*arrival.identity.former, *known.from_files.get(arrival.file, ())]
        for name in names if arrival.file else ():
            if known.is_here(name) and (old := self._kept(name)) and is_correction(old, article):
                return name
        return article.id

    def _kept(self, id_: str) -> Article | None:
        if id_ in self._window:
            return self._window[id_]
        with suppress(NotFound):
            found = self._archive.store.article(id_)
            return found[1].article if found else None
        return None

    def _other_article(self, arrival: Arrival, article: Article, digest: str, known: _Known) -> str:
        """Where another article of this id came from; "" when there is none."""
        before = self._seen.get(article.id)
        if before is not None:
            place, seen = before
            if digest == seen:
                return ""
            old = self._kept(article.id)
            return "" if old is None or is_correction(old, article) else place
        if arrival.identity.kind != "bare" or not known.is_here(article.id):
            return ""
        files = known.files.get(article.id, set())
        if arrival.file in files:
            return ""
        old = self._kept(article.id)
        if old is None or is_correction(old, article):
            return ""
        return ", ".join(sorted(files)) or "another file"

    # May it be shown?

    def _public(
        self, named: Sequence[Arrival], known: _Known, outcome: Outcome
    ) -> Iterator[Arrival]:
        """Those that may be shown now; the others are kept waiting, or are taken out."""
        waiting: list[Waiting] = []
        for arrival in named:
            visibility, article = arrival.visibility, arrival.article
            why = visibility.closed
            if not why and visibility.ends and visibility.ends <= self._now:
                why = "expired"
            if why:
                outcome.withheld[why] += 1
                self._withdraw(article.id, known)
            elif visibility.opens and visibility.opens > self._now:
                waiting.append(Waiting(article.id, visibility.opens, visibility.ends, article))
                self._withdraw(article.id, known)
            else:
                yield arrival
        outcome.waiting += len(waiting)
        if waiting:
            with self._archive.store.writing() as writer:
                writer.names.wait(waiting)

    def _withdraw(self, id_: str, known: _Known) -> None:
        """Take out what was shown before its source thought better of it."""
        if id_ in known.present:
            with suppress(NotFound):
                self._archive.remove(id_, for_good=False)
        if id_ in known.waiting:
            with self._archive.store.writing() as writer:
                writer.names.forget_waiting([id_])

    # Since when has it been there?

    def _as_kept(self, public: Sequence[Arrival], outcome: Outcome) -> list[Arrival]:
        """What has no date keeps the one of its first sight; what is only read otherwise, stays."""
        known = self._archive.store.known([a.article for a in public])
        differing = {
            found.seq: id_
            for id_, found in known.items()
            if found.digest not in (self._digests[id_], REMOVED)
        }
        old = {
            differing[seq]: t.article
            for seq, t in self._archive.store.articles(sorted(differing)).items()
        }
        former = {id_ for seq, id_ in differing.items() if seq < self._former}
        kept: list[Arrival] = []
        notes: list[tuple[str, str]] = []
        with self._archive.store.names() as names:
            noted = names.aliases([READ + id_ for id_ in former])
        for arrival in public:
            id_ = arrival.article.id
            before = old.get(id_)
            if before is not None:
                arrival = _as_first_seen(arrival, before)
                if id_ in former:
                    digest = digest_of(dump_article(arrival.article))
                    if noted.get(READ + id_, digest) == digest and (
                        READ + id_ in noted or _is_reread(before, arrival)
                    ):
                        notes.append((READ + id_, digest))
                        outcome.report.unchanged += 1
                        continue
            kept.append(arrival)
        if notes:
            with self._archive.store.writing() as writer:
                writer.names.put_notes(notes)
        return kept

    def _note(self, names: Names, named: Sequence[Arrival], kept: Sequence[Arrival]) -> None:
        """Remember by which other names these are to be found, and when they end."""
        nameless = ("bare", "text")
        keys = [(a.identity.key, a.article.id) for a in named if a.identity.key]
        names.put_aliases([*keys, *self._renamed])
        names.put_files(
            (a.article.id, a.file) for a in named if a.file and a.identity.kind in nameless
        )
        shown = [a.article.id for a in kept]
        names.forget_waiting(shown)
        names.forget_ends(names.with_ends(shown))
        names.put_ends((a.article.id, a.visibility.ends) for a in kept if a.visibility.ends)


def _as_first_seen(arrival: Arrival, old: Article) -> Arrival:
    """Without a date of its own, an article has the moment of its first sight for ever."""
    if arrival.dated:
        return arrival
    article = arrival.article
    own = article.updated if article.updated > article.published else old.published
    updated = max(own, old.published)
    return replace(arrival, article=replace(article, published=old.published, updated=updated))


def _is_reread(old: Article, arrival: Arrival) -> bool:
    new = arrival.article
    dates = (old.published, old.updated) == (new.published, new.updated) or not arrival.dated
    return dates and is_same_reading(old, new)


def release(archive: Archive, now: datetime | None = None) -> int:
    """Show what has waited until now, in the order of its moments, and take out what has ended.

    Late rather than never: it is taken in first and forgotten then, so that a stop in between repeats what
    changes nothing.

    Returns:
        How many articles changed.
    """
    now = now or datetime.now(UTC)
    with archive.store.names() as names:
        due, ended = names.waiting(now), names.ended(now)
    changed = 0
    for waiting in due:
        if waiting.ends is None or waiting.ends > now:
            report = archive.ingest([waiting.article])
            changed += report.new + report.changed
        with archive.store.writing() as writer:
            writer.names.forget_waiting([waiting.id])
            if waiting.ends and waiting.ends > now:
                writer.names.put_ends([(waiting.id, waiting.ends)])
    for id_ in ended:
        with suppress(NotFound):
            archive.remove(id_, for_good=False)
            changed += 1
        with archive.store.writing() as writer:
            writer.names.forget_ends([id_])
    return changed

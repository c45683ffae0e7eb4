"""Articles come in, are listed and explained: `tagwire add`, `list`, `remove`, `explain`."""

import os
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from feed.cli.command import PROBLEM, main, open_publisher, progress, settings, taxonomy
from feed.errors import NotFound, OtherRules, SourceError
from feed.ingest.archive import Archive
from feed.ingest.arrivals import Arrivals, Outcome, release
from feed.ingest.bulk import ingest_file, place_in
from feed.jobs.lease import Lease
from feed.model import Tagged
from feed.publisher import Publisher
from feed.query.expression import Everything
from feed.settings import bundled
from feed.sources.archives import is_archive
from feed.sources.arrival import Arrival
from feed.sources.folder import STDIN, count_articles, find_files, read_file, touched_files
from feed.sources.readers import Reading
from feed.sources.settling import Settling
from feed.tagging.tagger import Tagger
from feed.taxonomy.taxonomy import Taxonomy
from feed.text.fold import slug
from feed.web.reload import Reloader


@main.command()
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--watch", is_flag=True, help="Stay, and take in what is added or changed.")
@click.option(
    "--namespace",
    default="",
    metavar="NAME",
    help="Whose ids these are, where they are mere numbers.",
)
@click.option("-v", "--verbose", is_flag=True, help="Name what is passed over, and why.")
def add(paths: tuple[str, ...], watch: bool, namespace: str, verbose: bool) -> None:
    """Take in articles from files and folders.

    Reads plain text, Markdown, web pages, JSON and JSON Lines, feeds and WordPress exports, also in ZIP, tar, gzip and
    zstd, and pages in WARC; "-" is JSON Lines from standard input. Without a PATH, the sample articles that come with
    Tagwire.
    """
    with open_publisher() as publisher:
        _say_what_changed(publisher.archive)
        release(publisher.archive)
        taker = _Taker(publisher, slug(namespace), verbose)
        outcome = taker.take(paths or (str(bundled("seeds")),), watch)
        if watch:
            _watch(taker, paths)
    if outcome.report.failed:
        sys.exit(PROBLEM)


def _say_what_changed(archive: Archive) -> None:
    """By hand, a taxonomy that is new to the database counts from now on; who uses it is told."""
    if archive.rules.are_mine():
        return
    if not archive.rules.make_current_if_unseen():
        raise OtherRules(archive.store.place)
    if stale := archive.stale():
        click.secho(
            f"tags.yaml or Tagwire has changed: {stale} articles carry tags of what was before:"
            " tagwire retag",
            fg="yellow",
            err=True,
        )


class _Taker:
    """Takes in files, and says what became of them."""

    def __init__(self, publisher: Publisher, namespace: str, verbose: bool) -> None:
        self.publisher = publisher
        self._namespace, self._verbose = namespace, verbose

    def take(self, paths: tuple[str, ...], empty: bool) -> Outcome:
        """All that the paths hold; `empty` when it may be nothing."""
        passed: dict[Path, str] = {}
        files = list(find_files(paths, passed))
        if not files and not empty:
            raise SourceError(
                ", ".join(paths), f"no articles here ({_told(passed) or 'nothing at all'})"
            )
        outcome = self.ingest(files)
        _show_report(outcome, passed, self._verbose)
        return outcome

    def ingest(self, files: list[Path | SourceError]) -> Outcome:
        """Single files in one stream, and then archives one after the other."""
        archives = [f for f in files if isinstance(f, Path) and is_archive(f)]
        single = [f for f in files if f not in archives]
        archive = self.publisher.archive
        reading = Reading(
            "", years=self.publisher.settings.accepted_years, namespace=self._namespace
        )
        arrivals = Arrivals(archive, reading.now)
        total = sum(count_articles(f) if isinstance(f, Path) else 1 for f in single)
        with progress(total, "adding") as bar:
            outcome = arrivals.ingest(_read(single, reading), bar)
        for path in archives:
            if done := place_in(archive, path):
                click.echo(f"{path}: going on after {done:,} articles")
            with progress(path.stat().st_size, path.name) as bar:
                outcome.add(ingest_file(archive, path, reading, _forward(bar)))
        return outcome


def _forward(bar: Callable[[int], None]) -> Callable[[int], None]:
    """Tells a bar, which wants to know how many more, of places."""
    position = 0

    def told(offset: int) -> None:
        nonlocal position
        bar(max(0, offset - position))
        position = max(position, offset)

    return told


def _read(files: list[Path | SourceError], reading: Reading) -> Iterator[Arrival | SourceError]:
    for file in files:
        if isinstance(file, SourceError):
            yield file
        else:
            yield from read_file(file, reading)


def _watch(taker: _Taker, paths: tuple[str, ...]) -> None:
    publisher = taker.publisher
    reloader = Reloader(publisher, publisher.settings.taxonomy_path)
    folders = [path for path in paths if path != STDIN and Path(path).exists()]
    if not folders:
        raise SourceError(", ".join(paths), "nothing here to watch")
    lease = Lease(publisher.archive.store, _job(folders))
    lease.start()
    click.echo(f"watching {', '.join(folders)}; Ctrl-C ends it")
    try:
        _take_changes(taker, folders, reloader, lease)
    finally:
        lease.stop()


def _job(folders: list[str]) -> str:
    """Watching these folders: of all processes that do, one takes in what comes."""
    return f"watch {socket.gethostname()}:{':'.join(sorted(os.path.realpath(f) for f in folders))}"


def _take_changes(taker: _Taker, folders: list[str], reloader: Reloader, lease: Lease) -> None:
    import watchfiles

    first, complaint, settling = True, "", Settling()
    for changes in watchfiles.watch(
        *folders, raise_interrupt=False, rust_timeout=500, yield_on_timeout=True
    ):
        if not lease.held:
            first = True  # another process does it; when that is gone, all is looked at
            continue
        reloader.look()  # what comes in is tagged by the taxonomy as it is now
        said, complaint = complaint, taker.publisher.archive.rules.complaint()
        if complaint:
            if complaint != said:
                click.secho(complaint, fg="yellow", err=True)
            first = True  # nothing is taken in now; when this is over, all is looked at
            continue
        release(taker.publisher.archive)
        touched = touched_files([path for _, path in changes], folders)
        # Once the watch stands, look at all again: something may have come in the meantime.
        found = [str(f) for f in find_files(folders) if isinstance(f, Path)] if first else touched
        first = False
        if files := [Path(name) for name in settling.settled(found)]:
            outcome = taker.ingest(list(files))
            if _is_news(outcome):
                _show_report(outcome, {}, False)


def _is_news(outcome: Outcome) -> bool:
    report = outcome.report
    return bool(report.new or report.changed or report.failed or outcome.warnings)


def _show_report(outcome: Outcome, passed: dict[Path, str], verbose: bool) -> None:
    report = outcome.report
    for warning in outcome.warnings:
        click.secho(f"warning: {warning}", fg="yellow", err=True)
    for failure in report.failed:
        click.secho(f"failed: {failure}", fg="red", err=True)
    for path, why in passed.items() if verbose else ():
        click.echo(f"passed over: {path}: {why}", err=True)
    retagged = f" ({report.retagged} tagged anew)" if report.retagged else ""
    parts = [
        f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged{retagged}, {len(report.failed)} failed"
    ]
    if outcome.withheld:
        parts.append(
            f"{outcome.withheld.total()} not for the public ({_counted(outcome.withheld)})"
        )
    if outcome.waiting:
        parts.append(f"{outcome.waiting} waiting (tagwire list --waiting)")
    if passed:
        parts.append(_told(passed))
    click.echo("; ".join(parts))


def _told(passed: dict[Path, str]) -> str:
    """How many files were passed over, by reason."""
    return (
        f"{len(passed)} passed over ({_counted(Counter(passed.values()))}; -v names them)"
        if passed
        else ""
    )


def _counted(reasons: Counter[str]) -> str:
    return ", ".join(f"{count} {why}" for why, count in reasons.most_common())


@main.command("list")
@click.option("--waiting", is_flag=True, help="What is not shown yet, and from when on it will be.")
@click.option("--limit", default=50, show_default=True, help="How many articles.")
def list_(waiting: bool, limit: int) -> None:
    """List the newest articles, or those that wait for their moment."""
    with open_publisher() as publisher:
        store = publisher.archive.store
        if waiting:
            with store.names() as names:
                for item in names.waiting()[:limit]:
                    click.echo(f"{item.opens:%Y-%m-%d %H:%M} UTC  {item.article.title}  {item.id}")
            return
        seqs = publisher.archive.current_snapshot().page(Everything(), limit)
        found = store.articles(seqs)
        for seq in seqs:
            article = found[seq].article
            click.echo(f"{article.published:%Y-%m-%d %H:%M} UTC  {article.title}  {article.id}")


@main.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
def remove(articles: tuple[str, ...]) -> None:
    """Take articles out for good: ARTICLE is an id, or a name from a URL.

    Nothing of an article stays but its id, so that it does not come in again.
    """
    with open_publisher() as publisher:
        for name in articles:
            click.echo(f"removed: {_remove(publisher, name)}")


def _remove(publisher: Publisher, name: str) -> str:
    """The title of what was taken out: an article, or one that waited."""
    store = publisher.archive.store
    try:
        return publisher.archive.remove(name).title
    except NotFound:
        with store.names() as names:
            found = [item for item in names.waiting() if item.id == name]
        if not found:
            raise
        with store.writing() as writer:
            writer.names.forget_waiting([name])
        return found[0].article.title


@main.command()
@click.argument("article")
def explain(article: str) -> None:
    """Show why an article carries its tags: ARTICLE is a file, an id, or a name from a URL."""
    path = Path(article)
    if path.is_file():
        tagger = Tagger(taxonomy())
        for item in read_file(path, Reading("", years=settings().accepted_years)):
            if isinstance(item, SourceError):
                raise item
            for warning in item.warnings:
                click.secho(f"warning: {item.place}: {warning}", fg="yellow", err=True)
            _show_tagged(tagger.tag(item.article), tagger.taxonomy)
        return
    with open_publisher() as publisher:
        archive = publisher.archive
        _show_tagged(archive.article(article), archive.taxonomy)


def _show_tagged(tagged: Tagged, taxonomy: Taxonomy) -> None:
    article = tagged.article
    click.secho(article.title, bold=True)
    click.echo(f"{article.published:%Y-%m-%d %H:%M} UTC  {article.url or article.id}\n")
    for use in tagged.uses:
        tag = taxonomy.get(use.tag)
        click.secho(f"{use.tag}", fg="green" if use.main else "cyan", bold=use.main, nl=False)
        click.echo(f"  {tag.label if tag else 'no longer in the taxonomy'}", nl=False)
        click.secho(f"  {'main' if use.main else 'mention'}: {use.reason}", dim=True)
        for mention in use.mentions:
            source = article.title if mention.part == "title" else article.text
            _show_sentence(source, mention.start, mention.end, "yellow")
            click.secho(f"      {mention.part} {mention.start}-{mention.end}, ", dim=True, nl=False)
            click.secho(f"spelling “{mention.spelling}”, {mention.why}", dim=True)
    if tagged.rejections:
        click.secho("\nrejected", bold=True)
    for rejection in tagged.rejections:
        source = article.title if rejection.part == "title" else article.text
        click.secho(f"{rejection.tag}  ", fg="red", nl=False)
        click.echo(f"rejected: {rejection.reason}")
        _show_sentence(source, rejection.start, rejection.end, "red")


def _show_sentence(text: str, start: int, end: int, colour: str) -> None:
    left = max(text.rfind("\n", 0, start) + 1, start - 60)
    stop = text.find("\n", end)
    right = min(stop if stop >= 0 else len(text), end + 60)
    click.echo("    " + ("…" if left else "") + text[left:start], nl=False)
    click.secho(text[start:end].replace("\n", " "), fg=colour, bold=True, nl=False)
    click.echo(text[end:right] + ("…" if right < len(text) else ""))

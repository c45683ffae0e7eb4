"""Articles come in, and are explained: `tagwire add`, `tagwire explain`."""

import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from feed.cli.command import PROBLEM, main, open_publisher, progress, settings, taxonomy
from feed.errors import OtherRules, SourceError
from feed.ingest.archive import Archive
from feed.ingest.bulk import ingest_file, place_in
from feed.ingest.report import Report
from feed.jobs.lease import Lease
from feed.model import Article, Tagged
from feed.publisher import Publisher
from feed.settings import bundled
from feed.sources.archives import is_archive
from feed.sources.dates import Years
from feed.sources.folder import STDIN, count_articles, find_files, read_file, touched_files
from feed.tagging.tagger import Tagger
from feed.taxonomy.taxonomy import Taxonomy
from feed.web.reload import Reloader


@main.command()
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--watch", is_flag=True, help="Stay, and take in what is added or changed.")
def add(paths: tuple[str, ...], watch: bool) -> None:
    """Take in articles from files and folders.

    Reads plain text (.txt), Markdown (.md), web pages (.html) and JSON Lines (.jsonl), also in ZIP,
    tar, gzip and zstd, and pages in WARC; "-" is JSON Lines from standard input. Without a PATH,
    the sample articles that come with Tagwire.
    """
    with open_publisher() as publisher:
        _say_what_changed(publisher.archive)
        report = _take_in(publisher, paths or (str(bundled("seeds")),), watch)
        if watch:
            _watch(publisher, paths)
    if report.failed:
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


def _take_in(publisher: Publisher, paths: tuple[str, ...], watch: bool) -> Report:
    files = list(find_files(paths))
    if not files and not watch:
        raise SourceError(
            ", ".join(paths), "no articles here (.txt, .md, .html, .jsonl, and archives of them)"
        )
    report = _ingest(publisher, files)
    _show_report(report)
    return report


def _ingest(publisher: Publisher, files: list[Path | SourceError]) -> Report:
    """Single files in one stream, and then archives one after the other."""
    archives = [f for f in files if isinstance(f, Path) and is_archive(f)]
    single = [f for f in files if f not in archives]
    years = publisher.settings.accepted_years
    total = sum(count_articles(f) if isinstance(f, Path) else 1 for f in single)
    with progress(total, "adding") as bar:
        report = publisher.archive.ingest(_read(single, years), bar)
    for path in archives:
        if done := place_in(publisher.archive, path):
            click.echo(f"{path}: going on after {done:,} articles")
        position = 0
        with progress(path.stat().st_size, path.name) as bar:

            def told(offset: int, bar: Callable[[int], None] = bar) -> None:
                nonlocal position
                bar(max(0, offset - position))
                position = max(position, offset)

            report.add(ingest_file(publisher.archive, path, years, told))
    return report


def _read(files: list[Path | SourceError], years: Years | None) -> Iterator[Article | SourceError]:
    for file in files:
        if isinstance(file, SourceError):
            yield file
        else:
            yield from read_file(file, years)


def _watch(publisher: Publisher, paths: tuple[str, ...]) -> None:
    reloader = Reloader(publisher, publisher.settings.taxonomy_path)
    folders = [path for path in paths if path != STDIN and Path(path).exists()]
    if not folders:
        raise SourceError(", ".join(paths), "nothing here to watch")
    lease = Lease(publisher.archive.store, _job(folders))
    lease.start()
    click.echo(f"watching {', '.join(folders)}; Ctrl-C ends it")
    try:
        _take_changes(publisher, folders, reloader, lease)
    finally:
        lease.stop()


def _job(folders: list[str]) -> str:
    """Watching these folders: of all processes that do, one takes in what comes."""
    return f"watch {socket.gethostname()}:{':'.join(sorted(os.path.realpath(f) for f in folders))}"


def _take_changes(
    publisher: Publisher, folders: list[str], reloader: Reloader, lease: Lease
) -> None:
    import watchfiles

    first, complaint = True, ""
    for changes in watchfiles.watch(
        *folders, raise_interrupt=False, rust_timeout=500, yield_on_timeout=True
    ):
        if not lease.held:
            first = True  # another process does it; when that is gone, all is looked at
            continue
        reloader.look()  # what comes in is tagged by the taxonomy as it is now
        said, complaint = complaint, publisher.archive.rules.complaint()
        if complaint:
            if complaint != said:
                click.secho(complaint, fg="yellow", err=True)
            first = True  # nothing is taken in now; when this is over, all is looked at
            continue
        touched = [path for change, path in changes if change != watchfiles.Change.deleted]
        # Once the watch stands, look at all again: something may have come in the meantime.
        paths = tuple(folders if first else touched_files(touched, folders))
        first = False
        if paths:
            files = list(find_files(paths))
            report = _ingest(publisher, files)
            if report.new or report.changed or report.failed:
                _show_report(report)


def _show_report(report: Report) -> None:
    for failure in report.failed:
        click.secho(f"failed: {failure}", fg="red", err=True)
    retagged = f" ({report.retagged} tagged anew)" if report.retagged else ""
    click.echo(
        f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged{retagged}, "
        f"{len(report.failed)} failed"
    )


@main.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
def remove(articles: tuple[str, ...]) -> None:
    """Take articles out for good: ARTICLE is an id, or a name from a URL.

    Nothing of an article stays but its id, so that it does not come in again.
    """
    with open_publisher() as publisher:
        for name in articles:
            click.echo(f"removed: {publisher.archive.remove(name).title}")


@main.command()
@click.argument("article")
def explain(article: str) -> None:
    """Show why an article carries its tags: ARTICLE is a file, an id, or a name from a URL."""
    path = Path(article)
    if path.is_file():
        tagger = Tagger(taxonomy())
        for item in read_file(path, settings().accepted_years):
            if isinstance(item, SourceError):
                raise item
            _show_tagged(tagger.tag(item), tagger.taxonomy)
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

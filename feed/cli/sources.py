"""The feeds of others that are asked for news: `tagwire sources`, `tagwire poll`."""

import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import click

from feed.cli.command import PROBLEM, main, open_publisher, progress, settings
from feed.errors import FetchError, NotFound, SourceError
from feed.formats.opml import render_opml
from feed.jobs.poll import polling
from feed.model import Outline
from feed.sources.discovery import Listing, read_opml
from feed.sources.fetch import fetcher
from feed.sources.finder import Found, find_feed
from feed.sources.sandbox import Sandbox
from feed.sources.upstream import State, Upstream, span
from feed.store.database import Store
from feed.store.sources import SourceRow, SourceTable, health
from feed.text.iri import resolve


@main.group()
def sources() -> None:
    """The feeds of others that are asked for news."""


@contextmanager
def _table() -> Iterator[SourceTable]:
    with closing(Store(settings().database)) as store:
        yield store.sources


@sources.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--full-text", is_flag=True, help="Fetch the page of every article, too.")
@click.option("--title", default="", help="What to call it, else as it calls itself.")
@click.option("--unseen", is_flag=True, help="Add it though it may not be there at present.")
def add(urls: tuple[str, ...], full_text: bool, title: str, unseen: bool) -> None:
    """Add a source: URL is a feed, or a page that names one."""
    chosen = Upstream("", "", title=title, full_text=full_text)
    failed = False
    with _table() as table:
        for url in urls:
            try:
                _add(table, url, chosen, unseen)
            except FetchError as e:
                failed = True
                click.secho(str(e), fg="red", err=True)
    if failed:
        sys.exit(PROBLEM)


def _add(table: SourceTable, given: str, chosen: Upstream, unseen: bool) -> None:
    url = resolve(given if "://" in given else f"https://{given}")
    if not url:
        raise FetchError(given, "this is no address of the web", refused=True)
    others: tuple[tuple[str, str], ...] = ()
    if not unseen:
        found = _find(url)
        url, others = found.url, found.others
        title = chosen.title or found.feed.title[:300]
        chosen = replace(chosen, title=title, home=found.feed.home)
    upstream = replace(chosen, url=url, origin=url, added=time.time())
    added = table.add([upstream])
    click.echo(f"{'added' if added else 'there already'}: {upstream.name}  {upstream.shown_url}")
    for address, title in others:
        click.secho(f"  its page names another feed: {address}  {title}", dim=True)


def _find(url: str) -> Found:
    with closing(fetcher(settings())) as fetch, closing(Sandbox(1)) as sandbox:
        return find_feed(url, fetch, sandbox)


@sources.command(name="list")
def list_() -> None:
    """List all sources: number, state, title and address."""
    with _table() as table:
        for row in table.all():
            up = row.upstream
            click.echo(f"{row.id:>5}  {up.state:<7}  {up.name}  ", nl=False)
            click.secho(up.shown_url, dim=True)


@sources.command()
@click.argument("names", nargs=-1, required=True, metavar="SOURCE...")
def remove(names: tuple[str, ...]) -> None:
    """Remove sources; their articles stay. SOURCE is a number of the list, or an address."""
    for table, row in _named(names):
        table.remove(row.id)
        click.echo(f"removed: {row.upstream.name}")


@sources.command()
@click.argument("names", nargs=-1, required=True, metavar="SOURCE...")
def pause(names: tuple[str, ...]) -> None:
    """Ask sources no more, until `resume`."""
    for table, row in _named(names):
        table.put(row.id, replace(row.upstream, state=State.PAUSED))
        click.echo(f"paused: {row.upstream.name}")


@sources.command()
@click.argument("names", nargs=-1, required=True, metavar="SOURCE...")
def resume(names: tuple[str, ...]) -> None:
    """Ask paused sources again, and those that had gone; at once."""
    for table, row in _named(names):
        table.put(row.id, replace(row.upstream, state=State.ACTIVE, failures=0))
        click.echo(f"asked again: {row.upstream.name}")


def _named(names: tuple[str, ...]) -> Iterator[tuple[SourceTable, SourceRow]]:
    with _table() as table:
        rows = {str(row.id): row for row in table.all()}
        by_url = {row.upstream.url: row for row in rows.values()}
        for name in names:
            row = rows.get(name) or by_url.get(name) or by_url.get(resolve(name))
            if row is None:
                raise NotFound("source", name)
            yield table, row


@sources.command(name="import")
@click.argument(
    "file", metavar="OPML", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def import_(file: Path) -> None:
    """Add all feeds of an OPML list, such as a feed reader exports. They are asked by and by."""
    found = list(read_opml(file.read_bytes(), str(file)))
    failures = [item for item in found if isinstance(item, SourceError)]
    listed = [_listed(item) for item in found if isinstance(item, Listing)]
    for failure in failures:
        click.secho(f"failed: {failure}", fg="red", err=True)
    with _table() as table:
        added = table.add(listed)
    click.echo(
        f"{len(added)} added, {len(listed) - len(added)} there already, {len(failures)} failed"
    )
    if failures:
        sys.exit(PROBLEM)


def _listed(item: Listing) -> Upstream:
    return Upstream(
        item.url, item.url, title=item.title, home=item.home, folder=item.folder, added=time.time()
    )


@sources.command()
@click.argument(
    "file", metavar="[OPML]", required=False, type=click.Path(dir_okay=False, path_type=Path)
)
def export(file: Path | None) -> None:
    """Write all sources as an OPML list, to a file or to standard output."""
    with _table() as table:
        document = render_opml("Sources", _folders(table.all()), "")
    if file:
        file.write_bytes(document)
    else:
        click.echo(document.decode(), nl=False)


def _folders(rows: list[SourceRow]) -> list[Outline]:
    """Outlines in the folders that they came in; deeper folders by the whole of their name."""
    folders: dict[str, list[Outline]] = {}
    for row in rows:
        up = row.upstream
        folders.setdefault(up.folder, []).append(Outline(up.name, up.url, up.home))
    top = folders.pop("", [])
    return [*(Outline(name, children=tuple(found)) for name, found in folders.items()), *top]


@sources.command()
@click.option("--trouble", is_flag=True, help="Only those with something wrong.")
def status(trouble: bool) -> None:
    """How the sources are: result, next time, articles a week, share of duplicates."""
    now = time.time()
    with _table() as table:
        rows = table.all()
    for row in rows:
        up = row.upstream
        wrong = up.health(now) in ("failing", "silent", "gone")
        if trouble and not wrong:
            continue
        click.secho(f"{row.id:>5}  {up.name}", bold=True, nl=False)
        click.secho(f"  {up.shown_url}", dim=True)
        click.secho(f"       {up.words(now)}", fg="red" if wrong else "green")
        click.secho(f"       {_figures(row, now)}", dim=True)
    counts = ", ".join(f"{count} {state}" for state, count in health(rows, now).items() if count)
    click.echo(f"{len(rows)} sources" + (f": {counts}" if counts else ""))


def _figures(row: SourceRow, now: float) -> str:
    up = row.upstream
    asked = f"asked {span(now - up.asked)} ago" if up.asked else "not asked yet"
    due = f"next in {span(row.next_at - now)}" if row.next_at > now else "next now"
    return (
        f"{asked}, {due if up.state is State.ACTIVE else 'not asked again'};"
        f" {up.a_week(now)} articles a week, {up.duplicate_share:.0%} duplicates"
    )


@main.command()
@click.option(
    "--all", "everything", is_flag=True, help="Ask all sources, not only those that are due."
)
@click.option("--quiet", is_flag=True, help="Say nothing of sources that work.")
def poll(everything: bool, quiet: bool) -> None:
    """Ask the sources that are due, once; for cron, where `serve` does not do it."""
    failing = 0

    def told(upstream: Upstream) -> None:
        nonlocal failing
        failing += bool(upstream.failures)
        bar(1)
        if upstream.failures or not quiet:
            click.secho(f"{upstream.name}: ", nl=False)
            click.secho(upstream.result, fg="red" if upstream.failures else None)

    with open_publisher() as publisher, polling(publisher.archive, publisher.settings) as poller:
        table = publisher.archive.store.sources
        if everything:
            table.make_due()
        with progress(table.due(time.time()), "polling") as bar:
            asked = poller.round(told)
    click.echo(f"{asked} asked, {failing} of them fail")

"""`tagwire serve`, and `tagwire export` for those who serve files."""

from pathlib import Path

import click

from feed.cli.command import main, open_publisher, progress
from feed.settings import Settings


@main.command()
@click.option("--host", help="The address to listen on (default 127.0.0.1).")
@click.option("--port", help="The port to listen on (default 8000).")
@click.option("--base-url", metavar="URL", help="The public address, used in every link.")
@click.option("--socket", metavar="FILE", help="A Unix socket to listen on instead.")
@click.option("--workers", metavar="N", help="Processes that answer (default 1).")
@click.option("--access-log", is_flag=True, help="Write a line for every request.")
@click.option("--no-poll", is_flag=True, help="Do not ask the sources meanwhile.")
def serve(access_log: bool, no_poll: bool, **options: str | None) -> None:
    """Serve feeds and pages, and ask the sources for news, until Ctrl-C."""
    from feed.web.server import run

    run(_announced(options), access_log, poll=not no_poll)


def _announced(options: dict[str, str | None]) -> Settings:
    """The settings of what will be served, once it was looked at: its workers open it again."""
    with open_publisher(**options) as publisher:
        archive, settings = publisher.archive, publisher.settings
        where = settings.socket or f"{settings.public_url}/"
        click.echo(f"{archive.count()} articles, {len(archive.taxonomy)} tags: {where}")
        if hidden := publisher.access.hidden_count():
            click.echo(f"{hidden} of them are private: tagwire private list")
    if settings.unreachable:
        click.secho(settings.unreachable, fg="yellow", err=True)
    return settings


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--base-url", metavar="URL", required=True, help="Where DIR will be on the web.")
def export(folder: Path, base_url: str) -> None:
    """Write all feeds and pages as files into DIR, for a bucket or any web server.

    Only what changed is written, each file at once, and what is gone is removed; so it may run
    after every `add`, into the folder that is being served. Searching needs a server.
    """
    from feed.web.export import Export

    with open_publisher(base_url=base_url) as publisher:
        archive = publisher.archive
        made = Export(publisher, folder)
        with progress(4 * len(archive.counts()) + archive.count(), "exporting") as bar:
            made.run(bar)
    click.echo(f"{made.written} files written, {made.kept} unchanged, {made.removed} removed")

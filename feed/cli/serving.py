"""`tagwire serve`."""

import click

from feed.cli.command import main, publisher


@main.command()
@click.option("--host", help="The address to listen on (default 127.0.0.1).")
@click.option("--port", help="The port to listen on (default 8000).")
@click.option("--base-url", metavar="URL", help="The public address, used in every link.")
def serve(host: str | None, port: str | None, base_url: str | None) -> None:
    """Serve feeds and pages until Ctrl-C."""
    from feed.web.server import run

    with publisher(host=host, port=port, base_url=base_url) as door:
        stale = door.stale()
        count = door.count()
        click.echo(f"{count} articles, {len(door.taxonomy)} tags: {door.settings.public_url}/")
        if stale:
            click.secho(
                f"{stale} articles were tagged by an earlier taxonomy: tagwire retag", fg="yellow"
            )
        run(door)

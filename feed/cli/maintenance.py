"""The database: `tagwire index`, `tagwire copy-database`."""

import sys

import click

from feed.cli.command import PROBLEM, main, open_publisher, progress
from feed.database_url import check_database, database_name
from feed.ingest import maintenance


@main.group()
def index() -> None:
    """Make the index anew, or hold it against the articles."""


@index.command()
def rebuild() -> None:
    """Make all bitmaps and the text index anew from the articles.

    Running servers read all of it with their next request.
    """
    with open_publisher() as publisher, progress(publisher.archive.count(), "indexing") as bar:
        count = maintenance.rebuild(publisher.archive, bar)
    click.echo(f"{count} articles indexed")


@index.command(name="check")
def check() -> None:
    """Hold bitmaps and words against the articles; exit 1 when they differ."""
    with open_publisher() as publisher, progress(publisher.archive.count(), "checking") as bar:
        problems = maintenance.check(publisher.archive, bar)
    for problem in problems:
        click.secho(problem, fg="red")
    if problems:
        click.echo("tagwire index rebuild makes the index anew")
        sys.exit(PROBLEM)
    click.echo("the index is what the articles say")


@main.command(name="copy-database")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy_database(source: str, target: str) -> None:
    """Copy all articles, their tags and the index into an empty database.

    FROM and TO are sqlite:///FILE or postgresql://USER@HOST/NAME. FROM is copied as it is at one
    moment, whoever writes to it meanwhile.
    """
    check_database(source)
    check_database(target)
    count = maintenance.copy_database(source, target)
    click.echo(f"{count} articles copied to {database_name(target)}")

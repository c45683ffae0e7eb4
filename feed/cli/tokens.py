"""Private feeds: `tagwire token`."""

import click

from feed.cli.command import main, open_publisher


@main.group()
def token() -> None:
    """Make feeds private: who has a token may read, nobody else."""


@token.command()
@click.argument("expression")
@click.option("--name", default="", help="Whose token it is, for the list.")
def add(expression: str, name: str) -> None:
    """Make a token for the feed of EXPRESSION, which is private from now on.

    The address with the token is printed this once; only its hash is kept.
    """
    with open_publisher() as publisher:
        parsed = publisher.archive.parse(expression)
        secret = publisher.access.create(parsed, name)
        for url in publisher.addresses.opening(parsed, secret).feeds(parsed).values():
            click.echo(url)


@token.command(name="list")
def list_() -> None:
    """List all tokens: id, date, feed and name."""
    with open_publisher() as publisher:
        for found in publisher.access.tokens():
            click.echo(
                f"{found.id}  {found.created:%Y-%m-%d}  {found.expression or 'everything'}",
                nl=False,
            )
            click.secho(f"  {found.name}", dim=True)


@token.command()
@click.argument("id_", metavar="ID")
def revoke(id_: str) -> None:
    """Take a token back; ID is its id in the list. Without tokens a feed is open again."""
    with open_publisher() as publisher:
        found = publisher.access.revoke(id_)
        left = sum(t.expression == found.expression for t in publisher.access.tokens())
    state = f"{left} tokens left" if left else "no tokens left, so it is open again"
    click.echo(f"revoked a token of '{found.expression or 'everything'}': {state}")

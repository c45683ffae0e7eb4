"""What is private, and who may read it: `tagwire private`, `tagwire token`."""

import click

from feed.cli.command import main, open_publisher
from feed.publishing.access import Kind


@main.group()
def private() -> None:
    """Hide articles from the public: what an expression holds is read with a token alone."""


@private.command(name="add")
@click.argument("expression")
def hide(expression: str) -> None:
    """Hide what EXPRESSION holds, wherever it would be shown."""
    with open_publisher() as publisher:
        parsed = publisher.archive.parse(expression)
        publisher.access.hide(parsed)
        count = publisher.access.hidden_count(parsed)
    click.echo(f"private: {parsed or 'everything'}; {count} articles are hidden by it")


@private.command(name="list")
def list_private() -> None:
    """List what is private, since when, and how many articles each hides."""
    with open_publisher() as publisher:
        for expression, since in publisher.access.private():
            count = publisher.access.hidden_count(expression)
            click.echo(f"{since:%Y-%m-%d}  {count:6}  {str(expression) or 'everything'}")


@private.command(name="remove")
@click.argument("expression")
def open_(expression: str) -> None:
    """Let what EXPRESSION holds be public again."""
    with open_publisher() as publisher:
        parsed = publisher.archive.parse(expression)
        publisher.access.open(parsed)
    click.echo(f"public again: {str(parsed) or 'everything'}")


@main.group()
def token() -> None:
    """Tokens: who has one may read what is private."""


@token.command()
@click.argument("expression", required=False)
@click.option("--name", default="", help="Whose token it is, for the list.")
@click.option("--all", "all_", metavar="NAME", help="Opens the whole site.")
@click.option("--push", metavar="NAME", help="For pushing articles in.")
@click.option("--correct", metavar="NAME", help="For corrections.")
@click.option("--keep", metavar="NAME", help="For keeping the site.")
def add(expression: str | None, name: str, all_: str | None, push: str | None,
        correct: str | None, keep: str | None) -> None:  # fmt: skip
    """Make a token that opens what EXPRESSION holds, which is private from now on.

    The address with the token is printed this once; only its hash is kept. The other kinds of token
    open no address: they are sent in a header, "Authorization: Bearer TOKEN".
    """
    kinds: dict[Kind, str | None] = {"all": all_, "push": push, "correct": correct, "keep": keep}
    wanted = [(kind, owner) for kind, owner in kinds.items() if owner is not None]
    if len(wanted) + (expression is not None) != 1:
        raise click.UsageError("give an EXPRESSION, or one of --all, --push, --correct, --keep")
    with open_publisher() as publisher:
        for kind, owner in wanted:
            click.echo(f"Authorization: Bearer {publisher.access.create_for(kind, owner)}")
        if expression is not None:
            parsed = publisher.archive.parse(expression)
            secret = publisher.access.create(parsed, name)
            for url in publisher.addresses.opening(parsed, secret).feeds(parsed).values():
                click.echo(url)


@token.command(name="list")
def list_() -> None:
    """List all tokens: id, date, last use, what they open, and name."""
    with open_publisher() as publisher:
        for found in publisher.access.tokens():
            used = f"used {found.used:%Y-%m-%d %H}h" if found.used else "never used"
            opens = found.expression or "everything" if found.kind == "read" else f"--{found.kind}"
            click.echo(f"{found.id}  {found.created:%Y-%m-%d}  {used}  {opens}", nl=False)
            click.secho(f"  {found.name}", dim=True)


@token.command()
@click.argument("id_", metavar="ID")
def revoke(id_: str) -> None:
    """Take a token back; ID is its id in the list. What it opened stays private."""
    with open_publisher() as publisher:
        found = publisher.access.revoke(id_)
        left = sum(
            (t.kind, t.expression) == (found.kind, found.expression)
            for t in publisher.access.tokens()
        )
    what = found.expression or "everything" if found.kind == "read" else f"--{found.kind}"
    state = f"{left} tokens left" if left else "no tokens left, and it stays private"
    click.echo(f"revoked a token of '{what}': {state}")

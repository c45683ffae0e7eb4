"""`tagwire list`: the questions that feeds answer, asked on the command line."""

import json
from collections.abc import Iterator

import click

from feed.cli.command import main, open_publisher
from feed.model import Entry
from feed.publisher import Publisher
from feed.query.expression import Expression

READ = 200  # articles at a time


# No short options: "-weapon:harop" is an exclusion.
@main.command(
    "list", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]}
)
@click.argument("expression", nargs=-1, metavar="[EXPRESSION]")
@click.option(
    "--limit", default=50, show_default=True, metavar="N", help="Articles at most; 0 for all."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_articles(expression: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List articles, newest arrival first: all, or those that an EXPRESSION holds.

    Private articles are listed, too: who has the database may see them.
    """
    with open_publisher() as publisher:
        asked = publisher.archive.parse(" ".join(expression))
        for entry in _entries(publisher, asked, limit):
            click.echo(json.dumps(_fields(entry), ensure_ascii=False) if as_json else _line(entry))


def _entries(publisher: Publisher, asked: Expression, limit: int) -> Iterator[Entry]:
    """The entries, some at a time, each as of the moment it is read."""
    before: int | None = None
    left = limit if limit > 0 else None
    while left is None or left > 0:
        number = READ if left is None else min(READ, left)
        seqs = publisher.archive.query(lambda snapshot: snapshot.page(asked, number, before))  # noqa: B023 - asked at once
        yield from publisher.entries.get(seqs)
        if len(seqs) < number:
            return
        before, left = seqs[-1], None if left is None else left - number


def _line(entry: Entry) -> str:
    article = entry.article
    mains = ", ".join(category.key for category in entry.categories if category.main)
    title = " ".join(article.title.split())
    return f"{article.published:%Y-%m-%d}  {title}" + (f"  [{mains}]" if mains else "")


def _fields(entry: Entry) -> dict[str, object]:
    article = entry.article
    return {
        "id": article.id,
        "title": article.title,
        "url": entry.link,
        "page": entry.page,
        "published": article.published.isoformat(),
        "source": article.source.name if article.source else "",
        "tags": {
            category.key: "main" if category.main else "mention" for category in entry.categories
        },
    }

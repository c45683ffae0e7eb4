"""The command line: `tagwire`. Words and colours here; everything else is the publisher's."""

import contextlib
import gc
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click

from feed.errors import TagwireError
from feed.log import set_up
from feed.publisher import Publisher
from feed.settings import Settings, read_settings, unknown_variables
from feed.taxonomy.loader import load_taxonomy
from feed.taxonomy.taxonomy import Taxonomy

PROBLEM = 1  # exit code: something failed and a person must act


class _Commands(click.Group):
    """Turns our errors into a message and an exit code, once, for every command."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TagwireError as e:
            click.secho(str(e), fg="red", err=True)
            ctx.exit(PROBLEM)
        except BrokenPipeError:
            # The reader of our output has left, as `head` does; nobody is there to be told.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--database",
    metavar="URL",
    help="Where articles are kept: sqlite:///FILE or postgresql://USER@HOST/NAME.",
)
@click.option("--tags", metavar="FILE", help="The taxonomy (else ./tags.yaml, else our own).")
@click.version_option(package_name="tagwire")
@click.pass_context
def main(ctx: click.Context, database: str | None, tags: str | None) -> None:
    """Tagwire reads articles, tags them from one taxonomy, and serves a feed for every tag."""
    ctx.obj = {"database": database, "tags": tags}
    for sentence in unknown_variables():
        click.secho(sentence, fg="yellow", err=True)


def settings(**options: str | None) -> Settings:
    """The settings of this command; what it logs is written as they say."""
    found = read_settings({**click.get_current_context().find_root().obj, **options})
    set_up(found.log_level, found.log_form)
    return found


def taxonomy() -> Taxonomy:
    return load_taxonomy(settings().taxonomy_path)


@contextlib.contextmanager
def open_publisher(**options: str | None) -> Iterator[Publisher]:
    chosen = settings(**options)
    publisher = Publisher(chosen, load_taxonomy(chosen.taxonomy_path))
    try:
        freeze_gc()
        yield publisher
    finally:
        publisher.close()


def freeze_gc() -> None:
    """What start-up built is kept for good: the garbage collector need not look through it."""
    gc.collect()
    gc.freeze()


@contextlib.contextmanager
def progress(total: int, label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, for work that takes longer than a blink."""
    if total < 200 or not sys.stderr.isatty():
        yield lambda count: None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield bar.update

"""The taxonomy: `tagwire tags`, `tagwire retag`."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from feed.cli.command import PROBLEM, main, open_publisher, progress, taxonomy
from feed.ingest.retag import retag as retag_archive
from feed.ingest.taxonomy_diff import Difference, difference
from feed.jobs.lease import leased
from feed.jobs.retagging import JOB
from feed.tagging import taxonomy_check
from feed.taxonomy.loader import load_taxonomy
from feed.taxonomy.taxonomy import Tag, Taxonomy

PATIENCE = 12.0  # seconds to wait for the lease of a process that was killed


class _Share(click.ParamType[float]):
    """A share such as 5% or 0.05."""

    name = "share"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            self.fail(f"'{value}' is no share; write it as 5% or 0.05", param, ctx)
        return share


@main.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array of all tags.")
@click.pass_context
def tags(ctx: click.Context, as_json: bool) -> None:
    """List the taxonomy; see also its subcommands."""
    if ctx.invoked_subcommand:
        return
    all_tags = taxonomy()
    if as_json:
        click.echo(
            json.dumps(
                [_tag_record(tag, all_tags) for tag in all_tags.values()], ensure_ascii=False
            )
        )
        return
    for tag_ in all_tags.values():
        click.echo(f"{click.style(tag_.key, fg='green')}  {tag_.label}", nl=False)
        click.secho(f"  {', '.join((*tag_.alt, *(w + '?' for w in tag_.weak)))}", dim=True)


def _tag_record(tag: Tag, taxonomy: Taxonomy) -> dict[str, Any]:
    return {
        "key": tag.key,
        "scheme": tag.scheme,
        "term": tag.term,
        "label": tag.label,
        "alt": tag.alt,
        "weak": tag.weak,
        "never": tag.never,
        "notation": tag.notation,
        "broader": tag.broader,
        "narrower": taxonomy.narrower.get(tag.key, ()),
        "maker": tag.maker,
        "origin": tag.origin,
    }


@tags.command(name="find")
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
def find(words: tuple[str, ...], limit: int) -> None:
    """Find a tag by any of its names: nicknames, codes, beginnings, some of its words, a typo.

    Prints the likeliest first, one a line: key, label, number of articles.
    """
    with open_publisher() as publisher:
        archive = publisher.archive
        snapshot = archive.current_snapshot()
        found = archive.taxonomy.lookup.find(" ".join(words), snapshot.size, limit)
        for key in (one.key for one in found):
            click.echo(f"{key}\t{archive.taxonomy[key].label}\t{snapshot.size(key)}")
    if not found:
        click.secho(f"no tag is called like '{' '.join(words)}'", fg="red", err=True)
        sys.exit(PROBLEM)


@tags.command(name="check")
def check() -> None:
    """Check the taxonomy: every mistake and doubt, with its line."""
    checked = taxonomy()
    findings = taxonomy_check.check(checked)
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{len(checked)} tags, {len(findings)} findings")
    if findings:
        sys.exit(PROBLEM)


@tags.command(name="stats")
def stats() -> None:
    """Count the tags per scheme, region and class."""
    click.echo(taxonomy_check.stats(taxonomy()))


@tags.command(name="diff")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the difference as JSON.")
@click.option("--max-change", type=_Share(), metavar="SHARE",
              help="Exit 1 when more of the articles would change, e.g. 5%.")  # fmt: skip
def diff(file: Path, as_json: bool, max_change: float | None) -> None:
    """Show what another taxonomy would change, before anything is published.

    FILE is the new taxonomy. Tags added, removed and renamed; for each feed the articles it would
    gain and lose, with samples of the evidence: feeds of tags, of makers and origins, and with
    @main those of articles that merely became main or ceased to be. Nothing is written.
    """
    new = load_taxonomy(file)
    with open_publisher() as publisher, progress(publisher.archive.count(), "comparing") as bar:
        found = difference(publisher.archive, new, bar)
    if as_json:
        click.echo(json.dumps(found.figures(), ensure_ascii=False, indent=2))
    else:
        _show_difference(found)
    if max_change is not None and found.share > max_change:
        click.secho(
            f"{found.share:.2%} of the articles would change, more than {max_change:.2%}",
            fg="red",
            err=True,
        )
        sys.exit(PROBLEM)


def _show_difference(found: Difference) -> None:
    for key in found.added:
        click.secho(f"new      {key}", fg="green")
    for key in found.removed:
        click.secho(f"removed  {key}", fg="red")
    for old, key in found.renamed.items():
        click.secho(f"renamed  {old} -> {key}", fg="yellow")
    for key, change in found.changes.items():
        click.secho(f"{key}  ", bold=True, nl=False)
        click.echo(f"+{change.gained} -{change.lost} articles")
        for sample in change.samples:
            click.secho(f"    {sample}", fg="green" if sample[0] == "+" else "red")
    click.echo(
        f"{found.articles} of {found.total} articles change ({found.share:.2%});"
        f" {found.looked_at} could be affected and were compared"
    )


@main.command()
@click.option("--all", "everything", is_flag=True, help="Tag all articles anew, affected or not.")
def retag(everything: bool) -> None:
    """Tag anew the articles that a change of the taxonomy or of Tagwire may affect.

    From now on the database goes by the taxonomy, the rule files and the version of this command.
    Goes through the archive by ranges, a transaction each: a run that was broken off is taken up
    by the next. Articles keep their ids, their dates and their order.
    """
    with open_publisher() as publisher, progress(publisher.archive.count(), "tagging") as bar:
        archive = publisher.archive
        with leased(archive.store, JOB, patience=PATIENCE):
            archive.rules.make_current()
            stale = archive.count() if everything else archive.stale()
            count = retag_archive(archive, bar, everything=everything)
    rest = stale - count
    spared = f"; {rest} that the change cannot affect stay as they are" if rest else ""
    click.echo(f"{count} articles tagged anew{spared}")

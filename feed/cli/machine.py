"""The machine's side: `tagwire tag`, `tagwire eval`."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from feed.cli.command import PROBLEM, freeze_gc, main, taxonomy
from feed.tagging import evaluate
from feed.tagging.tagger import Tagger
from feed.text.structured import json_of


@main.command()
@click.option("--broader", is_flag=True, help="Add the broader tags that the direct ones imply.")
@click.argument("file", type=click.File("rb"), default="-")
def tag(file: Any, broader: bool) -> None:
    """Tag JSON Lines: {"id", "title", "text"} in, {"id", "tags"} out, in order."""
    tagger = Tagger(taxonomy())
    freeze_gc()
    failed = False
    for number, line in enumerate(file, 1):
        if line.strip():
            try:
                click.echo(_tag_line(tagger, line, broader))
            except ValueError as e:
                failed = True
                click.secho(f"line {number}: {e}", fg="red", err=True)
    if failed:
        sys.exit(PROBLEM)


def _tag_line(tagger: Tagger, line: bytes, broader: bool) -> str:
    """One answer of `tagwire tag`; ValueError says what is wrong with the line."""
    try:
        record = json_of(line.decode("utf-8-sig"))
    except UnicodeDecodeError as e:
        raise ValueError(f"not JSON: not UTF-8 at byte {e.start}") from e
    if not isinstance(record, dict):
        raise ValueError('not an object {"id", "title", "text"}')
    title, text = record.get("title") or "", record.get("text") or ""
    if not isinstance(title, str) or not isinstance(text, str):
        raise ValueError("'title' and 'text' should be texts")
    uses = tagger.uses(tagger.find(title, text))
    tags = [
        {
            "tag": use.tag,
            "main": use.main,
            "mentions": [
                {"part": m.part, "start": m.start, "end": m.end, "surface": m.surface}
                for m in use.mentions
            ],
        }
        for use in uses
        if broader or use.direct
    ]
    return json.dumps({"id": record.get("id"), "tags": tags}, ensure_ascii=False)


@main.command(name="eval")
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--floor", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="Exit 1 when a figure lies below the floors of this JSON file.")  # fmt: skip
def evaluate_command(gold: Path, as_json: bool, floor: Path | None) -> None:
    """Measure the tagger against a gold set: precision, recall, F1, traps, and every error."""
    result = evaluate.evaluate(Tagger(taxonomy()), evaluate.read_gold(gold))
    click.echo(json.dumps(result.figures(), indent=2) if as_json else result.report())
    missed = result.below(evaluate.read_floors(floor)) if floor else []
    for line in missed:
        click.secho(f"below the floor: {line}", fg="red", err=True)
    if missed:
        sys.exit(PROBLEM)

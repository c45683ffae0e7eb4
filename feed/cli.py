"""The command line: `tagwire`. Words and colours here; everything else is the publisher's."""

import contextlib
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from feed import evaluate, lint
from feed.errors import SourceError, TagwireError
from feed.model import Article, Tagged
from feed.publisher import Publisher, Report
from feed.settings import Settings, bundled, read_settings
from feed.sources.folder import STDIN, count_articles, find_files, read_file
from feed.tagging.tagger import Tagger
from feed.tagsfile import load_taxonomy
from feed.taxonomy import Tag, Taxonomy

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
@click.option("--database", metavar="URL", help="Where articles are kept, sqlite:///FILE.")
@click.option("--tags", metavar="FILE", help="The taxonomy (else ./tags.yaml, else our own).")
@click.version_option(package_name="tagwire")
@click.pass_context
def main(ctx: click.Context, database: str | None, tags: str | None) -> None:
    """Tagwire reads articles, tags them from one taxonomy, and serves a feed for every tag."""
    ctx.obj = {"database": database, "tags": tags}


def _settings(**options: str | None) -> Settings:
    return read_settings({**click.get_current_context().find_root().obj, **options})


def _taxonomy() -> Taxonomy:
    return load_taxonomy(_settings().taxonomy_path)


@contextlib.contextmanager
def _publisher(**options: str | None) -> Iterator[Publisher]:
    settings = _settings(**options)
    publisher = Publisher(settings, load_taxonomy(settings.taxonomy_path))
    try:
        _settle()
        yield publisher
    finally:
        publisher.close()


def _settle() -> None:
    """What start-up built is kept for good: the garbage collector need not look through it."""
    gc.collect()
    gc.freeze()


# Articles


@main.command()
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--watch", is_flag=True, help="Stay, and take in what is added or changed.")
def add(paths: tuple[str, ...], watch: bool) -> None:
    """Take in articles from files and folders.

    Reads plain text (.txt), Markdown (.md), web pages (.html) and JSON Lines (.jsonl); "-" is
    JSON Lines from standard input. Without a PATH, the sample articles that come with Tagwire.
    """
    with _publisher() as publisher:
        report = _take_in(publisher, paths or (str(bundled("seeds")),))
        if watch:
            _watch(publisher, paths)
    if report.failed:
        sys.exit(PROBLEM)


def _take_in(publisher: Publisher, paths: tuple[str, ...]) -> Report:
    files = list(find_files(paths))
    if not files:
        raise SourceError(", ".join(paths), "no articles here (.txt, .md, .html, .jsonl)")
    total = sum(count_articles(f) if isinstance(f, Path) else 1 for f in files)
    with _progress(total, "adding") as progress:
        report = publisher.ingest(_read(files), progress)
    _show_report(report)
    return report


def _read(files: list[Path | SourceError]) -> Iterator[Article | SourceError]:
    for file in files:
        if isinstance(file, SourceError):
            yield file
        else:
            yield from read_file(file)


def _watch(publisher: Publisher, paths: tuple[str, ...]) -> None:
    import watchfiles

    folders = [path for path in paths if path != STDIN and Path(path).exists()]
    if not folders:
        raise SourceError(", ".join(paths), "nothing here to watch")
    click.echo(f"watching {', '.join(folders)}; Ctrl-C ends it")
    first = True
    for changes in watchfiles.watch(
        *folders, raise_interrupt=False, rust_timeout=500, yield_on_timeout=True
    ):
        touched = [path for change, path in changes if change != watchfiles.Change.deleted]
        # Once the watch stands, look at all again: something may have come in the meantime.
        paths = tuple(folders if first else sorted({p for p in touched if Path(p).is_file()}))
        first = False
        if paths:
            report = publisher.ingest(_read(list(find_files(paths))))
            if report.new or report.changed or report.failed:
                _show_report(report)


def _show_report(report: Report) -> None:
    for failure in report.failed:
        click.secho(f"failed: {failure}", fg="red", err=True)
    retagged = f" ({report.retagged} tagged anew)" if report.retagged else ""
    click.echo(
        f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged{retagged}, "
        f"{len(report.failed)} failed"
    )


@contextlib.contextmanager
def _progress(total: int, label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, for work that takes longer than a blink."""
    if total < 200 or not sys.stderr.isatty():
        yield lambda count: None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield bar.update


@main.command()
def retag() -> None:
    """Tag anew every article that an earlier taxonomy tagged."""
    with _publisher() as publisher, _progress(publisher.stale(), "tagging") as progress:
        count = publisher.retag(progress)
    click.echo(f"{count} articles tagged anew")


@main.command()
@click.argument("article")
def explain(article: str) -> None:
    """Show why an article carries its tags: ARTICLE is a file, an id, or a name from a URL."""
    path = Path(article)
    if path.is_file():
        tagger = Tagger(_taxonomy())
        for item in read_file(path):
            if isinstance(item, SourceError):
                raise item
            _show_tagged(tagger.tag(item), tagger.taxonomy)
        return
    with _publisher() as publisher:
        _show_tagged(publisher.article(article), publisher.taxonomy)


def _show_tagged(tagged: Tagged, taxonomy: Taxonomy) -> None:
    article = tagged.article
    click.secho(article.title, bold=True)
    click.echo(f"{article.published:%Y-%m-%d %H:%M} UTC  {article.url or article.id}\n")
    for use in tagged.uses:
        tag = taxonomy.get(use.tag)
        click.secho(f"{use.tag}", fg="green" if use.main else "cyan", bold=use.main, nl=False)
        click.echo(f"  {tag.label if tag else 'no longer in the taxonomy'}", nl=False)
        click.secho(f"  {'main' if use.main else 'mention'}: {use.reason}", dim=True)
        for mention in use.mentions:
            source = article.title if mention.part == "title" else article.text
            _show_sentence(source, mention.start, mention.end, "yellow")
            click.secho(f"      {mention.part} {mention.start}-{mention.end}, ", dim=True, nl=False)
            click.secho(f"spelling “{mention.spelling}”, {mention.why}", dim=True)
    if tagged.rejections:
        click.secho("\nrejected", bold=True)
    for rejection in tagged.rejections:
        source = article.title if rejection.part == "title" else article.text
        click.secho(f"{rejection.tag}  ", fg="red", nl=False)
        click.echo(f"rejected: {rejection.reason}")
        _show_sentence(source, rejection.start, rejection.end, "red")


def _show_sentence(text: str, start: int, end: int, colour: str) -> None:
    left = max(text.rfind("\n", 0, start) + 1, start - 60)
    stop = text.find("\n", end)
    right = min(stop if stop >= 0 else len(text), end + 60)
    click.echo("    " + ("…" if left else "") + text[left:start], nl=False)
    click.secho(text[start:end].replace("\n", " "), fg=colour, bold=True, nl=False)
    click.echo(text[end:right] + ("…" if right < len(text) else ""))


# The machine's door


@main.command()
@click.option("--broader", is_flag=True, help="Add the broader tags that the direct ones imply.")
@click.argument("file", type=click.File("rb"), default="-")
def tag(file: Any, broader: bool) -> None:
    """Tag JSON Lines: {"id", "title", "text"} in, {"id", "tags"} out, in order."""
    tagger = Tagger(_taxonomy())
    _settle()
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
        record = json.loads(line)
    except (ValueError, RecursionError) as e:
        raise ValueError(f"not JSON: {e}") from e
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
    result = evaluate.evaluate(Tagger(_taxonomy()), evaluate.read_gold(gold))
    click.echo(json.dumps(result.figures(), indent=2) if as_json else result.report())
    missed = result.below(evaluate.read_floors(floor)) if floor else []
    for line in missed:
        click.secho(f"below the floor: {line}", fg="red", err=True)
    if missed:
        sys.exit(PROBLEM)


# The taxonomy


@main.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array of all tags.")
@click.pass_context
def tags(ctx: click.Context, as_json: bool) -> None:
    """List the taxonomy; see also its subcommands."""
    if ctx.invoked_subcommand:
        return
    taxonomy = _taxonomy()
    if as_json:
        click.echo(
            json.dumps(
                [_tag_record(tag, taxonomy) for tag in taxonomy.values()], ensure_ascii=False
            )
        )
        return
    for tag_ in taxonomy.values():
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


@tags.command(name="check")
def check() -> None:
    """Check the taxonomy: every mistake and doubt, with its line."""
    taxonomy = _taxonomy()
    findings = lint.check(taxonomy)
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{len(taxonomy)} tags, {len(findings)} findings")
    if findings:
        sys.exit(PROBLEM)


@tags.command(name="stats")
def stats() -> None:
    """Count the tags per scheme, region and class."""
    click.echo(lint.stats(_taxonomy()))


# Serving


@main.command()
@click.option("--host", help="The address to listen on (default 127.0.0.1).")
@click.option("--port", help="The port to listen on (default 8000).")
@click.option("--base-url", metavar="URL", help="The public address, used in every link.")
def serve(host: str | None, port: str | None, base_url: str | None) -> None:
    """Serve feeds and pages until Ctrl-C."""
    from feed.web.server import run

    settings = _settings(host=host, port=port, base_url=base_url)
    with _publisher(host=host, port=port, base_url=base_url) as publisher:
        stale = publisher.stale()
        count = publisher.page(publisher.parse(""), facets=False).total
        click.echo(f"{count} articles, {len(publisher.taxonomy)} tags: {settings.public_url}/")
        if stale:
            click.secho(
                f"{stale} articles were tagged by an earlier taxonomy: tagwire retag", fg="yellow"
            )
        run(publisher)

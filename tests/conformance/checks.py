"""One function a tool: what it says to what was fetched, as complaints."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import feedparser
import httplint
import listparser
from reader import make_reader

from tests.conformance.live_site import Fetched, Site
from tests.loopback import PATIENCE

HERE = Path(__file__).parent
NODE = HERE / "node_modules"
# A script, or a link that leads elsewhere from a reader than from where it stood.
_UNSAFE = re.compile(r'<script|<[^>]+ (?:href|src)="(?!https?:|mailto:)[^"]*"')


class Complaint(NamedTuple):
    """What a tool does not like."""

    error: bool  # else a warning
    where: str
    message: str


class MissingError(Exception):
    """A tool is not installed; the message names it."""


def _need(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            raise MissingError(program)


def _modules() -> Path:
    """The folder of the Node.js packages, installed from the lock file when they are not."""
    _need("node", "npm")
    if not all((NODE / name).exists() for name in ("vnu-jar", "axe-core")):
        subprocess.run(
            ["npm", "ci", "--silent", "--no-audit", "--no-fund"],
            cwd=HERE,
            check=True,
            timeout=PATIENCE,
        )
    return NODE


def with_feedparser(feeds: Sequence[Fetched]) -> Iterator[Complaint]:
    """Every Atom and RSS feed parses, and every entry has what readers show."""
    for feed in feeds:
        if feed.url.partition("?")[0].endswith(".json"):
            continue
        parsed = feedparser.parse(
            feed.body,
            response_headers={name.lower(): value for name, value in feed.headers},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
        if parsed.bozo:
            yield Complaint(True, feed.url, f"not well formed: {parsed.bozo_exception}")
        ids = [entry.get("id") for entry in parsed.entries]
        if len(ids) != len(set(ids)):
            yield Complaint(True, feed.url, "two entries with one id")
        for entry in parsed.entries:
            shown = entry.summary_detail, *entry.content
            for text in (t.value for t in shown if t.type == "text/html"):
                if found := _UNSAFE.search(text):
                    yield Complaint(True, feed.url, f"in a reader that trusts us: {found[0]}")
            for name in ("id", "title", "link", "updated_parsed", "published_parsed"):
                if not entry.get(name) and not (name == "updated_parsed" and ".rss" in feed.url):
                    yield Complaint(True, feed.url, f"an entry without {name}")


def with_reader(feeds: Sequence[Fetched]) -> Iterator[Complaint]:
    """lemon24/reader takes every feed, and at the second poll finds nothing new."""
    with make_reader(":memory:") as reader:
        for feed in feeds:
            reader.add_feed(feed.url)
        for turn in (1, 2):
            for result in reader.update_feeds_iter(workers=4):
                if isinstance(result.value, Exception):
                    yield Complaint(True, result.url, f"{result.value}")
                elif turn == 2 and result.value and (result.value.new or result.value.modified):
                    yield Complaint(True, result.url, "something is new at the second poll")


def with_newsboat(feeds: Sequence[Fetched], folder: Path) -> Iterator[Complaint]:
    """newsboat, which knows no JSON Feed, reloads every third of the others and logs no error."""
    _need("newsboat")
    urls = [feed.url for feed in feeds if not feed.url.partition("?")[0].endswith(".json")]
    (folder / "urls").write_text("\n".join(urls[::3]) + "\n")
    (folder / "config").write_text("reload-threads 4\n")
    command: list[str | Path] = [
        "newsboat", "-u", folder / "urls", "-c", folder / "cache.db", "-C", folder / "config",
        "-l", "2", "-d", folder / "log", "-x", "reload",
    ]  # fmt: skip
    subprocess.run(command, check=True, timeout=PATIENCE, capture_output=True,
                   env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})  # fmt: skip
    log = (folder / "log").read_text(errors="replace") if (folder / "log").exists() else ""
    for line in log.splitlines():
        if "ERROR" in line or "parse" in line.lower():
            yield Complaint("ERROR" in line, "newsboat", line[:200])


def with_sfeed(feeds: Sequence[Fetched]) -> Iterator[Complaint]:
    """sfeed gives a line for every entry."""
    _need("sfeed")
    for feed in feeds:
        if feed.url.partition("?")[0].endswith(".json"):
            continue
        expected = len(re.findall(rb"<entry[ >]|<item>", feed.body))
        done = subprocess.run(["sfeed"], input=feed.body, capture_output=True, timeout=PATIENCE)
        lines = done.stdout.splitlines()
        if done.returncode or len(lines) != expected:
            yield Complaint(True, feed.url, f"{len(lines)} lines for {expected} entries")
        for line in lines:
            when, title, link = line.split(b"\t")[:3]
            if not (when and title and link):
                yield Complaint(True, feed.url, "an entry without date, title or link")


def with_node(feeds: Sequence[Fetched]) -> Iterator[Complaint]:
    """rss-parser and feedsmith read every feed, and find the same entries."""
    _modules()
    names = {str(feed.file): feed.url for feed in feeds}
    done = subprocess.run(
        ["node", "parse.mjs"],
        cwd=HERE,
        input="\n".join(names),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    if done.returncode:
        yield Complaint(True, "node", done.stderr[:300])
    for line in done.stdout.splitlines():
        found = json.loads(line)
        yield Complaint(True, names[found["file"]], f"{found['tool']}: {found['message']}"[:300])


def with_listparser(opml: Fetched, count: int) -> Iterator[Complaint]:
    """listparser finds every feed in the OPML."""
    parsed = listparser.parse(opml.body)
    if parsed.bozo:
        yield Complaint(True, opml.url, f"not well formed: {parsed.bozo_exception}")
    if len(parsed.feeds) != count:
        yield Complaint(True, opml.url, f"{len(parsed.feeds)} feeds instead of {count}")
    for feed in parsed.feeds:
        if not feed.get("title") or not feed.get("url"):
            yield Complaint(True, opml.url, "a feed without title or address")


def with_jing(feeds: Sequence[Fetched]) -> Iterator[Complaint]:
    """Atom feeds obey the grammar of RFC 4287."""
    _need("jing")
    files = {str(f.file): f.url for f in feeds if f.url.partition("?")[0].endswith(".atom")}
    names = list(files)
    for at in range(0, len(names), 200):
        done = subprocess.run(
            ["jing", "-c", HERE / "atom.rnc", *names[at : at + 200]],
            capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        for line in (done.stdout + done.stderr).splitlines():
            if "Unable to locate" in line:  # Debian's wrapper, about libraries nobody needs
                continue
            file = next((name for name in names if name in line), "")
            yield Complaint(True, files.get(file, "jing"), line.replace(file, "")[:300])


def with_httplint(answers: Iterable[tuple[Fetched, bytes]]) -> Iterator[Complaint]:
    """Headers mean what HTTP says they mean; each answer with its request's method."""
    for answer, _ in answers:
        linter = httplint.HttpResponseLinter()
        linter.process_response_topline(b"HTTP/1.1", str(answer.status).encode(), b"")
        linter.process_headers([(n.encode(), v.encode("latin-1")) for n, v in answer.headers])
        linter.feed_content(answer.body)
        linter.finish_content(True)
        for note in linter.notes:
            level = note.level.name
            if level in ("BAD", "WARN"):
                yield Complaint(level == "BAD", answer.url, str(note.summary))


def with_vnu(pages: Sequence[Fetched]) -> Iterator[Complaint]:
    """The Nu HTML checker accepts every page."""
    _need("java")
    jar = _modules() / "vnu-jar" / "build" / "dist" / "vnu.jar"
    files = {str(page.file): page.url for page in pages}
    done = subprocess.run(
        ["java", "-Xss4m", "-jar", jar, "--format", "json", *files],
        capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    try:
        messages = json.loads(done.stderr or "{}").get("messages", [])
    except ValueError:
        yield Complaint(True, "vnu", done.stderr[:300])
        return
    for message in messages:
        where = files.get(message.get("url", "").removeprefix("file:"), message.get("url", ""))
        kind = message.get("subType") or message.get("type")
        if kind in ("error", "fatal", "warning") or message.get("type") == "error":
            extract = " ".join(message.get("extract", "").split())[:80]
            yield Complaint(message["type"] == "error", where, f"{message['message']} [{extract}]")


def with_chromium(site: Site) -> Iterator[Complaint]:
    """People find, compose, understand and subscribe; axe finds nothing in their way."""
    _need("chromium")
    _modules()
    pictures = os.environ.get("TAGWIRE_PICTURES", "")  # a folder for screenshots
    done = subprocess.run(
        ["node", "browse.mjs", site.url, shutil.which("chromium") or "", pictures],
        cwd=HERE, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    if done.returncode:
        yield Complaint(True, "node", done.stderr[:500])
    for line in done.stdout.splitlines():
        found = json.loads(line)
        yield Complaint(True, found["where"], found["message"][:300])


def answers_of(
    site: Site, feeds: Sequence[Fetched], pages: Sequence[Fetched]
) -> list[tuple[Fetched, bytes]]:
    """Answers of all kinds: feeds, codings, 304, redirects' ends, errors, pages, static files."""
    chosen = [*feeds[:12], *pages[:8]]
    some = feeds[0]
    chosen += [
        site.get(some.url, **{"If-None-Match": some.etag}),
        site.get("/tags.opml"),
        site.get("/nowhere/nothing.atom"),
        site.get("/feed.atom?q=("),
        site.get("/static/style.css"),
        site.get("/robots.txt"),
        site.get("/favicon.ico"),
        site.get("/api/v1/expression?q=country:iran"),
        site.get("/country/iran/2024-01.rss"),
    ]
    return [(answer, b"GET") for answer in chosen]

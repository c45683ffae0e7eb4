"""Start a server, fetch everything, ask every tool; exit 1 on an error or an unexplained warning."""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.conformance import checks
from tests.conformance.allowed import reason
from tests.conformance.checks import Complaint, MissingError
from tests.conformance.live_site import Site

SHOWN = 8  # complaints of a tool that are printed


def main() -> int:
    """The number of tools that complained, or could not be asked where they must."""
    with (
        tempfile.TemporaryDirectory(prefix="tagwire-conformance-") as name,
        Site(Path(name)) as site,
    ):
        feeds, pages = site.everything()
        opml = site.get("/tags.opml")
        tags = len({f.url for f in feeds if f.url.endswith(".atom") and "/feed." not in f.url})
        print(f"{len(feeds)} feeds, {len(pages)} pages")
        wrong = [a.url for a in feeds if a.status != 200]
        failures = _tell("server", [Complaint(True, url, "not answered with 200") for url in wrong])
        tools: dict[str, Callable[[], Iterable[Complaint]]] = {
            "feedparser": lambda: checks.with_feedparser(feeds),
            "reader": lambda: checks.with_reader(feeds),
            "newsboat": lambda: checks.with_newsboat(feeds, Path(name)),
            "sfeed": lambda: checks.with_sfeed(feeds),
            "rss-parser, feedsmith": lambda: checks.with_node(feeds),
            "listparser": lambda: checks.with_listparser(opml, tags - 2),  # a month, an empty one
            "jing": lambda: checks.with_jing(feeds),
            "httplint": lambda: checks.with_httplint(checks.answers_of(site, feeds, pages)),
            "Chromium, axe": lambda: checks.with_chromium(site),
            "Nu HTML checker": lambda: checks.with_vnu(pages),
        }
        for tool, ask in tools.items():
            failures += _ask(tool, ask)
    return failures


def _ask(tool: str, ask: Callable[[], Iterable[Complaint]]) -> int:
    begin = time.monotonic()
    try:
        complaints = list(ask())
    except MissingError as e:
        must = bool(os.environ.get("TAGWIRE_NO_SKIP"))
        print(f"{tool:22} {'ERROR' if must else 'skipped'}: {e} is not installed")
        return int(must)
    return _tell(tool, complaints, time.monotonic() - begin)


def _tell(tool: str, complaints: list[Complaint], seconds: float = 0.0) -> int:
    errors = [c for c in complaints if c.error]
    warnings = [c for c in complaints if not c.error]
    allowed = Counter(why for c in warnings if (why := reason(tool, c.message)))
    unexplained = [c for c in warnings if not reason(tool, c.message)]
    print(
        f"{tool:22} {len(errors)} errors, {len(unexplained)} warnings, {allowed.total()} allowed"
        f"   {seconds:.0f} s"
    )
    for complaint in (errors + unexplained)[:SHOWN]:
        print(f"    {complaint.where}: {complaint.message}")
    return int(bool(errors or unexplained))


if __name__ == "__main__":
    sys.exit(1 if main() else 0)

"""All feeds, by a process that has nothing in memory: `benchmarks.rendering` starts it.

It imports what writing feeds needs, as a command does, and nothing of the benchmarks.
"""

import gc
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from feed.publisher import Publisher
from feed.query.expression import Has
from feed.settings import Settings
from feed.taxonomy.loader import load_taxonomy


def render(publisher: Publisher, keys: Sequence[str]) -> None:
    """The RSS feeds of all these tags."""
    for key in keys:
        publisher.feeds.feed(Has(key), "rss")


def main(database: str, base: str, tags: str, keys: str) -> None:
    """All of it once; `keys` is a file with a list in JSON."""
    with closing(Publisher(Settings(database, base), load_taxonomy(Path(tags)))) as publisher:
        gc.freeze()  # as the command line does after start-up
        render(publisher, json.loads(Path(keys).read_text()))


if __name__ == "__main__":
    main(*sys.argv[1:])

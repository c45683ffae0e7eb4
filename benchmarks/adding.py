"""Adding articles of 2-3 kB: tagged, kept and indexed, beside its parts and beside bare inserts.

    python -m benchmarks.adding [--articles 10000]

"keep and index" writes the same articles with tags made beforehand; it has no tagging in it.
"""

import argparse
import gc
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import corpus
from feed.ingest.archive import BATCH
from feed.model import Article, Tagged
from feed.publisher import Publisher
from feed.settings import Settings
from feed.store.records import dump_article
from feed.tagging.tagger import Tagger
from feed.taxonomy.taxonomy import Taxonomy
from tests.postgres import Server, find_binaries

TURNS = 3


def run(articles: int) -> None:
    """Print articles a second for the whole, for tagging and for bare inserts of the same text."""
    texts = list(corpus.articles(articles))
    with tempfile.TemporaryDirectory() as folder:
        publisher = Publisher(Settings(database=f"sqlite:///{folder}/warm.db"), corpus.taxonomy())
        tagger = publisher.archive.tagger
        ready = Ready(publisher.archive.taxonomy, {a.id: tagger.tag(a) for a in texts})
        binaries = find_binaries()
        server = Server(binaries) if binaries else None
        gc.freeze()  # as the command line does after start-up
        jobs: dict[str, Callable[[str], object]] = {
            "tag, keep and index": lambda place: _keep(f"sqlite:///{place}/x.db", tagger, texts),
            "tagging alone": lambda place: _tag(tagger, texts),
            "keep and index, SQLite": lambda place: _keep(f"sqlite:///{place}/x.db", ready, texts),
            "bare SQLite inserts": lambda place: _insert(texts, Path(place) / "x.db"),
        }
        if server:
            url = server.url
            jobs["keep and index, PostgreSQL"] = lambda place: _keep(url(), ready, texts)
        turns: dict[str, list[float]] = {name: [] for name in jobs}
        for _ in range(TURNS):
            for name, job in jobs.items():
                # What one job leaves to be written to the disk is no other's burden.
                with tempfile.TemporaryDirectory() as place:
                    begin = time.perf_counter()
                    job(place)
                    turns[name].append(articles / (time.perf_counter() - begin))
        publisher.close()
        if server:
            server.stop()
    print(f"\nadding {articles:,} articles, batches of {BATCH}")
    for name, figures in turns.items():
        print(f"{name:28} {statistics.median(figures):10,.0f} articles/s")


class Ready(Tagger):
    """A tagger that has tagged all beforehand."""

    def __init__(self, taxonomy: Taxonomy, tagged: dict[str, Tagged]) -> None:
        self.taxonomy, self._tagged = taxonomy, tagged

    def tag(self, article: Article) -> Tagged:
        return self._tagged[article.id]


def _keep(url: str, tagger: Tagger, texts: Sequence[Article]) -> None:
    publisher = Publisher(Settings(database=url), tagger.taxonomy)
    publisher.archive._tagger = tagger
    publisher.archive.ingest(texts)
    publisher.close()


def _tag(tagger: Tagger, texts: Sequence[Article]) -> None:
    for article in texts:
        tagger.tag(article)


def _insert(texts: Sequence[Article], path: Path) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("CREATE TABLE article (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, record TEXT)")
    for at in range(0, len(texts), BATCH):
        db.execute("BEGIN")
        rows = [(at + n, a.id, dump_article(a)) for n, a in enumerate(texts[at : at + BATCH])]
        db.executemany("INSERT INTO article VALUES (?, ?, ?)", rows)
        db.execute("COMMIT")
    db.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    run(parser.parse_args().articles)

"""Adding articles of 2-3 kB: tagged, kept and indexed, beside tagging alone and SQLite alone.

python -m benchmarks.adding [--articles 10000]
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
from feed.archive import BATCH
from feed.model import Article
from feed.publisher import Publisher
from feed.settings import Settings
from feed.store.records import dump_article
from feed.tagging.tagger import Tagger

TURNS = 3


def run(articles: int) -> None:
    """Print articles a second for the whole, for tagging and for bare inserts of the same text."""
    texts = list(corpus.articles(articles))
    with tempfile.TemporaryDirectory() as folder:
        publisher = Publisher(Settings(database=f"sqlite:///{folder}/warm.db"), corpus.taxonomy())
        tagger = publisher.tagger
        gc.freeze()  # as the command line does after start-up
        jobs: dict[str, Callable[[int], object]] = {
            "tag, keep and index": lambda turn: _add(publisher, texts, Path(folder), turn),
            "tagging alone": lambda turn: _tag(tagger, texts),
            "bare SQLite inserts": lambda turn: _insert(texts, Path(folder) / f"bare-{turn}.db"),
        }
        turns: dict[str, list[float]] = {name: [] for name in jobs}
        for turn in range(TURNS):
            for name, job in jobs.items():
                begin = time.perf_counter()
                job(turn)
                turns[name].append(articles / (time.perf_counter() - begin))
        publisher.close()
    print(f"\nadding {articles:,} articles, batches of {BATCH}")
    for name, figures in turns.items():
        print(f"{name:20} {statistics.median(figures):10,.0f} articles/s")


def _tag(tagger: Tagger, texts: Sequence[Article]) -> None:
    for article in texts:
        tagger.tag(article)


def _add(warm: Publisher, texts: Sequence[Article], folder: Path, turn: int) -> None:
    publisher = Publisher(Settings(database=f"sqlite:///{folder}/add-{turn}.db"), warm.taxonomy)
    publisher._archive._tagger = (
        warm.tagger
    )  # building it is start-up, measured in benchmarks.tagging
    publisher.ingest(texts)
    publisher.close()


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

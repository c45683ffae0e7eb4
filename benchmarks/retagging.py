"""Retagging after ten changed spellings, beside retagging everything: the same result, sooner.

python -m benchmarks.retagging [--articles 100000]
"""

import argparse
import gc
import random
import tempfile
import time
from dataclasses import replace

from benchmarks import corpus
from feed import retagging
from feed.index import ALL
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy import Taxonomy

CHANGED = 10


def changed(taxonomy: Taxonomy, seed: int = 4) -> Taxonomy:
    """The taxonomy with one more spelling for ten companies and systems that articles may name."""
    rng = random.Random(seed)
    keys = rng.sample(
        [
            key
            for key in taxonomy
            if key.startswith(("weapon:", "company:")) and not taxonomy.narrower.get(key)
        ],
        CHANGED,
    )
    tags = dict(taxonomy.tags)
    for number, key in enumerate(keys):
        tag = tags[key]
        tags[key] = replace(tag, alt=(*tag.alt, f"{tag.label} Mark {number}"))
    return Taxonomy(taxonomy.schemes, tags)


def run(articles: int) -> None:
    """Print seconds and the ratio."""
    taxonomy = corpus.taxonomy()
    new = changed(taxonomy)
    with tempfile.TemporaryDirectory() as folder:
        publisher = Publisher(Settings(database=f"sqlite:///{folder}/x.db"), taxonomy)
        publisher.ingest(corpus.articles(articles))
        publisher.use(new)
        assert publisher.tagger  # building it is start-up, measured in benchmarks.tagging
        gc.freeze()
        begin = time.perf_counter()
        due = len(retagging.plan(publisher._archive, new).seqs)
        planned = time.perf_counter() - begin
        begin = time.perf_counter()
        count = publisher.retag()
        some = time.perf_counter() - begin
        selected = _state(publisher)
        with publisher._archive.store.writing() as writer:  # nothing is known of what tagged them
            writer._db.execute("UPDATE tagging SET taxonomy = 'unknown'")
        begin = time.perf_counter()
        everything = publisher.retag()
        whole = time.perf_counter() - begin
        assert everything == articles
        assert _state(publisher) == selected, "the results differ"
        publisher.close()
    print(f"\nretagging {articles:,} articles after {CHANGED} changed spellings")
    print(f"finding the affected    {planned:8.2f} s  {due:,} articles")
    print(f"retagging what may change {some:6.2f} s  {count:,} articles")
    print(f"retagging everything    {whole:8.2f} s  {whole / some:.0f} times as long, same result")


def _state(publisher: Publisher) -> dict[str, int]:
    snapshot = publisher.fresh()
    return {key: snapshot.size(key) for key in snapshot.bitmaps if snapshot.size(key) or key == ALL}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    run(parser.parse_args().articles)

"""Retagging after ten changed spellings, beside retagging everything: the same result, sooner.

python -m benchmarks.retagging [--articles 100000]
"""

import argparse
import gc
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace

from benchmarks import corpus
from feed.index.snapshot import ALL
from feed.ingest import retag
from feed.model import Article
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.taxonomy import Taxonomy

CHANGED = 10


def leaves(taxonomy: Taxonomy) -> list[str]:
    """The companies and systems that have nothing narrower."""
    return [
        key
        for key in taxonomy
        if key.startswith(("weapon:", "company:")) and not taxonomy.narrower.get(key)
    ]


def articles_of(taxonomy: Taxonomy, count: int) -> Iterator[Article]:
    """Articles that each name one company or system more, drawn from all of them.

    The samples know few; an archive has most of what the taxonomy has, each in few articles.
    """
    rng = random.Random(5)
    keys = leaves(taxonomy)
    for article in corpus.articles(count):
        label = taxonomy[rng.choice(keys)].label
        yield replace(article, text=f"{article.text}\n\nThe {label} was named, too.")


def changed(taxonomy: Taxonomy) -> Taxonomy:
    """The taxonomy with one more spelling for ten companies and systems."""
    tags = dict(taxonomy.tags)
    for number, key in enumerate(random.Random(4).sample(leaves(taxonomy), CHANGED)):
        tag = tags[key]
        tags[key] = replace(tag, alt=(*tag.alt, f"{tag.label} Mark {number}"))
    return Taxonomy(taxonomy.schemes, tags, taxonomy.rules)


def run(articles: int) -> None:
    """Print seconds and the ratio."""
    taxonomy = corpus.taxonomy()
    with tempfile.TemporaryDirectory() as folder:
        publisher = Publisher(Settings(database=f"sqlite:///{folder}/x.db"), taxonomy)
        publisher.archive.ingest(articles_of(taxonomy, articles))
        new = changed(taxonomy)
        publisher.archive.set_taxonomy(new)
        assert publisher.archive.tagger  # building it is start-up, measured in benchmarks.tagging
        gc.freeze()
        begin = time.perf_counter()
        due = len(retag.plan(publisher.archive, new).seqs)
        planned = time.perf_counter() - begin
        begin = time.perf_counter()
        count = retag.retag(publisher.archive)
        some = time.perf_counter() - begin
        selected = _state(publisher)
        with publisher.archive.store.writing() as writer:  # nothing is known of what tagged them
            writer._db.execute("UPDATE tagging SET taxonomy = 'unknown'")
        begin = time.perf_counter()
        everything = retag.retag(publisher.archive)
        whole = time.perf_counter() - begin
        assert everything == articles
        assert _state(publisher) == selected, "the results differ"
        publisher.close()
    print(f"\nretagging {articles:,} articles after {CHANGED} changed spellings")
    print(f"finding the affected    {planned:8.2f} s  {due:,} articles")
    print(f"retagging what may change {some:6.2f} s  {count:,} articles")
    print(f"retagging everything    {whole:8.2f} s  {whole / some:.0f} times as long, same result")


def _state(publisher: Publisher) -> dict[str, int]:
    snapshot = publisher.archive.current_snapshot()
    return {key: snapshot.size(key) for key in snapshot.bitmaps if snapshot.size(key) or key == ALL}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    run(parser.parse_args().articles)

"""Texts to measure on: new articles of shuffled sentences, each of three of our own samples."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feed.model import Article
from feed.sources.folder import find_files, read_file
from feed.tagsfile import load_taxonomy
from feed.taxonomy import Taxonomy

ROOT = Path(__file__).parent.parent
LENGTH = 2_500  # code points of an article, about


def taxonomy() -> Taxonomy:
    """The taxonomy that Tagwire ships."""
    return load_taxonomy(ROOT / "tags.yaml")


def samples() -> list[Article]:
    """The sample articles."""
    files = [file for file in find_files([str(ROOT / "seeds")]) if isinstance(file, Path)]
    return [item for file in files for item in read_file(file) if isinstance(item, Article)]


def articles(count: int, seed: int = 1) -> Iterator[Article]:
    """`count` articles of about 2.5 kB; equal seeds give equal articles."""
    rng = random.Random(seed)
    sources = samples()
    sentences = [
        [s for s in a.text.replace("\n\n", " ").split(". ") if len(s) > 20] for a in sources
    ]
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    for number in range(count):
        parts: list[str] = []
        drawn = rng.sample(range(len(sources)), 3)
        pool = [s for n in drawn for s in sentences[n]]
        size = 0
        while size < LENGTH:
            parts.append(rng.choice(pool))
            size += len(parts[-1]) + 2
        published = begin + timedelta(minutes=number)
        yield Article(
            id=f"tag:bench.example,2024:{seed}-{number}",
            title=sources[drawn[0]].title,
            text=". ".join(parts[: len(parts) // 2])
            + ".\n\n"
            + ". ".join(parts[len(parts) // 2 :]),
            published=published,
            updated=published,
            url=f"https://bench.example/{seed}/{number}",
        )

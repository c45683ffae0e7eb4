"""Texts to measure on: new articles of shuffled sentences, each of three of our own samples.

The samples name something every few words, and something new each time. Articles of the trade press
of that length do so half as often (11 finds in 1,000 characters), come back to the same few names
(3 finds for every tag), and have a vocabulary that never stops growing. So every name and number is
replaced by a made-up one, but in the sentences on the article's subject, which are few and return.
"""

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from feed.model import Article
from feed.sources.arrival import Arrival
from feed.sources.folder import find_files, read_file
from feed.taxonomy.loader import load_taxonomy
from feed.taxonomy.taxonomy import Taxonomy

ROOT = Path(__file__).parent.parent
LENGTH = 2_500  # code points of an article, about
RENAMED = 0.6  # share of the sentences that lose their names
SUBJECT = 3  # sentences that an article comes back to
NAMES = 50_000  # made-up names, drawn by Zipf's law
_SYLLABLES = "ka ro mi ten sol var du pek lon zi bra shu ol gre fen tor".split()
_NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][\w-]*|\b[A-Za-z-]*\d[\w.,-]*\w|\b\d\b")


def taxonomy() -> Taxonomy:
    """The taxonomy that Tagwire ships."""
    return load_taxonomy(ROOT / "tags.yaml")


def samples() -> list[Article]:
    """The sample articles."""
    files = [file for file in find_files([str(ROOT / "seeds")]) if isinstance(file, Path)]
    found = (item for file in files for item in read_file(file))
    return [item.article for item in found if isinstance(item, Arrival)]


def made_up_names(count: int, rng: random.Random) -> list[str]:
    """Distinct names that nobody bears, such as "Rotensol"."""
    names: dict[str, None] = {}
    while len(names) < count:
        names["".join(rng.choices(_SYLLABLES, k=rng.randint(3, 5))).capitalize()] = None
    return list(names)


def articles(count: int, seed: int = 1, renamed: float = RENAMED) -> Iterator[Article]:
    """`count` articles of about 2.5 kB; equal seeds give equal articles."""
    rng = random.Random(seed)
    names = made_up_names(NAMES, rng)
    weights = list(accumulate(1 / rank for rank in range(1, NAMES + 1)))

    def other(match: re.Match[str]) -> str:
        if match[0][0].isdigit():
            return str(rng.randrange(2, 10_000))
        return rng.choices(names, cum_weights=weights)[0]

    sources = samples()
    sentences = [
        [s for s in a.text.replace("\n\n", " ").split(". ") if len(s) > 20] for a in sources
    ]
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    for number in range(count):
        parts: list[str] = []
        drawn = rng.sample(range(len(sources)), 3)
        pool = [s for n in drawn for s in sentences[n]]
        subject = rng.sample(pool, SUBJECT)
        size = 0
        while size < LENGTH:
            if rng.random() < renamed:
                parts.append(_NAME.sub(other, rng.choice(pool)))
            else:
                parts.append(rng.choice(subject))
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

"""The whole tagger beside FlashText, flashtext2, spaCy's PhraseMatcher and the raw automaton.

    python -m benchmarks.tagging [--megabytes 50] [--sizes 1000 10000 100000]

All run over the same articles in the same process, in turns; a figure is the median of its turns,
and every turn has articles of its own, as a stream has. The tagger has all its rules on and answers
with salience (main or mention); the peers only say which keyword stands where. Spellings: those of
the shipped taxonomy, cut or filled up with made-up names to the size asked for.

FlashText and flashtext2 ignore case unless they are told not to; so does the tagger for small
letters ("LOITERING MUNITION"), while a capital has to be one. Both settings of theirs are shown, and
the goals are those for the setting that they come with. After `make native` the tagger is compiled.
"""

import argparse
import random
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial

import ahocorasick_rs

from benchmarks import corpus
from benchmarks.rendering import goal
from feed.tagging.disambiguation import resolver
from feed.tagging.tagger import Tagger
from feed.taxonomy.taxonomy import Scheme, Tag, Taxonomy
from feed.text.fold import fold, fold_name

Job = Callable[[str, str], object]  # title and text of one article
TURNS = 3


def sized(taxonomy: Taxonomy, spellings: int) -> Taxonomy:
    """The taxonomy with exactly so many spellings: its own, then made-up names of systems."""
    tags: dict[str, Tag] = {}
    count = 0
    for key, tag in taxonomy.items():
        size = len(tag.strong) + len(tag.weak)
        if count + size > spellings:
            break
        tags[key] = _alone(tag)
        count += size
    rng = random.Random(2)
    syllables = [
        "ka",
        "ro",
        "mi",
        "ten",
        "sol",
        "var",
        "du",
        "pek",
        "lon",
        "zi",
        "bra",
        "shu",
        "ol",
    ]
    while count < spellings:
        name = "".join(rng.choices(syllables, k=4)).capitalize()
        tag = Tag("weapon", f"made-up-{count}", f"{name} {rng.randrange(1, 9999)}")
        tags[tag.key] = tag
        count += 1
    schemes = dict(taxonomy.schemes) or {"weapon": Scheme("weapon", "Weapon", "product")}
    return Taxonomy(schemes, tags, taxonomy.rules)


def _alone(tag: Tag) -> Tag:
    """A tag without relations, whose targets may be cut off."""
    return Tag(
        tag.scheme, tag.term, tag.label, tag.alt, tag.weak, tag.never,
        tuple(c for c in tag.context if ":" not in c), tag.person,
    )  # fmt: skip


def spellings_of(taxonomy: Taxonomy) -> list[str]:
    """Every spelling once, for the peers."""
    return list(dict.fromkeys(s for tag in taxonomy.values() for s in (*tag.strong, *tag.weak)))


def tagwire(taxonomy: Taxonomy) -> Job:
    """Our tagger, all rules on."""
    tagger = Tagger(taxonomy)
    return lambda title, text: tagger.find(title, text).scores()


def raw_automaton(taxonomy: Taxonomy) -> Job:
    """ahocorasick_rs alone, with the folded spellings on folded text: what a tagger on it can reach."""
    patterns = list(dict.fromkeys(fold_name(s) for s in spellings_of(taxonomy)))
    find = ahocorasick_rs.BytesAhoCorasick(patterns).find_matches_as_indexes
    return lambda title, text: find(fold(f"{title}\n\n{text}").data, overlapping=True)


def flashtext(taxonomy: Taxonomy, case: bool = False) -> Job:
    """FlashText, with spans."""
    from flashtext import KeywordProcessor

    processor = KeywordProcessor(case_sensitive=case)
    processor.add_keywords_from_list(spellings_of(taxonomy))
    return lambda title, text: processor.extract_keywords(f"{title}\n\n{text}", span_info=True)


def flashtext2(taxonomy: Taxonomy, case: bool = False) -> Job:
    """flashtext2, with spans."""
    from flashtext2 import KeywordProcessor

    processor = KeywordProcessor(case_sensitive=case)
    processor.add_keywords_from_iter(spellings_of(taxonomy))
    return lambda title, text: processor.extract_keywords_with_span(f"{title}\n\n{text}")


def phrase_matcher(taxonomy: Taxonomy) -> Job:
    """spaCy's PhraseMatcher on a blank English pipeline; its tokeniser is part of the work."""
    import spacy
    from spacy.matcher import PhraseMatcher

    pipeline = spacy.blank("en")
    pipeline.max_length = 100_000_000
    matcher = PhraseMatcher(pipeline.vocab)
    matcher.add("tags", [pipeline.make_doc(s) for s in spellings_of(taxonomy)])
    return lambda title, text: matcher(pipeline.make_doc(f"{title}\n\n{text}"))


PEERS: dict[str, tuple[Callable[[Taxonomy], Job], float]] = {
    # name: builder, share of the corpus it gets (the slow ones a part, measured per byte)
    "tagwire": (tagwire, 1.0),
    "raw automaton": (raw_automaton, 1.0),
    "flashtext2": (flashtext2, 1.0),
    "flashtext2, case": (partial(flashtext2, case=True), 1.0),
    "FlashText": (flashtext, 0.3),
    "FlashText, case": (partial(flashtext, case=True), 0.3),
    "PhraseMatcher": (phrase_matcher, 0.15),
}
GOALS = {"raw automaton": 0.5, "flashtext2": 1.3, "FlashText": 5, "PhraseMatcher": 35}
SLOWDOWN = 3  # times, at most, from the smallest number of spellings to the largest
START = 1.0  # seconds
GOALS_AT = 10_000  # spellings


def measure(job: Job, texts: Sequence[tuple[str, str]]) -> float:
    """Megabytes (10^6 code points) a second of one turn."""
    begin = time.perf_counter()
    for title, text in texts:  # results are dropped at once, as in a stream
        job(title, text)
    return (
        sum(len(title) + len(text) for title, text in texts) / (time.perf_counter() - begin) / 1e6
    )


def run(megabytes: float, sizes: Sequence[int]) -> None:
    """Print a table for each size."""
    count = int(megabytes * 1e6 / corpus.LENGTH)
    texts = [(a.title, a.text) for a in corpus.articles(count)]
    shipped = corpus.taxonomy()
    begin = time.perf_counter()
    Tagger(corpus.taxonomy())
    start = time.perf_counter() - begin
    compiled = "compiled" if resolver.__file__.endswith(".so") else "not compiled"
    print(f"start-up with the shipped taxonomy ({len(shipped)} tags): {start:.2f} s; {compiled}")
    goal("start-up", start, START, unit=" s")
    own = [table(sized(shipped, size), texts, size) for size in sizes]
    if len(own) > 1:
        print()
        goal(f"from {sizes[0]:,} to {sizes[-1]:,} spellings, slower", own[0] / own[-1], SLOWDOWN)


def table(taxonomy: Taxonomy, texts: Sequence[tuple[str, str]], size: int) -> float:
    """One size: build every peer, let them run in turns, print medians and ratios; our speed."""
    jobs: dict[str, tuple[Job, int, float]] = {}
    turn = len(texts) // TURNS
    for name, (build, share) in PEERS.items():
        begin = time.perf_counter()
        job = build(taxonomy)
        jobs[name] = (job, max(1, int(turn * share)), time.perf_counter() - begin)
    turns: dict[str, list[float]] = {name: [] for name in jobs}
    for first in range(0, TURNS * turn, turn):
        for name, (job, some, _built) in jobs.items():
            turns[name].append(measure(job, texts[first : first + some]))
    speeds = {name: statistics.median(figures) for name, figures in turns.items()}
    mean = sum(len(title) + len(text) for title, text in texts) / len(texts)
    print(f"\n{size:,} spellings, {len(texts):,} articles of {mean:,.0f} code points")
    print(f"{'':16} {'MB/s':>8} {'articles/s':>11} {'build s':>8} {'tagwire is':>11}")
    for name, speed in speeds.items():
        ratio = speeds["tagwire"] / speed
        print(
            f"{name:16} {speed:8.1f} {speed * 1e6 / mean:11,.0f} {jobs[name][2]:8.2f} {ratio:10.2f}x"
        )
    if size == GOALS_AT:
        for name, least in GOALS.items():
            goal(f"tagwire/{name}", speeds["tagwire"] / speeds[name], least, most=False)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory of the process at its highest: {peak:,.0f} MiB")
    return speeds["tagwire"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    options = parser.parse_args()
    run(options.megabytes, options.sizes)

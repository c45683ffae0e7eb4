"""Twelve shapes of question on the bitmaps, beside the SQL join on SQLite and on PostgreSQL.

    python -m benchmarks.expressions [--articles 1000000] [--no-sql]

The archive is made up: every article gets countries, companies and systems of the shipped taxonomy,
drawn by Zipf's law, with everything broader, its day, source and language, as the index holds them;
and tags made for the hard cases, such as two of 20 % that meet 60 times. Every question asks for the
newest 50 articles (the hundredth page is the articles before the newest 4,950). The databases hold
the rows of the tags that are asked for, clustered by tag and newest article. Memory is what a
process has more after it read the index than before.
"""

import argparse
import gc
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from benchmarks import corpus
from feed.index.snapshot import ALL, BLOCK, PostingsBuilder, Snapshot
from feed.query.expression import MAIN, And, Expression, Has, Not, Or, canonical, terms
from feed.query.keys import day_key
from feed.store.database import Store
from feed.taxonomy.taxonomy import Taxonomy
from tests.postgres import Server, find_binaries

PAGE = 50
BEGIN, A_DAY = date(2000, 1, 1), 300  # articles of a day
MEETINGS = 60  # of the two tags of 20 % that nearly never meet
RUNS = 200  # of a question on the bitmaps; the joins get fewer
Ask = Callable[[Expression, int | None], list[int]]


def archive(articles: int, taxonomy: Taxonomy) -> Iterator[tuple[int, set[str]]]:
    """The keys of made-up articles, by arrival number."""
    rng = random.Random(3)
    related: dict[str, tuple[str, ...]] = {}
    pools = []
    for scheme, most in (("country", 3), ("company", 1), ("weapon", 2)):
        keys = [key for key in taxonomy if taxonomy[key].scheme == scheme]
        rng.shuffle(keys)
        pools.append((keys, list(accumulate(1 / rank for rank in range(1, len(keys) + 1))), most))
    meetings = set(rng.sample(range(articles), MEETINGS))
    for seq in range(articles):
        day = day_key(BEGIN + timedelta(days=seq // A_DAY))
        source = (
            f"source:{rng.choices(range(30), cum_weights=list(accumulate(range(30, 0, -1))))[0]}"
        )
        found = {ALL, day, source, "lang:en", *_made(seq, seq in meetings, rng)}
        for number, (pool, weights, most) in enumerate(pools):
            for key in rng.choices(pool, cum_weights=weights, k=rng.randint(0, most)):
                if key not in related:
                    related[key] = (key, *taxonomy.ancestors[key])
                found.update(related[key])
                if rng.random() < (0.7 if number == 0 else 0.4):
                    found.update(name + MAIN for name in related[key])
        yield seq, found


def _made(seq: int, meeting: bool, rng: random.Random) -> Iterator[str]:
    """The tags made for the hard cases."""
    low = seq % 10
    if low < 2 or meeting:
        yield "made:left"
    if 2 <= low < 4 or meeting:
        yield "made:right"
    if rng.random() < 0.2:
        yield "made:common"
    if rng.random() < 0.0002:
        yield "made:rare"


def keep(articles: Iterable[tuple[int, set[str]]], url: str) -> None:
    """Write the index of an archive into an empty database."""
    builder = PostingsBuilder()
    with closing(Store(url)) as store, store.writing() as writer:
        for seq, keys in articles:
            if seq and seq & ((1 << BLOCK) - 1) == 0:
                writer.put_bitmaps(builder.build(), 1)
            builder.add(seq, keys)
        writer.put_bitmaps(builder.build(), 1)


def read(url: str) -> Snapshot:
    """The index that a database holds."""
    with closing(Store(url)) as store:
        return Snapshot().with_bitmaps(1, store.bitmaps())


def memory(url: str) -> int:
    """The bytes that a process takes to hold an index; call it in a new one."""
    gc.collect()
    before = _resident()
    snapshot = read(url)
    gc.collect()
    grown = _resident() - before
    assert snapshot.bitmaps
    return grown


def _resident() -> int:
    """The memory of this process, without the files that are mapped into it."""
    rows = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(row.split()[1]) << 10 for row in rows if row.startswith("Anonymous:"))


def questions(snapshot: Snapshot, taxonomy: Taxonomy) -> dict[str, tuple[Expression, bool]]:
    """The shapes by name; True asks for the hundredth page."""
    left, right = Has("made:left"), Has("made:right")
    common, rare = Has("made:common"), Has("made:rare")
    sizes = {key: snapshot.size(key) for key in taxonomy}
    ordered = sorted(sizes, key=lambda key: -sizes[key])
    weapons = [
        key for key in ordered if key.startswith("weapon:") and not taxonomy.narrower.get(key)
    ]
    broad = min(
        (key for key in taxonomy.classes), key=lambda k: abs(len(taxonomy.descendants(k)) - 300)
    )
    country = next(key for key in ordered if key.startswith("country:"))
    twenty = Or(tuple(Has(key) for key in weapons[20:40]))
    return {
        "one tag of 20 %": (left, False),
        "one rare tag": (rare, False),
        "two of 20 % that meet 60 times": (And((left, right)), False),
        "rare and common": (And((rare, common)), False),
        "common, not common": (And((left, Not(common))), False),
        "rare, not common": (And((rare, Not(common))), False),
        "one of 20 tags": (twenty, False),
        "one of 20 tags, not common": (And((twenty, Not(common))), False),
        f"a class of {len(taxonomy.descendants(broad))} tags and a country": (And((Has(broad), Has(country))), False),
        "three tags, one mainly": (And((common, left, Has(country, True))), False),
        "everything but a common tag": (Not(common), False),
        "common, not common, page 100": (And((left, Not(common))), True),
    }  # fmt: skip


class Sqlite:
    """The SQL join on SQLite."""

    name = "SQLite"

    def __init__(self, folder: str) -> None:
        self._db = sqlite3.connect(Path(folder) / "join.db", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -262144",
            "CREATE TABLE tagged (tag TEXT, seq INTEGER, PRIMARY KEY (tag, seq)) WITHOUT ROWID",
        ):  # fmt: skip
            self._db.execute(statement)

    def fill(self, rows: Iterable[tuple[str, int]]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO tagged VALUES (?, ?)", rows)
        self._db.execute("COMMIT")

    def ask(self, expression: Expression, before: int | None) -> list[int]:
        return [seq for (seq,) in self._db.execute(_sql(expression, before))]


class Postgres:
    """The SQL join on PostgreSQL."""

    name = "PostgreSQL"

    def __init__(self, server: Server) -> None:
        import psycopg

        self._db = psycopg.connect(server.url(), autocommit=True)
        self._db.execute("CREATE TABLE tagged (tag TEXT, seq BIGINT)")

    def fill(self, rows: Iterable[tuple[str, int]]) -> None:
        with self._db.cursor() as cursor, cursor.copy("COPY tagged FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self._db.execute("ALTER TABLE tagged ADD PRIMARY KEY (tag, seq)")
        self._db.execute("ANALYZE tagged")

    def ask(self, expression: Expression, before: int | None) -> list[int]:
        return [seq for (seq,) in self._db.execute(_sql(expression, before).encode())]


def _sql(expression: Expression, before: int | None) -> str:
    """The newest 50 as one statement: an EXISTS for every tag, which both planners do best with."""
    limit = "" if before is None else f" AND t.seq < {before}"
    parts = expression.parts if isinstance(expression, And) else (expression,)
    first = next((str(p) for p in parts if isinstance(p, Has)), ALL)
    if isinstance(parts[0], Or) and first == "made:common":
        first = ALL
    conditions = "".join(f" AND {_condition(p)}" for p in parts if str(p) != first)
    return (
        f"SELECT t.seq FROM tagged t WHERE t.tag = '{first}'{limit}{conditions}"
        f" ORDER BY t.seq DESC LIMIT {PAGE}"
    )


def _condition(part: Expression) -> str:
    match part:
        case Not(inner):
            return f"NOT {_condition(inner)}"
        case Or(parts):
            return "(" + " OR ".join(map(_condition, parts)) + ")"
    return f"EXISTS (SELECT 1 FROM tagged x WHERE x.tag = '{part}' AND x.seq = t.seq)"


def measure(ask: Ask, expression: Expression, before: int | None, runs: int) -> tuple[float, float]:
    """The median and the worst of some runs, in microseconds."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        ask(expression, before)
        times.append((time.perf_counter() - begin) * 1e6)
        if sum(times) > 3e6:
            break
    return statistics.median(times), max(times)


def run(articles: int, sql: bool = True) -> None:
    """Print a table."""
    taxonomy = corpus.taxonomy()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/index.db"
        keep(archive(articles, taxonomy), url)
        code = f"from benchmarks.expressions import memory; print(memory({url!r}))"
        grown = int(subprocess.check_output([sys.executable, "-c", code], cwd=corpus.ROOT))
        begin = time.perf_counter()
        snapshot = read(url)
        seconds = time.perf_counter() - begin
        entries = sum(map(snapshot.size, snapshot.bitmaps))
        print(
            f"\n{articles:,} articles, {len(snapshot.bitmaps):,} keys, {entries / articles:.0f} keys an article:"
            f" read in {seconds:.1f} s; {grown / articles:.1f} bytes an article in memory"
        )
        gc.collect()
        gc.freeze()
        asked = {
            name: (canonical(part), _cursor(snapshot, canonical(part)) if deep else None)
            for name, (part, deep) in questions(snapshot, taxonomy).items()
        }
        peers: list[Sqlite | Postgres] = [Sqlite(folder)] if sql else []
        binaries = find_binaries()
        server = Server(binaries) if sql and binaries else None
        if server:
            peers.append(Postgres(server))
        try:
            names = {str(has) for e, _ in asked.values() for has in terms(e)} | {ALL}
            for peer in peers:
                peer.fill(
                    (name, seq) for name in sorted(names) for seq in snapshot.seqs(_has(name))
                )
            _table(snapshot, asked, peers)
        finally:
            if server:
                for peer in peers:
                    peer._db.close()
                server.stop()


def _has(name: str) -> Expression:
    return Has(name.removesuffix(MAIN), name.endswith(MAIN))


def _cursor(snapshot: Snapshot, expression: Expression) -> int:
    return snapshot.page(expression, PAGE * 99)[-1]


def _table(
    snapshot: Snapshot,
    asked: dict[str, tuple[Expression, int | None]],
    peers: list[Sqlite | Postgres],
) -> None:
    heads = "".join(f"{peer.name + ' us':>16}" for peer in peers)
    print(f"{'newest 50 of':36} {'found':>9} {'median us':>10} {'worst us':>10}{heads}")
    medians = []
    for name, (expression, before) in asked.items():

        def ask(e: Expression, b: int | None) -> list[int]:
            return snapshot.page(e, PAGE, b)

        median, worst = measure(ask, expression, before, RUNS)
        medians.append(median)
        cells = ""
        for peer in peers:
            assert peer.ask(expression, before) == ask(expression, before), (peer.name, name)
            slow, _ = measure(peer.ask, expression, before, RUNS // 10)
            cells += f"{slow:16,.0f}"
        found = snapshot.count(expression)
        print(f"{name:36} {found:9,} {median:10,.0f} {worst:10,.0f}{cells}")
    print(
        f"median of the medians {statistics.median(medians):,.0f} us, highest {max(medians):,.0f} us"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--no-sql", action="store_true", help="leave the databases out")
    options = parser.parse_args()
    run(options.articles, not options.no_sql)

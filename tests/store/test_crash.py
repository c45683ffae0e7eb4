"""kill -9 at random moments: what was acknowledged is there, what was not is wholly absent.

    TAGWIRE_KILLS=200 python -m pytest tests/store/test_crash.py

runs as many rounds as asked for; the usual run has a few.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feed.ingest import maintenance, retag
from feed.model import Article
from feed.publisher import Publisher
from feed.settings import Settings
from feed.tagging.tagger import Tagger
from feed.taxonomy.loader import parse_taxonomy
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import ROOT, SMALL
from tests.loopback import PATIENCE
from tests.postgres import Server

KILLS = int(os.environ.get("TAGWIRE_KILLS", "4"))
COUNT = 1_500
BATCH = 50
NEW = SMALL.read_text(encoding="utf-8") + "    zorg: {label: Zorg, broader: missile}\n"
# Says the number of every batch once it is committed.
ADD = """
import sys
from tests.store.test_crash import articles, BATCH
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.loader import load_taxonomy
from pathlib import Path
publisher = Publisher(Settings(database=sys.argv[1]), load_taxonomy(Path(sys.argv[2])))
publisher.archive.tagger
every = articles()
print("ready", flush=True)
for at in range(0, len(every), BATCH):
    publisher.archive.ingest(every[at:at + BATCH])
    print(at + BATCH, flush=True)
"""
RETAG = """
import sys
from feed.ingest import retag
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.loader import load_taxonomy
from pathlib import Path
retag.SHARD = 50
publisher = Publisher(Settings(database=sys.argv[1]), load_taxonomy(Path(sys.argv[2])))
publisher.archive.tagger
print("ready", flush=True)
publisher.archive.rules.make_current()
retag.retag(publisher.archive)
"""


def articles() -> list[Article]:
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        Article(
            id=f"tag:wire.example,2025:{n}",
            title=f"Israel {n}",
            text=f"A Harop and {'the Zorg' if n % 5 == 0 else 'drones'} number n{n}.",
            published=begin + timedelta(minutes=n),
            updated=begin + timedelta(minutes=n),
        )
        for n in range(COUNT)
    ]


def killed(script: str, database: str, tags: Path, rng: random.Random) -> int:
    """Run a script, kill it at a random moment; the last number it said."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, database, str(tags)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    time.sleep(rng.uniform(0, 0.6))
    process.send_signal(signal.SIGKILL)
    said = [line for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    process.stdout.close()
    process.wait(PATIENCE)
    return int(said[-1]) if said else 0


NewDatabase = Callable[[], str]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """URLs of new, empty databases of one kind."""
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path}/{random.randrange(1 << 40)}.db"
    server: Server = request.getfixturevalue("postgres")
    return server.url


def test_killed_while_adding(new_database: NewDatabase, small: Taxonomy) -> None:
    rng = random.Random(json.dumps([KILLS, "add"]))
    every = articles()
    database, half = new_database(), 0
    for _ in range(KILLS):
        acknowledged = killed(ADD, database, SMALL, rng)
        publisher = Publisher(Settings(database=database), small)
        assert maintenance.check(publisher.archive) == []
        count = publisher.archive.count()
        assert count >= acknowledged
        assert count % BATCH == 0  # a batch is there or it is not
        half += 0 < count < COUNT
        if count > COUNT // 2:
            publisher.archive.ingest(every)  # a rerun completes
            assert publisher.archive.count() == COUNT
            assert maintenance.check(publisher.archive) == []
            assert publisher.pages.page(publisher.archive.parse("country:israel")).total == COUNT
            database = new_database()
        publisher.close()
    assert half or KILLS < 20, "every kill came too early or too late"


def test_killed_while_retagging(new_database: NewDatabase, small: Taxonomy, tmp_path: Path) -> None:
    rng = random.Random(json.dumps([KILLS, "retag"]))
    every, database = articles(), new_database()
    publisher = Publisher(Settings(database=database), small)
    publisher.archive.ingest(every)
    publisher.close()
    tags = tmp_path / "tags.yaml"
    tags.write_text(NEW, encoding="utf-8")
    to, other = (parse_taxonomy(NEW), tags), (small, SMALL)
    half = 0
    for _ in range(KILLS):
        killed(RETAG, database, to[1], rng)
        publisher = Publisher(Settings(database=database), to[0])
        assert maintenance.check(publisher.archive) == []
        assert publisher.archive.count() == COUNT
        stale = publisher.archive.stale()
        half += 0 < stale < COUNT
        if stale < COUNT // 2:
            publisher.archive.rules.make_current()
            retag.retag(publisher.archive)  # a rerun completes
            assert publisher.archive.stale() == 0
            carriers = COUNT // 5 if "weapon:zorg" in to[0] else 0
            assert publisher.archive.counts().get("weapon:zorg", 0) == carriers
            tagger = Tagger(to[0])
            for article in every[::50]:
                assert publisher.archive.article(article.id) == tagger.tag(article)
            to, other = other, to
        publisher.close()
    assert half or KILLS < 20, "every kill came too early or too late"

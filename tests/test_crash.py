"""kill -9 at random moments: what was acknowledged is there, what was not is wholly absent.

    TAGWIRE_KILLS=200 python -m pytest tests/test_crash.py

runs as many rounds as asked for; the usual run has a few.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feed.model import Article
from feed.publisher import Publisher
from feed.settings import Settings
from feed.tagging.tagger import Tagger
from feed.tagsfile import parse_taxonomy
from feed.taxonomy import Taxonomy
from tests.conftest import ROOT, SMALL

KILLS = int(os.environ.get("TAGWIRE_KILLS", "4"))
COUNT = 1_500
BATCH = 50
NEW = SMALL.read_text(encoding="utf-8") + "    zorg: {label: Zorg, broader: missile}\n"
# Says the number of every batch once it is committed.
ADD = """
import sys
from tests.test_crash import articles, BATCH
from feed.publisher import Publisher
from feed.settings import Settings
from feed.tagsfile import load_taxonomy
from pathlib import Path
publisher = Publisher(Settings(database=sys.argv[1]), load_taxonomy(Path(sys.argv[2])))
publisher.tagger
every = articles()
print("ready", flush=True)
for at in range(0, len(every), BATCH):
    publisher.ingest(every[at:at + BATCH])
    print(at + BATCH, flush=True)
"""
RETAG = """
import sys
from feed import retagging
from feed.publisher import Publisher
from feed.settings import Settings
from feed.tagsfile import load_taxonomy
from pathlib import Path
retagging.SHARD = 50
publisher = Publisher(Settings(database=sys.argv[1]), load_taxonomy(Path(sys.argv[2])))
publisher.tagger
print("ready", flush=True)
publisher.retag()
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
    process.wait(30)
    return int(said[-1]) if said else 0


@pytest.fixture
def tags(tmp_path: Path) -> Path:
    path = tmp_path / "tags.yaml"
    path.write_text(NEW, encoding="utf-8")
    return path


def test_killed_while_adding(database: str, tags: Path, small: Taxonomy) -> None:
    rng = random.Random(json.dumps([KILLS, "add"]))
    every = articles()
    for _ in range(KILLS):
        acknowledged = killed(ADD, database, SMALL, rng)
        publisher = Publisher(Settings(database=database), small)
        assert publisher.check() == []
        count = publisher.count()
        assert count >= acknowledged
        assert count % BATCH == 0  # a batch is there or it is not
        publisher.close()
    publisher = Publisher(Settings(database=database), small)
    publisher.ingest(every)
    assert publisher.count() == COUNT
    assert publisher.check() == []
    assert publisher.page(publisher.parse("country:israel")).total == COUNT
    publisher.close()


def test_killed_while_retagging(database: str, tags: Path, small: Taxonomy) -> None:
    rng = random.Random(json.dumps([KILLS, "retag"]))
    every = articles()
    publisher = Publisher(Settings(database=database), small)
    publisher.ingest(every)
    publisher.close()
    new = parse_taxonomy(NEW)
    for _ in range(KILLS):
        killed(RETAG, database, tags, rng)
        publisher = Publisher(Settings(database=database), new)
        assert publisher.check() == []
        assert publisher.count() == COUNT
        publisher.close()
    publisher = Publisher(Settings(database=database), new)
    publisher.retag()
    assert publisher.stale() == 0
    assert publisher.page(publisher.parse("weapon:zorg")).total == COUNT // 5
    tagger = Tagger(new)
    for article in every[::50]:
        assert publisher.article(article.id) == tagger.tag(article)
    publisher.close()

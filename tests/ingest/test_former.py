"""What version 0.1 published keeps its id: the same files over its database change nothing."""

import gzip
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feed.ingest.arrivals import Arrivals, Outcome
from feed.publisher import Publisher
from feed.settings import Settings
from feed.sources import clean
from feed.sources.folder import find_files, read_file
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import ROOT

FORMER = ROOT / "tests" / "data" / "version-0.1"
WAS_AT = "/srv/wire/news/"  # where its files lay


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return shutil.copytree(FORMER / "news", tmp_path / "news")


@pytest.fixture
def former(tmp_path: Path, news: Path, small: Taxonomy) -> Iterator[Publisher]:
    """Version 0.1's database, as if its files had lain in `news`."""
    file = tmp_path / "former.db"
    file.write_bytes(gzip.decompress((FORMER / "tagwire.db.gz").read_bytes()))
    db = sqlite3.connect(file)
    for path in news.iterdir():
        old, new = (clean.iri(f"{folder}{path.name}", "file") for folder in (WAS_AT, f"{news.resolve()}/"))  # fmt: skip
        db.execute("UPDATE article SET id = ?, record = replace(record, ?, ?) WHERE id = ?", (new, old, new, old))  # fmt: skip
    db.commit()
    db.close()
    publisher = Publisher(Settings(database=f"sqlite:///{file}"), small)
    yield publisher
    publisher.close()


def add(publisher: Publisher, *paths: Path) -> Outcome:
    files = [f for f in find_files(map(str, paths)) if isinstance(f, Path)]
    return Arrivals(publisher.archive).ingest(a for f in files for a in read_file(f))


def ids(publisher: Publisher) -> list[str]:
    return [row.id for rows in publisher.archive.store.rows() for row in rows]


def test_the_same_files_change_nothing(former: Publisher, news: Path) -> None:
    before = ids(former)
    assert len(before) == 49
    for _ in range(2):
        outcome = add(former, news, ROOT / "seeds")
        assert (outcome.report.new, outcome.report.changed, outcome.report.failed) == (0, 0, [])
        assert outcome.total == 49
    assert ids(former) == before


def test_a_touched_file_keeps_its_date(former: Publisher, news: Path) -> None:
    for file in news.iterdir():
        file.touch()
    add(former, news)
    titles = {"Workshop opens without a date", "Engines that nobody ordered"}
    rows = [t.article for t in former.archive.store.articles(range(49)).values()]
    dates = {a.published for a in rows if a.title in titles}
    assert dates == {datetime(2025, 6, 1, tzinfo=UTC)}


EDITS = [
    ("undated.txt", "Azerbaijan paid", "Georgia paid"),
    ("2025-03-04-strait.txt", "routine", "anything but routine"),
    ("heading.md", "Iran said no.", "Iran said yes."),
    ("header.md", "is to come", "will come"),
    ("number.md", "the third day", "the fourth day"),
    ("page.html", "Eight radars will", "Nine radars will"),
    ("undated.html", "a man who was hired", "a woman who was hired"),
    ("lines.jsonl", '"Iran and Israel talked."', '"Iran and Israel did not talk."'),
]


@pytest.mark.parametrize(("name", "old", "new"), EDITS)
def test_a_correction_is_one_still(former: Publisher, news: Path, name: str, old: str, new: str) -> None:  # fmt: skip
    before = ids(former)
    file = news / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    outcome = add(former, news)
    assert (outcome.report.new, outcome.report.changed, outcome.report.failed) == (0, 1, [])
    assert ids(former) == before
    assert add(former, news).report.changed == 0


def test_a_correction_after_the_first_look_is_seen(former: Publisher, news: Path) -> None:
    """Whatever is read otherwise than then, after one look the files are compared word by word."""
    add(former, news)
    file = news / "page.html"
    file.write_text(file.read_text().replace("</article>", "<p>One more paragraph of many words on the radars.</p></article>"))  # fmt: skip
    assert add(former, news).report.changed == 1

"""A server goes on with the taxonomy as it is on disk, and keeps the old one when that is broken."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from feed.index.snapshot import Snapshot
from feed.ingest import retag
from feed.ingest.archive import Archive
from feed.publisher import Publisher
from feed.taxonomy.loader import load_taxonomy, parse_taxonomy
from feed.taxonomy.taxonomy import Taxonomy
from feed.web.reload import Reloader
from tests.conftest import SMALL, Make
from tests.loopback import PATIENCE, eventually, free_port, wait_for

TEXT = SMALL.read_text(encoding="utf-8")
NEW = TEXT + "    zorg: {label: Zorg, broader: missile}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tags.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_changed_file_is_loaded(publisher: Publisher, make: Make, file: Path) -> None:
    publisher.archive.ingest([make(1, "Israel sells the Zorg")])
    reloader = Reloader(publisher, file)
    assert not reloader.look()
    file.write_text(NEW, encoding="utf-8")
    assert reloader.look()
    assert not reloader.look()
    assert publisher.archive.stale() == 1
    assert publisher.pages.page(publisher.archive.parse("weapon:zorg")).total == 0
    retag.retag(publisher.archive)
    assert publisher.pages.page(publisher.archive.parse("weapon:zorg")).total == 1


def test_a_change_while_the_publisher_was_made_is_noticed(publisher: Publisher, file: Path) -> None:
    file.write_text(NEW, encoding="utf-8")
    reloader = Reloader(publisher, file)
    assert reloader.look()
    assert "weapon:zorg" in publisher.archive.taxonomy


def test_the_file_is_read_once_at_the_start(
    publisher: Publisher, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time.sleep(0.05)  # the clock of files is a coarse one
    made = Publisher(publisher.settings, load_taxonomy(file))
    reloader = Reloader(made, file)
    reads: list[Path] = []

    def counted(path: Path) -> Taxonomy:
        reads.append(path)
        return load_taxonomy(path)

    monkeypatch.setattr("feed.web.reload.load_taxonomy", counted)
    assert not reloader.look()
    assert not reads
    file.write_text(NEW, encoding="utf-8")
    assert reloader.look()
    assert reads == [file]
    made.close()


def test_relations_follow_the_taxonomy_at_once(
    publisher: Publisher, make: Make, file: Path
) -> None:
    publisher.archive.ingest([make(1, "A Su-35 was seen")])
    reloader = Reloader(publisher, file)
    assert publisher.pages.page(publisher.archive.parse("origin:russia")).total == 1
    line = "{label: Su-35, broader: fighter, origin: russia}"
    file.write_text(TEXT.replace(line, line.replace("russia", "china")), encoding="utf-8")
    assert reloader.look()
    assert publisher.pages.page(publisher.archive.parse("origin:russia")).total == 0
    assert publisher.pages.page(publisher.archive.parse("origin:china")).total == 1
    assert retag.retag(publisher.archive) == 0
    assert publisher.archive.stale() == 0


def test_a_feed_that_is_made_meanwhile_is_not_kept(
    publisher: Publisher, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.archive.ingest([make(1, "A Su-35 was seen")])
    line = "{label: Su-35, broader: fighter, origin: russia}"
    new = parse_taxonomy(TEXT.replace(line, line.replace("russia", "china")))
    ask = Archive.query

    def overtaken(self: Archive, question: Callable[[Snapshot], object]) -> object:
        answer = ask(self, question)
        publisher.archive.set_taxonomy(new)
        return answer

    expression = publisher.archive.parse("origin:russia")
    with monkeypatch.context() as patch:
        patch.setattr(Archive, "query", overtaken)
        assert b"<entry>" in publisher.feeds.feed(expression, "atom").body
    assert b"<entry>" not in publisher.feeds.feed(expression, "atom").body


def test_a_comment_changes_nothing(publisher: Publisher, file: Path) -> None:
    reloader = Reloader(publisher, file)
    file.write_text("# a comment\n" + TEXT, encoding="utf-8")
    assert not reloader.look()


def test_a_broken_file_is_refused_loudly(
    publisher: Publisher, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reloader = Reloader(publisher, file)
    before = publisher.archive.taxonomy
    file.write_text(TEXT + "    zorg: {lable: Zorg}\n", encoding="utf-8")
    assert not reloader.look()
    assert publisher.archive.taxonomy is before
    said = caplog.text
    assert "NOT LOADED" in said
    assert "tags.yaml" in said
    assert "lable" in said
    file.unlink()
    assert not reloader.look()
    file.write_text(NEW, encoding="utf-8")
    assert reloader.look()


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as e:
        return e.code
    except OSError:
        return 0


def test_the_server_notices_and_obeys_sighup(file: Path, tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "TAGWIRE_TAGS": str(file)}
    tagwire = [Path(sys.executable).parent / "tagwire"]
    server = subprocess.Popen(
        [*tagwire, "serve", "--port", str(port)], cwd=tmp_path, env=environment,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/healthz", server)
        assert status(f"{url}/weapon/zorg.atom") == 404
        file.write_text(NEW, encoding="utf-8")
        assert eventually(lambda: status(f"{url}/weapon/zorg.atom") == 200)
        file.write_text("{", encoding="utf-8")
        server.send_signal(signal.SIGHUP)
        time.sleep(2.5)
        assert eventually(lambda: status(f"{url}/weapon/zorg.atom") == 200)
        file.write_text(TEXT, encoding="utf-8")
        server.send_signal(signal.SIGHUP)
        assert eventually(lambda: status(f"{url}/weapon/zorg.atom") == 404)
    finally:
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=PATIENCE)
    assert b"NOT LOADED" in said


def test_a_changed_rule_file_is_loaded_and_a_broken_one_refused(
    publisher: Publisher, make: Make, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mine = file.with_name("mine.yaml")
    mine.write_text("lists: {speech: [quipped]}")
    file.write_text("rules: {use: [en, world, defence, ./mine.yaml]}\n" + TEXT, encoding="utf-8")
    reloader = Reloader(publisher, file)
    assert reloader.look()
    assert not reloader.look()
    mine.write_text("lists: {speech: [quipped, mused]}")
    assert reloader.look()
    used = publisher.archive.taxonomy
    assert "mused" in used.rules.words("speech")
    mine.write_text("lists: [quipped]")
    assert not reloader.look()
    assert f"{mine}:1: lists: should be a mapping" in caplog.text
    mine.unlink()
    assert not reloader.look()
    assert publisher.archive.taxonomy is used
    mine.write_text("lists: {speech: [quipped]}")
    assert reloader.look()

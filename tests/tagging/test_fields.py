"""Two other fields, medicines and football: nothing of defence leaks into them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from feed.tagging import taxonomy_check
from feed.tagging.tagger import Tagger
from feed.taxonomy.loader import parse_taxonomy
from tests.conftest import ROOT

FIELDS = ROOT / "tests" / "data" / "fields"
RULES = "rules: {use: [en, world]}\n"


def sentences(name: str) -> Iterator[dict[str, object]]:
    for line in (FIELDS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def faults(tagger: Tagger, name: str) -> list[str]:
    found = []
    for case in sentences(name):
        tags = tagger.find(str(case.get("title", "")), str(case["text"])).mentions()
        missed = [key for key in case["expect"] if key not in tags]  # type: ignore[attr-defined]
        wrong = [key for key in case["never"] if key in tags]  # type: ignore[attr-defined]
        if missed or wrong:
            found.append(f"missed {missed}, wrong {wrong}: {case['text']}")
    return found


@pytest.mark.parametrize("name", ["medicines", "football"])
def test_another_field(name: str) -> None:
    text = (FIELDS / f"{name}.yaml").read_text(encoding="utf-8")
    tagger = Tagger(parse_taxonomy(RULES + text))
    assert faults(tagger, name) == []


@pytest.mark.parametrize("name", ["medicines", "football"])
def test_the_check_asks_nothing_of_defence(name: str) -> None:
    taxonomy = parse_taxonomy(RULES + (FIELDS / f"{name}.yaml").read_text(encoding="utf-8"))
    findings = [str(finding) for finding in taxonomy_check.check(taxonomy)]
    assert [finding for finding in findings if "without" in finding] == []


LAUNCHERS = "They moved two Comet launchers, and a Javelin battery was fired."


def test_words_of_defence_speak_only_where_it_is_used() -> None:
    text = (FIELDS / "medicines.yaml").read_text(encoding="utf-8")
    for use, found in (
        ("[en, world]", set()),
        ("[en, world, defence]", {"drug:comet", "drug:javelin"}),
    ):
        tagger = Tagger(parse_taxonomy(f"rules: {{use: {use}}}\n{text}"))
        assert set(tagger.find("", LAUNCHERS).mentions()) == found


def test_a_field_of_ones_own_adds_its_words(tmp_path: Path) -> None:
    text = (FIELDS / "medicines.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("lists: {product-nouns: [inhaler], fired: [swallowed]}")
    tagger = Tagger(
        parse_taxonomy(
            f"rules: {{use: [en, world, ./mine.yaml]}}\n{text}", str(tmp_path / "tags.yaml")
        )
    )
    mentions = tagger.find("", "The Comet inhaler is new. He swallowed a Javelin.").mentions()
    assert set(mentions) == {"drug:comet", "drug:javelin"}

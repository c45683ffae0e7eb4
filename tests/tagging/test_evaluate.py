"""`tagwire eval` measures every scheme that a gold set speaks of, whatever it is called."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from feed.errors import SourceError
from feed.tagging.evaluate import Result, Score, evaluate, read_floors, read_gold
from feed.tagging.tagger import Tagger
from feed.taxonomy.loader import parse_taxonomy

CLUBS = """
league: {tags: {premier: {label: Premier League}}}
team: {kind: organisation, tags: {rovers: {label: Melton Rovers}, city: {label: Upland City}}}
player: {kind: thing, tags: {okafor: {label: Emeka Okafor}}}
"""


def measure(tmp_path: Path, *records: Mapping[str, object]) -> Result:
    gold = tmp_path / "gold.jsonl"
    lines = [json.dumps({"id": str(n), **record}) for n, record in enumerate(records)]
    gold.write_text("\n".join(lines), encoding="utf-8")
    return evaluate(Tagger(parse_taxonomy(CLUBS)), read_gold(gold))


def test_every_scheme_of_the_gold_set_is_measured(tmp_path: Path) -> None:
    found = measure(
        tmp_path,
        {"text": "Melton Rovers beat Upland City.", "expect": {"team": ["Melton Rovers"], "player": []}},
        {"text": "Emeka Okafor scored.", "expect": {"player": ["Okafor", "Emeka Okafor"]}},
    )  # fmt: skip
    assert found.scores == {"team": Score(1, 1, 1, 1), "player": Score(1, 0, 1, 2)}
    assert found.perfect == 0
    assert found.unjudged == ("league",)
    assert "not judged, for no document speaks of them: league" in found.report()


@pytest.mark.parametrize("field", ["expect", "optional"])
def test_a_scheme_that_is_spoken_of_is_judged(field: str, tmp_path: Path) -> None:
    found = measure(tmp_path, {"text": "Upland City play on.", field: {"team": []}})
    assert found.scores == {"team": Score(0, 1, 0, 0)}


def test_what_no_scheme_can_answer_is_missed(tmp_path: Path) -> None:
    found = measure(tmp_path, {"text": "x", "expect": {"stadium": ["Upland Park"]}})
    assert found.scores["stadium"].recall == 0
    assert "missed stadium:Upland Park (no such scheme)" in found.report()


def test_figures_are_rounded_to_four_places(tmp_path: Path) -> None:
    right = {"text": "Upland City play on.", "expect": {"team": ["Upland City"]}}
    found = measure(tmp_path, right, right, {"text": "Upland City.", "expect": {"team": []}})
    assert found.figures()["team"] == {
        "precision": 0.6667, "recall": 1.0, "f1": 0.8, "expected": 2,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["team.f1", "player.recall", "trapped", "a.b.precision"])
def test_floors_may_be_set_for_any_scheme(name: str, tmp_path: Path) -> None:
    file = tmp_path / "floors.json"
    file.write_text(json.dumps({name: 1}), encoding="utf-8")
    assert read_floors(file) == {name: 1.0}


@pytest.mark.parametrize("name", ["f1", "team.speed", ".f1", "errors", "documents"])
def test_no_other_floors_are_known(name: str, tmp_path: Path) -> None:
    file = tmp_path / "floors.json"
    file.write_text(json.dumps({name: 1}), encoding="utf-8")
    with pytest.raises(SourceError, match="unknown floors"):
        read_floors(file)


def test_a_floor_of_a_scheme_that_was_not_measured_is_missed(tmp_path: Path) -> None:
    found = measure(tmp_path, {"text": "Upland City.", "expect": {"team": ["Upland City"]}})
    assert found.below({"team.f1": 1.0}) == []
    assert found.below({"player.f1": 0.1}) == [
        "player.f1 was not measured: no document speaks of player"
    ]

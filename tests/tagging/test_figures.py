"""`tagwire eval`: figures of a gold set, to four digits."""

import json
from pathlib import Path

import pytest

from feed.tagging.evaluate import Result, evaluate, read_gold
from feed.tagging.tagger import Tagger
from feed.taxonomy.loader import parse_taxonomy

NAMES = ["Israel", "Iran", "Turkey", "France", "Japan", "Poland", "China"]
TAGGER = Tagger(
    parse_taxonomy(f"country: {{tags: {{{', '.join(f'{n.lower()}: {n}' for n in NAMES)}}}}}")
)


def measured(folder: Path, said: list[str], expected: list[str]) -> Result:
    """The figures of one document that says some names where others are expected."""
    gold = folder / "gold.jsonl"
    text = " ".join(f"Ministers from {name} met." for name in said)
    gold.write_text(json.dumps({"id": "1", "text": text, "expect": {"country": expected}}))
    return evaluate(TAGGER, read_gold(gold))


@pytest.mark.parametrize(
    ("said", "expected", "precision", "recall", "f1"),
    [
        (3, 1, 0.3333, 1.0, 0.5),
        (3, 2, 0.6667, 1.0, 0.8),
        (2, 3, 1.0, 0.6667, 0.8),
        (1, 6, 1.0, 0.1667, 0.2857),
        (7, 6, 0.8571, 1.0, 0.9231),
        (7, 7, 1.0, 1.0, 1.0),
    ],
)
def test_figures_have_four_digits(
    tmp_path: Path, said: int, expected: int, precision: float, recall: float, f1: float
) -> None:  # fmt: skip
    result = measured(tmp_path, NAMES[:said], NAMES[:expected])
    figures = result.figures()["country"]
    assert (figures["precision"], figures["recall"], figures["f1"]) == (precision, recall, f1)
    line = next(line for line in result.report().splitlines() if line.startswith("country"))
    assert line.split()[1:4] == [f"{figure:.4f}" for figure in (precision, recall, f1)]

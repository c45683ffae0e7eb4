"""tags.yaml: the form, and every mistake with its line."""

from pathlib import Path

import pytest

from feed.errors import Gone, NotFound, TaxonomyError
from feed.taxonomy.loader import load_taxonomy, parse_taxonomy
from feed.taxonomy.taxonomy import Taxonomy

GOOD = """\
# people's comments stay theirs
region: {tags: {caucasus: Caucasus}}
country:
  label: Country
  retired: [atlantis]
  tags:
    norway: {label: Norway, notation: NO, alt: [Norwegian], was: [norge]}
    azerbaijan: {label: Azerbaijan, broader: region:caucasus}
company:
  tags:
    iai: {label: IAI, country: norway}
    elta: {label: Elta, broader: iai}
weapon:
  tags:
    uav: {label: Unmanned aerial vehicle}
    harop: {label: Harop, broader: [uav], maker: [company:elta], origin: norway, alt: [007]}
    iskander: Iskander
"""


@pytest.fixture
def good() -> Taxonomy:
    return parse_taxonomy(GOOD)


def test_short_form_is_a_label(good: Taxonomy) -> None:
    assert good["weapon:iskander"].label == "Iskander"


def test_scalars_are_text(good: Taxonomy) -> None:
    assert good["country:norway"].notation == "NO"
    assert good["weapon:harop"].alt == ("007",)


def test_bare_references_get_their_scheme(good: Taxonomy) -> None:
    harop = good["weapon:harop"]
    assert harop.broader == ("weapon:uav",)
    assert harop.maker == ("company:elta",)
    assert harop.origin == ("country:norway",)
    assert good["company:iai"].country == ("country:norway",)


def test_closure(good: Taxonomy) -> None:
    assert good.narrower["weapon:uav"] == ("weapon:harop",)
    assert good.ancestors["weapon:harop"] == ("weapon:uav",)
    assert good.ancestors["country:azerbaijan"] == ("region:caucasus",)
    assert good.descendants("region:caucasus") == ("country:azerbaijan",)


def test_renamed_and_retired(good: Taxonomy) -> None:
    assert good.renamed == {"country:norge": "country:norway"}
    with pytest.raises(Gone):
        good.find("country:atlantis")


def test_unknown_tags_are_suggested(good: Taxonomy) -> None:
    with pytest.raises(NotFound) as error:
        good.find("country:azerbajan")
    assert "country:azerbaijan" in error.value.suggestions
    assert "did you mean 'country:azerbaijan'" in str(error.value)


def test_digest_knows_meaning_not_comments(good: Taxonomy) -> None:
    assert parse_taxonomy(GOOD + "# more\n").digest == good.digest
    assert parse_taxonomy(GOOD.replace("Norwegian", "Norse")).digest != good.digest


MISTAKES = [
    ("weapon: {tags: {a: {lable: A, label: A}}}", 1, "unknown key 'lable'", "did you mean 'label'"),
    ("weapon:\n  tags:\n    a: {label: A, broader: b}\n    b: {label: B, broader: a}", 4, "weapon:a -> weapon:b -> weapon:a", "ring"),
    ("weapon:\n  tags:\n    a: {label: A, broader: a}", 3, "weapon:a -> weapon:a", "ring"),
    ("weapon:\n  tags:\n    harop: Harop\n    b: {label: B, broader: harpo}", 4, "no tag 'weapon:harpo'", "did you mean 'weapon:harop'"),
    ("weapon:\n  tags:\n    a: A\n    b: {label: B, was: [a]}", 4, "'weapon:a' is still a tag", "line 3"),
    ("weapon:\n  tags:\n    a: {label: A, was: a}", 3, "'weapon:a' is still a tag", "remove"),
    ("weapon:\n  tags:\n    a: {label: A, was: [c]}\n    b: {label: B, was: [c]}", 4, "'weapon:c' stands under weapon.tags.a.was, too", "keep one"),
    ("weapon:\n  retired: [a]\n  tags:\n    a: A", 2, "'weapon:a' is still a tag", "line 4"),
    ("weapon:\n  retired: [c]\n  tags:\n    a: {label: A, was: [c]}", 4, "'weapon:c' stands under weapon.retired, too", ""),
    ("weapon:\n  tags:\n    a: A\n    a: B", 4, "stands twice (line 3)", ""),
    ("weapon:\n  tags:\n    A b: A", 3, "not a usable term", "barak-8"),
    ("weapon:\n  tags:\n    a: {alt: [x]}", 3, "has no label", "label"),
    ("weapon:\n  tags:\n    a: {label: A, alt: [[x]]}", 3, "should be a text", ""),
    ("weapon:\n  tags: [a]", 2, "should be a mapping", ""),
    ("weapon:\n  tags:\n    a:", 3, "is empty", ""),
    ("weapon:\n  tgas: {}", 2, "unknown key 'tgas'", "did you mean 'tags'"),
    ("maker: {tags: {a: A}}", 1, "not a usable name", ""),
    ("weapon:\n  kind: toy\n  tags: {a: A}", 2, "unknown kind 'toy'", "product"),
    ("weapon: {tags: {a: {label: A, alt: [x}}}", 1, "not YAML", ""),
    ("a: &a [*a]", 1, "", ""),
    ("", 0, "should be a mapping", ""),
    ("weapon: {tags: {}}", 0, "no tags", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message", "hint"), MISTAKES)
def test_mistakes_are_located(text: str, line: int, message: str, hint: str) -> None:
    with pytest.raises(TaxonomyError) as error:
        parse_taxonomy(text, "mine.yaml")
    problem = error.value.problems[0]
    assert problem.line == line
    assert message in problem.message
    assert hint in problem.hint
    assert str(problem).startswith("mine.yaml")


def test_all_mistakes_are_reported_at_once() -> None:
    with pytest.raises(TaxonomyError) as error:
        parse_taxonomy("weapon:\n  tags:\n    a: {label: A, x: 1}\n    b: {label: B, y: 2}")
    assert [p.line for p in error.value.problems] == [3, 4]


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a: \xc3"])
def test_not_utf8(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "tags.yaml"
    file.write_bytes(data)
    with pytest.raises(TaxonomyError, match="not UTF-8 at byte"):
        load_taxonomy(file)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="No such file"):
        load_taxonomy(tmp_path / "none.yaml")


def test_deep_rings_and_chains_need_no_recursion() -> None:
    chain = "".join(f"    t{i}: {{label: T{i}, broader: t{i + 1}}}\n" for i in range(3000))
    taxonomy = parse_taxonomy(f"weapon:\n  tags:\n{chain}    t3000: End\n")
    assert len(taxonomy.ancestors["weapon:t0"]) == 3000

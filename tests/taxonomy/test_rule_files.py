"""Rule files: what a taxonomy may ask for, and where every mistake is."""

from pathlib import Path

import pytest

from feed.errors import TaxonomyError
from feed.taxonomy.loader import load_taxonomy, parse_taxonomy
from feed.taxonomy.rule_files import DEFAULT, default_rules, load_rules, shipped, shipped_files
from feed.taxonomy.taxonomy import Taxonomy, from_source

TAGS = "weapon: {tags: {zorg: Zorg}}\n"
FOOD = "categories: {food: {words: [fufu]}}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.yaml").write_text(FOOD)
    return tmp_path


def load(folder: Path, rules: str) -> Taxonomy:
    path = folder / "tags.yaml"
    path.write_text(f"rules: {rules}\n{TAGS}")
    return load_taxonomy(path)


def test_without_a_word_of_rules_all_that_is_shipped_holds() -> None:
    assert set(DEFAULT) == set(shipped())
    assert parse_taxonomy(TAGS).rules is default_rules()
    said = parse_taxonomy("rules: {use: [en, world, defence]}\n" + TAGS)
    assert said.rules == default_rules()
    assert said.digest == parse_taxonomy(TAGS).digest


def test_a_file_of_ones_own_adds(folder: Path) -> None:
    rules = load(folder, "{use: [en, ./mine.yaml]}").rules
    assert {"cuisine", "fufu"} <= set(rules.categories["food"].words)
    assert rules.files == (*shipped_files("en"), folder / "mine.yaml")
    assert "currency" not in rules.categories
    assert load(folder, "{use: [en, mine.yaml]}").rules == rules
    (folder / "more").mkdir()
    (folder / "more" / "new.yaml").write_text(
        "categories: {act: {says: an act, kinds: person, direction: after, words: [sang]}}"
    )
    rules = load(folder, "{use: [more/new.yaml]}").rules
    assert [c.words for c in rules.categories.values()] == [("sang",)]


def test_categories_and_lists_are_taken_away(folder: Path) -> None:
    rules = load(folder, "{without: [food, months]}").rules
    assert "food" in default_rules().categories
    assert "months" in default_rules().lists
    assert "food" not in rules.categories
    assert "months" not in rules.lists
    assert "currency" in rules.categories


def test_nothing_is_used_when_nothing_is_named(folder: Path) -> None:
    assert load(folder, "{use: []}").rules == load_rules([])


def test_the_digest_covers_the_rules(folder: Path) -> None:
    digests = {
        load(folder, rules).digest
        for rules in ("{}", "{use: [en]}", "{without: [food]}", "{use: [en, ./mine.yaml]}")
    }
    assert len(digests) == 4
    before = load(folder, "{use: [en, ./mine.yaml]}")
    (folder / "mine.yaml").write_text("# a comment\n" + FOOD)
    assert load(folder, "{use: [en, ./mine.yaml]}").digest == before.digest
    (folder / "mine.yaml").write_text(FOOD.replace("fufu", "injera"))
    assert load(folder, "{use: [en, ./mine.yaml]}").digest != before.digest


def test_the_source_brings_the_rules_back(folder: Path) -> None:
    taxonomy = load(folder, "{use: [world, ./mine.yaml]}".replace("./mine.yaml", "en"))
    again = from_source(taxonomy.source)
    assert again.rules == taxonomy.rules
    assert again.digest == taxonomy.digest


USE = [
    ("{use: [eng]}", "no rules 'eng'", "did you mean 'en'?"),
    ("{use: [klingon]}", "no rules 'klingon'", "./mine.yaml"),
    ("{use: [en, ./none.yaml]}", "no file './none.yaml' beside this file", "add it"),
    ("{use: [../mine.yaml]}", "'../mine.yaml' is not in the folder", "beside this file"),
    ("{use: [a/../../mine.yaml]}", "is not in the folder", "beside this file"),
    ("{use: [/etc/mine.yaml]}", "is not in the folder", "beside this file"),
    ("{use: [link.yaml]}", "is not in the folder", "beside this file"),
    ("{use: [[en]]}", "should be a text", ""),
    ("{without: [fod]}", "no category or list 'fod' is in use", "did you mean 'food'?"),
    ("{use: [en], without: [currency]}", "no category or list 'currency'", "take it out"),
    ("{with: [en]}", "unknown key 'with'", "without"),
    ("[en]", "should be a mapping", ""),
]


@pytest.mark.parametrize(("rules", "message", "hint"), USE)
def test_what_cannot_be_used_is_located(
    tmp_path: Path, rules: str, message: str, hint: str
) -> None:
    outside = tmp_path / "mine.yaml"
    outside.write_text(FOOD)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(outside)
    with pytest.raises(TaxonomyError) as error:
        load(folder, rules)
    [problem] = error.value.problems
    assert (problem.file, problem.line) == (str(folder / "tags.yaml"), 1)
    assert message in problem.message
    assert hint in problem.hint


MISTAKES = [
    ("categories:\n  a: {says: x, directions: after, words: [b]}", 2, "unknown key 'directions'"),
    ("categories:\n  a: {says: x, direction: behind, words: [b]}", 2, "unknown direction 'behind'"),
    ("categories:\n  a: {says: x, words: [b]}", 2, "has no 'direction'"),
    ("categories:\n  a: {direction: after, words: [b]}", 2, "has no 'says'"),
    ("categories:\n  a: {says: x, direction: after, kinds: [plaice]}", 2, "unknown kind 'plaice'"),
    ("categories:\n  food:\n    direction: before\n    words: [b]", 2, "an earlier file has this"),
    ("categories:\n  a: b", 2, "should be a mapping"),
    ("lists:\n  a: [b, [c]]", 2, "should be a text"),
    ("lists:\n  a: {b: c}", 2, "should be a text"),
    ("lists:\n  a: [b]\n  a: [c]", 3, "stands twice"),
    ("words: [a]", 1, "unknown key 'words'"),
    ("lists: {a: [b}", 1, "not YAML"),
    ("", 0, "should be a mapping"),
]


@pytest.mark.parametrize(("text", "line", "message"), MISTAKES)
def test_mistakes_in_a_rule_file_are_located(
    folder: Path, text: str, line: int, message: str
) -> None:
    mine = folder / "mine.yaml"
    mine.write_text(text)
    with pytest.raises(TaxonomyError) as error:
        load(folder, "{use: [en, ./mine.yaml]}")
    problem = error.value.problems[0]
    assert (problem.file, problem.line) == (str(mine), line)
    assert message in problem.message


def test_mistakes_of_both_files_are_reported_at_once(folder: Path) -> None:
    (folder / "mine.yaml").write_text("lists: [a]")
    with pytest.raises(TaxonomyError) as error:
        load(folder, "{use: [./mine.yaml], whithout: []}")
    files = [Path(problem.file).name for problem in error.value.problems]
    assert files == ["tags.yaml", "mine.yaml"]


def test_a_rule_file_that_is_no_text(folder: Path) -> None:
    (folder / "mine.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(TaxonomyError, match=r"mine\.yaml: not UTF-8"):
        load(folder, "{use: [./mine.yaml]}")

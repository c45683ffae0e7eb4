"""The one table of rules: each is documented, and each has a sentence that falls without it."""

from importlib.metadata import version

import pytest

from feed.model import Rejection
from feed.tagging.disambiguation.evidence_rules import EVIDENCE
from feed.tagging.disambiguation.exclusion_rules import EXCLUSION
from feed.tagging.disambiguation.table import LOOKS, Rule
from feed.tagging.rules.words import LISTS
from feed.tagging.tagger import Tagger
from feed.taxonomy.loader import parse_taxonomy
from feed.taxonomy.rule_files import default_rules
from tests.conftest import SMALL
from tests.tagging import names, rule_tables

RULES = (*EXCLUSION, *EVIDENCE)
CATEGORIES = default_rules().categories
# The small taxonomy, and what some rules need besides.
TEXT = (
    SMALL.read_text(encoding="utf-8")
    + """
player:
  kind: person
  tags:
    archer: {label: Sam Archer, weak: [Archer], context: [Reds]}
    comet: {label: Comet Lee, context: [company:bell]}
"""
)


def tagger(rules: str = "{}", without: tuple[str, ...] = ()) -> Tagger:
    return Tagger(parse_taxonomy(f"rules: {rules}\n{TEXT}"), without=without)


def outcome(
    tagger: Tagger, example: str
) -> tuple[dict[str, list[tuple[int, str]]], list[Rejection]]:
    title, _, text = example.rpartition(" | ")
    finding = tagger.find(title, text)
    mentions = {key: [(m.start, m.why) for m in found] for key, found in finding.mentions().items()}
    return mentions, list(finding.rejections())


@pytest.fixture(scope="module")
def whole() -> Tagger:
    return tagger()


@pytest.mark.parametrize("rule", EXCLUSION, ids=lambda rule: rule.name)
def test_an_exclusion_rule_has_a_sentence_that_falls_without_it(whole: Tagger, rule: Rule) -> None:
    mentions, rejected = outcome(whole, rule.example)
    assert rule.says in {r.reason for r in rejected}
    without = outcome(tagger(without=(rule.name,)), rule.example)
    assert without != (mentions, rejected)


@pytest.mark.parametrize("rule", EVIDENCE, ids=lambda rule: rule.name)
def test_an_evidence_rule_has_a_sentence_that_falls_without_it(whole: Tagger, rule: Rule) -> None:
    mentions, _ = outcome(whole, rule.example)
    whys = {why for found in mentions.values() for _, why in found}
    words = rule.says.split()
    assert any(all(word in why for word in words) for why in whys), whys
    without, _ = outcome(tagger(without=(rule.name,)), rule.example)
    assert sum(map(len, without.values())) < sum(map(len, mentions.values()))


@pytest.mark.parametrize("name", CATEGORIES)
def test_a_category_has_a_sentence_that_falls_without_it(whole: Tagger, name: str) -> None:
    category = CATEGORIES[name]
    mentions, rejected = outcome(whole, category.example)
    if category.direction != "line":
        assert category.says in {r.reason for r in rejected}
    without, _ = outcome(tagger(f"{{without: [{name}]}}"), category.example)
    assert sum(map(len, without.values())) > sum(map(len, mentions.values()))


def test_names_are_unique_and_looks_are_known() -> None:
    assert len({rule.name for rule in RULES} | set(CATEGORIES)) == len(RULES) + len(CATEGORIES)
    assert {look for rule in RULES for look in rule.looks_at} == set(LOOKS)


def test_every_list_is_asked_for_and_every_list_asked_for_is_there(whole: Tagger) -> None:
    used = {category.but for category in CATEGORIES.values()} - {""}
    assert LISTS | used == set(default_rules().lists)


def test_a_user_may_correct_a_list() -> None:
    assert "company:leonardo" in outcome(tagger(), "the defence firm Leonardo")[0]
    assert (
        "company:leonardo"
        not in outcome(tagger("{without: [company-nouns]}"), "the defence firm Leonardo")[0]
    )


def test_the_tables_of_the_documentation_are_made_from_the_rules() -> None:
    page = rule_tables.PAGE.read_text(encoding="utf-8")
    assert page.count("<!-- table: ") == len(rule_tables.TABLES)
    assert rule_tables.written(page) == page, "python -m tests.tagging.rule_tables"


def test_the_file_of_names_is_what_its_script_writes() -> None:
    written = names.FILE.read_text(encoding="utf-8")
    if f"Faker {version('faker')}," not in written:
        pytest.skip("another version of Faker is installed than the one that wrote the file")
    assert names.content() == written

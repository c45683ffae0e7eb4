"""Writes the tables of docs/tagging.md from the rules.

python -m tests.tagging.rule_tables
"""

import re
from collections.abc import Iterable

from feed.tagging.disambiguation.evidence_rules import EVIDENCE
from feed.tagging.disambiguation.exclusion_rules import EXCLUSION
from feed.tagging.disambiguation.table import Rule, category_rows
from feed.taxonomy.rule_files import default_rules
from feed.taxonomy.rules import KINDS
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "tagging.md"
TABLES = {
    "evidence": EVIDENCE,
    "exclusion": EXCLUSION,
    "words": tuple(category_rows(default_rules())),
}


def table(rules: Iterable[Rule]) -> str:
    """One table: what is shown, the rule's name, the kinds, what it looks at, an example."""
    lines = ["| shown | rule | of | looks at | example |", "|---|---|---|---|---|"]
    for rule in rules:
        kinds = "all" if set(rule.kinds) == set(KINDS) else ", ".join(rule.kinds)
        looks = ", ".join(rule.looks_at) or "the text"
        example = rule.example.replace(" | ", "” / “")
        lines.append(f"| {rule.says} | `{rule.name}` | {kinds} | {looks} | “{example}” |")
    return "\n".join(lines)


def written(page: str) -> str:
    """The page with its tables as they should be."""
    for name, rules in TABLES.items():
        begin, end = f"<!-- table: {name} -->", "<!-- end -->"
        pattern = re.compile(rf"{re.escape(begin)}\n.*?{re.escape(end)}", re.S)
        text = f"{begin}\n{table(rules)}\n{end}"
        page = pattern.sub(lambda _, text=text: text, page)  # type: ignore[misc]
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

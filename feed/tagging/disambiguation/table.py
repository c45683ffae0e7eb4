"""The one table of rules: what each says of a candidate, and what it looks at.

A rule in Python is a row of `EXCLUSION` or `EVIDENCE`; words that say the same of any name beside
them are a category of a rule file, and become a row here, too (`category_rows`). The tables of
docs/tagging.md are made from the rows, and what a change of the taxonomy or of a rule file can
affect follows from what they look at.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from feed.tagging.disambiguation.document import Candidate, Document
from feed.tagging.matching.candidates import Meaning
from feed.tagging.matching.patterns import Spelling
from feed.tagging.rules.words import Words
from feed.taxonomy.rules import Kind, Rules

# What a rule looks at, besides the text and the lists of the rule files.
Look = Literal[
    "spelling",  # the candidate's own spelling and its keys: weak, person, surname, here, elsewhere
    "maker",  # the makers of its tag, and their groups
    "product",  # the products of its tag, when that is a maker
    "context",  # the context of its tag: words, and tags with what is narrower
    "class",  # the classes of its tag
    "origin",  # the country or origin of its tag
    "neighbour",  # the matches before and behind it, whatever they are of
    "article",  # what was accepted or rejected anywhere in the article
]
LOOKS: tuple[Look, ...] = get_args(Look)
# When a rule is asked. "article": of every name, when something in the article gives cause; "beside":
# of every name that it may concern; "doubt": of strong names, which then need evidence; "revision":
# of what was accepted; "weak": of weak names. "evidence": of what is doubtful, again and again until
# nothing changes; "evidence beside" of the name's own words, which hold even where it is a namesake's.
Stage = Literal["article", "beside", "doubt", "revision", "weak", "evidence beside", "evidence"]
When = Callable[[Document, Candidate], str]
Concerns = Callable[[Spelling, Meaning, Words], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    `when` gives "" when the rule does not hold of a candidate, else what `explain` shows: what the
    rule says, or that with a word of detail.
    """

    name: str
    says: str
    kinds: tuple[Kind, ...]  # of the tags that it speaks of
    stage: Stage
    when: When
    looks_at: tuple[Look, ...]
    example: str  # a text of which it holds; "title | text" when it needs a title
    # Which spellings of which surfaces it may concern, so that nothing is asked of all the others.
    concerns: Concerns | None = None
    # What must stand beside for it to hold, seen at once.
    gate: Literal["", "lead", "capital", "sign", "always"] = ""
    cause: Callable[[Document], bool] | None = None  # what in an article gives cause to ask it
    tags: Callable[[Document], set[str]] | None = None  # accepted ones, that it takes back
    weight: int = 3  # of evidence, where one surface names several tags: 0 weighs the most


def category_rows(rules: Rules) -> Iterator[Rule]:
    """The categories of the rule files as rows; the scanner itself applies them."""
    for category in rules.categories.values():
        yield Rule(
            category.name,
            category.says,
            category.kinds,
            "beside",
            _by_scanner,
            ("spelling",),
            category.example,
        )


def _by_scanner(document: Document, candidate: Candidate) -> str:
    return ""

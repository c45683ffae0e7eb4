"""The categories of the rule files as spellings for the automaton.

Words around a name that say what it is not go into the same automaton as the names, so that a rule
costs nothing until its words occur.
"""

from collections.abc import Iterator

from feed.tagging.matching.patterns import Spelling
from feed.taxonomy.rules import Rules

# What categories may say, and other rules ask for: after it, the rest of the article is read with
# that in mind.
US_STATE = "place in a US state"
PERSON = "person name"
TOWN = "name of a town, school or street"


def context_spellings(rules: Rules) -> Iterator[Spelling]:
    """All words of all categories."""
    for category in rules.categories.values():
        but = frozenset(rules.words(category.but))
        for word in category.words:
            yield Spelling(
                word, category.direction, reason=category.says, kinds=category.kinds, but=but
            )

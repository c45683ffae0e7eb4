"""The rules that a taxonomy asks for, as data: words that say what a name beside them is not, and
the lists that the rules of tagging ask.

`feed.taxonomy.rule_files` reads them; the form of the files is described in docs/taxonomy.md.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

# What a scheme's tags are decides which general rules of tagging apply to them.
Kind = Literal["place", "organisation", "product", "person", "thing"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Where the words of a category stand, seen from the name: behind it; behind it and a comma; before
# it; before it and a hyphen, where it is a common noun; before it where people bear that name, too.
# "line": wherever they stand, their line is no part of the article.
Direction = Literal["after", "after-comma", "before", "before-hyphen", "title", "line"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


@dataclass(frozen=True, slots=True)
class Category:
    """Words that say the same of a name beside them."""

    name: str
    says: str  # what `explain` shows
    kinds: tuple[Kind, ...]  # of tags whose names it speaks of
    direction: Direction
    words: tuple[str, ...]  # a capital must be one in the text; a small letter matches either
    but: str = ""  # a list of names of which it does not hold
    example: str = field(default="", compare=False)  # a text of which it holds


@dataclass(frozen=True)
class Rules:
    """Categories and lists by name, of all files that a taxonomy uses."""

    categories: Mapping[str, Category] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[Path, ...] = field(default=(), compare=False)  # that were read, in order

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a list; none when no file in use has it, or it was taken away."""
        return self.lists.get(name, ())

    @cached_property
    def content(self) -> list[Any]:
        """All that the files mean, for JSON; `from_content` reads it."""
        categories = [
            [c.name, c.says, list(c.kinds), c.direction, list(c.words), c.but]
            for c in self.categories.values()
        ]
        return [categories, {name: list(words) for name, words in self.lists.items()}]

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits that change with the meaning of the files, not with their comments."""
        source = json.dumps(self.content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.blake2b(source.encode(), digest_size=8).hexdigest()


def from_content(content: Iterable[Any]) -> Rules:
    """The rules of a `Rules.content`."""
    categories, lists = content
    return Rules(
        {c[0]: Category(c[0], c[1], tuple(c[2]), c[3], tuple(c[4]), c[5]) for c in categories},
        {name: tuple(words) for name, words in lists.items()},
    )

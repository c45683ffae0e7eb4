"""What became of the articles that came in, and who is told while they do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from feed.errors import SourceError

Progress = Callable[[int], None]  # told how many articles more are done


def silent(count: int) -> None:
    """Progress that nobody watches."""


Fate = Literal["new", "changed", "retagged", "unchanged"]
DUE = frozenset[Fate](("new", "changed", "retagged"))  # what must be written


@dataclass(slots=True)
class Report:
    """What became of the articles that came in."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    retagged: int = 0  # unchanged, but tagged anew because the taxonomy had changed
    failed: list[SourceError] = field(default_factory=list)

    def count(self, fate: Fate) -> None:
        """Count an article."""
        self.new += fate == "new"
        self.changed += fate == "changed"
        self.unchanged += fate in ("unchanged", "retagged")
        self.retagged += fate == "retagged"

    def add(self, other: "Report") -> None:
        """Count what became of further articles."""
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.retagged += other.retagged
        self.failed += other.failed

    @property
    def total(self) -> int:
        """All articles that were looked at."""
        return self.new + self.changed + self.unchanged + len(self.failed)

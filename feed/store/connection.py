"""What one thread's connection to a database can do: the few things in which databases differ.

The SQL of `feed/store/database.py` runs through it with `?` for values.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from feed.query.expression import Text

_SURROGATE = re.compile("[\ud800-\udfff]")
Rows = list[tuple[Any, ...]]
# seq, words of the title, words of the text, each as `blanked` gives them
Words = tuple[int, str, str]


def is_kept_as_it_is(text: str) -> bool:
    """Can databases keep the text? PostgreSQL knows no NUL, and neither knows half a surrogate pair."""
    return "\0" not in text and not _SURROGATE.search(text)


class Connection(ABC):
    """One connection, used by one thread at a time."""

    place: str  # the database's name in messages, without a password
    migrations: Sequence[str]
    now: str  # SQL for the seconds since 1970, by the clock that all processes share

    @classmethod
    @abstractmethod
    def is_there(cls, url: str) -> bool:
        """Is there a database of ours? Makes nothing.

        Raises:
            StoreError: there is somebody else's, or it cannot be read.
        """

    @abstractmethod
    def execute(self, sql: str, values: Sequence[Any] = ()) -> Rows:
        """Run one statement; its rows, if it has any."""

    @abstractmethod
    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement without values, a few at a time, inside a transaction."""

    @abstractmethod
    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row."""

    @abstractmethod
    def begin(self, write: bool) -> None:
        """Begin a transaction: one consistent view; with `write`, no other writer until its end."""

    @abstractmethod
    def begin_row_by_row(self) -> None:
        """Begin a transaction that changes some rows that no article depends on.

        Where the database can, others write at the same time, and pass over rows that are taken.
        """

    skip_locked = ""  # what a SELECT of rows to change ends with, in such a transaction

    @abstractmethod
    def end(self, keep: bool) -> None:
        """Commit, or roll back."""

    @property
    @abstractmethod
    def busy(self) -> bool:
        """Is a transaction under way?"""

    @property
    def alive(self) -> bool:
        """False when the server has gone and a new connection is needed."""
        return True

    @abstractmethod
    def close(self) -> None:
        """Close for good."""

    @abstractmethod
    def changed(self) -> bool:
        """May anybody have committed since this one last asked? True the first time.

        Asked with every request, so it translates the driver's errors itself.
        """

    @abstractmethod
    def translated(self) -> AbstractContextManager[None]:
        """Turns the driver's errors into `StoreError`."""

    @abstractmethod
    def schema_version(self) -> int:
        """How many migrations have run."""

    @abstractmethod
    def migrate(self, script: str, number: int) -> None:
        """Run one migration, inside a transaction, and note whose database this is."""

    # The text index

    @abstractmethod
    def put_words(self, new: Sequence[Words], old: Sequence[Words]) -> None:
        """Index the words of articles; `old` are the words that some of them had before."""

    @abstractmethod
    def drop_words(self, old: Words) -> None:
        """Forget the words of one article."""

    @abstractmethod
    def clear_words(self) -> None:
        """Forget all words."""

    @abstractmethod
    def search(self, text: Text, first: int, last: int, seconds: float | None = None) -> list[int]:
        """The articles from `first` to before `last` that have the words; in any order.

        Raises:
            QueryTimeout: after as many seconds, if they are limited.
        """

    @abstractmethod
    def word_counts(self) -> Iterator[tuple[str, int]]:
        """Every word, and how many articles have it."""

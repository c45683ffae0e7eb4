"""One tree of errors; every error a person can meet is one of these and reads as a sentence.

    TagwireError
    ├── SettingError         a TAGWIRE_* variable or option that makes no sense
    ├── TaxonomyError        mistakes in tags.yaml, each with file, line and key
    ├── ExpressionError      a feed expression that cannot be read, with its position
    ├── SourceError          an article that cannot be taken in, with its file and place
    ├── FetchError           an address of the web that was not asked, or did not answer properly
    ├── StoreError           the database cannot be opened, read or written
    │   ├── QueryTimeout          a search that took longer than anybody should wait
    │   ├── StaleSnapshot        words were looked for that have changed since; ask again
    │   ├── LeaseHeld            another process is doing what one at a time may do
    │   └── OtherRules           its articles are tagged by another taxonomy or version than ours
    ├── Forbidden            a private feed, asked for without its token
    └── NotFound             a tag or article that does not exist, with suggestions
        └── Gone             a tag that was retired, an article that was removed

Errors carry facts (file, line, position, suggestions) and know no framework: the web turns
them into status codes and the command line into exit codes, once each, at the edge.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass


class TagwireError(Exception):
    """The root: `str(error)` is a complete message for a person, never a traceback's tail."""


class SettingError(TagwireError):
    """A setting has a value that cannot be used; the message names the setting and the remedy."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One located finding about the taxonomy file."""

    file: str
    line: int  # counted from 1; 0 when the finding concerns the whole file
    key: str  # dotted path of the place, e.g. "weapon.tags.harop.broader"
    message: str  # what is wrong
    hint: str = ""  # what to do, e.g. "did you mean 'broader'?"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        where = f"{place}: {self.key}" if self.key else place
        return f"{where}: {self.message}" + (f"; {self.hint}" if self.hint else "")


class TaxonomyError(TagwireError):
    """The taxonomy cannot be used; `problems` holds every mistake found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ExpressionError(TagwireError):
    """A feed expression cannot be read.

    `position` counts characters from 0 in `text`, as Python does; what people and programs are
    told counts from 1. `suggestions` are tag keys or words to try in place of `text[slice(*place)]`.
    """

    def __init__(
        self,
        message: str,
        text: str,
        position: int,
        suggestions: Sequence[str] = (),
        place: tuple[int, int] = (0, 0),
    ) -> None:
        self.message = message
        self.text = text
        self.position = position
        self.suggestions = tuple(suggestions)
        self.place = place
        super().__init__(self.plain + did_you_mean(suggestions))

    @property
    def plain(self) -> str:
        """The message without the suggestions."""
        return f"{self.message} (at position {self.position + 1})"

    @property
    def corrected(self) -> dict[str, str]:
        """By suggestion the whole text with the mistake replaced."""
        start, end = self.place
        return {s: self.text[:start] + s + self.text[end:] for s in self.suggestions}

    @property
    def pointer(self) -> str:
        """Two lines: the expression, and a caret below the place."""
        return f"{self.text}\n{' ' * self.position}^"


class SourceError(TagwireError):
    """One article cannot be taken in; `place` is its file, with a line where there is one."""

    def __init__(self, place: str, message: str) -> None:
        self.place = place
        self.message = message
        super().__init__(f"{place}: {message}")


_PASSWORD = re.compile(r"//[^/?#]*@")


class FetchError(TagwireError):
    """An address was not asked, or did not answer properly; `place` is the address.

    Of a user and password in it nothing is shown. `refused` says that it is by our own rules: asking again will not help.
    """

    def __init__(self, place: str, message: str, refused: bool = False) -> None:
        self.place = _PASSWORD.sub("//", place)
        self.message = message
        self.refused = refused
        super().__init__(f"{self.place}: {message}")


class StoreError(TagwireError):
    """The database cannot be opened, read or written."""


class QueryTimeout(StoreError):
    """A search was broken off, for the sake of all others; it may pass with fewer words."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the search took longer than {seconds} seconds and was broken off;"
            " ask for fewer or rarer words"
        )


class StaleSnapshot(StoreError):
    """Words were to be found as they were at a commit, and there has been another one since."""

    def __init__(self) -> None:
        super().__init__("the articles changed while they were searched; ask again")


class LeaseHeld(StoreError):
    """Another process does it; `holder` names it."""

    def __init__(self, name: str, holder: str) -> None:
        self.name, self.holder = name, holder
        super().__init__(
            f"{name}: {holder or 'another process'} is doing this; try again when it has ended"
        )


class OtherRules(StoreError):
    """A process may not tag: the database goes by another taxonomy, other rules or other code."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place}: its articles are tagged by another tags.yaml or another version of Tagwire than"
            " these, so nothing was written; `tagwire retag` makes these count for all of them"
        )


class Forbidden(TagwireError):
    """A private feed was asked for without a token of it."""


class NotFound(TagwireError):
    """Nothing of that name; `suggestions` are names that exist."""

    def __init__(self, what: str, name: str, suggestions: Sequence[str] = ()) -> None:
        self.what = what
        self.name = name
        self.suggestions = tuple(suggestions)
        super().__init__(self.plain + did_you_mean(suggestions))

    @property
    def plain(self) -> str:
        """The message without the suggestions."""
        return f"no {self.what} '{self.name}'"


class Gone(NotFound):
    """A tag that was retired from the taxonomy, or an article that was removed."""

    @property
    def plain(self) -> str:
        """What became of it."""
        return f"the {self.what} '{self.name}' was {'retired' if self.what == 'tag' else 'removed'}"


def did_you_mean(names: Sequence[str]) -> str:
    """`"; did you mean 'a' or 'b'?"`, or nothing when there is nothing to suggest."""
    if not names:
        return ""
    return "; did you mean " + " or ".join(f"'{name}'" for name in names) + "?"

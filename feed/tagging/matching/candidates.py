"""What a surface stands for, and what the resolver must look at before it accepts that."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from feed.tagging.matching.patterns import Form, Spelling, is_acronym
from feed.tagging.rules.words import SHOUTED, STATE_NAMESAKES, SURNAMES
from feed.text.fold import fold_name

# Roles of a meaning, in order of what they do to a text: the first two hold their place in it.
NAME, PSEUDO, BOILERPLATE, CONTEXT = range(4)
# What the resolver must look at before it accepts a meaning: bits of `Meaning.checks`.
WEAK, PERSON_TOO, STATE_TOO, PEOPLE, TONGUE, SHOUT, MONEY, HULL, BY_SPELLING, SURNAME = (
    1 << bit for bit in range(10)
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a surface stands for: one or more spellings of equal text, all names or all context rules."""

    role: int
    spellings: tuple[Spelling, ...]
    checks: int = BY_SPELLING  # what the resolver must look at; 0: accepted as it stands
    tag: str = ""  # of the only spelling; "" when there are several, or none with a tag
    listed: bool = False  # a list may go on with the next number alone
    maker: "tuple[int, Meaning] | None" = (
        None  # named by its first code points: Embraer Super Tucano
    )
    after: tuple[Spelling, ...] = ()  # context rules that speak of the name before them
    before: tuple[Spelling, ...] = ()  # context rules that speak of the name behind them

    @property
    def is_place(self) -> bool:
        """Does it name a place?"""
        return any(spelling.kind == "place" for spelling in self.spellings)


# A meaning at a place: start and end in code points of the folded text. A bare tuple, for there are
# dozens in every article and nothing else is as fast to make.
Match = tuple[int, int, Meaning]


class Rejected(NamedTuple):
    """A match that a rule ruled out."""

    start: int
    end: int
    meaning: Meaning
    reason: str


def meaning_of(forms: Sequence[Form], surface: str) -> Meaning | None:
    """One meaning of the forms that share a surface; names win over context rules, those over pseudo rules."""
    spellings = tuple(dict.fromkeys(form.spelling for form in forms))
    names = [s for s in spellings if s.role == "name"]
    if names:
        # "US" and "U.S." are one; a tag's strong spelling makes its weak one of that text idle.
        best = {s.tag: s for s in sorted(names, key=lambda s: s.weak)[::-1]}
        found = tuple(reversed(best.values()))
        plural = any(form.plural and form.spelling.kind == "place" for form in forms)
        # "Philippines" is also a country's own name, which has no plural.
        checks = PEOPLE if plural and all(form.spelling.plural for form in forms) else 0
        for spelling in found:
            checks |= _checks_of(spelling)
        tag = found[0].tag if len(found) == 1 else ""
        return Meaning(
            NAME,
            found,
            checks if tag else checks | BY_SPELLING,
            tag,
            any(s.listed for s in found),
            _maker_in(surface, found[0].maker) if tag else None,
        )
    for role, name in ((BOILERPLATE, "line"), (PSEUDO, "pseudo")):
        found = tuple(s for s in spellings if s.role == name)
        if found:
            return Meaning(role, found)
    if not spellings:
        return None
    after = tuple(s for s in spellings if s.role.startswith("after"))
    before = tuple(s for s in spellings if not s.role.startswith("after"))
    return Meaning(CONTEXT, spellings, after=after, before=before)


def _maker_in(surface: str, maker: Spelling | None) -> tuple[int, Meaning] | None:
    """The company whose name a surface begins with, and how long that is there."""
    if maker is None or fold_name(surface[: len(maker.text)]) != fold_name(maker.text):
        return None
    return len(maker.text), Meaning(NAME, (maker,), 0, maker.tag)


@lru_cache(maxsize=16_384)
def only(spelling: Spelling) -> Meaning:
    """A meaning of one spelling alone, for the resolution."""
    return Meaning(NAME, (spelling,), tag=spelling.tag)


def _checks_of(spelling: Spelling) -> int:
    """What one spelling gives the resolver to look at."""
    place = spelling.kind == "place"
    return (
        (WEAK if spelling.weak else 0)
        | (PERSON_TOO if spelling.person else 0)
        | (SURNAME if place and spelling.text in SURNAMES else 0)
        | (STATE_TOO if spelling.text in STATE_NAMESAKES else 0)
        | (SHOUT if spelling.text.upper() in SHOUTED else 0)
        | (TONGUE if place and spelling.text.endswith(_TONGUES) else 0)
        | (HULL if _HULL_NUMBER.fullmatch(spelling.text) else 0)
        | (MONEY if place and is_acronym(spelling.text) else 0)
    )


_HULL_NUMBER = re.compile(r"[A-Z]{1,3}-\d{1,4}")
# How adjectives of nations end that name their languages, too.
_TONGUES = ("ish", "ese", "ian", "nch", "tch", "ech", "eek", "ic", "rman", "rean", "brew")

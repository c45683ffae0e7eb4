"""What a surface stands for, and where it stands."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from feed.tagging.matching.patterns import Form, Spelling
from feed.text.fold import fold_name

# Roles of a meaning, in order of what they do to a text: the first two hold their place in it.
NAME, PSEUDO, BOILERPLATE, CONTEXT = range(4)


class Meaning:
    """What a surface stands for: one or more spellings of equal text, all names or all words of rules."""

    __slots__ = (
        "after", "before", "both", "certain", "listed", "maker", "plan", "plural", "role", "spellings", "sure", "surface", "tag",
    )  # fmt: skip

    def __init__(self, role: int, spellings: tuple[Spelling, ...], surface: str = "") -> None:
        self.role = role
        self.spellings = spellings
        self.surface = surface
        # Of the only spelling; "" when there are several, or none with a tag.
        self.tag = spellings[0].tag if role == NAME and len(spellings) == 1 else ""
        self.sure = False  # accepted as it stands, even if weak
        self.plural = False  # a people's name in the plural
        # May a list go on with the next number alone?
        self.listed = role == NAME and any(s.listed for s in spellings)
        # Named by its first code points, and how many those are: Embraer Super Tucano.
        self.maker: tuple[int, Meaning] | None = None
        # Context rules that speak of the name before them, and of the name behind them.
        self.after: tuple[Spelling, ...] = ()
        self.before: tuple[Spelling, ...] = ()
        self.both = False  # a name, and words of such a rule
        # What the resolver does with it, and whether that is to accept it and ask nothing.
        self.plan: Any = None
        self.certain = False

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
        meaning = Meaning(NAME, tuple(reversed(best.values())), surface)
        plural = any(form.plural and form.spelling.kind == "place" for form in forms)
        # "Philippines" is also a country's own name, which has no plural.
        meaning.plural = plural and all(form.spelling.plural for form in forms)
        if meaning.tag:
            meaning.maker = _maker_in(surface, meaning.spellings[0].maker)
        _add_rules(meaning, spellings)
        return meaning
    for role, name in ((BOILERPLATE, "line"), (PSEUDO, "pseudo")):
        found = tuple(s for s in spellings if s.role == name)
        if found:
            return Meaning(role, found, surface)
    if not spellings:
        return None
    meaning = Meaning(CONTEXT, spellings, surface)
    _add_rules(meaning, spellings)
    return meaning


def _add_rules(meaning: Meaning, spellings: Sequence[Spelling]) -> None:
    """The context rules among some spellings; a name may be one's words, too: German measles."""
    meaning.after = tuple(s for s in spellings if s.role.startswith("after"))
    before = ("before", "before-hyphen", "title")
    meaning.before = tuple(s for s in spellings if s.role in before)
    meaning.both = meaning.role == NAME and bool(meaning.after)


def _maker_in(surface: str, maker: Spelling | None) -> tuple[int, Meaning] | None:
    """The company whose name a surface begins with, and how long that is there."""
    if maker is None or fold_name(surface[: len(maker.text)]) != fold_name(maker.text):
        return None
    meaning = Meaning(NAME, (maker,), maker.text)
    meaning.sure = True
    return len(maker.text), meaning


@lru_cache(maxsize=16_384)
def only(spelling: Spelling) -> Meaning:
    """A meaning of one spelling alone, for what is resolved."""
    return Meaning(NAME, (spelling,), spelling.text)

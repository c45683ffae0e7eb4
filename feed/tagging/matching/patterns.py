"""What the taxonomy's names look like in text: every form of a spelling, and smart case.

A spelling is expanded once, when the automaton is built, into folded patterns: hyphen, blank or
nothing between letters and digits, plurals, "&" and "and", acronyms with dots. What the automaton
then finds is checked on its slice alone, once per distinct surface.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from typing import Literal

from feed.taxonomy.rules import Direction, Kind
from feed.taxonomy.taxonomy import Tag, Taxonomy, common_noun
from feed.text.fold import base_letter, fold

Role = Literal["name", "pseudo"] | Direction
MAX_FORMS = 24  # patterns of one spelling; beyond it, only the spelling as it stands
_WORDS = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")
_RUNS = re.compile(r"[a-z\x01]+|[0-9]+")


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """One way to write a tag, or words around a name that say what it is not: those of a context rule.

    `tag` is the key of the tag; for a context rule, the kinds it applies to stand in `kinds`.
    """

    text: str
    role: Role = "name"
    tag: str = ""
    kind: Kind = "thing"
    weak: bool = False
    person: bool = False  # also a name that people bear
    plural: bool = True  # may stand in the plural
    reason: str = ""  # what a pseudo or context rule says, e.g. "sea or strait"
    kinds: tuple[Kind, ...] = ()
    surname: bool = False  # a surname behind a given name or a rank
    split: bool = False  # a namesake elsewhere has news of its own
    named: bool = False  # the tag's own label
    but: frozenset[str] = frozenset()  # names that a context rule does not speak of
    maker: "Spelling | None" = None  # that it begins with: Embraer Super Tucano

    @property
    def designator(self) -> bool:
        """True when letters may follow: `F-16` covers F-16C and F-16V Block 70."""
        return self.role == "name" and self.kind == "product" and self.text[-1:].isdigit()

    @property
    def listed(self) -> bool:
        """True when a list may go on with the next number alone: F-15/16, Type 052C/D."""
        return (
            self.role == "name" and self.kind == "product" and any(map(str.isdigit, self.text[-3:]))
        )

    @property
    def proper(self) -> bool:
        """True for a name, False for a common noun."""
        return self.text[:1].isupper() or self.text[:1].isdigit()


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A spelling as it may stand in text: itself, its plural, with "and" for "&"."""

    text: str
    spelling: Spelling
    plural: bool = False


def spellings_of(taxonomy: Taxonomy) -> Iterator[Spelling]:
    """All spellings of a taxonomy, pseudo rules last: a real name wins over one of the same text."""
    makers = _makers_of(taxonomy)
    for tag in taxonomy.values():
        kind = taxonomy.schemes[tag.scheme].kind
        own, split = makers.get(tag.key, ()), bool(tag.elsewhere)
        for text in dict.fromkeys((*tag.strong, *tag.weak)):
            shown = common_noun(text) if text == tag.label and tag.names_a_kind else text
            weak = text in tag.weak
            plural = kind != "organisation" and (kind != "place" or text != tag.label)
            maker = next((m for m in own if text.startswith(m.text + " ")), None)
            yield Spelling(
                shown, "name", tag.key, kind, weak, text in tag.person, plural, maker=maker,
                surname=text in tag.surname, split=split, named=text == tag.label,
            )  # fmt: skip
            if text.endswith("-class"):
                for noun in _hulls_of(taxonomy, tag):
                    hull = f"{text.removesuffix('-class')} {noun}"
                    yield Spelling(hull, "name", tag.key, kind, weak, False, plural)
    for tag in taxonomy.values():
        for text in tag.never:
            yield Spelling(text, "pseudo", tag.key, reason=f"part of “{text}”")


def _makers_of(taxonomy: Taxonomy) -> dict[str, list[Spelling]]:
    """By system, the names that its makers and their relatives go by, the longest first."""
    named: dict[str, list[Spelling]] = {}
    for key in {maker for tag in taxonomy.values() for maker in tag.maker}:
        family = (key, *taxonomy.ancestors[key], *taxonomy.descendants(key))
        named[key] = [
            Spelling(text, "name", firm.key, "organisation", text in firm.weak)
            for firm in map(taxonomy.__getitem__, family)
            for text in (*firm.strong, *firm.weak)
        ]
    return {
        tag.key: sorted((s for m in tag.maker for s in named[m]), key=lambda s: -len(s.text))
        for tag in taxonomy.values()
        if tag.maker
    }


# What a ship's class may be called by without the word "class": "a Tarantul corvette".
# By the term of a wider class, what its ships are called.
_HULLS = {
    **{noun: (noun,) for noun in ("cruiser", "destroyer", "frigate", "corvette", "submarine")},
    "patrol-vessel": ("patrol vessel", "patrol ship", "patrol boat", "OPV", "cutter"),
    "mine-countermeasures-vessel": ("minehunter", "minesweeper", "mine countermeasures vessel"),
    "amphibious-ship": ("amphibious ship", "landing ship"),
}  # fmt: skip


def _hulls_of(taxonomy: Taxonomy, tag: Tag) -> list[str]:
    """The nouns for the ships of a class, from the classes it belongs to."""
    terms = {key.partition(":")[2] for key in taxonomy.ancestors[tag.key]}
    return sorted({noun for term in terms for noun in _HULLS.get(term, ())})


def forms_of(spelling: Spelling) -> Iterator[Form]:
    """The spelling, its plural where it has one, and "and" for "&"."""
    texts = [spelling.text]
    if " & " in spelling.text:
        texts.append(spelling.text.replace(" & ", " and "))
    for text in texts:
        yield Form(text, spelling)
        if spelling.role == "name" and spelling.plural:
            plural = plural_of(text, spelling.kind)
            if plural:
                yield Form(plural, spelling, plural=True)


def expansions(spelling: Spelling) -> Iterator[tuple[Form, set[bytes]]]:
    """Every form of a spelling with its patterns."""
    singular: set[bytes] = set()
    text = ""
    for form in forms_of(spelling):
        if form.plural and form.text == text + "s":  # as most are: no need to vary it all again
            yield form, {pattern + b"s" for pattern in singular}
        else:
            text, singular = form.text, patterns_of(form)
            yield form, singular


def plural_of(text: str, kind: Kind) -> str:
    """The regular plural, or "" where none is wanted.

    Names of countries ("Turkeys", "the Americas") have none; demonyms, systems and common nouns have.
    """
    last = text[-1]
    if not base_letter(last).isalpha() or len(text) < 3:
        return ""
    if kind == "place" and (last in "asz" or text.endswith(("sh", "ch", "ese")) or text.isupper()):
        return ""
    if last == "S" and text.isupper():
        return text + "es"  # HIMARSes
    if text.endswith(("s", "x", "z", "ch", "sh")):
        return text + "es" if text[-2:-1].islower() and not text.endswith("s") else ""
    if last == "y" and text[-2] not in "aeiou" and text.split()[-1].islower():
        return text[:-1] + "ies"
    return text + "s"


def patterns_of(form: Form) -> set[bytes]:
    """The folded patterns of one form, without the blanks that bound them."""
    if _WORDS.fullmatch(form.text):  # two thirds of all: nothing to vary
        plain = form.text.lower()
        dotted = {" ".join(plain).encode()} if is_acronym(form.text) else set()
        return {plain.encode(), *dotted}
    folded = fold(form.text)
    text, data = folded.text, folded.data.decode("latin-1")
    runs = [match.span() for match in _RUNS.finditer(data)]
    if not runs or "\x01" in data:
        return set()
    joints = [
        _joints(
            text[b - 1], text[b:c], text[c], text[c:d].islower(), d - c <= 4 and text[c:d].isupper()
        )
        for (_, b), (c, d) in pairwise(runs)
    ]
    names = [data[a:b] for a, b in runs]
    count = 1
    for joint in joints:
        count *= len(joint)
    if count > MAX_FORMS:
        joints = [joint[:1] for joint in joints]
    return {
        "".join(part for pair in zip(names, (*seams, ""), strict=True) for part in pair).encode(
            "latin-1"
        )
        for seams in product(*joints)
    }


@lru_cache(maxsize=8192)
def _joints(left: str, gap: str, right: str, small: bool, code: bool) -> list[str]:
    """What may stand, in folded text, between two runs of letters or digits.

    `left` and `right` are the letters or digits beside the gap; what follows is in small letters,
    or a short code in capitals.
    """
    widths = {" " * len(gap), " "} if gap else {""}
    if left.isalpha() and right.isdigit() and gap in ("", " ", "-", "/"):
        widths |= {"", " "}
    elif left.isdigit() and right.isalpha() and gap in (" ", "-"):
        if code:
            widths.add("")
    elif gap == "." or (gap == "-" and small):
        widths.add("" if gap == "." else " ")
    return sorted(widths, key=lambda width: width != " " * len(gap))


def is_acronym(text: str) -> bool:
    """Capitals alone, 2 to 5 of them: US, UAE, UAV."""
    return 2 <= len(text) <= 5 and text.isascii() and text.isalpha() and text.isupper()


def stands_for(form: str, surface: str) -> bool:
    """Smart case and separators: may `surface`, equal to `form` when folded, stand for it?

    A capital in the spelling must be a capital in the text; a small letter matches either. Only the
    inner capitals of CamelCase may be small: Skystriker.
    """
    expected, gaps = _split(fold(form).text)
    found, seams = _split(fold(surface).text)
    if len(expected) != len(found):
        return False
    for i, (want, have) in enumerate(zip(expected, found, strict=True)):
        if want.isupper() and not have.isupper() and not _is_inner(expected, gaps, i):
            return False
    dotted = set(seams[1:-1]) <= {".", ". "} and is_acronym(form)
    if dotted:
        return True
    return all(
        _seam(gaps[i], seams[i], expected[i - 1], expected[i], i == 1 or bool(gaps[i - 1]))
        for i in range(1, len(expected))
    )


def _is_inner(letters: list[str], gaps: list[str], at: int) -> bool:
    """Is this the second capital of a CamelCase word, as in SkyStriker, not in MiG or WhAP?"""
    return (
        0 < at < len(letters) - 1
        and not gaps[at]
        and letters[at - 1].islower()
        and letters[at + 1].islower()
    )


def _split(text: str) -> tuple[list[str], list[str]]:
    """The letters and digits of a text, and the separators before, between and after them."""
    letters: list[str] = []
    gaps = [""]
    for ch in text:
        if ch.isalnum():
            letters.append(base_letter(ch))
            gaps.append("")
        else:
            gaps[-1] += " " if ch.isspace() else ch
    return letters, gaps


def _seam(wanted: str, found: str, left: str, right: str, lone: bool) -> bool:
    """May the separator `found` stand where the spelling has `wanted`?"""
    if wanted == found:
        return True
    if found == "":
        return wanted in ("", " ", "-", ".", "/")
    if found in (" ", "-"):
        # "A 10 percent cut" is no A-10.
        if found == " " and right.isdigit() and left in "AI" and lone and wanted != " ":
            return False
        return wanted in ("", " ", "-", "/", ". ")
    return False

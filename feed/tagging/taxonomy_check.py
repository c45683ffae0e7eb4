"""What is legal in a taxonomy, but wrong: duplicates, dangerous words, tags that nobody reaches.

`check` is `tagwire tags check`. A finding is a `Problem` with file, line and key; a clean
taxonomy has none. Which words are English, a library says; which names are people's, the rules.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property

from feed.errors import Problem, SettingError
from feed.tagging.matching.patterns import Form, Spelling, patterns_of, spellings_of
from feed.taxonomy.taxonomy import Tag, Taxonomy
from feed.text.fold import fold_name

# Occurrences in the word list's corpus: below, a word is rarer than the names it would spoil.
COMMON = 200
MOST = 0.95  # of the tags of a scheme


def check(taxonomy: Taxonomy) -> list[Problem]:
    """Every finding, in file order."""
    lint = _Lint(taxonomy)
    findings = [finding for rule in RULES for finding in rule(lint)]
    return sorted(findings, key=lambda finding: finding.line)


def stats(taxonomy: Taxonomy) -> str:
    """Counts of tags per scheme, region and class, as a table for people."""
    lines = [f"{len(taxonomy):6} tags"]
    for scheme in taxonomy.schemes.values():
        mine = [tag for tag in taxonomy.values() if tag.scheme == scheme.name]
        classes = [tag.key for tag in mine if tag.key in taxonomy.classes]
        spellings = sum(len(tag.strong) + len(tag.weak) for tag in mine)
        groups = f", {len(classes)} of them classes" if scheme.kind == "product" else ""
        lines += ["", f"{len(mine):6} {scheme.label}{groups}; {spellings} spellings"]
        for key, count in _members(taxonomy, mine):
            lines.append(f"{count:6}   {taxonomy[key].label}")
    return "\n".join(lines)


def _members(taxonomy: Taxonomy, tags: list[Tag]) -> list[tuple[str, int]]:
    """How many tags stand directly below each class, region or country, the largest first."""
    counts: Counter[str] = Counter()
    for tag in tags:
        counts.update(key for key in (tag.country or tag.broader) if key in taxonomy)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


class _Lint:
    """One taxonomy under examination."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy

    def with_most(
        self, has: Callable[[Tag], object], among: Callable[[Tag], object] = bool
    ) -> frozenset[str]:
        """The schemes nearly all of whose tags have something: there, the others should as well.

        In a field where many have none, those without are meant.
        """
        tags = [tag for tag in self.taxonomy.values() if among(tag)]
        all_of = Counter(tag.scheme for tag in tags)
        having = Counter(tag.scheme for tag in tags if has(tag))
        return frozenset(scheme for scheme, n in having.items() if n >= MOST * all_of[scheme])

    @cached_property
    def spellings(self) -> list[Spelling]:
        return list(spellings_of(self.taxonomy))

    @cached_property
    def strong(self) -> Mapping[bytes, list[Spelling]]:
        """Strong spellings by their folded text."""
        found: dict[bytes, list[Spelling]] = {}
        for spelling in self.spellings:
            if spelling.role == "name" and not spelling.weak:
                found.setdefault(fold_name(spelling.text), []).append(spelling)
        return found

    def problem(self, key: str, message: str, hint: str) -> Problem:
        scheme, _, term = key.partition(":")
        line = self.taxonomy.lines.get(key, 0)
        return Problem(self.taxonomy.file, line, f"{scheme}.tags.{term}", message, hint)


def _shared_spellings(lint: _Lint) -> Iterator[Problem]:
    """Two tags with one strong spelling: an article would carry both, whichever is meant."""
    for spellings in lint.strong.values():
        tags = list(dict.fromkeys(s.tag for s in spellings))
        if len(tags) > 1:
            hint = "make it weak in one of them, with a context"
            message = f"shares the strong spelling '{spellings[0].text}' with {tags[0]}"
            yield lint.problem(tags[-1], message, hint)


def _dangerous_words(lint: _Lint) -> Iterator[Problem]:
    """A name that is an English word or a person's given name, and yet strong."""
    given = frozenset(lint.taxonomy.rules.words("given-names"))
    for spelling in lint.spellings:
        text = spelling.text
        if spelling.role != "name" or spelling.weak or not text.isalpha() or not text[0].isupper():
            continue
        tag = lint.taxonomy[spelling.tag]
        if text in tag.sure or text.lower() in tag.strong:
            continue
        if text in given and not spelling.person:
            hint = "make it weak with a context, or list it in 'person' or 'sure'"
            yield lint.problem(spelling.tag, f"'{text}' is a given name", hint)
        elif spelling.kind != "place" and english_words().get(text.lower(), 0) >= COMMON:
            hint = "make it weak with a context, or list it in 'sure'"
            yield lint.problem(spelling.tag, f"'{text}' is an English word", hint)


def _swallowed(lint: _Lint) -> Iterator[Problem]:
    """A decoy that holds another tag's spelling hides that tag where both would stand."""
    names = {text: found[0] for text, found in lint.strong.items() if b" " in text}
    for spelling in lint.spellings:
        if spelling.role != "pseudo":
            continue
        words = fold_name(spelling.text).split()
        for size in range(2, len(words)):
            for at in range(len(words) - size + 1):
                other = names.get(b" ".join(words[at : at + size]))
                if other and other.tag != spelling.tag:
                    message = f"its 'never: {spelling.text}' swallows '{other.text}' of {other.tag}"
                    yield lint.problem(spelling.tag, message, "shorten the decoy, or drop it")


def _unrelated(lint: _Lint) -> Iterator[Problem]:
    """Products without a class, organisations without a country, classes without members."""
    narrower = lint.taxonomy.narrower
    countries = lint.with_most(lambda tag: tag.country)
    classes = lint.with_most(lambda tag: tag.broader or tag.key in narrower)
    members = lint.with_most(lambda tag: tag.key in narrower, lambda tag: tag.names_a_kind)
    for tag in lint.taxonomy.values():
        scheme = lint.taxonomy.schemes[tag.scheme]
        what, leaf = scheme.label.lower(), tag.key not in narrower
        if scheme.kind == "organisation" and not tag.country and tag.scheme in countries:
            yield lint.problem(tag.key, f"a {what} without a country", "add 'country: ...'")
        if scheme.kind != "product" or not leaf:
            continue
        if not tag.broader and tag.scheme in classes:
            hint = "add 'broader: ...', or tags below it"
            message = f"a {what} without a class, or a class without members"
            yield lint.problem(tag.key, message, hint)
        elif tag.names_a_kind and tag.scheme in members:
            hint = "give tags this class, or drop it"
            yield lint.problem(tag.key, "a class without members", hint)


def _unreachable(lint: _Lint) -> Iterator[Problem]:
    """A tag that no text can get: no usable spelling, or weak ones that nothing corroborates."""
    usable: set[str] = set()
    for spelling in lint.spellings:
        if spelling.role == "name" and any(patterns_of(Form(spelling.text, spelling))):
            tag = lint.taxonomy[spelling.tag]
            if not spelling.weak or tag.context or tag.country or tag.origin:
                usable.add(spelling.tag)
    for tag in lint.taxonomy.values():
        if tag.key not in usable and not lint.taxonomy.narrower.get(tag.key):
            hint = "add a strong spelling, or a 'context' for the weak ones"
            yield lint.problem(tag.key, "no text can reach this tag", hint)


Rule = Callable[[_Lint], Iterator[Problem]]
RULES: tuple[Rule, ...] = (
    _shared_spellings,
    _dangerous_words,
    _swallowed,
    _unrelated,
    _unreachable,
)


_ABSENT = (
    "the words that the taxonomy is checked against are not installed: pip install 'tagwire[check]'"
)


@cache
def english_words() -> Mapping[str, int]:
    """English words in small letters, with how often they occur in a large corpus."""
    try:
        from spellchecker import SpellChecker
    except ImportError as e:
        raise SettingError(_ABSENT) from e

    return SpellChecker(language="en").word_frequency.dictionary

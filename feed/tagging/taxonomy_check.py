"""What is legal in a taxonomy, but wrong: duplicates, dangerous words, tags that nobody reaches.

`check` is `tagwire tags check`. A finding is a `Problem` with file, line and key; a clean
taxonomy has none. Which words are English and which names are people's, two libraries say.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property

from feed.errors import Problem, SettingError
from feed.tagging.matching.patterns import Form, Spelling, forms_of, patterns_of, spellings_of
from feed.tagging.rules.context_rules import context_spellings
from feed.taxonomy.taxonomy import Tag, Taxonomy
from feed.text.fold import fold_name

# Occurrences in the word list's corpus: below, a word is rarer than the names it would spoil.
COMMON = 200


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

    @cached_property
    def with_countries(self) -> frozenset[str]:
        """The schemes most of whose tags name a country: there, the others should as well."""
        all_of = Counter(tag.scheme for tag in self.taxonomy.values())
        named = Counter(tag.scheme for tag in self.taxonomy.values() if tag.country)
        return frozenset(scheme for scheme, n in named.items() if 2 * n > all_of[scheme])

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
    for spelling in lint.spellings:
        text = spelling.text
        if spelling.role != "name" or spelling.weak or not text.isalpha() or not text[0].isupper():
            continue
        tag = lint.taxonomy[spelling.tag]
        if text in tag.sure or text.lower() in tag.strong:
            continue
        if text in given_names() and not spelling.person:
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
    """Systems without a class, firms without a country, classes without members."""
    for tag in lint.taxonomy.values():
        kind = lint.taxonomy.schemes[tag.scheme].kind
        below = lint.taxonomy.narrower.get(tag.key)
        if kind == "organisation" and not tag.country and tag.scheme in lint.with_countries:
            what = lint.taxonomy.schemes[tag.scheme].label.lower()
            yield lint.problem(tag.key, f"a {what} without a country", "add 'country: ...'")
        if kind == "product" and not tag.broader and not below:
            hint = "add 'broader: ...', or systems below it"
            yield lint.problem(
                tag.key, "a system without a class, or a class without members", hint
            )
        elif kind == "product" and not below and tag.names_a_kind:
            hint = "give systems this class, or drop it"
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


def _hidden_by_context(lint: _Lint) -> Iterator[Problem]:
    """A name that is also among the words of a context rule would switch the rule off."""
    rules = {
        fold_name(rule.text): rule
        for rule in context_spellings(lint.taxonomy.rules)
        if rule.role in ("after", "after-comma", "before")
    }
    for text, spellings in lint.strong.items():
        rule = rules.get(text)
        if rule and any(form.text == rule.text for form in forms_of(spellings[0])):
            message = f"'{rule.text}' are words of the rule “{rule.reason}”"
            yield lint.problem(spellings[0].tag, message, "make it weak, or longer")


Rule = Callable[[_Lint], Iterator[Problem]]
RULES: tuple[Rule, ...] = (
    _shared_spellings,
    _dangerous_words,
    _swallowed,
    _unrelated,
    _unreachable,
    _hidden_by_context,
)


_ABSENT = (
    "the lists of words and given names that the taxonomy is checked against are not installed:"
    " pip install 'tagwire[check]'"
)


@cache
def english_words() -> Mapping[str, int]:
    """English words in small letters, with how often they occur in a large corpus."""
    try:
        from spellchecker import SpellChecker
    except ImportError as e:
        raise SettingError(_ABSENT) from e

    return SpellChecker(language="en").word_frequency.dictionary


@cache
def given_names() -> frozenset[str]:
    """Common given names in English."""
    try:
        from faker.providers.person.en_US import Provider
    except ImportError as e:
        raise SettingError(_ABSENT) from e

    return frozenset(Provider.first_names)

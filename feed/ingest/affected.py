"""What a change of taxonomy or rules can affect: tags, and the words by which articles are found.

An article is tagged from the spellings and the words of rules that stand in it, and from what the
taxonomy says of the tags that these name. So it can only be tagged otherwise when its words hold

* a spelling that is new, gone or otherwise in some way (`_value` lists the ways);
* any spelling of a tag of which something else changed: everything the file says of it (where it
  comes from, if one of its names may be doubted), the kind of its scheme, all that is broader than it or than its makers, whether it is a class. What a tag says
  of another (a maker, a context) matters where both are named, so it is enough to look at the one;
* a word of a category of rules that is new, gone or says something else;
* a further member of a list of designators ("F-15/16") that would be a name of its own.

A list of rules may be asked in ways that no word shows: when one changes, everything is affected.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from feed.query.expression import Text
from feed.tagging.disambiguation.exclusion_rules import may_be_doubted
from feed.tagging.matching.patterns import Spelling, expansions, spellings_of
from feed.tagging.rules.context_rules import context_spellings
from feed.taxonomy.rules import Rules
from feed.taxonomy.taxonomy import Tag, Taxonomy
from feed.text.fold import fold_name

_LAST_NUMBER = re.compile(r"[A-Za-z]?(\d+[A-Z]{0,3})$")


Spellings = dict[str, dict[object, Spelling]]  # by tag, and by all that can matter of each


@dataclass(frozen=True, slots=True)
class Affected:
    """What a change touches."""

    keys: frozenset[str] = frozenset()  # tags whose carriers are affected
    texts: frozenset[Text] = frozenset()  # articles that have one of these are
    # Articles that have one of the first and one of the second are.
    pairs: frozenset[tuple[frozenset[Text], frozenset[Text]]] = frozenset()
    everything: bool = False


def affected(old: Taxonomy, new: Taxonomy) -> Affected:
    """What is tagged otherwise at most when `new` takes the place of `old`. Errs on the side of more."""
    if old.rules.lists != new.rules.lists or _order(old.rules) != _order(new.rules):
        return Affected(everything=True)
    before, after = _by_tag(old), _by_tag(new)
    keys, spellings = _changed_tags(old, new, before, after)
    words = _changed_words(old.rules, new.rules)
    texts = {text for spelling in [*spellings, *words] for text in _texts(spelling)}
    pairs: set[tuple[frozenset[Text], frozenset[Text]]] = set()
    if listed := [spelling for spelling in spellings if spelling.listed]:
        every = _Designators(
            s for had in (before, after) for own in had.values() for s in own.values()
        )
        pairs = {pair for spelling in listed for pair in every.lists_with(spelling)}
    return Affected(frozenset(keys), frozenset(texts), frozenset(pairs))


def _order(rules: Rules) -> list[str]:
    """Of two categories with one word, the first says its own."""
    return [name for name, category in rules.categories.items() if category.words]


def _changed_tags(
    old: Taxonomy, new: Taxonomy, before: Spellings, after: Spellings
) -> tuple[set[str], list[Spelling]]:
    """The tags that say something else, and the spellings to be looked for."""
    places = _moved(old, new)
    keys: set[str] = set()
    found: list[Spelling] = []
    capitals = frozenset(new.rules.words("capitals"))
    shared = cache(lambda: _namesakes(old) | _namesakes(new))  # it takes a moment
    for key in {**old.tags, **new.tags}:
        had, has = before.get(key, {}), after.get(key, {})
        both = [*had.values(), *has.values()]
        lands = _lands(key, old) != _lands(key, new) and (
            any(may_be_doubted(s, capitals) for s in both) or key in shared()
        )
        if key in places or lands or _says_else(key, old, new):
            keys.add(key)
            found += both
        elif list(had) != list(has):
            changed = had.keys() ^ has.keys()
            if not changed or any(s.listed for s in both):
                keys.add(key)
            found += [had.get(value) or has[value] for value in changed or had]
    return keys, found


def _moved(old: Taxonomy, new: Taxonomy) -> frozenset[str]:
    """The tags that share a name with another, when the order of the file has changed: the first of
    them is asked first."""
    if [key for key in old if key in new] == [key for key in new if key in old]:
        return frozenset()
    return _namesakes(old) | _namesakes(new)


def _namesakes(taxonomy: Taxonomy) -> frozenset[str]:
    """The tags that share a name with another."""
    tags: dict[bytes, set[str]] = {}
    for spelling in spellings_of(taxonomy):
        for _, patterns in expansions(spelling):
            for pattern in patterns:
                tags.setdefault(pattern, set()).add(spelling.tag)
    return frozenset(key for keys in tags.values() if len(keys) > 1 for key in keys)


def _by_tag(taxonomy: Taxonomy) -> Spellings:
    """By tag its spellings, each by all of it that can matter."""
    found: dict[str, dict[object, Spelling]] = {}
    for spelling in spellings_of(taxonomy):
        found.setdefault(spelling.tag, {})[_value(spelling)] = spelling
    return found


def _value(s: Spelling) -> object:
    maker = s.maker and (s.maker.text, s.maker.tag, s.maker.weak)
    return (s.text, s.role, s.kind, s.weak, s.person, s.plural, s.reason, s.kinds, s.but, maker)


def _says_else(key: str, old: Taxonomy, new: Taxonomy) -> bool:
    """Is anything else otherwise that may be asked of a tag, beside its spellings?"""
    before, after = old.get(key), new.get(key)
    if before is None or after is None:
        return True
    if before != after and _plain(before) != _plain(after):
        return True
    return any(
        of(old) != of(new)
        for of in (
            lambda t: t.schemes[before.scheme].kind,
            lambda t: t.ancestors[key],
            lambda t: key in t.classes,
            lambda t: [t.ancestors.get(maker) for maker in before.maker],
        )
    )


def _plain(tag: Tag) -> Tag:
    """A tag without what its spellings say, and without what no rule of tagging asks for."""
    spelled = replace(tag, label="", alt=(), weak=(), never=(), person=())
    return replace(spelled, notation="", exact_match="", was=(), sure=(), origin=(), country=())


def _lands(key: str, taxonomy: Taxonomy) -> object:
    """Where it comes from: a reason for a name beside its country, if it needs one."""
    tag = taxonomy.get(key)
    return tag and (tag.origin, tag.country)


def _changed_words(old: Rules, new: Rules) -> list[Spelling]:
    """The words of categories that are new, gone, or say something else."""
    before, after = _values(context_spellings(old)), _values(context_spellings(new))
    return [{**before, **after}[value] for value in before.keys() ^ after.keys()]


def _values(spellings: Iterable[Spelling]) -> Mapping[object, Spelling]:
    return {_value(spelling): spelling for spelling in spellings}


def _texts(spelling: Spelling) -> Iterator[Text]:
    """How the text index finds every form of a spelling."""
    for _, patterns in expansions(spelling):
        for pattern in patterns:
            if words := " ".join(pattern.decode("latin-1").split()):
                yield Text(words, prefix=spelling.designator)


class _Designators:
    """The names that may begin a list of designators, by what a further member has in common with them."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        self._by_stem: dict[bytes, set[Spelling]] = {}
        self._by_name: dict[bytes, set[Spelling]] = {}
        for spelling in spellings:
            if spelling.listed:
                self._by_name.setdefault(_squeezed(spelling.text), set()).add(spelling)
                for stem in _stems(spelling.text):
                    self._by_stem.setdefault(stem, set()).add(spelling)

    def lists_with(self, spelling: Spelling) -> Iterator[tuple[frozenset[Text], frozenset[Text]]]:
        """How articles are found that name a designator by its end alone: "F-15/16", "Type 052C/D".

        Beside the end there stands another one that begins as this one does.
        """
        number = _LAST_NUMBER.search(spelling.text)
        whole = _squeezed(spelling.text)
        shorter = {whole[:length] for length in range(1, len(whole))}  # with a tail: F-16C Block 50
        others = set[Spelling]().union(
            *(self._by_stem.get(stem, ()) for stem in _stems(spelling.text)),
            *(self._by_name.get(name, ()) for name in shorter),
        )
        begins = frozenset(
            text for other in others if other is not spelling for text in _texts(other)
        )
        if number is None or not begins:
            return
        ends = {fold_name(number[0]).strip(), fold_name(number[1]).strip()}
        yield frozenset(Text(end.decode(), prefix=True) for end in ends), begins
        if spelling.text[-1].isalpha():
            yield frozenset([Text(spelling.text[-1].lower())]), begins


def _stems(text: str) -> set[bytes]:
    """What a name has in common with others of its list: "F-15" and "F-16", "Type 052C" and "D"."""
    found = {_squeezed(text[:-1])} if text[-1].isalpha() else set()
    if number := _LAST_NUMBER.search(text):
        found |= {_squeezed(text[: number.start(0)]), _squeezed(text[: number.start(1)])}
    return found - {b""}


def _squeezed(text: str) -> bytes:
    return fold_name(text).replace(b" ", b"")


Search = Callable[[Text], set[int]]


def found_by(change: Affected, search: Search) -> Iterator[set[int]]:
    """The articles that have the words of a change, some at a time."""
    for text in change.texts:
        yield search(text)
    for ends, begins in change.pairs:
        if having := set[int]().union(*map(search, ends)):
            yield having & set[int]().union(*map(search, begins))

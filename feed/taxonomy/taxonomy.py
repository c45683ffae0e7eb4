"""The taxonomy: tags, their spellings and their relations (SKOS in spirit).

`feed.taxonomy.loader` reads it from tags.yaml; the format is described in docs/taxonomy.md.
"""

import gc
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from feed.errors import Gone, NotFound
from feed.taxonomy.lookup import TagLookup
from feed.taxonomy.rules import Kind, Rules, from_content


def _relation(kind: Kind | None = None) -> Any:
    """A field of keys; a bare term in it belongs to a scheme of that kind, or to the tag's own."""
    return field(default=(), metadata={"relation": kind})


@dataclass(frozen=True, slots=True)
class Tag:
    """One concept. `key`, `broader`, `maker`, `origin` and `country` are keys: "scheme:term"."""

    scheme: str
    term: str
    label: str
    alt: tuple[str, ...] = ()  # further spellings that are evidence wherever they stand
    weak: tuple[str, ...] = ()  # spellings that count only when corroborated
    never: tuple[str, ...] = ()  # longer names that swallow a spelling
    context: tuple[str, ...] = ()  # words or keys that corroborate the weak spellings
    person: tuple[str, ...] = ()  # spellings that people bear as names, too: Jordan, Chad
    sure: tuple[str, ...] = ()  # strong spellings that are words, too, and were thought about
    broader: tuple[str, ...] = _relation()
    notation: str = ""  # a code, e.g. ISO 3166-1 alpha-2
    exact_match: str = ""  # the same concept elsewhere, e.g. "wikidata:Q227"
    maker: tuple[str, ...] = _relation("organisation")
    origin: tuple[str, ...] = _relation("place")
    country: tuple[str, ...] = _relation("place")
    was: tuple[str, ...] = ()  # former keys; their URLs redirect here
    surname: tuple[str, ...] = ()  # spellings that are surnames behind a given name or a rank
    here: tuple[str, ...] = ()  # what only the news of it names: Tbilisi
    elsewhere: tuple[str, ...] = ()  # what only the news of a namesake names: Atlanta

    @property
    def key(self) -> str:
        """The tag's identity everywhere: YAML, SQL, URLs, expressions, JSON."""
        return f"{self.scheme}:{self.term}"

    @property
    def strong(self) -> tuple[str, ...]:
        """The spellings that count by themselves: label and alt, less what is listed as weak."""
        return tuple(s for s in dict.fromkeys((self.label, *self.alt)) if s not in self.weak)

    @property
    def names_a_kind(self) -> bool:
        """True when the label is a common noun and nobody in particular makes it."""
        if self.maker or self.origin or self.country:
            return False
        return common_noun(self.label) != self.label or self.label.lower() in self.alt

    @property
    def noun(self) -> str:
        """The label inside a sentence: a common noun in small letters, a name as it is."""
        is_name = not self.names_a_kind or self.label[1:] != self.label[1:].lower()
        return self.label if is_name else self.label.lower()


# Relation -> the kind of scheme that a bare term in it belongs to; None for the tag's own scheme.
RELATIONS: Mapping[str, Kind | None] = {
    f.name: f.metadata["relation"] for f in fields(Tag) if "relation" in f.metadata
}


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way of dividing (SKOS ConceptScheme)."""

    name: str
    label: str
    kind: Kind
    retired: tuple[str, ...] = ()  # keys whose feeds are gone (410)


@dataclass(frozen=True)
class Taxonomy(Mapping[str, Tag]):
    """All tags by key, in file order, with the closure of broader and narrower."""

    schemes: Mapping[str, Scheme]
    tags: Mapping[str, Tag]
    rules: Rules = field(default_factory=Rules)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)  # key -> line of the file
    file: str = field(default="", compare=False)
    read_at: int = field(default=0, compare=False)  # nanoseconds since 1970; 0 when from no file

    def __getitem__(self, key: str) -> Tag:
        return self.tags[key]

    def get(self, key: str, default: Tag | None = None) -> Tag | None:  # type: ignore[override]
        """The tag of that key, or the default; that of `Mapping` is six times as slow."""
        return self.tags.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self.tags

    def __iter__(self) -> Iterator[str]:
        return iter(self.tags)

    def __len__(self) -> int:
        return len(self.tags)

    @cached_property
    def source(self) -> str:
        """All that the file and its rule files mean, as one line of JSON; `from_source` reads it."""
        content = [
            [[s.name, s.label, s.kind, s.retired] for s in self.schemes.values()],
            [[getattr(tag, f.name) for f in fields(Tag)] for tag in self.tags.values()],
            self.rules.content,
        ]
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits that change with the meaning of the file and of the rule files that
        it uses, not with their comments."""
        return hashlib.blake2b(self.source.encode(), digest_size=8).hexdigest()

    @cached_property
    def narrower(self) -> Mapping[str, tuple[str, ...]]:
        """The tags directly below each tag, in file order; tags without any are absent."""
        below: dict[str, list[str]] = {}
        for tag in self.tags.values():
            for parent in tag.broader:
                below.setdefault(parent, []).append(tag.key)
        return {key: tuple(children) for key, children in below.items()}

    @cached_property
    def ancestors(self) -> Mapping[str, tuple[str, ...]]:
        """Everything broader than each tag, nearest first, without the tag itself."""
        return {key: _closure(key, lambda k: self.tags[k].broader) for key in self.tags}

    def descendants(self, key: str) -> tuple[str, ...]:
        """Everything narrower than `key`, without `key` itself."""
        return _closure(key, lambda k: self.narrower.get(k, ()))

    @cached_property
    def classes(self) -> frozenset[str]:
        """The tags that name a kind of thing and no thing: products with narrower tags whose
        label is a common noun, "Loitering munition" or "Radar" with the spelling "radar"."""
        return frozenset(
            key
            for key, tag in self.tags.items()
            if tag.scheme in self.schemes
            and self.schemes[tag.scheme].kind == "product"
            and self.narrower.get(key)
            and tag.names_a_kind
        )

    def targets(self, relation: str) -> tuple[str, ...]:
        """The schemes whose tags a relation names: those it names in this file, in its order.

        A relation that no tag has looks at the first scheme of its kind.
        """
        return self._targets[relation]

    @cached_property
    def _targets(self) -> Mapping[str, tuple[str, ...]]:
        named: dict[str, set[str]] = {relation: set() for relation in RELATIONS}
        for tag in self.tags.values():
            for relation, schemes in named.items():
                schemes.update(key.partition(":")[0] for key in getattr(tag, relation))
        found = {}
        for relation, kind in RELATIONS.items():
            used = tuple(name for name in self.schemes if name in named[relation])
            of_kind = [name for name, scheme in self.schemes.items() if scheme.kind == kind]
            found[relation] = used or tuple(of_kind[:1])
        return found

    @cached_property
    def implied_schemes(self) -> frozenset[str]:
        """The schemes that tags of other schemes imply, as states their regions; they say least."""
        pairs = ((tag.scheme, above) for tag in self.tags.values() for above in tag.broader)
        return frozenset(
            self.tags[above].scheme for own, above in pairs if self.tags[above].scheme != own
        )

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """Former key -> present key."""
        return {old: tag.key for tag in self.tags.values() for old in tag.was}

    def find(self, key: str) -> Tag:
        """The tag of that key.

        Raises:
            Gone: the tag was retired.
            NotFound: there is no such tag; the error suggests some.
        """
        if key in self.tags:
            return self.tags[key]
        if any(key in scheme.retired for scheme in self.schemes.values()):
            raise Gone("tag", key)
        raise NotFound("tag", key, self.suggest(key))

    def named(self, name: str) -> tuple[str, ...]:
        """The keys of the tags that are called so, by label, term, code or a strong spelling."""
        return tuple(self.lookup.exactly(name))

    def suggest(self, key: str, count: int = 3) -> tuple[str, ...]:
        """Up to `count` existing keys a person may have meant by `key`, the likeliest first.

        What was meant is seldom in another scheme than was written, unless it is called just so.
        """
        scheme, _, term = key.rpartition(":")
        found = [f for f in self.lookup.find(term.strip(), limit=50) if f.key != key]
        found.sort(key=lambda f: (f.how, not f.key.startswith(f"{scheme.lower()}:")))
        return tuple(f.key for f in found)[:count]

    @cached_property
    def lookup(self) -> TagLookup:
        """All tags by every name."""
        return TagLookup(self.tags, self.narrower)


def from_source(source: str) -> Taxonomy:
    """The taxonomy of a `Taxonomy.source`, also of one that an earlier version wrote: without what
    that did not know."""
    schemes, tags, *rules = json.loads(source)
    return Taxonomy(
        {name: Scheme(name, label, kind, tuple(retired)) for name, label, kind, retired in schemes},
        {tag.key: tag for values in tags for tag in [_tag_of(values)]},
        from_content(rules[0]) if rules else Rules(),
    )


def _tag_of(values: Iterable[Any]) -> Tag:
    given = (tuple(value) if isinstance(value, list) else value for value in values)
    names = (f.name for f in fields(Tag))
    values_by_name: dict[str, Any] = dict(zip(names, given, strict=False))
    return Tag(**values_by_name)


@contextmanager
def gc_paused(kept: bool = False) -> Iterator[None]:
    """Without garbage collection: a large structure is built, or a batch that makes no cycles.

    The collector would look through the growing structure again and again, for half of the time.
    What is `kept` for long goes straight to the oldest generation, without being looked through.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if kept and not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()  # together: everything is old now
        if was_enabled:
            gc.enable()


def common_noun(label: str) -> str:
    """A label in sentence case, "Loitering munition", is a common noun: its capital is style.

    Returns it with a small first letter; any other label as it is.
    """
    first, _, rest = label.partition(" ")
    words = re.findall(r"[^\W\d_]+", rest)
    if words and all(word.islower() for word in words) and first[1:] == first[1:].lower():
        return label[0].lower() + label[1:]
    return label


def _closure(key: str, step: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Everything reachable from `key` by `step`, breadth first, without `key`."""
    seen: dict[str, None] = {key: None}
    queue = [key]
    for current in queue:
        for following in step(current):
            if following not in seen:
                seen[following] = None
                queue.append(following)
    del seen[key]
    return tuple(seen)

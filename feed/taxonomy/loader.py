"""tags.yaml becomes a `Taxonomy`.

The file is read with PyYAML's C loader as a tree of nodes, not of values. So every mistake is
reported with its line, a key that stands twice is seen, and every scalar is text: YAML 1.1 would
turn `notation: NO` into false. The format is described in docs/taxonomy.md.
"""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import yaml

from feed.errors import Problem, TaxonomyError
from feed.taxonomy.nodes import Nodes, read_text
from feed.taxonomy.reserved import RESERVED
from feed.taxonomy.rule_files import default_rules, read_choice
from feed.taxonomy.rules import KINDS, Kind
from feed.taxonomy.taxonomy import RELATIONS, Scheme, Tag, Taxonomy, gc_paused
from feed.text.structured import Node

_TERM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SCHEME = re.compile(r"[a-z][a-z0-9]*")


def load_taxonomy(path: Path) -> Taxonomy:
    """Read a taxonomy file, and the rule files that it names.

    Raises:
        TaxonomyError: a file is missing or has mistakes; all of them are in `problems`.
    """
    read_at = time.time_ns()  # before: what is written meanwhile counts as a change
    return replace(parse_taxonomy(read_text(path), str(path)), read_at=read_at)


def parse_taxonomy(text: str, file: str = "tags.yaml") -> Taxonomy:
    """Read a taxonomy from the text of its file; `file` is the name that messages show.

    Raises:
        TaxonomyError: the text has mistakes; all of them are in `problems`.
    """
    with gc_paused(kept=True):
        return _Reader(file).read(text)


_TEXT_FIELDS = ("label", "notation", "exactMatch")
_LIST_FIELDS = ("alt", "weak", "never", "context", "person", "sure", "surname", "here", "elsewhere")
TAG_FIELDS = (*_TEXT_FIELDS, *_LIST_FIELDS, *RELATIONS, "was")
_SCHEME_FIELDS = ("label", "kind", "tags", "retired")


@cache
def _usual_kinds() -> Mapping[str, Kind]:
    """What the tags of a scheme are when the file does not say it, by the scheme's name."""
    file = Path(__file__).with_name("kinds.yaml")
    found: dict[str, Kind] = yaml.load(file.read_text(encoding="utf-8"), yaml.CBaseLoader)
    return found


def _named(node: Node | None) -> Iterator[tuple[str, Node]]:
    """What a mapping holds by name, in silence about all that is wrong with it."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key.value, value


class _Reader(Nodes):
    """Walks the nodes of a taxonomy."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.lines: dict[str, int] = {}
        self.kinds: dict[str, Kind] = {}  # of every scheme, in order
        self.terms: dict[str, frozenset[str]] = {}  # of its tags
        self.references: list[tuple[Node, str, str]] = []  # node, path, referenced key
        self.former: list[tuple[Node, str, str]] = []  # node, path, key that is no longer one

    def read(self, text: str) -> Taxonomy:
        root = self.compose(text)
        self._survey(root)
        schemes: dict[str, Scheme] = {}
        tags: dict[str, Tag] = {}
        rules = None
        for name, key_node, node in self.items(root, ""):
            if name == "rules":
                rules = read_choice(self, node)
                continue
            if name in RESERVED:
                hint = "call the scheme otherwise, for its name begins the address of its feeds"
                what = f"not a usable name for a scheme, it is {RESERVED[name]}"
                self.problem(key_node, name, what, hint)
                continue
            if not _SCHEME.fullmatch(name):
                hint = "small letters and digits, as in 'weapon'"
                self.problem(key_node, name, "not a usable name for a scheme", hint)
                continue
            self._scheme(name, node, schemes, tags)
        self._check_references(tags)
        self._check_former(tags)
        self._check_cycles(tags)
        if not tags and not self.problems:
            self.problems.append(Problem(self.file, 0, "", "no tags in this file"))
        if self.problems:
            own = [p for p in self.problems if p.file == self.file]
            others = [p for p in self.problems if p.file != self.file]  # in its rule files
            raise TaxonomyError([*sorted(own, key=lambda p: p.line), *others])
        return Taxonomy(schemes, tags, rules or default_rules(), self.lines, self.file)

    def _survey(self, root: Node | None) -> None:
        """What the schemes are and which terms they have, before their tags are read."""
        usual = _usual_kinds()
        for name, parts in _named(root):
            if name in RESERVED:
                continue
            inside = dict(_named(parts))
            self.terms[name] = frozenset(term for term, _ in _named(inside.get("tags")))
            kind = inside.get("kind")
            self.kinds[name] = (
                self._kind(kind, f"{name}.kind") if kind else usual.get(name, "thing")
            )

    def _scheme(
        self, name: str, node: Node, schemes: dict[str, Scheme], tags: dict[str, Tag]
    ) -> None:
        label, kind = name.capitalize(), self.kinds.get(name, "thing")
        retired: tuple[str, ...] = ()
        for key, key_node, value in self.items(node, name):
            path = f"{name}.{key}"
            if key == "label":
                label = self.text(value, path)
            elif key == "kind":
                pass  # was read before the tags, whose relations look at it
            elif key == "retired":
                retired = self._former(value, path, name)
            elif key == "tags":
                for term, term_node, tag_node in self.items(value, path):
                    tag = self._tag(name, term, term_node, tag_node)
                    tags[tag.key] = tag
            else:
                self.unknown(key_node, path, key, _SCHEME_FIELDS)
        schemes[name] = Scheme(name, label, kind, retired)

    def _kind(self, node: Node, path: str) -> Kind:
        text = self.text(node, path)
        for kind in KINDS:
            if text == kind:
                return kind
        self.problem(node, path, f"unknown kind '{text}'", f"one of: {', '.join(KINDS)}")
        return "thing"

    def _tag(self, scheme: str, term: str, term_node: Node, node: Node) -> Tag:
        path = f"{scheme}.tags.{term}"
        self.lines[f"{scheme}:{term}"] = term_node.start_mark.line + 1
        if not _TERM.fullmatch(term):
            hint = "small letters, digits and single hyphens, as in 'barak-8'"
            self.problem(term_node, path, f"'{term}' is not a usable term", hint)
        if isinstance(node, yaml.ScalarNode):  # iskander: Iskander
            return Tag(scheme, term, label=self.text(node, path))
        texts: dict[str, str] = {}
        lists: dict[str, tuple[str, ...]] = {}
        for key, key_node, value in self.items(node, path):
            here = f"{path}.{key}"
            if key in _TEXT_FIELDS:
                texts["exact_match" if key == "exactMatch" else key] = self.text(value, here)
            elif key in _LIST_FIELDS:
                lists[key] = self.texts(value, here)
            elif key in RELATIONS:
                lists[key] = self._relation(value, here, scheme, RELATIONS[key])
            elif key == "was":
                lists[key] = self._former(value, here, scheme)
            else:
                self.unknown(key_node, here, key, TAG_FIELDS)
        if not texts.get("label"):
            if "label" not in texts:
                self.problem(term_node, path, "has no label", "add 'label: ...'")
            texts["label"] = term
        return Tag(scheme, term, **texts, **lists)  # type: ignore[arg-type]

    def _former(self, node: Node, path: str, scheme: str) -> tuple[str, ...]:
        """Keys that are no longer tags: renamed or retired."""
        return self._keys(node, path, scheme, self.former)

    def _relation(self, node: Node, path: str, own: str, kind: Kind | None) -> tuple[str, ...]:
        """The keys that a relation names; a bare term is looked for in all schemes of its kind."""
        schemes = [own] if kind is None else [n for n, k in self.kinds.items() if k == kind]
        found = []
        for item, text in self.elements(node, path):
            having = [s for s in schemes if text in self.terms.get(s, ())] or schemes[:1] or [own]
            found.append((item, path, _qualify(text, having[0])))
        self.references += found
        return tuple(dict.fromkeys(key for _, _, key in found))

    def _keys(
        self, node: Node, path: str, scheme: str, noted: list[tuple[Node, str, str]]
    ) -> tuple[str, ...]:
        """Keys of tags, a bare term of `scheme`; each is noted with its place, to be checked."""
        found = [(item, path, _qualify(text, scheme)) for item, text in self.elements(node, path)]
        noted += found
        return tuple(dict.fromkeys(key for _, _, key in found))

    def _check_references(self, tags: Mapping[str, Tag]) -> None:
        known = Taxonomy({}, tags)
        hints: dict[str, str] = {}  # looking for a near name takes its time
        for node, path, key in self.references:
            if key in tags:
                continue
            if key not in hints:
                close = known.suggest(key, 1)
                hints[key] = f"did you mean '{close[0]}'?" if close else "define it, or take it out"
            self.problem(node, path, f"no tag '{key}'", hints[key])

    def _check_former(self, tags: Mapping[str, Tag]) -> None:
        """An address leads to one place: a former key is no tag's, and has one successor."""
        seen: dict[str, str] = {}
        for node, path, key in self.former:
            if key in tags:
                hint = f"line {self.lines[key]} has it; remove one of the two"
                self.problem(node, path, f"'{key}' is still a tag", hint)
            elif key in seen:
                self.problem(node, path, f"'{key}' stands under {seen[key]}, too", "keep one")
            seen[key] = path

    def _check_cycles(self, tags: Mapping[str, Tag]) -> None:
        done: set[str] = set()
        for start in tags:
            trail: list[str] = []
            self._walk(start, tags, trail, done)

    def _walk(self, start: str, tags: Mapping[str, Tag], trail: list[str], done: set[str]) -> None:
        """Depth first along `broader`, without recursion; reports the first way back."""
        stack = [(start, iter(tags[start].broader))] if start not in done else []
        trail.append(start)
        while stack:
            key, parents = stack[-1]
            parent = next(parents, None)
            if parent is None:
                stack.pop()
                trail.pop()
                done.add(key)
            elif parent in trail:
                ring = " -> ".join([*trail[trail.index(parent) :], parent])
                place = Problem(
                    self.file,
                    self.lines[key],
                    f"{key.replace(':', '.tags.')}.broader",
                    f"a tag cannot be broader than itself: {ring}",
                    "break the ring",
                )
                self.problems.append(place)
                done.update(trail)
                return
            elif parent in tags and parent not in done:
                stack.append((parent, iter(tags[parent].broader)))
                trail.append(parent)


def _qualify(term: str, scheme: str) -> str:
    return term if ":" in term else f"{scheme}:{term}"

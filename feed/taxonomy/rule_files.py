"""Rule files become `Rules`: those that come with Tagwire, and a user's own beside tags.yaml.

    rules: {use: [en, world, defence, ./mine.yaml], without: [food]}

A later file adds words to the categories and lists of earlier ones. Every mistake has its file,
line and key, as in tags.yaml.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from feed.errors import Problem, TaxonomyError
from feed.taxonomy.nodes import Nodes, read_text
from feed.taxonomy.rules import DIRECTIONS, KINDS, Category, Direction, Kind, Rules
from feed.text.structured import Node

SHIPPED = Path(__file__).parents[1] / "tagging" / "rules"
DEFAULT = ("en", "world", "defence")
_FIELDS = ("says", "kinds", "direction", "words", "but", "example")
_USAGE = "a name of rules that come with Tagwire, or './mine.yaml' beside this file"


def shipped() -> tuple[str, ...]:
    """The names of the rules that come with Tagwire; `en` is en.yaml and every en-*.yaml."""
    return tuple(sorted({path.stem.partition("-")[0] for path in SHIPPED.glob("*.yaml")}))


@lru_cache(maxsize=1)
def default_rules() -> Rules:
    """The rules of a taxonomy that says nothing of rules."""
    return load_rules([path for name in DEFAULT for path in shipped_files(name)])


def shipped_files(name: str) -> list[Path]:
    """The files of rules that come with Tagwire."""
    return [SHIPPED / f"{name}.yaml", *sorted(SHIPPED.glob(f"{name}-*.yaml"))]


def load_rules(paths: Iterable[Path]) -> Rules:
    """Read rule files in that order.

    Raises:
        TaxonomyError: one is missing or has mistakes; all of them are in `problems`.
    """
    gathered = _Gathered()
    for path in dict.fromkeys(paths):
        try:
            _File(str(path), gathered).read(read_text(path))
        except TaxonomyError as e:
            gathered.problems += e.problems
        gathered.files.append(path)
    if gathered.problems:
        raise TaxonomyError(gathered.problems)
    lists = {name: tuple(words) for name, words in gathered.lists.items()}
    return Rules(gathered.categories, lists, tuple(gathered.files))


class _Gathered:
    """What the files read so far say together."""

    def __init__(self) -> None:
        self.categories: dict[str, Category] = {}
        self.lists: dict[str, dict[str, None]] = {}
        self.files: list[Path] = []
        self.problems: list[Problem] = []


class _File(Nodes):
    """Walks the nodes of one rule file."""

    def __init__(self, file: str, gathered: _Gathered) -> None:
        super().__init__(file)
        self._gathered = gathered

    def read(self, text: str) -> None:
        root = self.compose(text)
        for key, key_node, node in self.items(root, ""):
            if key == "categories":
                for name, name_node, value in self.items(node, key):
                    self._category(name, name_node, value)
            elif key == "lists":
                for name, _, value in self.items(node, key):
                    words = self._gathered.lists.setdefault(name, {})
                    words.update(dict.fromkeys(self.texts(value, f"lists.{name}")))
            else:
                self.unknown(key_node, key, key, ("categories", "lists"))
        if self.problems:
            raise TaxonomyError(sorted(self.problems, key=lambda p: p.line))

    def _category(self, name: str, name_node: Node, node: Node) -> None:
        path = f"categories.{name}"
        before = self._gathered.categories.get(name)
        given = {"says": "", "direction": "", "but": "", "example": ""}
        kinds: tuple[Kind, ...] = ()
        words: tuple[str, ...] = ()
        for key, key_node, value in self.items(node, path):
            here = f"{path}.{key}"
            if key in given:
                given[key] = self.text(value, here)
            elif key == "kinds":
                kinds = self._kinds(value, here)
            elif key == "words":
                words = self.texts(value, here)
            else:
                self.unknown(key_node, here, key, _FIELDS)
        if before:
            self._same(name_node, path, before, {**given, "kinds": kinds})
            category = replace(before, words=tuple(dict.fromkeys((*before.words, *words))))
        else:
            if not given["says"]:
                self.problem(name_node, path, "has no 'says'", "add 'says: ...', which explains it")
            where = self._direction(name_node, path, given["direction"])
            category = Category(
                name, given["says"], kinds or KINDS, where, words, given["but"], given["example"]
            )
        self._gathered.categories[name] = category

    def _same(self, node: Node, path: str, before: Category, given: Mapping[str, object]) -> None:
        """A category that stands in an earlier file can only get more words."""
        for key, value in given.items():
            if value and key != "example" and value != getattr(before, key):
                message = "an earlier file has this category, and says otherwise"
                hint = "leave it out to add words; or take another name"
                self.problem(node, f"{path}.{key}", message, hint)

    def _kinds(self, node: Node, path: str) -> tuple[Kind, ...]:
        found: list[Kind] = []
        for item, text in self.elements(node, path):
            known = next((kind for kind in KINDS if kind == text), None)
            if known:
                found.append(known)
            else:
                self.problem(item, path, f"unknown kind '{text}'", _one_of(text, KINDS))
        return tuple(found)

    def _direction(self, node: Node, path: str, text: str) -> Direction:
        for direction in DIRECTIONS:
            if text == direction:
                return direction
        what = f"unknown direction '{text}'" if text else "has no 'direction'"
        self.problem(node, f"{path}.direction", what, _one_of(text, DIRECTIONS))
        return "after"


def read_choice(nodes: Nodes, node: Node) -> Rules:
    """The rules that the key `rules` of a taxonomy asks for; mistakes become problems of `nodes`."""
    paths: list[Path] = [path for name in DEFAULT for path in shipped_files(name)]
    places: dict[Path, Node] = {}
    without: list[tuple[Node, str]] = []
    for key, key_node, value in nodes.items(node, "rules"):
        if key == "use":
            paths = []
            for item, name in nodes.elements(value, "rules.use"):
                found = _files_of(nodes, item, name)
                paths += found
                places.update(dict.fromkeys(found, item))
        elif key == "without":
            without = list(nodes.elements(value, "rules.without"))
        else:
            nodes.unknown(key_node, f"rules.{key}", key, ("use", "without"))
    try:
        rules = load_rules(paths)
    except TaxonomyError as e:
        nodes.problems += e.problems
        return Rules(files=tuple(paths))
    return _without(nodes, rules, without)


def _files_of(nodes: Nodes, item: Node, name: str) -> list[Path]:
    """The files that an entry of `use` names; a file is never above the folder of tags.yaml."""
    if not name.endswith((".yaml", ".yml")):
        if name in shipped():
            return shipped_files(name)
        nodes.problem(item, "rules.use", f"no rules '{name}'", _one_of(name, shipped(), _USAGE))
        return []
    folder = Path(nodes.file).parent
    path = folder / name
    if Path(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
        message = f"'{name}' is not in the folder of this file"
        nodes.problem(item, "rules.use", message, "put it beside this file")
        return []
    if not path.is_file():
        nodes.problem(item, "rules.use", f"no file '{name}' beside this file", "add it")
        return []
    return [path]


def _without(nodes: Nodes, rules: Rules, names: Iterable[tuple[Node, str]]) -> Rules:
    gone = set()
    known = [*rules.categories, *rules.lists]
    for item, name in names:
        if name in known:
            gone.add(name)
        else:
            hint = _one_of(name, known, "take it out")
            nodes.problem(item, "rules.without", f"no category or list '{name}' is in use", hint)
    if not gone:
        return rules
    return Rules(
        {name: category for name, category in rules.categories.items() if name not in gone},
        {name: words for name, words in rules.lists.items() if name not in gone},
        rules.files,
    )


def _one_of(text: str, known: Iterable[str], otherwise: str = "") -> str:
    """What may have been meant."""
    names = tuple(known)
    close = difflib.get_close_matches(text, names, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    return otherwise or f"one of: {', '.join(names)}"

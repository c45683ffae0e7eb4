"""YAML as a tree of nodes: every mistake with its line, every scalar a text.

What tags.yaml and the rule files are read with. A key that stands twice is seen, and YAML 1.1 does
not turn `notation: NO` into false.
"""

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from feed.errors import Problem, TaxonomyError
from feed.text.structured import Malformed, Node, yaml_nodes

MAX_BYTES = 64 * 1024 * 1024


def read_text(path: Path) -> str:
    """The text of a file that a person wrote.

    Raises:
        TaxonomyError: it is missing, too large or not UTF-8.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise TaxonomyError(
                [Problem(str(path), 0, "", f"{size} bytes are more than {MAX_BYTES}")]
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as e:
        raise TaxonomyError([Problem(str(path), 0, "", f"not UTF-8 at byte {e.start}")]) from e
    except OSError as e:
        raise TaxonomyError([Problem(str(path), 0, "", e.strerror or str(e))]) from e


class Nodes:
    """Walks the nodes of one file and collects problems instead of stopping at the first.

    Each method reports what is wrong with a node and goes on.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def compose(self, text: str) -> Node | None:
        """The root of a text; raises `TaxonomyError` when it is no YAML."""
        try:
            return yaml_nodes(text)
        except Malformed as e:
            raise TaxonomyError([Problem(self.file, e.line, "", f"not YAML: {e}")]) from e

    def items(self, node: Node | None, path: str) -> Iterator[tuple[str, Node, Node]]:
        """The keys of a mapping, each with its node and its value; one that stands twice once."""
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, path, "should be a mapping of names to values", "write 'name: ...'")
            return
        seen: dict[str, int] = {}
        for key_node, value in node.value:
            key = self.text(key_node, path)
            if key in seen:
                self.problem(
                    key_node, f"{path}.{key}".strip("."), f"stands twice (line {seen[key]})"
                )
                continue
            seen[key] = key_node.start_mark.line + 1
            yield key, key_node, value

    def elements(self, node: Node, path: str) -> Iterator[tuple[Node, str]]:
        """The texts of a list; a single scalar is a list of one."""
        for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            text = self.text(item, path)
            if text:
                yield item, text

    def texts(self, node: Node, path: str) -> tuple[str, ...]:
        """Those texts, each once."""
        return tuple(dict.fromkeys(text for _, text in self.elements(node, path)))

    def text(self, node: Node, path: str) -> str:
        """The text of a scalar, with single blanks; "" where there is none."""
        if not isinstance(node, yaml.ScalarNode):
            self.problem(node, path, "should be a text", "quote it if it holds YAML's own signs")
            return ""
        text: str = node.value
        if "  " in text or "\n" in text or text.strip() != text:
            text = " ".join(text.split())
        if not text:
            self.problem(node, path, "is empty", "give a text or remove the key")
        return text

    def unknown(self, node: Node, path: str, key: str, known: Iterable[str]) -> None:
        """Report a key that nobody reads, with the one that may have been meant."""
        names = tuple(known)
        close = difflib.get_close_matches(key, names, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"known keys: {', '.join(names)}"
        self.problem(node, path, f"unknown key '{key}'", hint)

    def problem(self, node: Node | None, path: str, message: str, hint: str = "") -> None:
        """Report a mistake at the line of a node; `path` is the dotted path of the place."""
        line = node.start_mark.line + 1 if node else 0
        self.problems.append(Problem(self.file, line, path, message, hint))

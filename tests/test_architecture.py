"""The rooms and their arrows, read from the imports: a blurred picture is a failing test."""

import ast
import itertools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FEED = ROOT / "feed"
# Room -> floor. An import may only go down, or stay within its room.
FLOORS = {
    room: floor
    for floor, room in enumerate(
        [
            *("errors", "database_url", "log", "model", "settings", "text", "taxonomy", "query", "sources", "tagging", "index", "store"),
            *("ingest", "formats", "publishing", "publisher", "jobs", "web", "cli"),
        ]
    )
}  # fmt: skip
# Library -> the rooms that may import it.
LIBRARIES = {
    "_typeshed": {"web"},  # for type checkers alone
    "ahocorasick_rs": {"tagging"},
    "brotli": {"publishing"},
    "click": {"cli"},
    "dateutil": {"sources"},
    "fastfeedparser": {"sources"},
    "fastwarc": {"sources"},
    "feedgen": {"formats"},
    "feedparser": {"sources"},
    "flask": {"web"},
    "granian": {"web"},
    "isal": {"publishing"},
    "lxml": {"formats", "sources", "web"},
    "markdown_it": {"sources"},
    "mdit_py_plugins": {"sources"},
    "markupsafe": {"web"},
    "nh3": {"sources"},
    "orjson": {"store"},
    "prometheus_client": {"web"},
    "protego": {"sources"},
    "psycopg": {"store"},
    "pyroaring": {"index"},
    "requests": {"sources"},
    "requests_hardened": {"sources"},
    "spellchecker": {"tagging"},
    "trafilatura": {"sources"},
    "urllib3": {"sources"},
    "watchfiles": {"cli"},
    "webencodings": {"sources"},
    "werkzeug": {"web"},
    "zstandard": {"publishing", "sources"},
    "yaml": {"text", "taxonomy"},
}
FILES = sorted(FEED.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(FEED).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from names if node.module == "feed" else [node.module]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(FEED)))
def test_arrows_run_one_way(path: Path) -> None:
    here = room(path)
    if here == "__init__":
        assert not list(imports(path))
        return
    for name in imports(path):
        if name.startswith("feed."):
            there = name.split(".")[1]
            assert there == here or FLOORS[there] < FLOORS[here], f"{here} must not import {there}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(FEED)))
def test_each_library_has_one_room(path: Path) -> None:
    for name in imports(path):
        library = name.split(".")[0]
        if library != "feed" and library not in sys.stdlib_module_names:
            assert library in LIBRARIES, f"{library} has no room"
            assert room(path) in LIBRARIES[library], f"{library} is imported outside its room"


def test_only_xml_imports_feedgen() -> None:
    users = [p.name for p in FILES if any(n.split(".")[0] == "feedgen" for n in imports(p))]
    assert users == ["xml.py"]


def test_every_room_has_a_floor() -> None:
    assert {room(path) for path in FILES} - {"__init__"} <= FLOORS.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(FEED)))
def test_no_module_swells(path: Path) -> None:
    """Facades and storage classes are where such a house rots; 400 lines is the wall."""
    assert len(path.read_text().splitlines()) <= 400


def test_the_picture_stands_in_the_order_of_the_floors() -> None:
    picture = (ROOT / "docs" / "architecture.md").read_text().split("```")[1]
    rooms = re.findall(r"^  (\w+)(?:\.py|/)", picture, re.M)
    places = {name: place for place, name in enumerate(rooms)}
    for path in FILES:
        for name in imports(path):
            there = name.split(".")[1] if name.startswith("feed.") else room(path)
            if room(path) != "__init__":
                assert places[there] <= places[room(path)], f"{room(path)} stands above {there}"


def test_no_attic() -> None:
    """A module has a noun for a name."""
    assert not {"utils", "core", "helpers", "common", "misc"} & {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(FEED)))
def test_what_is_said_is_logged(path: Path) -> None:
    """Only log.py writes to standard error; commands answer people by way of click."""
    here = str(path.relative_to(FEED))
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Name("print")):
                pytest.fail(f"{here}:{node.lineno} prints")
            case ast.Attribute(
                ast.Attribute(ast.Name("sys"), "stderr" | "stdout"), "write" | "flush"
            ):
                assert here == "log.py" or room(path) == "cli", f"{here}:{node.lineno}"
            case ast.Attribute(ast.Name("traceback"), attr) if attr.startswith("print"):
                pytest.fail(f"{here}:{node.lineno} prints a traceback")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(FEED)))
def test_schemes_come_from_the_taxonomy(path: Path) -> None:
    """No code knows a scheme by its name: what it does for one, it does for all of a kind."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    told = {ast.get_docstring(n, clean=False) for n in ast.walk(tree) if isinstance(n, documented)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value not in told
        ):
            named = re.match(r"(?:country|company|weapon|region)(?::|$)", node.value)
            assert not named, f"{path.relative_to(FEED)}:{node.lineno} names a scheme: {node.value}"


def rooms_above() -> dict[str, set[str]]:
    """Room -> the rooms it imports."""
    found: dict[str, set[str]] = {}
    for path in FILES:
        if (here := room(path)) != "__init__":
            names = {name.split(".")[1] for name in imports(path) if name.startswith("feed.")}
            found.setdefault(here, set()).update(names - {here})
    return found


def reach(room: str, above: dict[str, set[str]]) -> set[str]:
    """All rooms below one."""
    direct = above.get(room, set())
    return direct.union(*(reach(other, above) for other in direct))


def drawings() -> list[str]:
    return re.findall(r"(?s)```mermaid\n(.*?)```", (ROOT / "docs/architecture.md").read_text())


def test_the_drawing_of_the_rooms_is_true() -> None:
    """Its arrows are the imports between rooms, less those that follow from others."""
    above = rooms_above()
    needed = {
        (here, there)
        for here, rooms in above.items()
        for there in rooms
        if not any(there in reach(other, above) for other in rooms - {there})
    }
    drawn = set(re.findall(r"(\w+) --> (\w+)", drawings()[0]))
    assert drawn == needed, sorted(drawn ^ needed)


def test_the_drawing_of_the_ways_is_true() -> None:
    """Each of its arrows is an import."""
    drawing = drawings()[1]
    files = dict(re.findall(r'(\w+)\["([\w/.]+)"\]', drawing))
    arrows = 0
    for line in drawing.splitlines():
        names = re.findall(r"(?:^|\s)([a-z]\d)(?=\[|\s|$)", line)
        for here, there in itertools.pairwise(names):
            module = "feed." + files[there].removesuffix(".py").removesuffix("/__init__")
            names_there = set(imports(FEED / files[here]))
            assert module.replace("/", ".") in names_there, line
            arrows += 1
    assert arrows == drawing.count("-->")


OLD = (
    "door wire thin editions judge verdict matter brief doubts cue decoy mask standing gathering tally"
    " overtaken tooslow audit upkeep odd retake adopt settle unhindered"
).split()


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(FEED)))
def test_the_code_speaks_the_words_of_the_field(path: Path) -> None:
    """No name is one of the words that the field does not have; docs/glossary.md has those it has."""
    assert path.stem not in OLD
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                pass
            case ast.Name(id=name) | ast.Attribute(attr=name):
                pass
            case _:
                continue
        assert name.strip("_").lower() not in OLD, f"{path.relative_to(FEED)}:{node.lineno}: {name}"


def test_one_place_asks_whether_anything_was_committed() -> None:
    """A request sees one state: beneath the archive's question nobody asks for a newer one."""
    asking = [
        path.relative_to(FEED).as_posix()
        for path in FILES
        if re.search(r"\bstore\.changed\(\)", path.read_text())
    ]
    assert asking == ["ingest/archive.py"]
    source = (FEED / "ingest" / "archive.py").read_text()
    assert source.count("store.changed()") == 1

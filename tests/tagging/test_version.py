"""The version of the code that tags changes with every word of it, and with nothing else."""

import ast
import io
import re
import shutil
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from feed.tagging.version import ROOMS, WRITTEN, rule_version
from tests.conftest import ROOT

MODULES = sorted(p.relative_to(ROOT / "feed") for room in ROOMS for p in (ROOT / "feed" / room).rglob("*.py"))  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package's rooms of tagging and text, elsewhere."""
    for room in ROOMS:
        shutil.copytree(ROOT / "feed" / room, tmp_path / "feed" / room)
    return tmp_path / "feed"


def version(package: Path) -> str:
    return rule_version.__wrapped__(package)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_word_of_any_module_changes_it(module: Path, package: Path) -> None:
    before = version(package)
    file = package / module
    source = file.read_text(encoding="utf-8")
    names = [t.string for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type == tokenize.NUMBER]  # fmt: skip
    if names:
        changed = re.sub(rf"(?<![\w.]){re.escape(names[0])}(?![\w.])", f"({names[0]} + 1)", source)
        ast.parse(changed)
        file.write_text(changed, encoding="utf-8")
        assert version(package) != before
    file.write_text(source + "\n_another_word = 1\n", encoding="utf-8")
    assert version(package) != before
    file.write_text(source, encoding="utf-8")
    assert version(package) == before


def test_a_module_more_or_less_changes_it(package: Path) -> None:
    before = version(package)
    (package / "text" / "more.py").write_text("")
    assert version(package) != before
    (package / "text" / "more.py").unlink()
    (package / "text" / "fold.py").rename(package / "text" / "folded.py")
    assert version(package) != before


def test_comments_docstrings_and_layout_do_not(package: Path) -> None:
    before = version(package)
    for module in MODULES:
        file = package / module
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            documented = ast.Module | ast.ClassDef | ast.FunctionDef
            if isinstance(node, documented) and ast.get_docstring(node) is not None:
                node.body[0] = ast.Expr(ast.Constant("Other words."))
        file.write_text(f"# A comment.\n{ast.unparse(ast.fix_missing_locations(tree))}\n", encoding="utf-8")  # fmt: skip
    assert version(package) == before


def test_what_a_wheel_has_written_counts(package: Path) -> None:
    (package / WRITTEN).parent.mkdir()
    (package / WRITTEN).write_text("0123456789abcdef\n")
    assert version(package) == "0123456789abcdef"


def test_another_python_computes_the_same() -> None:
    """Which it can without anything installed: a wheel is built so."""
    code = (
        "import importlib.util as u; s = u.spec_from_file_location('v', 'feed/tagging/version.py');"
        "m = u.module_from_spec(s); s.loader.exec_module(m); print(m.rule_version())"
    )
    others = filter(None, (shutil.which(f"python3.{minor}") for minor in range(11, 15)))
    for python in {sys.executable, *others}:
        command = [python, "-I", "-c", code]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if python == sys.executable or "command not found" not in done.stderr:
            assert done.stdout.strip() == rule_version(), done.stderr

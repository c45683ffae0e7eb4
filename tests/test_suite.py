"""The tests about themselves: none of them judges how long something takes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.conftest import ROOT

FILES = sorted((ROOT / "tests").rglob("*.py"))
CLOCKS = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time", "time", "time_ns"}  # fmt: skip
# Who may look at a clock, and why.
ALLOWED = {
    "growth.py": "compares work with itself",
    "loopback.py": "waits for what must happen, for as long as anybody would",
    "conformance/__main__.py": "says how long a tool took",
    "jobs/test_websub.py": "gives the announcer its clock",
    "web/test_front.py": "gives the server its clock",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT / "tests").as_posix()


def calls(source: str) -> Iterator[tuple[str, str, ast.Call]]:
    """Each call of an attribute: on what, which, and the call."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield ast.unparse(node.func.value), node.func.attr, node


def clocks(source: str) -> list[str]:
    """Where it looks at a clock."""
    imported = [
        f"{node.lineno}: from time import {alias.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
        if alias.name in CLOCKS
    ]
    asked = [
        f"{call.lineno}: time.{what}()"
        for on, what, call in calls(source)
        if on == "time" and what in CLOCKS
    ]
    return imported + asked


def limits(source: str) -> list[str]:
    """Where it waits for a number of seconds and no longer: what is slow there would be wrong."""
    found = []
    for _, what, call in calls(source):
        bounds = [k.value for k in call.keywords if k.arg == "timeout"]
        if what in ("wait", "join", "result"):
            bounds += call.args[:1]
        found += [
            f"{call.lineno}: .{what}({bound.value})"
            for bound in bounds
            if isinstance(bound, ast.Constant) and isinstance(bound.value, int | float) and bound.value
        ]  # fmt: skip
    return found


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nobody_looks_at_a_clock(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not limits(source), "tests.loopback.PATIENCE is how long a test waits"
    assert name(path) in ALLOWED or not clocks(source)


@pytest.mark.parametrize("path", ALLOWED)
def test_who_may_look_at_a_clock_does(path: str) -> None:
    assert clocks((ROOT / "tests" / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "wrong",
    ["from time import perf_counter", "time.monotonic() - begin < 5", "process.wait(20)",
     "thread.join(timeout=2.5)", "urlopen.it(url, timeout=1)", "future.result(1)"],
)  # fmt: skip
def test_a_limit_is_seen(wrong: str) -> None:
    assert clocks(wrong) or limits(wrong)


def test_no_example_is_too_slow() -> None:
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check

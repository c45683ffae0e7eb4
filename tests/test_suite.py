"""The tests about themselves: none of them judges how long something takes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.conftest import ROOT

FILES = sorted((ROOT / "tests").rglob("*.py"))
CLOCKS = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time", "time", "time_ns"}  # fmt: skip
# Who may compare times, and why.
ALLOWED = {
    "growth.py": "compares work with itself",
    "loopback.py": "waits for what must happen, for as long as anybody would",
    "conformance/__main__.py": "says how long a tool took",
    "jobs/test_poll.py": "looks when a feed is due, counted from when it was asked",
    "jobs/test_subscribe.py": "prints how soon news is there, and judges nothing by it",
    "jobs/playing.py": "plays a host that sees when it is asked too often",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT / "tests").as_posix()


def calls(source: str) -> Iterator[tuple[str, str, ast.Call]]:
    """Each call of an attribute: on what, which, and the call."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield ast.unparse(node.func.value), node.func.attr, node


def clocks(source: str) -> list[str]:
    """Where it compares or subtracts what a clock said: an elapsed time, or a deadline."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
        if alias.name in CLOCKS
    }

    def of_a_clock(node: ast.expr, moments: set[str]) -> bool:
        return any(
            (
                isinstance(n, ast.Call)
                and ast.unparse(n.func) in names | {f"time.{c}" for c in CLOCKS}
            )
            or (isinstance(n, ast.Name) and n.id in moments)
            for n in ast.walk(node)
        )

    moments = {
        ast.unparse(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and of_a_clock(node.value, set())
        for target in node.targets
    }
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub))
        or isinstance(node, ast.Compare)
        if of_a_clock(node, moments)
    ]


def limits(source: str) -> list[str]:
    """Where it waits for some seconds and no longer: what is slow there would be wrong."""
    found = []
    for _, what, call in calls(source):
        bounds = [k.value for k in call.keywords if k.arg == "timeout"]
        if what in ("wait", "join", "result"):
            bounds += call.args[:1]
        found += [
            f"{call.lineno}: .{what}({bound.value})"
            for bound in bounds
            if isinstance(bound, ast.Constant) and isinstance(bound.value, int | float) and bound.value >= 1
        ]  # fmt: skip
    return found


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nobody_judges_how_long_it_takes(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not limits(source), "tests.loopback.PATIENCE is how long a test waits"
    assert name(path) in ALLOWED or not clocks(source)


@pytest.mark.parametrize("path", ALLOWED)
def test_who_may_compare_times_does(path: str) -> None:
    assert clocks((ROOT / "tests" / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "wrong",
    ["from time import perf_counter as p\nassert p() < 5", "time.monotonic() - begin < 5", "process.wait(20)",
     "end = time.time() + 5\nwhile True: assert now() < end", "began = time.monotonic()\ntook = now - began",
     "thread.join(timeout=2.5)", "urlopen.it(url, timeout=1)", "future.result(1)"],
)  # fmt: skip
def test_a_limit_is_seen(wrong: str) -> None:
    assert clocks(wrong) or limits(wrong)


def test_no_example_is_too_slow() -> None:
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check

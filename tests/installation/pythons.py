"""The Pythons of this machine that Tagwire is for."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MINORS = (11, 12, 13, 14)  # 3.x
PYENV = Path.home() / ".pyenv" / "versions"


@dataclass(frozen=True)
class Python:
    """An interpreter that can make environments."""

    minor: int
    version: str  # 3.11.7
    path: Path


def pythons() -> dict[int, Python]:
    """For each minor version the first that runs: this one, one on the path, one of pyenv's."""
    found = {}
    for minor in MINORS:
        usable = (python for path in _places(minor) if (python := _ask(minor, path)))
        if python := next(usable, None):
            found[minor] = python
    return found


def _places(minor: int) -> Iterator[Path]:
    name = f"python3.{minor}"
    if sys.version_info[:2] == (3, minor):
        yield Path(sys.executable)
    if on_path := shutil.which(name):
        yield Path(on_path)
    yield from sorted(PYENV.glob(f"3.{minor}.*/bin/{name}"))


def _ask(minor: int, path: Path) -> Python | None:
    """None for pyenv's stand-ins of what is not chosen, and where Debian's venv is missing."""
    question = "import ensurepip, platform, venv; print(platform.python_version())"
    said = subprocess.run([path, "-c", question], capture_output=True, text=True, check=False)
    version = said.stdout.strip()
    return Python(minor, version, path) if version.startswith(f"3.{minor}.") else None

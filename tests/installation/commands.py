"""Other programs, started without the settings of whoever starts them."""

import os
import subprocess
import sys
from pathlib import Path


class BrokenError(Exception):
    """What was tried does not work; the text is what the program said."""


def environment() -> dict[str, str]:
    """What a program gets: nothing of Tagwire's or Python's own, and uv fetches no Python."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TAGWIRE_", "PYTHON"))}
    return {**kept, "UV_PYTHON_DOWNLOADS": "never"}


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """What the command printed. BrokenError when it ends with anything but 0."""
    done = subprocess.run(
        command, cwd=cwd, env=environment(), capture_output=True, text=True,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BrokenError(f"    {' '.join(map(str, command))}\n{done.stderr[-3000:]}")
    return done.stdout


def uv(*arguments: str | Path) -> str:
    """What uv printed."""
    return run(sys.executable, "-m", "uv", *arguments)

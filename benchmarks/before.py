"""A benchmark as it was and as it is, one after the other.

    python -m benchmarks.before tagging --megabytes 10
    python -m benchmarks.before --version 0.1.0 adding

The state before is the commit that CHANGELOG.md names for a version. It is unpacked into build/before/
with an environment of its own, and runs its own benchmark of that name.
"""

import argparse
import io
import re
import subprocess
import sys
import tarfile
from pathlib import Path

from benchmarks.corpus import ROOT

FIRST = "0.1.0"


def commit_of(version: str) -> str:
    """The commit of a version, from its section of the CHANGELOG.

    Raises:
        LookupError: there is no such section, or it names no commit.
    """
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    section = re.search(rf"(?ms)^## \[{re.escape(version)}\].*?(?=^## |\Z)", changes)
    found = section and re.search(r"\bcommit ([0-9a-f]{40})\b", section[0])
    if not found:
        raise LookupError(f"CHANGELOG.md names no commit of version {version}")
    return found[1]


def checkout(version: str) -> Path:
    """The folder with that version, ready to run: a minute the first time, nothing later."""
    folder = ROOT / "build" / "before" / version
    if not folder.exists():
        folder.mkdir(parents=True)
        packed = subprocess.run(
            ["git", "archive", "--format=tar", commit_of(version)],
            cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
            files.extractall(folder, filter="data")
    # Peers are measured beside the old state when they are measured beside the present one.
    ready = "ready-bench" if (ROOT / ".venv" / "ready-bench").exists() else "ready-dev"
    subprocess.run(["make", "--silent", f".venv/{ready}"], cwd=folder, check=True)
    return folder


def main() -> None:
    """Run both, the older first."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", default=FIRST)
    parser.add_argument("benchmark", help="a module of benchmarks/, with its own options after it")
    options, more = parser.parse_known_args()
    before = checkout(options.version)
    for name, folder, python in (
        (options.version, before, str(before / ".venv" / "bin" / "python")),
        ("now", ROOT, sys.executable),
    ):
        print(f"== {name}", flush=True)
        command = [python, "-m", f"benchmarks.{options.benchmark}", *more]
        subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    main()

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
from collections.abc import Sequence
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
    """The folder with that version as it was committed."""
    folder = ROOT / "build" / "before" / version
    if not folder.exists():
        folder.mkdir(parents=True)
        packed = subprocess.run(
            ["git", "archive", "--format=tar", commit_of(version)],
            cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
            files.extractall(folder, filter="data")
    return folder


def run(folder: Path, command: Sequence[str]) -> int:
    """The exit status of a benchmark in this folder, with the environment that `make bench` has there."""
    subprocess.run(["make", "--silent", ".venv/ready-bench"], cwd=folder, check=True)
    python = str(folder / ".venv" / "bin" / "python")
    return subprocess.run([python, "-m", *command], cwd=folder, check=False).returncode


def main() -> int:
    """Run both, the older first; how many of them failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", default=FIRST)
    parser.add_argument("benchmark", help="a module of benchmarks/, with its own options after it")
    options, more = parser.parse_known_args()
    failed = 0
    for name, folder in ((options.version, checkout(options.version)), ("now", ROOT)):
        print(f"== {name}", flush=True)
        failed += run(folder, [f"benchmarks.{options.benchmark}", *more]) != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())

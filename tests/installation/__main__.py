"""`make installation`: Tagwire as people install it, without the lock; exit 1 when it does not run.

The wheel is built from the source archive. For every Python found here it is installed by an old pip, and
once more with the lowest versions that pyproject.toml allows; each time it takes in the sample articles
and serves a feed. For every Python, found or not, each floor must be there as a wheel.
"""

import re
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.version import Version

from tests.conftest import ROOT
from tests.installation.commands import BrokenError, run, uv
from tests.installation.program import try_out
from tests.installation.pythons import MINORS, Python, pythons

# What pip people have: 23.0 came with Debian 12 and Python 3.11, and reads extras by their letters
# (`html_clean` is not `html-clean`). 23.2 is the first for Python 3.12; 3.14 brings a newer one.
OLD_PIP = {11: "23.0", 12: "23.2", 13: "23.2"}
PROJECT = ROOT / "pyproject.toml"
NO_WHEELS = "feedgen"  # comes as source alone


def main() -> int:
    """The number of attempts that failed."""
    with tempfile.TemporaryDirectory(prefix="tagwire-installation-") as name:
        return sum(_tell(what, attempt) for what, attempt in _attempts(Path(name)))


def _attempts(folder: Path) -> Iterator[tuple[str, Callable[[], str]]]:
    found = pythons()
    yield "source archive, wheel", partial(_build, folder)
    for minor in MINORS:
        yield f"3.{minor}: floors", partial(_floors, minor)
        if python := found.get(minor):
            yield f"{python.version}: old pip", partial(_by_pip, python, folder)
            yield f"{python.version}: lowest", partial(_lowest, python, folder)
        else:
            print(f"3.{minor}: this Python is not here")


def _tell(what: str, attempt: Callable[[], str]) -> int:
    try:
        print(f"{what:22} {attempt()}", flush=True)
    except BrokenError as e:
        print(f"{what:22} BROKEN\n{e}", flush=True)
        return 1
    return 0


def _build(folder: Path) -> str:
    uv("build", "--quiet", "--python", sys.executable, "--out-dir", folder, ROOT)
    files = [_file(folder, ".tar.gz"), _file(folder, ".whl")]
    if lost := _lost_links(files[1]):
        raise BrokenError(f"    links that lead nowhere from a package index: {', '.join(lost)}")
    return ", ".join(f"{f.name} {f.stat().st_size / 1e6:.1f} MB" for f in files)


def _lost_links(wheel: Path) -> list[str]:
    """Links of the long description that are relative, or lead to a file that is not in the checkout."""
    with ZipFile(wheel) as files:
        name = next(n for n in files.namelist() if n.endswith(".dist-info/METADATA"))
        text = files.read(name).decode()
    targets = re.findall(r"\]\(([^)#]+)", text)
    home = dict(line.split(", ") for line in re.findall(r"(?m)^Project-URL: (.*)$", text))[
        "Homepage"
    ]
    assert any(target.startswith(home) for target in targets)
    return [
        target
        for target in targets
        if "://" not in target
        or (target.startswith(home) and not (ROOT / target.partition("/main/")[2]).exists())
    ]


def _by_pip(python: Python, folder: Path) -> str:
    """The wheel and the newest of everything, as `pip install tagwire` does."""
    home = folder / f"pip-{python.minor}"
    run(python.path, "-m", "venv", home)
    pip: list[str | Path] = [home / "bin" / "python", "-m", "pip"]
    if wanted := OLD_PIP.get(python.minor):
        run(*pip, "install", f"pip=={wanted}")
    version = run(*pip, "--version").split()[1]
    run(*pip, "install", "--no-compile", _file(folder, ".whl"))
    return f"{try_out(home)} (pip {version})"


def _lowest(python: Python, folder: Path) -> str:
    """The wheel and the lowest version of all that it names, its extras too."""
    home = folder / f"lowest-{python.minor}"
    uv("venv", "--quiet", "--python", python.path, home)
    install: list[str | Path] = ["pip", "install", "--quiet", "--python", home]
    # What a wheel needs is not direct to uv, what a pyproject.toml names is.
    project: list[str | Path] = ["--requirements", PROJECT, "--all-extras"]
    uv(*install, "--resolution", "lowest-direct", *project)
    uv(*install, "--no-deps", _file(folder, ".whl"))
    run(home / "bin" / "python", "-c", "import psycopg")
    return try_out(home)


def _floors(minor: int) -> str:
    """Every floor is a release with a wheel for this Python: below it, people need compilers."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    named = sum(project["optional-dependencies"].values(), project["dependencies"])
    floors = {r.name: Version(str(r.specifier)[2:]) for r in map(Requirement, named)}
    chosen = uv(
        "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--all-extras",
        "--resolution=lowest-direct", f"--python-version=3.{minor}", "--python", sys.executable,
        "--only-binary=:all:", f"--no-binary={NO_WHEELS}", PROJECT,
    )  # fmt: skip
    lowest = {name: Version(v) for name, v in re.findall(r"(?m)^([\w.-]+)==(\S+)", chosen)}
    wrong = [f"    {n}>={v} must be >={lowest[n]}" for n, v in floors.items() if lowest[n] != v]
    if wrong:
        raise BrokenError("\n".join(wrong))
    return f"all {len(floors)} are wheels"


def _file(folder: Path, ending: str) -> Path:
    files = list(folder.glob(f"*{ending}"))
    if len(files) != 1:
        raise BrokenError(f"    no file *{ending} was built")
    return files[0]


if __name__ == "__main__":
    sys.exit(1 if main() else 0)

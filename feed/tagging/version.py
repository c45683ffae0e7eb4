"""Which code tags: a number that changes with the modules of tagging and of text, and with nothing else.

It is computed from what the modules say, without comments, docstrings and layout, so that it is the
same for every version of Python and for the pure and the compiled tagger. A wheel carries it written
out (`hatch_build.py`); beside their source, modules are read when it is first asked for. Nothing
but the standard library is imported here, for a wheel is built where nothing else is.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
ROOMS = ("tagging", "text")
WRITTEN = Path("bundled", "rule-version")  # within the package of a wheel


@cache
def rule_version(package: Path = PACKAGE) -> str:
    """16 hexadecimal digits for the code that tags."""
    written = package / WRITTEN
    if written.exists():
        return written.read_text(encoding="ascii").strip()
    digest = hashlib.blake2b(digest_size=8)
    for room in ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            digest.update(f"\n{path.relative_to(package).as_posix()}\n".encode())
            digest.update(" ".join(_said(ast.parse(path.read_bytes()))).encode())
    return digest.hexdigest()


def _said(node: ast.AST) -> Iterator[str]:
    """What a piece of code says, as words. What is empty is left out: which of it is named at all
    differs between versions of Python."""
    yield type(node).__name__
    for name, value in ast.iter_fields(node):
        if name == "body" and _has_docstring(node):
            value = value[1:]
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, ast.AST):
                yield name
                yield from _said(part)
            elif part is not None:
                yield f"{name}={part!r}"
    yield ";"


def _has_docstring(node: ast.AST) -> bool:
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None

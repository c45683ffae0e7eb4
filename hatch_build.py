"""What building a wheel adds: the version of the code that tags, written out.

hatchling calls it. It imports no dependency of ours, for where a wheel is built there is none.
"""

import importlib.util
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RuleVersion(BuildHookInterface):  # type: ignore[type-arg]
    """Writes `feed/bundled/rule-version`; a checkout that is installed in place computes it itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a build; `version` is "editable" for an installation in place."""
        if version == "editable":
            return
        package = Path(self.root) / "feed"
        spec = importlib.util.spec_from_file_location("version", package / "tagging" / "version.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        written = Path(mkdtemp()) / "rule-version"
        written.write_text(f"{module.rule_version(package)}\n", encoding="ascii")
        build_data["force_include"][str(written)] = f"feed/{module.WRITTEN.as_posix()}"

"""The documentation is tested: what it says exists, and what exists is said."""

import re
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest
import yaml

from benchmarks.before import commit_of
from feed.cli import main
from feed.publisher import Publisher
from feed.settings import Settings
from feed.taxonomy.loader import TAG_FIELDS
from feed.taxonomy.reserved import RESERVED
from feed.taxonomy.rule_files import default_rules
from feed.web import create_app
from tests.conftest import ROOT

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands(group: click.Group, path: str = "tagwire") -> list[str]:
    found = []
    for name, command in group.commands.items():
        found.append(f"{path} {name}")
        if isinstance(command, click.Group):
            found += commands(command, f"{path} {name}")
    return found


def test_every_setting_is_in_the_table() -> None:
    rows = [
        [cell.strip() for cell in row.split("|")] for row in text("docs/settings.md").splitlines()
    ]
    documented = {
        row[1].strip("`"): row for row in rows if len(row) > 4 and row[1].startswith("`TAGWIRE")
    }
    assert set(documented) == {f.metadata["variable"] for f in fields(Settings)}
    for field in fields(Settings):
        row = documented[field.metadata["variable"]]
        assert row[3].strip("`") == str(field.default)
        assert row[4] == field.metadata["doc"]


def test_every_command_is_named() -> None:
    everything = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for command in commands(main):
        assert command in everything, command


def test_every_command_named_in_the_readme_exists() -> None:
    known = set(commands(main))
    for line in re.findall(r"^    (?:\.venv/bin/)?(tagwire .*)$", text("README.md"), re.M):
        assert " ".join(line.split()[:2]) in known, line


def test_every_route_is_documented(publisher: Publisher) -> None:
    everything = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    examples = {
        "/feed.<any(atom, rss, json):form>": "/feed.atom",
        "/<scheme>/<term>.<any(atom, rss, json):form>": "/country/azerbaijan.atom",
        "/<scheme>/<term>": "/country/azerbaijan`",
        "/article/<name>": "/article/...",
        "/<scheme>/<term>/<int(fixed_digits=4):year>-<int(fixed_digits=2):month>.<any(atom, rss, json):form>": "/country/azerbaijan/2026-01.atom",
        "/static/<path:filename>": "",
        "/": "",
    }
    for rule in create_app(publisher).url_map.iter_rules():
        if rule.endpoint in ("feeds.alias", "feeds.tag_alias"):
            continue  # in the table of docs/wire.md
        assert examples.get(rule.rule, rule.rule) in everything, rule.rule


def test_who_puts_it_on_the_web_finds_how() -> None:
    for name in ("TAGWIRE_BASIC", "TAGWIRE_HUB", "tagwire token add"):
        assert name in text("README.md")
    blocks = dict(re.findall(r"(?s)```(nginx|ini)\n(.*?)```", text("docs/wire.md")))
    assert "proxy_pass http://127.0.0.1:8000/;" in blocks["nginx"]
    assert "proxy_cache wire;" in blocks["nginx"]
    assert re.search(r"(?m)^ExecStart=.*/tagwire serve$", blocks["ini"])


def test_every_key_of_a_tag_is_documented() -> None:
    page = text("docs/taxonomy.md")
    for key in TAG_FIELDS:
        assert f"`{key}`" in page, key


def test_every_reserved_word_is_documented() -> None:
    page = text("docs/taxonomy.md")
    for word in RESERVED:
        assert f"`{word}`" in page, word


def test_every_reason_to_reject_is_documented() -> None:
    page = text("docs/tagging.md")
    for reason in {c.says for c in default_rules().categories.values() if c.direction != "line"}:
        assert reason in page, reason


def test_every_module_is_in_the_picture() -> None:
    picture = text("docs/architecture.md").split("```")[1]
    for path in (ROOT / "feed").rglob("*.py"):
        if path.stem != "__init__":
            assert re.search(rf"\b{path.name}\b", picture), path


def test_every_library_has_a_reason_and_a_way_out() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    page = text("docs/libraries.md").lower()
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["check"]]:
        name = re.split(r"[<>=]", requirement)[0]
        assert name.lower() in page, name


def test_ten_likely_changes_have_rooms_that_exist() -> None:
    page = text("CONTRIBUTING.md")
    rows = [line.split("|")[1:4] for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 10
    for change, room, holds in rows:
        assert re.findall(r"`[^`]+`", room), change
        for path in re.findall(r"`((?:feed|tests|tags)[/.][^`]*)`", room + holds):
            assert (ROOT / path).exists(), path


def test_every_target_of_make_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.M))
    for page in PAGES:
        for target in re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8")):
            assert target in targets, (page.name, target)


def test_every_longer_check_exists_and_has_its_figures() -> None:
    rows = [r.split("|") for r in text("docs/longer-checks.md").splitlines() if r.startswith("| `")]
    assert len(rows) > 3
    for _, command, *_, last, _figures, _ in rows:
        assert re.search(r"\d{4}-\d\d-\d\d", last), command
        for module in re.findall(r"-m (benchmarks\S*)", command):
            assert (ROOT / module.replace(".", "/")).with_suffix(".py").exists(), module


@pytest.mark.parametrize("form", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")))
def test_issue_forms_can_be_filled_in(form: Path) -> None:
    said = yaml.safe_load(form.read_text(encoding="utf-8"))
    if form.stem == "config":
        assert said["contact_links"]
        return
    assert said["name"]
    assert said["description"]
    fields = [field["id"] for field in said["body"] if field["type"] != "markdown"]
    assert len(fields) == len(set(fields)) > 0


def test_the_changelog_names_the_commit_and_day_of_each_version() -> None:
    changes = text("CHANGELOG.md")
    assert re.findall(r"^## \[(.+?)\]", changes, re.M)[0] == "Unreleased"
    versions = re.findall(r"^## \[(\d\S*)\] - (\d{4}-\d\d-\d\d)$", changes, re.M)
    assert versions == sorted(versions, reverse=True)
    for version, _ in versions:
        assert re.fullmatch(r"[0-9a-f]{40}", commit_of(version))
        assert f"[{version}]: " in changes
    with pytest.raises(LookupError, match=r"no commit of version 9\.9"):
        commit_of("9.9")


def section(changes: str, name: str) -> str:
    found = re.search(rf"(?ms)^## \[{re.escape(name)}\][^\n]*\n(.*?)(?=^## |^\[|\Z)", changes)
    assert found, name
    return found[1].strip()


def test_what_a_version_brought_is_said_no_more_and_no_less() -> None:
    """What stood under Unreleased in its commit. A line that is merged in later belongs to the next."""
    changes = text("CHANGELOG.md")
    for version in re.findall(r"^## \[(\d\S*)\]", changes, re.M):
        shown = subprocess.run(
            ["git", "show", f"{commit_of(version)}:CHANGELOG.md"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if shown.returncode:
            pytest.skip("no history beside the checkout")
        _, _, brought = section(changes, version).partition(
            "\n\n"
        )  # after the line with the commit
        assert brought == section(shown.stdout, "Unreleased")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_target_of_make_has_a_line_of_help() -> None:
    makefile = text("Makefile")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert targets
    for target in targets[1].split():
        assert re.search(rf"^{target}:.*## \w", makefile, re.M), target


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"]
)
def test_locks_have_hashes_and_no_addresses(lock: str) -> None:
    content = text(lock)
    assert "://" not in content
    pinned = re.findall(r"^[a-z0-9].*==", content, re.M | re.I)
    assert len(pinned) > 10
    for block in re.split(r"\n(?=\S)", content.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_floors_of_the_project_are_locked() -> None:
    """A dependency named in pyproject stands in the lock: nobody forgot to lock again."""
    project = tomllib.loads(text("pyproject.toml"))["project"]
    locked = {name.lower() for name in re.findall(r"^([\w.-]+)==", text("requirements.lock"), re.M)}
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["check"]]:
        assert re.split(r"[<>=]", requirement)[0].lower() in locked


def test_every_word_of_the_glossary_stands_in_the_code() -> None:
    names: set[str] = set()
    for path in (ROOT / "feed").rglob("*.py"):
        names.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", text("docs/glossary.md"), re.M)[1:]
    assert len(rows) > 30
    for word, code in rows:
        for name in re.findall(r"`(\w+)`", code):
            assert name in names, (word, name)
    assert len(text("docs/glossary.md").splitlines()) <= 60  # one page


def test_a_newcomer_reads_for_a_quarter_of_an_hour() -> None:
    words = len(text("README.md").split()) + len(text("docs/architecture.md").split())
    assert words < 2_300


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda p: p.stem
)
def test_a_decision_has_reason_measurement_and_way_back(page: Path) -> None:
    content = page.read_text(encoding="utf-8")
    if page.name == "README.md":
        others = {path.name for path in page.parent.glob("*.md")} - {"README.md"}
        assert set(re.findall(r"\]\(([\w-]+\.md)\)", content)) == others
        return
    assert content.startswith("# ")
    for part in ("Decision", "Why", "Measurement", "Way back"):
        assert re.search(rf"^\*\*{part}\b", content, re.M), part
    assert len(content.split()) < 400

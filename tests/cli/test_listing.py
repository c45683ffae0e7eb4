"""`tagwire list`: what an expression holds, newest arrival first."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from feed.cli import main
from tests.conftest import SMALL

TITLES = ["Iran shows Harop", "Israel", "Iran again", "Chad"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(main, ["--tags", str(SMALL), *arguments], input=stdin)

    lines = [
        json.dumps(
            {
                "id": f"urn:x:{n}",
                "title": title,
                "text": "A text.",
                "published": f"2025-01-0{n + 1}",
            }
        )
        for n, title in enumerate(TITLES)
    ]
    assert call("add", "-", stdin="\n".join(lines)).exit_code == 0
    return call


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ([], ["Chad", "Iran again", "Israel", "Iran shows Harop"]),
        (["country:iran"], ["Iran again", "Iran shows Harop"]),
        (["country:iran", "-weapon:harop"], ["Iran again"]),
        (["country:iran | country:chad"], ["Chad", "Iran again", "Iran shows Harop"]),
        (["--limit", "1", "country:iran"], ["Iran again"]),
        (["--limit", "0"], ["Chad", "Iran again", "Israel", "Iran shows Harop"]),
        (["nothing"], []),
    ],
)
def test_articles_by_expression_newest_first(
    run: object, asked: list[str], titles: list[str]
) -> None:
    plain = run("list", *asked)  # type: ignore[operator]
    assert [line[12:].partition("  [")[0] for line in plain.stdout.splitlines()] == titles
    machine = run("list", "--json", *asked)  # type: ignore[operator]
    assert [json.loads(line)["title"] for line in machine.stdout.splitlines()] == titles


def test_json_has_what_programs_ask_for(run: object) -> None:
    (line,) = run("list", "--json", "weapon:harop").stdout.splitlines()  # type: ignore[operator]
    found = json.loads(line)
    assert (found["id"], found["published"]) == ("urn:x:0", "2025-01-01T00:00:00+00:00")
    assert found["tags"]["country:iran"] == "main"
    assert found["url"]


@pytest.mark.parametrize("asked", ["(", "country:nowhere", "-", '"'])
def test_a_mistake_is_a_sentence(run: object, asked: str) -> None:
    refused = run("list", "--", asked)  # type: ignore[operator]
    assert refused.exit_code == 1 or asked in ("-", '"')
    assert "Traceback" not in refused.output

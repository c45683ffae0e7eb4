"""`tagwire serve` says what it serves, and where."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from feed.cli import main
from tests.conftest import SMALL


@pytest.fixture
def first_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "FirstLine":
    monkeypatch.chdir(tmp_path)
    return FirstLine(monkeypatch)


class FirstLine:
    """What a server says before it serves; it does not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("feed.web.server.run", lambda *_, **__: None)

    def __call__(self, *options: str, environment: dict[str, str] | None = None) -> str:
        command = ["--tags", str(SMALL), "serve", *options]
        said = CliRunner().invoke(main, command, env=environment, catch_exceptions=False)
        assert said.exit_code == 0, said.output
        return said.stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("options", "site"),
    [
        ([], "http://127.0.0.1:8000/"),
        (["--port", "8111"], "http://127.0.0.1:8111/"),
        (["--host", "localhost", "--port", "8111"], "http://localhost:8111/"),
        (["--base-url", "https://wire.example"], "https://wire.example/"),
        (["--base-url", "https://wire.example/news/", "--port", "8111"], "https://wire.example/news/"),
    ],
)  # fmt: skip
def test_the_first_line_says_where_the_site_is(
    first_line: FirstLine, options: list[str], site: str
) -> None:
    assert first_line(*options).endswith(f" tags: {site}")


def test_so_does_the_environment(first_line: FirstLine) -> None:
    said = first_line(environment={"TAGWIRE_PORT": "8222"})
    assert said.endswith(" tags: http://127.0.0.1:8222/")

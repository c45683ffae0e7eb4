"""Logs are lines that people or programs can read, without secrets."""

import json
import logging
from collections.abc import Iterator

import pytest

from feed.log import Once, masked, set_up

logger = logging.getLogger("feed.somewhere")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    set_up()


def test_text_names_level_and_room(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logger.warning("%d things", 3)
    logger.debug("unseen")
    assert capsys.readouterr().err.endswith(" WARNING feed.somewhere: 3 things\n")


def test_a_level_may_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("error")
    logger.warning("unseen")
    set_up("debug")
    logger.debug("seen")
    assert "unseen" not in (said := capsys.readouterr().err)
    assert "seen" in said


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(form="json")
    logger.info("several\nlines of “text”")
    try:
        raise ValueError("oops")
    except ValueError:
        logger.exception("failed")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["level"], first["logger"]) == ("info", "feed.somewhere")
    assert first["message"] == "several\nlines of “text”"
    assert first["time"].endswith("+00:00")
    assert "ValueError: oops" in second["exception"]


@pytest.mark.parametrize(
    "address",
    [
        "/feed.atom?q=a&token=geheim&x=1",
        "/feed.atom?%74oken=geheim",
        "/feed.atom?to%6Ben=geheim#a",
        "/feed.atom?TOKEN%3Dgeheim",
        "https://wire.example/feed.atom?token=geheim",
        "/search?next=/feed%3F%74%6f%6B%65%6E%3dgeheim",
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_tokens_are_masked(address: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(form=form)
    logger.info("GET %s", address)
    said = capsys.readouterr().err
    assert "geheim" not in said
    assert masked(address).count("...") == 1


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b[2J", "\u2028", "\u202e", "\x85"])
def test_no_line_of_somebody_else_looks_like_ours(
    sign: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up()
    logger.warning("asked for /a%s12:00:00 ERROR feed.web: made up", sign)
    first, *rest = capsys.readouterr().err.splitlines()
    assert " WARNING " in first
    assert sign not in first
    assert all(line.startswith("    ") for line in rest)


def test_the_same_trouble_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    once = Once(logger)
    for number in (1, 1, 2, 2):
        once.trouble("task", ValueError(f"{number} was wrong"), expected=True)
    once.passed("task")
    once.trouble("task", ValueError("2 was wrong"), expected=True)
    lines = capsys.readouterr().err.splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == [
        "1 was wrong",
        "2 was wrong",
        "2 was wrong",
    ]

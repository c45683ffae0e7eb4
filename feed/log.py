"""What the program says of itself: the standard library's named loggers, as text or as JSON Lines.

Every module logs under its own name ("feed.web.reload"); this decides how it is written. What a
command answers to a person at a terminal is no log.
"""

import json
import logging
import re
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Literal, get_args

Level = Literal["debug", "info", "warning", "error"]
Form = Literal["text", "json"]
LEVELS: tuple[str, ...] = get_args(Level)
FORMS: tuple[str, ...] = get_args(Form)
# A secret in an address, however its letters are written: "token=", "%74oken=", "to%6Ben%3D".
_SECRET = re.compile(
    "".join(f"(?:{letter}|%{ord(letter):02x}|%{ord(letter.upper()):02x})" for letter in "token")
    + r"(?:=|%3d)([^&\s\"'<>]+)",
    re.I,
)
# What ends a line somewhere, moves the cursor, or turns the direction of writing.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_INDENT = "\n    "


def one_line(text: str) -> str:
    """The text with signs of control as codes, such as \\x0a for a line break."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def masked(text: str) -> str:
    """The text without the tokens that stand in its addresses."""
    return _SECRET.sub(lambda found: found[0][: found.start(1) - found.start()] + "...", text)


class TextLines(logging.Formatter):
    """`12:00:00 WARNING feed.web.reload: ...`; further lines of a message are indented.

    So no line that somebody else wrote can look like one of ours.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """One record, its traceback included."""
        lines = super().format(record).split("\n")
        return masked(_INDENT.join(map(one_line, lines)))


class JsonLines(logging.Formatter):
    """One JSON object a line: time (RFC 3339, UTC), level, logger, message, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        content = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if record.exc_info:
            content["exception"] = masked(self.formatException(record.exc_info))
        return json.dumps(content, ensure_ascii=False)


class _Stderr(logging.Handler):
    """Writes to what is standard error at that moment; when nobody reads it, nothing happens."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()


def set_up(level: str = "info", form: str = "text") -> None:
    """Write what is logged from a level on to standard error; a second call replaces the first."""
    handler = _Stderr()
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logger = logging.getLogger("feed")
    logger.handlers = [handler]
    logger.setLevel(level.upper())


class Once:
    """Says the same trouble of a task once, until it has passed or is another."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._said: dict[str, str] = {}

    def trouble(self, task: str, error: Exception, expected: bool) -> None:
        """Log an error of a task; one that nobody expected comes with its traceback."""
        what = f"{type(error).__name__}: {error}"
        if self._said.get(task) != what:
            self._said[task] = what
            self._logger.error("%s: %s", task, error, exc_info=None if expected else error)

    def passed(self, task: str) -> None:
        """The task was done: its next trouble is news."""
        self._said.pop(task, None)

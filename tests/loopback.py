"""Servers on loopback: a free port, and waiting for what must happen.

No test judges how long something takes; that is what benchmarks/ is for. PATIENCE ends a test that
would never end, on a machine that has much else to do.
"""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
PATIENCE = 300  # seconds


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(what: Callable[[], object]) -> bool:
    """Whether it becomes true; asks again and again."""
    end = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def until(what: Callable[[], Found | None]) -> Found:
    """The first answer that is not false. AssertionError: none ever was."""
    answers: list[Found | None] = []

    def ask() -> Found | None:
        answers[:] = [what()]
        return answers[0]

    assert eventually(ask), "it never came"
    assert answers[0]
    return answers[0]


def wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    """Until the server answers this address. AssertionError when it ends instead."""

    def answers() -> bool:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE):
                return True
        except OSError:
            return False

    assert eventually(answers), f"{url} does not answer"

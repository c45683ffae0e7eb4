"""Servers on loopback: a free port, and waiting for what must happen.

No test judges how long something takes; that is what benchmarks/ is for. PATIENCE ends a test that
would never end, on a machine that has much else to do.
"""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable

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

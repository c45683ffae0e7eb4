"""A server process on loopback, what it costs, and requests to it.

Every process is one we started, and is ended by its id.
"""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

CONNECTIONS = 16  # of the load generator, kept alive
TICK = os.sysconf("SC_CLK_TCK")


class Ask(NamedTuple):
    """One GET request."""

    path: str
    headers: Mapping[str, str] = {}


class Answer(NamedTuple):
    """What came back."""

    status: int
    etag: str
    body: bytes


class Load(NamedTuple):
    """What a load generator saw."""

    requests: int
    seconds: float
    bad: int  # answers that were neither 2xx nor 3xx
    broken: int  # connections that failed, answers that never came


class Server:
    """A server process and its children; use it in a `with` block.

    Args:
        name: as tables show it.
        command: what starts it.
        folder: where it runs and writes its log.
        ready: a path that is answered when it can serve.
    """

    def __init__(
        self,
        name: str,
        port: int,
        command: Sequence[str],
        folder: Path,
        ready: str,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self.port = name, port
        self._log = folder / f"{name}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=folder, env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            self._wait(ready)
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _wait(self, path: str) -> None:
        for _ in range(300):
            with (
                suppress(OSError, http.client.HTTPException),
                closing(self.connect()) as connection,
            ):
                get(connection, Ask(path))
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} does not answer: {self._log.read_text()}")

    def connect(self) -> http.client.HTTPConnection:
        """A connection that stays open."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def cpu(self) -> float:
        """Seconds of CPU that the processes have used so far, in user and system mode."""
        return sum(int(s[11]) + int(s[12]) for s in self._processes().values()) / TICK

    def memory(self) -> float:
        """Megabytes that the processes hold in memory."""
        total = 0
        for pid in self._processes():
            with suppress(OSError):
                found = re.search(r"^VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)
                total += int(found[1]) if found else 0
        return total / 1024

    def stop(self) -> None:
        """End the process, and its children if it has not done so in time."""
        tree = list(self._processes())
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            for pid in tree:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait(20)

    def _processes(self) -> dict[int, list[str]]:
        """/proc/PID/stat of the process and all below it, from the field "state" on."""
        found: dict[int, list[str]] = {}
        for file in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has ended meanwhile
                found[int(file.parent.name)] = file.read_text().rpartition(") ")[2].split()
        tree, size = {self._process.pid}, 0
        while size != len(tree):
            size = len(tree)
            tree |= {pid for pid, stat in found.items() if int(stat[1]) in tree}
        return {pid: found[pid] for pid in tree if pid in found}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(connection: http.client.HTTPConnection, ask: Ask) -> Answer:
    """One request on an open connection."""
    connection.request("GET", ask.path, headers=dict(ask.headers))
    answer = connection.getresponse()
    return Answer(answer.status, answer.getheader("ETag", ""), answer.read())


def generator() -> str:
    """What makes the requests, for the title of a table."""
    if shutil.which("wrk"):
        return f"wrk, {CONNECTIONS} connections"
    return "one connection of our own (wrk is not installed)"


def load(server: Server, asks: Sequence[Ask], seconds: float, folder: Path) -> Load:
    """The requests, over and over, as fast as the server answers: wrk, or one connection of ours."""
    wrk = shutil.which("wrk")
    return _wrk(wrk, server, asks, seconds, folder) if wrk else _loop(server, asks, seconds)


def _wrk(wrk: str, server: Server, asks: Sequence[Ask], seconds: float, folder: Path) -> Load:
    script = folder / "asks.lua"
    made = [
        f'wrk.format("GET", {json.dumps(ask.path)}, {{{_lua(ask.headers)}}})' for ask in asks
    ]  # JSON's strings are Lua's
    script.write_text(
        "local all, at = {}, 0\n"
        f"function init(args) all = {{\n{', '.join(made)}}} end\n"
        "function request() at = at % #all + 1; return all[at] end\n"
    )
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout=10s"]
    command += ["-s", str(script), f"http://127.0.0.1:{server.port}/"]
    said = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=seconds + 60
    ).stdout
    done = re.search(r"(\d+) requests in ([\d.]+)(m?s|m),", said)
    assert done, said
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: (.*)", said)
    return Load(
        int(done[1]),
        float(done[2]) * {"ms": 0.001, "s": 1, "m": 60}[done[3]],
        int(bad[1]) if bad else 0,
        sum(map(int, re.findall(r"\d+", broken[1]))) if broken else 0,
    )


def _lua(headers: Mapping[str, str]) -> str:
    return ", ".join(f"[{json.dumps(k)}] = {json.dumps(v)}" for k, v in headers.items())


def _loop(server: Server, asks: Sequence[Ask], seconds: float) -> Load:
    begin, count, bad, broken = time.perf_counter(), 0, 0, 0
    connection = server.connect()
    while (spent := time.perf_counter() - begin) < seconds:
        try:
            bad += not 200 <= get(connection, asks[count % len(asks)]).status < 400
        except (OSError, http.client.HTTPException):
            broken += 1
            connection.close()
        count += 1
    connection.close()
    return Load(count, spent, bad, broken)

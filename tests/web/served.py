"""A site behind a server of its own, in processes of its own: what people run."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

from tests.conftest import ROOT, SMALL
from tests.loopback import PATIENCE, free_port

SERVE = [sys.executable, "-c", "from feed.cli import main; main()", "serve"]


class Served:
    """`tagwire serve`, or another command that serves at `{port}`; `ask` reads to the end of the answers."""

    def __init__(
        self,
        folder: Path,
        database: str = "",
        *options: str,
        command: list[str] | None = None,
        **settings: str,
    ) -> None:
        self.folder, self.port = folder, free_port()
        environment = {
            "TAGWIRE_TAGS": str(SMALL), "TAGWIRE_PORT": str(self.port), "PYTHONPATH": str(ROOT),
            **({"TAGWIRE_DATABASE": database} if database else {}), **settings,
        }  # fmt: skip
        started = [part.replace("{port}", str(self.port)) for part in command or [*SERVE, *options]]
        self.out, self.err = folder / f"{self.port}.out", folder / f"{self.port}.err"
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(
                started, cwd=folder, env={**os.environ, **environment}, stdout=out, stderr=err
            )
        self.url = f"http://127.0.0.1:{self.port}"
        if "TAGWIRE_SOCKET" not in settings and "TAGWIRE_TLS_KEY" not in settings:
            self.wait()

    def wait(self) -> None:
        """Until it answers."""
        for _ in range(300):
            if self.status("/healthz"):
                return
            assert self.process.poll() is None, self.log
            time.sleep(0.1)
        raise AssertionError(f"it does not answer: {self.log}")

    def status(self, path: str, headers: dict[str, str] | None = None) -> int:
        """The status of an answer, 0 for none."""
        request = urllib.request.Request(self.url + path, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as e:
            return e.code
        except OSError:
            return 0

    @property
    def log(self) -> str:
        """What was written to standard error."""
        return self.err.read_text(encoding="utf-8")

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        named = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children.split()}
        return [pid for pid, command in named.items() if b"spawn_main" in command]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to end, and wait."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def connect(self) -> socket.socket:
        """A client that waits ten seconds at most."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def ask(self, *pieces: bytes) -> bytes:
        """All that is answered until the server closes."""
        with closing(self.connect()) as client:
            for piece in pieces:
                client.sendall(piece)
            return everything(client)


def everything(client: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    got = b""
    try:
        while piece := client.recv(65536):
            got += piece
    except ConnectionResetError:
        pass
    return got


def get(path: str, headers: str = "", method: str = "GET", last: bool = False) -> bytes:
    """The bytes of a request; the last of a connection closes it."""
    close = "Connection: close\r\n" if last else ""
    return f"{method} {path} HTTP/1.1\r\nHost: wire.example\r\n{headers}{close}\r\n".encode()


def one(client: socket.socket, request: bytes) -> bytes:
    """Ask on an open connection, and read one answer with its body."""
    client.sendall(request)
    got = b""
    while b"\r\n\r\n" not in got:
        piece = client.recv(65536)
        assert piece, "closed"
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length: (\d+)", head)
    if length and not request.startswith(b"HEAD") and b" 304 " not in head[:20]:
        while len(body) < int(length[1]):
            body += client.recv(65536)
    return head + b"\r\n\r\n" + body


def status(answer: bytes) -> int:
    """The status of the first answer, 0 for none."""
    return int(answer[9:12]) if answer else 0


def statuses(answers: bytes) -> list[int]:
    """The statuses of all answers, one after the other."""
    return [int(found) for found in re.findall(rb"HTTP/1\.[01] (\d{3}) ?[^\r]*\r\n", answers)]

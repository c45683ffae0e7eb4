"""The processes: `tagwire serve` through reloads, deaths and its end, and the application on other servers."""

import importlib.util
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from werkzeug.test import Client

from feed.errors import SettingError
from feed.settings import Settings, read_settings
from feed.web.wsgi import Application
from tests.conftest import ROOT, SMALL
from tests.loopback import PATIENCE, eventually, free_port
from tests.web.served import SERVE, Served, get, one, status, statuses


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Served]:
    """A site of two workers, with a taxonomy of its own."""
    tags = tmp_path / "tags.yaml"
    tags.write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    running = Served(tmp_path, TAGWIRE_TAGS=str(tags), TAGWIRE_WORKERS="2")
    assert eventually(lambda: len(running.workers) == 2)
    yield running
    running.stop()


class Load:
    """Clients that ask over and over, each on a connection of its own that it opens again when it ends."""

    def __init__(self, served: Served, clients: int = 4) -> None:
        self.served, self.statuses, self.lost = served, list[int](), list[str]()
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(clients)]
        for thread in self._threads:
            thread.start()

    def _ask(self) -> None:
        while not self._ending.is_set():
            with suppress(ConnectionRefusedError), closing(self.served.connect()) as client:
                self._over_and_over(client)

    def _over_and_over(self, client: socket.socket) -> None:
        while not self._ending.is_set():
            client.sendall(get("/feed.atom"))
            got = client.recv(65536)
            if not got:  # closed between two requests: nothing was accepted
                return
            self.statuses.append(status(got))
            if b"\r\nconnection: close" in got:
                return

    def stop(self) -> None:
        """End, and wait."""
        self._ending.set()
        for thread in self._threads:
            thread.join(PATIENCE)


def test_a_worker_that_died_is_started_again_and_the_other_goes_on(two: Served) -> None:
    dead, other = two.workers
    os.kill(dead, signal.SIGKILL)
    for _ in range(50):
        assert two.status("/feed.atom") == 200
    assert eventually(lambda: len(two.workers) == 2 and dead not in two.workers)
    assert other in two.workers
    assert two.status("/feed.atom") == 200


def test_the_only_worker_may_die_too(tmp_path: Path) -> None:
    running = Served(tmp_path)
    os.kill(running.workers[0], signal.SIGKILL)
    # Whoever comes meanwhile waits for the next one.
    assert running.status("/feed.atom") == 200
    assert running.stop() == 0


def test_sighup_brings_in_a_changed_taxonomy_and_refuses_a_broken_one(two: Served) -> None:
    tags = two.folder / "tags.yaml"
    before = two.workers
    sound = tags.read_text(encoding="utf-8")
    tags.write_text(sound + "    zorg: {lable: Zorg}\n", encoding="utf-8")
    two.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: "NOT LOADED" in two.log and "lable" in two.log)
    assert two.status("/weapon/zorg.atom") == 404
    tags.write_text(sound + "    zorg: {label: Zorg, broader: missile}\n", encoding="utf-8")
    two.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: {two.status("/weapon/zorg.atom") for _ in range(8)} == {200})
    assert two.workers == before


def test_sigterm_and_sighup_under_load_lose_nothing_that_was_accepted(two: Served) -> None:
    load = Load(two)
    try:
        for _ in range(3):
            time.sleep(0.2)
            two.process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert two.stop() == 0, two.log
    finally:
        load.stop()
    assert set(load.statuses) == {200}
    assert len(load.statuses) > 50
    assert "Traceback" not in two.log


def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    running = Served(tmp_path)
    assert running.stop(signal.SIGINT) == 0
    assert running.log == ""


def test_workers_do_not_outlive_their_parent(two: Served) -> None:
    workers = two.workers
    two.process.kill()
    two.process.wait()
    assert eventually(lambda: not any(map(_runs, workers)))


def _runs(pid: int) -> bool:
    """Is there such a process, and more of it than its end that nobody has asked for?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def test_a_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "wire.sock"
    for _ in range(2):  # the second finds what the first left
        running = Served(tmp_path, TAGWIRE_SOCKET=str(path))
        assert eventually(path.is_socket)
        with closing(socket.socket(socket.AF_UNIX)) as client:
            client.settimeout(PATIENCE)
            assert eventually(lambda: client.connect_ex(str(path)) == 0)
            assert status(one(client, get("/feed.atom"))) == 200
        running.process.kill()
        running.process.wait()


def test_tls(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    running = Served(tmp_path, TAGWIRE_TLS_CERTIFICATE=str(certificate), TAGWIRE_TLS_KEY=str(key))
    context = ssl.create_default_context(cafile=str(certificate))
    try:
        assert eventually(lambda: _is_open(running))
        with closing(context.wrap_socket(running.connect(), server_hostname="localhost")) as client:
            assert status(one(client, get("/feed.atom"))) == 200
    finally:
        running.stop()
    assert "https://127.0.0.1" in running.out.read_text()


def _is_open(running: Served) -> bool:
    with suppress(OSError), closing(running.connect()):
        return True
    return False


REFUSED = {
    "the port is taken": ({}, "cannot listen on 127.0.0.1:.*: Address already in use"),
    "no such host": ({"TAGWIRE_HOST": "nowhere.invalid"}, "cannot listen on nowhere.invalid"),
    "no such folder": ({"TAGWIRE_SOCKET": "/nowhere/wire.sock"}, "cannot listen on /nowhere"),
    "no certificate": ({"TAGWIRE_TLS_CERTIFICATE": "/x", "TAGWIRE_TLS_KEY": "/x"}, "certificate cannot be used"),
    "no workers": ({"TAGWIRE_WORKERS": "0"}, "workers '0' is not a number from 1 to 64"),
    "many threads": ({"TAGWIRE_THREADS": "1000"}, "threads '1000'"),
    "a key alone": ({"TAGWIRE_TLS_KEY": "/x"}, "TLS needs a certificate and its key"),
    "letters": ({"TAGWIRE_PROXIES": "one"}, "proxies 'one' is no number"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_served_is_refused_in_a_sentence(tmp_path: Path, kind: str) -> None:
    settings, message = REFUSED[kind]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "TAGWIRE_TAGS": str(SMALL),
            "TAGWIRE_PORT": str(taken.getsockname()[1]), **settings,
        }  # fmt: skip
        ended = subprocess.run(
            SERVE, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE
        )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert re.search(message, ended.stderr), ended.stderr


ELSEWHERE = {
    "gunicorn": ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "-w", "2"],
    "gunicorn, loaded before it forks": ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "-w", "2", "--preload"],
    "gunicorn with threads": ["-m", "gunicorn", "-b", "127.0.0.1:{port}", "--threads", "4", "--preload"],
    "waitress": ["-m", "waitress", "--listen=127.0.0.1:{port}"],
    "granian": ["-m", "granian", "--interface", "wsgi", "--port", "{port}", "--workers", "2"],
}  # fmt: skip


@pytest.mark.parametrize("server", ELSEWHERE)
def test_the_application_runs_on_any_server(tmp_path: Path, server: str) -> None:
    if importlib.util.find_spec(ELSEWHERE[server][1]) is None:
        pytest.skip(f"{ELSEWHERE[server][1]} is not installed")
    environment = {"PYTHONPATH": str(ROOT)}
    subprocess.run(
        [*SERVE[:-1], "add", "-"], cwd=tmp_path, check=True, capture_output=True, timeout=PATIENCE,
        input=b'{"id": "urn:x:1", "title": "Iran shows Harop", "text": "It flew."}',
        env={**os.environ, **environment, "TAGWIRE_TAGS": str(SMALL)},
    )  # fmt: skip
    command = [sys.executable, *ELSEWHERE[server], "feed.web:application"]
    running = Served(tmp_path, command=command)
    try:
        for _ in range(10):
            answer = running.ask(get("/country/iran.atom", last=True))
            assert status(answer) == 200
            assert b"Iran shows Harop" in answer
        said = running.ask(get("/country/iran.atom", "If-None-Match: *\r\n", last=True))
        assert statuses(said) == [304]
        assert status(running.ask(get("/x", last=True))) == 404
    finally:
        running.stop()


def test_an_application_that_cannot_be_made_says_so_and_tries_again() -> None:
    working = False

    def make() -> object:
        if not working:
            raise SettingError("the port is no number")
        return lambda environ, start: (start("200 OK", []), [b"ok"])[1]

    client = Client(Application(make))  # type: ignore[arg-type]
    refused = client.get("/")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert "number" not in refused.text
    working = True
    assert client.get("/").status_code == 200


def test_a_fork_makes_its_own() -> None:
    made: list[int] = []

    def make() -> object:
        made.append(os.getpid())
        return lambda environ, start: (start("200 OK", []), [str(made[-1]).encode()])[1]

    client = Client(Application(make))  # type: ignore[arg-type]
    assert client.get("/").text == str(os.getpid())
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, client.get("/").data)
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 100) == str(child).encode()


@pytest.mark.parametrize(
    ("settings", "warned"),
    [
        ({}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": "::"}, True),
        ({"host": "0.0.0.0", "base_url": "http://localhost:8000"}, True),
        ({"host": "192.0.2.1", "base_url": "http://127.0.0.1"}, True),
        ({"host": "0.0.0.0", "base_url": "https://wire.example"}, False),
        ({"base_url": "https://wire.example"}, False),
        ({"host": "192.0.2.1"}, False),
    ],
)
def test_links_that_lead_nowhere_draw_a_warning(settings: dict[str, str], warned: bool) -> None:
    said = read_settings(settings, {}).unreachable
    assert ("TAGWIRE_BASE_URL" in said) == warned


def test_settings_of_serving() -> None:
    found = read_settings(
        {}, {"TAGWIRE_WORKERS": "3", "TAGWIRE_THREADS": "7", "TAGWIRE_PROXIES": "2"}
    )
    assert (found.workers, found.threads, found.proxies) == (3, 7, 2)
    assert Settings().workers == 1
    assert free_port() > 0

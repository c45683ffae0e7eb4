"""A private PostgreSQL for the tests: its own folder, its own socket, no network, no durability."""

import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from pathlib import Path

from tests.loopback import PATIENCE, eventually

DEBIAN = Path("/usr/lib/postgresql")


def find_binaries() -> Path | None:
    """The folder with initdb and postgres: Debian's newest, or that on the path."""
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    found = shutil.which("initdb")
    if versions:
        return versions[-1].parent
    return Path(found).resolve().parent if found else None


class Server:
    """One server process; `url()` gives a new, empty database each time."""

    def __init__(self, binaries: Path) -> None:
        # Not below pytest's own folder: only its owner may look into that, and PostgreSQL
        # refuses to run as root. The path of a socket may have 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="tagwire-pg-"))
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        data = self.folder / "data"
        initdb: list[str | Path] = [
            binaries / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8",
            "--locale=C", "--no-sync",
        ]  # fmt: skip
        subprocess.run(initdb, user=self.user, check=True, capture_output=True, cwd=self.folder)
        options = {
            "listen_addresses": "", "unix_socket_directories": self.folder, "fsync": "off",
            "synchronous_commit": "off", "full_page_writes": "off", "max_connections": 200,
        }  # fmt: skip
        arguments = [f"-c{name}={value}" for name, value in options.items()]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [binaries / "postgres", "-D", data, *arguments],
                user=self.user, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=log,
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        if not eventually(self._answers):
            raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()}")

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self._address("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _address(self, name: str) -> str:
        return f"postgresql:///{name}?host={self.folder}&user=postgres"

    def url(self) -> str:
        """The URL of a new, empty database."""
        import psycopg

        name = f"t{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name}".encode())
        return self._address(name)

    def stop(self) -> None:
        """End the process and remove its folder."""
        self.process.send_signal(signal.SIGINT)  # at once, whoever is connected
        self.process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

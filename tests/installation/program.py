"""An installed Tagwire at work, in an empty folder."""

import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from xml.etree import ElementTree

from tests.conftest import ROOT
from tests.installation.commands import BrokenError, environment, run
from tests.loopback import PATIENCE, free_port, wait_for

FEED = "/country/azerbaijan"


def try_out(home: Path) -> str:
    """What the program in this environment did. BrokenError when any of it fails.

    The sample articles that the package brought are those of the checkout.
    """
    tagwire, folder = home / "bin" / "tagwire", home / "empty"
    folder.mkdir()
    version = run(tagwire, "--version", cwd=folder).strip()
    run(tagwire, "add", cwd=folder)
    again = run(tagwire, "add", ROOT / "seeds", cwd=folder)
    if " 0 new, 0 changed," not in f" {again}":
        raise BrokenError(f"    the package brought other articles than seeds/:\n{again}")
    return f"{version}, {_serve(tagwire, folder)} entries in {FEED}"


def _serve(tagwire: Path, folder: Path) -> int:
    port = free_port()
    server = subprocess.Popen(
        [tagwire, "serve", "--port", str(port)], cwd=folder, env=environment(),
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", server)
        return _entries(f"http://127.0.0.1:{port}{FEED}")
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate()


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    try:
        wait_for(url, server)
    except AssertionError as e:
        server.kill()
        raise BrokenError(f"    {e}\n{server.communicate()[1].decode()}") from e


def _entries(url: str) -> int:
    """The entries of the Atom feed; the page and the other formats answer too."""
    for address in (url, f"{url}.rss", f"{url}.json"):
        _get(address)
    entries = ElementTree.fromstring(_get(f"{url}.atom")).findall("{*}entry")
    if not entries:
        raise BrokenError(f"    {url}.atom has no entry")
    return len(entries)


def _get(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as e:
        raise BrokenError(f"    {url}: {e}") from e

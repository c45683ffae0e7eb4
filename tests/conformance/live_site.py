"""A running server over the sample articles and the odd ones, and everything it publishes as files."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from lxml import etree

from tests.conformance.malformed_inputs import articles
from tests.conftest import ROOT
from tests.loopback import PATIENCE, free_port, wait_for

EXPRESSIONS = [
    "country:azerbaijan weapon:loitering-munition -country:armenia@main",
    'harop | "loitering munition" since:2020-01-01',
    "country:iran -lang:fa title:iran*",
    "country:tuvalu country:nauru",  # empty
]


@dataclass(frozen=True)
class Fetched:
    """One answer: where it was asked for, and what came."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    file: Path
    etag: str = field(default="")


class Site:
    """Starts on entering, ends on leaving. `folder` gets the database and every answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {**os.environ, "TAGWIRE_TAGS": str(ROOT / "tags.yaml")}
        self._command = [sys.executable, "-c", "from feed.cli import main; main()"]

    def __enter__(self) -> "Site":
        (self.folder / "odd.jsonl").write_text("\n".join(articles()) + "\n", encoding="utf-8")
        self._environment["PYTHONPATH"] = str(ROOT)
        added = subprocess.run(
            [*self._command, "add", str(ROOT / "seeds"), "odd.jsonl"],
            cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        print(f"server: {added.stdout.strip().splitlines()[-1]}")
        if added.returncode:
            raise RuntimeError(f"the articles were not taken in:\n{added.stderr}")
        self._server = subprocess.Popen(
            [*self._command, "serve", "--port", str(self.port)],
            cwd=self.folder,
            env=self._environment,
        )
        wait_for(f"{self.url}/healthz", self._server)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.send_signal(signal.SIGINT)
        self._server.wait(PATIENCE)

    def get(self, path: str, **headers: str) -> Fetched:
        """One GET, errors included."""
        url = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(url, headers=headers)
        try:
            answer = urllib.request.urlopen(request, timeout=PATIENCE)
        except urllib.error.HTTPError as e:
            answer = e
        with answer:
            body = answer.read()
            name = quote(url.removeprefix(self.url), safe=".=-")
            form = url.partition("?")[0].rpartition(".")[2]
            suffix = f".{form}" if form in ("atom", "rss", "json", "opml") else ".html"
            file = self.folder / "got" / (name[:150] + f"-{abs(hash(name)) % 10_000}" + suffix)
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(body)
            return Fetched(
                url,
                answer.status,
                list(answer.headers.items()),
                body,
                file,
                answer.headers.get("ETag", ""),
            )

    def everything(self) -> tuple[list[Fetched], list[Fetched]]:
        """All feeds in all formats, with some pages and months of theirs; and the pages."""
        opml = self.get("/tags.opml")
        atoms = [
            o.get("xmlUrl") for o in etree.fromstring(opml.body).iter("outline") if o.get("xmlUrl")
        ]
        forms = ("atom", "rss", "json")
        paths = [f"{a.removesuffix('.atom')}.{form}" for a in atoms for form in forms]
        queries = ["", *(f"?q={quote(q)}" for q in EXPRESSIONS)]
        paths += [f"/feed.{form}{query}" for form in forms for query in queries]
        paths += [f"/country/iran.{form}?before=50" for form in forms]
        paths += [f"/country/iran/2025-03.{form}" for form in forms]
        paths += [f"/weapon/typhoon-class.{form}" for form in forms]  # no articles
        pages = ["/", "/tags", "/country/iran", "/weapon/loitering-munition", "/nowhere/x", "/search?q=(",
                 *(f"/search?q={quote(q)}" for q in EXPRESSIONS)]  # fmt: skip
        pages += [f"/article/{slug}" for slug in self._slugs()]
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(self.get, paths)), list(pool.map(self._open, pages))

    def _open(self, path: str) -> Fetched:
        return self.get(path, Accept="text/html")

    def _slugs(self) -> list[str]:
        from feed.model import article_slug

        return [article_slug(f"tag:odd.example,2025:{n}") for n in range(0, 140, 3)]

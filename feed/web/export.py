"""The whole site as files, for those who host on a bucket: the feeds of tags, their months, the pages.

Only what changed is written, each file at once; what is no longer there is removed in the end. A
manifest in the folder says which files are ours, so that nothing else is ever touched.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import etree, html

from feed.errors import StoreError
from feed.publisher import Publisher
from feed.publishing.urls import FORMATS
from feed.web.app import create_app

MANIFEST = ".tagwire-export.json"
_FIXED = (
    "/",
    "/tags",
    "/syntax",
    "/tags.opml",
    "/robots.txt",
    "/favicon.ico",
    "/feed.atom",
    "/feed.rss",
    "/feed.json",
)
_STATIC = ("style.css", "page.js", "feed.css", "icon.png", "icon.svg")
Progress = Callable[[int], None]


class Export:
    """One run into one folder. `written`, `kept` and `removed` count files when it is done."""

    def __init__(self, publisher: Publisher, folder: Path) -> None:
        self._publisher, self._folder = publisher.for_files(), folder
        self._app: Flask = create_app(self._publisher)
        self._before = self._read_manifest()
        self._now: dict[str, str] = {}
        self._files: set[str] = set()  # names of all that there will be
        self.written = self.kept = self.removed = 0

    def run(self, progress: Progress = lambda count: None) -> None:
        """Write what changed.

        Raises:
            StoreError: the folder cannot be written, or holds files that are not ours.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            client = self._app.test_client()
            addresses = list(self._addresses())
            self._files = {file_of(address) for address in addresses}
            for address in addresses:
                progress(1)
                self._write(client, address)
            self._remove_rest()
            self._write_manifest()
        except OSError as e:
            raise StoreError(f"{self._folder}: cannot be written: {e.strerror}") from e

    def _addresses(self) -> Iterator[str]:
        """All addresses that can be files."""
        yield from _FIXED
        yield from (f"/static/{name}" for name in _STATIC)
        for key in self._publisher.pages.counts():
            path = "/" + key.replace(":", "/", 1)
            yield path
            stems = (path, *(f"{path}/{month}" for month in self._publisher.feeds.months(key)))
            yield from (f"{stem}.{form}" for stem in stems for form in FORMATS)
        for slug in self._publisher.pages.slugs():
            yield f"/article/{slug}"

    def _write(self, client: FlaskClient, address: str) -> None:
        with client.get(address) as answer:
            if answer.status_code != 200:
                raise StoreError(f"{address} was answered with {answer.status}")
            body = answer.get_data()
        name = file_of(address)
        self._put(name, self._as_file(body) if name.endswith(".html") else body)

    def _as_file(self, body: bytes) -> bytes:
        """A page without what needs a server: searching, and what is behind a question mark.

        Tags without articles have no page here: their names stay, and lead nowhere.
        """
        root, base = self._publisher.addresses.root, self._publisher.addresses.base
        document = html.document_fromstring(body)
        for served in document.xpath("//form | //*[@data-served]"):
            served.drop_tree()
        for link in document.xpath("//a[@href]"):
            href = link.get("href")
            if href.startswith(f"{base}/"):
                href = root + href.removeprefix(base)
            local = href.startswith(f"{root}/")
            if local and "?" in href and link.getparent().tag == "svg":
                link.drop_tag()
            elif link.get("rel") == "next" or ("?" in href and local):
                link.drop_tree()
            elif local and file_of(href.removeprefix(root)) not in self._files:
                link.tag = "span"
                del link.attrib["href"]
        written: bytes = etree.tostring(
            document, method="html", encoding="utf-8", doctype="<!DOCTYPE html>"
        )
        return written

    def _put(self, name: str, body: bytes) -> None:
        digest = hashlib.blake2b(body, digest_size=16).hexdigest()
        self._now[name] = digest
        path = self._folder / name
        if self._before.get(name) == digest and path.exists():
            self.kept += 1
            return
        if path.exists() and name not in self._before:
            raise StoreError(f"{path}: is not from an export; export into a folder of its own")
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".draft")
        draft.write_bytes(body)
        draft.replace(path)  # a web server never sees half a file
        self.written += 1

    def _remove_rest(self) -> None:
        for name in self._before.keys() - self._now.keys():
            path = self._folder / name
            path.unlink(missing_ok=True)
            self.removed += 1
            with contextlib.suppress(OSError):  # the first that holds something else stays
                for parent in path.relative_to(self._folder).parents[:-1]:
                    (self._folder / parent).rmdir()

    def _read_manifest(self) -> dict[str, str]:
        try:
            found = json.loads((self._folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as e:
            raise StoreError(f"{self._folder}: cannot be used: {e.strerror}") from e
        except ValueError as e:
            raise StoreError(f"{self._folder / MANIFEST}: is damaged; remove the folder") from e
        return dict(found)

    def _write_manifest(self) -> None:
        draft = self._folder / (MANIFEST + ".draft")
        draft.write_text(json.dumps(self._now, indent=0, sort_keys=True), encoding="utf-8")
        draft.replace(self._folder / MANIFEST)


def file_of(address: str) -> str:
    """The file of a path: `/country/iran` is country/iran/index.html, `/feed.atom` itself."""
    path = unquote(urlsplit(address).path).lstrip("/")
    last = path.rpartition("/")[2]
    if not path:
        return "index.html"
    return path if "." in last else f"{path}/index.html"

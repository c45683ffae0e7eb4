"""The nginx of the documentation, as its file has it: in front of a running site."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from feed.publisher import Publisher
from tests.conftest import ROOT, Make
from tests.loopback import PATIENCE, eventually, free_port
from tests.web.served import Served, get, status, statuses
from tests.web.test_front import BAD, SMUGGLED

FILE = ROOT / "deploy" / "nginx.conf"


class Nginx(Served):
    """nginx with the file's blocks; only addresses, the certificate and the cache's folder are others."""

    def __init__(self, folder: Path, upstream: int) -> None:
        self.folder, self.port = folder, free_port()
        text = FILE.read_text(encoding="utf-8")
        for old, new in [
            ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
            ("listen 443 ssl http2", f"listen 127.0.0.1:{self.port}"),
            ("/var/cache/nginx/tagwire", f"{folder}/cache"),
        ]:
            assert old in text
            text = text.replace(old, new)
        text = re.sub(r"\n\s+ssl_certificate[^\n]+", "", text)
        whole = folder / "nginx.conf"
        whole.write_text(
            f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{ worker_connections 2000; }}\nhttp {{ access_log off;\n{text}\n}}\n"
        )
        binary = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        assert binary
        self.out = self.err = folder / "error.log"
        self.process = subprocess.Popen([binary, "-c", str(whole), "-p", str(folder)])
        self.url = f"http://127.0.0.1:{self.port}"
        self.wait()


@pytest.fixture
def site(publisher: Publisher, make: Make, tmp_path: Path) -> Iterator[Served]:
    publisher.archive.ingest([make(1, "Iran shows Harop", "Long text. " * 80), make(2, "Israel")])
    running = Served(tmp_path, publisher.settings.database, TAGWIRE_PROXIES="1", TAGWIRE_RATE="200")
    yield running
    running.stop()


@pytest.fixture
def front(site: Served, tmp_path: Path) -> Iterator[Nginx]:
    if shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin") is None:
        pytest.skip("nginx is not installed")
    (tmp_path / "nginx").mkdir()
    running = Nginx(tmp_path / "nginx", site.port)
    yield running
    running.stop()


def header(answer: bytes, name: str) -> str:
    found = re.search(rf"(?im)^{name}: ([^\r]*)".encode(), answer.partition(b"\r\n\r\n")[0])
    return found[1].decode() if found else ""


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/country/iran.atom", "application/atom+xml; charset=utf-8"),
        ("/country/iran.rss", "application/rss+xml; charset=utf-8"),
        ("/country/iran.json", "application/feed+json; charset=utf-8"),
        ("/tags.opml", "text/x-opml; charset=utf-8"),
        ("/tags", "text/html; charset=utf-8"),
        ("/static/style.css", "text/css; charset=utf-8"),
    ],
)
def test_answers_are_those_of_the_site(
    site: Served, front: Nginx, path: str, media_type: str
) -> None:
    for coding in ("", "gzip", "br", "br;q=0, gzip", "deflate, gzip;q=1.0, *;q=0.5"):
        asked = get(path, f"Accept-Encoding: {coding}\r\n" if coding else "", last=True)
        for _ in range(2):  # from the site, and from the cache
            ours, theirs = site.ask(asked), front.ask(asked)
            assert status(theirs) == 200
            assert header(theirs, "content-type") == media_type
            assert header(theirs, "cache-control") == header(ours, "cache-control")
            if "static" not in path and coding in ("", "gzip", "br"):
                assert header(theirs, "etag") == header(ours, "etag")
                assert theirs.partition(b"\r\n\r\n")[2] == ours.partition(b"\r\n\r\n")[2]
            known = header(theirs, "etag")
            again = front.ask(
                get(path, f"If-None-Match: {known}\r\nAccept-Encoding: {coding}\r\n", last=True)
            )
            assert status(again) == 304


def test_an_article_is_there_within_some_seconds(
    publisher: Publisher, front: Nginx, make: Make
) -> None:
    assert b"Iran again" not in front.ask(get("/country/iran.atom", last=True))
    publisher.archive.ingest([make(3, "Iran again")])
    assert eventually(lambda: b"Iran again" in front.ask(get("/country/iran.atom", last=True)))


def test_what_is_for_one_reader_is_kept_for_nobody(publisher: Publisher, front: Nginx) -> None:
    token = publisher.access.create(publisher.archive.parse("country:iran"))
    assert eventually(lambda: b"Harop" not in front.ask(get("/country/iran.atom", last=True)))
    for _ in range(2):
        opened = front.ask(get(f"/country/iran.atom?token={token}", last=True))
        bearer = front.ask(
            get("/country/iran.atom", f"Authorization: Bearer {token}\r\n", last=True)
        )
        for answer in (opened, bearer):
            assert b"Harop" in answer
            assert "no-store" in header(answer, "cache-control")
        assert b"Harop" not in front.ask(get("/country/iran.atom", last=True))
    kept = [path for path in (front.folder / "cache").rglob("*") if path.is_file()]
    assert not [path for path in kept if token.encode() in path.read_bytes()]


def test_connections_to_the_site_stay_open(site: Served, front: Nginx) -> None:
    for number in range(60):
        assert status(front.ask(get(f"/search?q=junk{number}", last=True))) == 200
    lines = Path("/proc/net/tcp").read_text().splitlines()
    local = f"0100007F:{site.port:04X}"
    open_now = [line for line in lines if line.split()[1] == local and line.split()[3] == "01"]
    assert len(open_now) <= 32


def test_clients_are_counted_and_not_nginx(front: Nginx) -> None:
    """Each client has its minute's worth: X-Forwarded-For that a client sends counts for nothing."""
    found = statuses(
        front.ask(
            *[get(f"/search?q=junk{n}", f"X-Forwarded-For: 192.0.2.{n}\r\n") for n in range(230)],
            get("/feed.atom", last=True),
        )
    )
    assert 429 in found


@pytest.mark.parametrize("kind", [*BAD])
def test_a_bad_request_is_refused(front: Nginx, kind: str) -> None:
    request, expected = BAD[kind]
    with closing(front.connect()) as client:
        client.settimeout(PATIENCE)
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        got = client.recv(65536)
    assert not got or status(got) in {*expected, 400, 405, 413, 414, 501, 505}


@pytest.mark.parametrize("kind", SMUGGLED)
def test_nothing_is_smuggled(front: Nginx, kind: str) -> None:
    body = b"1\r\nZ\r\n0\r\n\r\n" + get("/country/iran.json", last=True)
    found = statuses(front.ask(get("/", SMUGGLED[kind], "POST") + body))
    assert found[0] in (400, 405, 501)
    assert found[1:] in ([], [400])


def test_two_hundred_clients_that_never_read_keep_nobody_waiting(front: Nginx) -> None:
    clients = [front.connect() for _ in range(200)]
    try:
        for client in clients:
            client.sendall(get("/country/iran.json") * 20)
        assert front.status("/country/iran.rss") in (200, 429)
    finally:
        for client in clients:
            client.close()


def test_the_documentation_shows_where_it_is() -> None:
    assert "deploy/nginx.conf" in (ROOT / "docs" / "wire.md").read_text(encoding="utf-8")

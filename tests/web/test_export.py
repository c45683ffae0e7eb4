"""The site as files: what a server would answer, written only when it changed."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

import pytest
from lxml import html

from feed.errors import StoreError
from feed.publisher import Publisher
from feed.taxonomy.taxonomy import Taxonomy
from feed.web import create_app
from feed.web.export import MANIFEST, Export, file_of
from feed.web.listing import READERS
from tests.conftest import Make


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def export(publisher: Publisher, folder: Path) -> tuple[int, int, int]:
    made = Export(publisher, folder)
    made.run()
    return made.written, made.kept, made.removed


def test_files_are_what_a_server_answers(publisher: Publisher, make: Make, tmp_path: Path) -> None:
    publisher.archive.ingest(make(n * 24, f"Iran {n} shows Harop") for n in range(70))
    export(publisher, tmp_path)
    found = files(tmp_path)
    client = create_app(publisher.for_files()).test_client()
    for path in ("/country/iran.atom", "/country/iran.json", "/weapon/uav.rss", "/feed.json", "/country/iran/2025-01.atom",
                 "/country/iran/2025-02.json", "/tags.opml"):  # fmt: skip
        assert found[file_of(path)] == client.get(path).data, path
    assert b"?before=" not in b"".join(found.values())  # a file has no further pages
    assert b"Iran 69 shows Harop" in found["country/iran/index.html"]
    assert len([name for name in found if name.startswith("article/")]) == 70


def _is_of_the_site(link: str) -> bool:
    """Not within the page, and not to a reader of feeds."""
    return not link.startswith(("#", "feed:", *(address for _, address in READERS)))


def test_pages_of_files_lead_to_files(publisher: Publisher, make: Make, tmp_path: Path) -> None:
    publisher.archive.ingest(make(n * 24, f"Iran {n} shows Harop") for n in range(70))
    export(publisher, tmp_path)
    found = files(tmp_path)
    for name in ("index.html", "country/iran/index.html", "tags/index.html"):
        page = html.document_fromstring(found[name])
        links = page.xpath("//a/@href | //link[@rel='stylesheet' or @rel='icon']/@href")
        for link in filter(_is_of_the_site, links):
            address = link.removeprefix("https://wire.example")
            assert file_of(address) in found, (name, link)


def test_a_base_with_a_path_is_in_every_link(
    publisher: Publisher, small: Taxonomy, make: Make, tmp_path: Path
) -> None:
    base = "https://bucket.example/wire"
    below = Publisher(replace(publisher.settings, base_url=base), small)
    below.archive.ingest([make(1, "Iran shows Harop"), make(2, "Israel")])
    export(below, tmp_path)
    below.close()
    found = files(tmp_path)
    for name in [name for name in found if name.endswith(".html")]:
        for link in html.document_fromstring(found[name]).xpath("//@href | //@src | //@action"):
            if not _is_of_the_site(link):
                continue
            address = urljoin(f"{base}/{name}", link)
            assert address.startswith(f"{base}/"), (name, link)
            assert file_of(address.removeprefix(base)) in found, (name, link)


def test_only_what_changed_is_written(publisher: Publisher, make: Make, tmp_path: Path) -> None:
    publisher.archive.ingest([make(1, "Iran shows Harop"), make(2, "Israel")])
    written, _, _ = export(publisher, tmp_path)
    assert export(publisher, tmp_path) == (0, written, 0)
    israel = (tmp_path / "country/israel.atom").stat().st_mtime_ns
    publisher.archive.ingest([make(1, "Azerbaijan shows Harop")])
    _, kept, removed = export(publisher, tmp_path)
    assert kept > 0
    assert removed >= 4  # no article of Iran is left
    assert not (tmp_path / "country/iran.atom").exists()
    assert (tmp_path / "country/azerbaijan.atom").exists()
    assert (tmp_path / "country/israel.atom").stat().st_mtime_ns == israel
    assert not [name for name in files(tmp_path) if name.endswith(".draft")]


def test_files_of_others_are_not_touched(publisher: Publisher, make: Make, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    publisher.archive.ingest([make(1, "Iran")])
    with pytest.raises(StoreError, match="is not from an export"):
        export(publisher, tmp_path)
    assert (tmp_path / "index.html").read_text() == "mine"


def test_private_feeds_are_left_out(publisher: Publisher, make: Make, tmp_path: Path) -> None:
    publisher.archive.ingest([make(1, "Iran"), make(2, "Israel")])
    publisher.access.create(publisher.archive.parse("country:iran"))
    export(publisher, tmp_path)
    found = files(tmp_path)
    assert "country/israel.atom" in found
    assert "country/iran.atom" not in found
    assert "country/iran/index.html" not in found


def test_the_password_of_the_server_is_not_that_of_files(
    publisher: Publisher, small: Taxonomy, make: Make, tmp_path: Path
) -> None:
    closed = Publisher(replace(publisher.settings, basic="jo:secret"), small)
    closed.archive.ingest([make(1, "Iran"), make(2, "Israel")])
    closed.access.create(closed.archive.parse("country:iran"))
    export(closed, tmp_path)
    closed.close()
    assert "country/israel.atom" in files(tmp_path)
    assert "country/iran.atom" not in files(tmp_path)


def test_files_name_no_hub(
    publisher: Publisher, small: Taxonomy, make: Make, tmp_path: Path
) -> None:
    told = Publisher(replace(publisher.settings, hub="https://hub.example/"), small)
    told.archive.ingest([make(1, "Iran")])
    export(told, tmp_path)
    told.close()
    assert b"hub.example" not in b"".join(files(tmp_path).values())


def test_what_became_private_leaves_no_trace(
    publisher: Publisher, make: Make, tmp_path: Path
) -> None:
    publisher.archive.ingest([make(1, "Iran and Israel"), make(2, "Israel", "In Iran.")])
    export(publisher, tmp_path)
    publisher.access.create(publisher.archive.parse("country:iran"))
    export(publisher, tmp_path)
    assert not (tmp_path / "country/iran").exists()
    assert b"country/iran" not in b"".join(files(tmp_path).values()).replace(
        b"/tags#country/iran", b""
    )


def test_a_folder_that_cannot_be_written_is_said(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be used"):
        export(publisher, tmp_path / "file" / "folder")

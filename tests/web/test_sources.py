"""The page of the sources, and their figures."""

import time
from dataclasses import replace

from feed.publisher import Publisher
from feed.sources.upstream import State, Upstream
from feed.web import create_app


def test_the_page_names_trouble_first_and_no_feed(publisher: Publisher) -> None:
    table = publisher.archive.store.sources
    well = Upstream(
        "https://u:secret@a.example/f?key=1", "x", title="Anchor <b>", home="javascript:alert(1)"
    )
    table.add([
        replace(well, answered=time.time(), result="3 new of 10"),
        Upstream("https://b.example/f", "y", title="Buoy", home="https://b.example/", failures=2, result="nobody listens there"),
        Upstream("https://c.example/f", "z", title="Cable", state=State.PAUSED),
    ])  # fmt: skip
    client = create_app(publisher).test_client()
    answer = client.get("/sources")
    page = answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert page.index("Buoy") < page.index("Anchor &lt;b&gt;") < page.index("Cable")
    assert 'href="https://b.example/"' in page
    assert "nobody listens there" in page
    for secret in ("secret", "key=1", "/f", "javascript:"):
        assert secret not in page.split("<table")[1].split("</table>")[0].replace("</", "")
    figures = client.get("/metrics").text
    for state, count in (("well", 1), ("failing", 1), ("silent", 0), ("paused", 1), ("gone", 0)):
        assert f'tagwire_sources{{state="{state}"}} {count}.0' in figures


def test_without_sources_it_says_how_to_add_one(publisher: Publisher) -> None:
    assert "tagwire sources add" in create_app(publisher).test_client().get("/sources").text

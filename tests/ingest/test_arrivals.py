"""Which article is it? Ids are for ever, and never where a file lies; what is not for the public stays out."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feed.ingest.arrivals import Arrivals, Outcome, release
from feed.ingest.maintenance import copy_database
from feed.jobs.releasing import Releaser
from feed.publisher import Publisher
from feed.query.expression import Has
from feed.settings import Settings
from feed.sources.arrival import address_key
from feed.sources.folder import find_files, read_file
from feed.sources.readers import Reading
from feed.taxonomy.taxonomy import Taxonomy

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def wire(database: str, small: Taxonomy) -> Iterator[Publisher]:
    publisher = Publisher(Settings(database=database), small)
    yield publisher
    publisher.close()


def add(publisher: Publisher, *paths: Path, now: datetime = NOW, namespace: str = "") -> Outcome:
    reading = Reading("", now=now, namespace=namespace)
    files = [f for f in find_files(map(str, paths)) if isinstance(f, Path)]
    return Arrivals(publisher.archive, now).ingest(a for f in files for a in read_file(f, reading))


def titles(publisher: Publisher) -> list[str]:
    rows = [r for rows in publisher.archive.store.rows() for r in rows if not r.removed]
    return sorted(json.loads(row.record)["title"] for row in rows)


def put(folder: Path, name: str, *objects: object) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(o if isinstance(o, str) else json.dumps(o) for o in objects))
    return file


TEXTS = (
    "The ministry signed a contract for twelve boats on Monday and said nothing of the price.",
    "A radar on the coast was switched off on Tuesday because nobody had paid for the current.",
)


def test_bare_ids_of_two_files_are_two_articles_or_a_word(wire: Publisher, tmp_path: Path) -> None:
    put(tmp_path, "mon/export.jsonl", {"id": 1, "title": "Monday", "text": TEXTS[0]})
    put(tmp_path, "tue/export.jsonl", {"id": 1, "title": "Tuesday", "text": TEXTS[1]})
    outcome = add(wire, tmp_path)
    (failure,) = outcome.report.failed
    assert titles(wire) == ["Monday"]
    assert "tue/export.jsonl:1" in str(failure)
    assert "mon/export.jsonl" in str(failure)
    assert "--namespace" in str(failure)
    again = add(wire, tmp_path / "tue")
    assert "mon/export.jsonl" in str(again.report.failed[0])
    assert add(wire, tmp_path / "tue", namespace="tue").report.new == 1
    assert titles(wire) == ["Monday", "Tuesday"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"title": "Monday"}, "changed"),  # one title
        ({"title": "On Monday", "text": TEXTS[0] + " More."}, "changed"),  # most of the words
        ({"title": "Tuesday", "text": TEXTS[1]}, "failed"),
    ],
)
def test_a_bare_id_from_another_file_is_a_correction_or_refused(
    wire: Publisher, tmp_path: Path, change: dict[str, str], what: str
) -> None:
    add(wire, put(tmp_path, "a.jsonl", {"id": 1, "title": "Monday", "text": TEXTS[0]}))
    report = add(wire, put(tmp_path, "b.jsonl", {"id": 1, "title": "Monday", "text": TEXTS[0] + "!", **change})).report  # fmt: skip
    assert (report.changed, len(report.failed)) == (what == "changed", what == "failed")
    assert len(titles(wire)) == 1


def test_sources_have_ids_of_their_own(wire: Publisher, tmp_path: Path) -> None:
    rows = [{"id": 1, "title": f"T{n}", "text": TEXTS[n], "source": s} for n, s in enumerate(("A", "B"))]  # fmt: skip
    assert add(wire, put(tmp_path, "a.jsonl", *rows)).report.new == 2


@pytest.mark.parametrize("field", ["id", "url"])
def test_two_articles_of_one_name_in_one_run(wire: Publisher, tmp_path: Path, field: str) -> None:
    rows = [{field: "https://news.example/a", "title": t, "text": x} for t, x in zip("AB", TEXTS, strict=True)]  # fmt: skip
    outcome = add(wire, put(tmp_path, "a.jsonl", *rows))
    assert (outcome.report.new, len(outcome.report.failed), outcome.total) == (1, 1, 2)
    assert "a.jsonl:1" in str(outcome.report.failed[0])


PAGE = "<html><head><title>{t}</title>{head}</head><body><article><h1>{t}</h1><p>{x}</p></article></body></html>"


@pytest.mark.parametrize(
    "head",
    [
        '<link rel=canonical href="https://n.example/"><meta property="og:url" content="https://n.example/{n}">',
        '<link rel=canonical href="https://n.example/en/"><meta property="og:url" content="https://n.example/{n}">',
        '<base href="https://n.example/"><link rel=canonical href="/{n}">',
        '<link rel=canonical href="https://n.example/"><meta property="og:url" content="https://n.example">',
        '<link rel=canonical href="https://n.example/x/{n}"><link rel=canonical href="https://n.example/y">',
        '<link rel=canonical href="{n}.html"><meta property="og:url" content="https://n.example/news/{n}">',
        "",
    ],
)
def test_pages_are_as_many_as_they_are(wire: Publisher, tmp_path: Path, head: str) -> None:
    for n, text in enumerate(TEXTS):
        put(tmp_path, f"{n}.html", PAGE.format(t=f"Title {n}", x=text, head=head.format(n=n)))
    assert add(wire, tmp_path).report.new == 2
    assert titles(wire) == ["Title 0", "Title 1"]


@pytest.mark.parametrize(
    "other",
    ["http://news.example/a", "https://news.example/a/", "https://www.news.example/a", "https://news.example/a?utm_source=x&fbclid=1",
     "https://news.example/a#top", "https://NEWS.example:443/a"],
)  # fmt: skip
def test_addresses_that_lead_to_one_page(wire: Publisher, tmp_path: Path, other: str) -> None:
    first = {"url": "https://news.example/a", "title": "T", "text": TEXTS[0]}
    add(wire, put(tmp_path, "a.jsonl", first))
    add(wire, put(tmp_path, "b.jsonl", {**first, "url": other}))
    (row,) = next(wire.archive.store.rows())
    assert row.id == "https://news.example/a"
    assert address_key("https://news.example/b") != address_key(other)


def tree(folder: Path) -> Path:
    put(folder, "a.txt", f"Without a date\n{TEXTS[0]}")
    put(folder, "sub/b.md", f"# A note\n\n{TEXTS[1]}")
    put(
        folder,
        "c.jsonl",
        {"id": 4, "title": "Four", "text": "Iran."},
        {"title": "Five", "text": "x"},
    )
    put(folder, "d.html", PAGE.format(t="Page", x=" ".join(TEXTS), head=""))
    put(folder, "e.md", "---\ntitle: Draft\ndraft: true\n---\nNo.")
    put(folder, "f.md", "---\ntitle: Later\ndate: 2090-01-01\n---\nNot yet.")
    put(folder, "g.json", [{"url": "https://g.example/1", "title": "G", "text": "One."}])
    return folder


def test_the_same_tree_changes_nothing(wire: Publisher, tmp_path: Path) -> None:
    first = add(wire, tree(tmp_path / "a"))
    assert (first.report.new, first.total) == (6, 8)
    before = [row for rows in wire.archive.store.rows() for row in rows]
    later = NOW + timedelta(days=3)
    for file in (tmp_path / "a").rglob("*.*"):
        os.utime(file, (1, 1))
    with (tmp_path / "a" / "c.jsonl").open("a") as lines:
        lines.write('\n{"title": "Six", "text": "y"}')
    second = add(wire, tmp_path / "a", now=later)
    assert (second.report.new, second.report.changed) == (1, 0)
    shutil.move(tmp_path / "a", tmp_path / "moved")
    third = add(wire, tmp_path / "moved", now=later)
    assert (third.report.new, third.report.changed, third.report.failed) == (0, 0, [])
    assert [row for rows in wire.archive.store.rows() for row in rows][:6] == before


_NAMES = st.one_of(
    st.builds(lambda n: {"id": f"urn:x:{n}"}, st.integers(0, 5)),
    st.builds(lambda n: {"url": f"https://n.example/{n}"}, st.integers(0, 5)),
    st.builds(lambda n, s: {"id": n, "source": s}, st.integers(0, 3), st.sampled_from("AB")),
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_NAMES, min_size=1, max_size=8, unique_by=str), st.randoms(use_true_random=False), st.data())  # fmt: skip
def test_names_that_differ_are_articles_that_differ(
    tmp_path: Path,
    small: Taxonomy,
    names: list[dict[str, object]],
    rng: object,
    data: st.DataObject,
) -> None:
    """In any order, batch and folder; and what is reported adds up to what was given."""
    folder = tmp_path / os.urandom(6).hex()
    rows = [{**name, "title": "One title", "text": "One text."} for name in data.draw(st.permutations(names))]  # fmt: skip
    for place, row in enumerate(rows):
        put(folder, f"{data.draw(st.integers(0, 2))}/{place}.jsonl", row)
    with closing(Publisher(Settings(database=f"sqlite:///{folder}.db"), small)) as publisher:
        outcome = add(publisher, folder)
        assert (outcome.report.new, outcome.total) == (len(names), len(names))
        assert add(publisher, folder).report.unchanged == len(names)


# Not for the public, not yet, no longer

OUT = [
    "draft: true", "draft: yes", "Draft: True", "status: draft", "status: private", "status: Pending", "published: false", "noindex: true",
    "robots: noindex, follow", "password: secret", "private: 1", "unlisted: true", "visibility: private", "hidden: true",
    "build: {render: never}", "_build: {list: never}", "expiryDate: 2020-01-01", "publishDate: 03/04/2030", "isDraft: true",
]  # fmt: skip


@pytest.mark.parametrize("line", OUT)
def test_what_is_not_for_the_public_stays_out(wire: Publisher, tmp_path: Path, line: str) -> None:
    outcome = add(
        wire, put(tmp_path, "a.md", f"---\ntitle: Iran\ndate: 2025-01-01\n{line}\n---\nText.")
    )
    assert (titles(wire), outcome.withheld.total(), outcome.total) == ([], 1, 1)


@pytest.mark.parametrize("line", ["draft: false", "status: publish", "published: true", "password: ''", "noindex: false", "robots: index", "expiryDate: 2090-01-01", "publishDate: 2020-01-01"])  # fmt: skip
def test_what_is_public_comes_in(wire: Publisher, tmp_path: Path, line: str) -> None:
    add(wire, put(tmp_path, "a.md", f"---\ntitle: Iran\ndate: 2025-01-01\n{line}\n---\nText."))
    assert titles(wire) == ["Iran"]


def test_what_was_shown_can_be_taken_back_and_shown_again(wire: Publisher, tmp_path: Path) -> None:
    text = "---\ntitle: Iran\nurl: https://n.example/a\ndate: 2025-01-01\n{}---\nText."
    file = put(tmp_path, "a.md", text.format(""))
    add(wire, file)
    put(tmp_path, "a.md", text.format("draft: true\n"))
    assert add(wire, file).withheld == {"draft": 1}
    assert titles(wire) == []
    assert wire.archive.current_snapshot().size("country:iran") == 0
    put(tmp_path, "a.md", text.format(""))
    assert add(wire, file).report.total == 1
    assert titles(wire) == ["Iran"]
    assert wire.archive.current_snapshot().size("country:iran") == 1


def test_an_embargo_waits_and_is_released_once(wire: Publisher, tmp_path: Path) -> None:
    for hours, name in ((2, "b"), (1, "a"), (3, "c")):
        opens = (NOW + timedelta(hours=hours)).isoformat()
        put(tmp_path, f"{name}.md", f"---\ntitle: Iran {name}\ndate: {opens}\n---\nText {name}.")
    outcome = add(wire, tmp_path)
    assert (outcome.waiting, outcome.total, titles(wire)) == (3, 3, [])
    etag = wire.feeds.feed(Has("country:iran"), "atom").etag
    assert release(wire.archive, NOW) == 0
    assert release(wire.archive, NOW + timedelta(hours=2, minutes=5)) == 2
    assert release(wire.archive, NOW + timedelta(hours=2, minutes=5)) == 0
    assert [json.loads(r.record)["title"] for r in next(wire.archive.store.rows())] == ["Iran a", "Iran b"]  # fmt: skip
    assert wire.feeds.feed(Has("country:iran"), "atom").etag != etag
    assert add(wire, tmp_path, now=NOW + timedelta(hours=2, minutes=6)).report.unchanged == 2
    put(tmp_path, "c.md", f"---\ntitle: Iran c\ndate: {(NOW + timedelta(hours=3)).isoformat()}\n---\nCorrected while it waits.")  # fmt: skip
    assert add(wire, tmp_path, now=NOW + timedelta(hours=2, minutes=7)).waiting == 1
    assert release(wire.archive, NOW + timedelta(days=9)) == 1  # late rather than never
    assert titles(wire) == ["Iran a", "Iran b", "Iran c"]


def test_an_article_ends_by_itself(wire: Publisher, tmp_path: Path) -> None:
    ends = (NOW + timedelta(hours=1)).isoformat()
    add(
        wire,
        put(
            tmp_path, "a.md", f"---\ntitle: Iran\ndate: 2025-01-01\nexpiryDate: {ends}\n---\nText."
        ),
    )
    assert titles(wire) == ["Iran"]
    assert release(wire.archive, NOW + timedelta(hours=2)) == 1
    assert titles(wire) == []


def test_who_has_the_lease_releases(wire: Publisher, tmp_path: Path) -> None:
    add(wire, put(tmp_path, "a.md", "---\ntitle: Iran\ndate: 2025-03-01\n---\nText."), now=datetime(2025, 2, 1, tzinfo=UTC))  # fmt: skip
    one, other = Releaser(wire.archive), Releaser(wire.archive)
    assert one.lease.renew()
    assert not other.lease.renew()
    assert (other.look(), one.look(), one.look()) == (0, 1, 0)
    one.stop()
    assert titles(wire) == ["Iran"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.html"])
def test_a_clock_that_is_ahead_is_no_embargo(wire: Publisher, tmp_path: Path, name: str) -> None:
    ahead = (NOW + timedelta(hours=5)).isoformat()
    if name == "a.jsonl":
        put(tmp_path, name, {"title": "T", "text": "x", "date": ahead})
    else:
        put(tmp_path, name, PAGE.format(t="T", x=TEXTS[0], head=f'<meta property="article:published_time" content="{ahead}">'))  # fmt: skip
    outcome = add(wire, tmp_path)
    assert "in the future" in outcome.warnings[0]
    (row,) = next(wire.archive.store.rows())
    assert json.loads(row.record)["published"] == NOW.isoformat()


def test_a_date_that_cannot_be_read_costs_a_warning(wire: Publisher, tmp_path: Path) -> None:
    outcome = add(
        wire,
        put(tmp_path, "a.jsonl", {"title": "T", "text": "x", "date": "12/07/2023", "authors": 5}),
    )
    assert outcome.report.new == 1
    assert "a.jsonl:1: published: '12/07/2023'" in outcome.warnings[0]


def test_a_copy_knows_what_waits_and_other_names(
    wire: Publisher, tmp_path: Path, small: Taxonomy
) -> None:
    add(wire, tree(tmp_path / "a"))
    target = f"sqlite:///{tmp_path}/copy.db"
    copy_database(wire.settings.database, target)
    with (
        closing(Publisher(Settings(database=target), small)) as copy,
        wire.archive.store.names() as one,
    ):
        with copy.archive.store.names() as other:
            assert {k: sorted(v) for k, v in one.rows().items()} == {k: sorted(v) for k, v in other.rows().items()}  # fmt: skip
            assert len(other.waiting()) == 1
        assert add(copy, tmp_path / "a").report.new == 0

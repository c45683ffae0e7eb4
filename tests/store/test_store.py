"""Both databases keep, find, search, check and copy alike; what they hold outlives its makers."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import Thread

import pytest
from pyroaring import BitMap

from feed.errors import StoreError
from feed.index.snapshot import Update
from feed.ingest import maintenance
from feed.jobs.websub import changed_feeds
from feed.model import Source, Tagged
from feed.publisher import Publisher
from feed.query.explain import subject_of
from feed.query.expression import Everything, Text, matches
from feed.query.parser import parse
from feed.settings import Settings
from feed.store.database import Store
from feed.store.pool import connect
from feed.store.records import dump_article, dump_uses
from feed.store.schema import _LETTERS, SQLITE
from feed.store.sqlite import SqliteConnection
from feed.store.writer import Writer, row_of
from feed.tagging.tagger import Tagger
from feed.taxonomy.taxonomy import Taxonomy
from feed.text.fold import MOST, words_of
from feed.web import create_app
from tests.conftest import Make
from tests.loopback import PATIENCE
from tests.postgres import Server

ODD = [
    "Azərbaycan buys Harops", "Türkiye’nin F‑16’ları", "Израиль купил дроны", "中国 建造 驱逐舰",
    "إيران تبني", "a_b_c snake_case", "C++ & C# 100%", "e\u0301clair éclair", "soft\u00adhyphen", "١٢٣ 123",
    "x" * 200 + " tail", "'; DROP TABLE words; --", "naïve façade Ærø straße", "👩‍👩‍👧 emoji", "NEAR AND OR NOT",
    "हिन्दी समाचार", "ﬁligature ℌ ①", "title : body *", "İstanbul I ı", "word" * 20, "it's its", "%_%",
]  # fmt: skip


@pytest.fixture
def publisher(database: str, small: Taxonomy) -> Iterator[Publisher]:
    publisher = Publisher(Settings(database=database, base_url="https://wire.example"), small)
    yield publisher
    publisher.close()


def found(publisher: Publisher, q: str) -> list[str]:
    return sorted(e.article.id for e in publisher.pages.page(publisher.archive.parse(q)).entries)


def test_search_finds_what_matches_means(publisher: Publisher, make: Make) -> None:
    articles = [make(n, odd, ODD[-1 - n]) for n, odd in enumerate(ODD)]
    publisher.archive.ingest(articles)
    subjects = {
        a.id: subject_of(publisher.archive.article(a.id), publisher.archive.vocabulary)
        for a in articles
    }
    texts = set()
    for article in articles:
        words = words_of(article.title).split()
        texts |= {Text(word) for word in words} | {Text(word, title=True) for word in words}
        texts |= {Text(word[: max(3, len(word) // 2)], prefix=True) for word in words}
        texts |= {Text(" ".join(pair)) for pair in pairwise(words)}
        texts |= {Text(" ".join(reversed(pair)), title=True) for pair in pairwise(words)}
        texts |= {Text(" ".join(words[:2]), prefix=True, title=True)} if words else set()
    assert len(texts) > 100
    for text in texts:
        expected = sorted(id_ for id_, subject in subjects.items() if matches(text, subject))
        entries = publisher.pages.page(text).entries
        assert sorted(e.article.id for e in entries) == expected, text


def many_words(letter: str) -> list[str]:
    """Distinct words of one and a half megabytes."""
    digits = str.maketrans("0123456789", "".join(chr(ord(letter) + n) for n in range(10)))
    count = 1_500_000 // len(letter.encode() * 7 + b" ")
    return [f"{n:06}".translate(digits) + letter for n in range(count)]


@pytest.mark.parametrize("letter", ["a", "一"])
def test_of_a_very_long_text_both_databases_look_at_the_same_words(
    publisher: Publisher, make: Make, letter: str
) -> None:
    words = many_words(letter)
    article = make(1, " ".join(reversed(words)), " ".join(words))
    publisher.archive.ingest([article, make(2, words[0], words[-1])])
    whole = MOST // len(f"{words[0]} ".encode())  # the last one has no blank after it
    subject = subject_of(publisher.archive.article(article.id), publisher.archive.vocabulary)
    for number in (0, 1, whole - 1, whole, whole + 1, len(words) - whole, len(words) - 1):
        for title in (False, True):
            text = Text(words[number], title=title)
            assert publisher.archive.current_snapshot().holds(text, 0) == matches(text, subject), (
                number,
                title,
            )
    assert matches(Text(words[whole - 1]), subject)
    assert not matches(Text(words[whole + 1]), subject)
    assert publisher.archive.current_snapshot().holds(Text(" ".join(words[whole - 2 : whole])), 0)
    assert maintenance.check(publisher.archive) == []
    publisher.archive.ingest([make(1, "Short", "again")])
    assert maintenance.check(publisher.archive) == []
    assert publisher.archive.current_snapshot().seqs(Text(words[0])) == [1]


def test_words_and_tags_and_days_together(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([
        make(1, "Israel sells drones", "A contract worth much."),
        make(30, "Israel tests drones", "No contract."),
        make(31, "Iran tests drones", "No contract."),
    ])  # fmt: skip
    one, two, three = (f"tag:wire.example,2025:{n}" for n in (1, 30, 31))
    assert found(publisher, 'country:israel "no contract"') == [two]
    assert found(publisher, "drones -country:iran") == [one, two]
    assert found(publisher, "title:contract") == []
    assert found(publisher, "contr* since:2025-01-02") == [two, three]
    assert found(publisher, "before:2025-01-02 | country:iran") == [one, three]
    assert found(publisher, "-contract") == []


SLOW = """
    ALTER TABLE words RENAME TO all_words;
    CREATE VIEW words AS SELECT all_words.* FROM all_words, (SELECT pg_sleep(1)) AS nap
"""


def test_a_search_that_takes_too_long_is_broken_off(
    publisher: Publisher, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.archive.ingest([make(1, "Israel sells drones")])
    if publisher.settings.database.startswith("postgresql"):
        with publisher.archive.store.writing() as writer:
            for statement in SLOW.split(";"):
                writer._db.execute(statement)
        monkeypatch.setattr("feed.store.database.PATIENCE", 0.1)
    else:
        monkeypatch.setattr("feed.store.database.PATIENCE", 0)
        monkeypatch.setattr("feed.store.sqlite._STEPS", 1)
    client = create_app(publisher).test_client()
    slow = client.get("/feed.atom?q=drones")
    assert (slow.status_code, slow.headers["Retry-After"]) == (503, "30")
    assert "This takes too long: the search took longer than 0" in slow.text
    assert "ask for fewer or rarer words" in slow.text
    assert client.get("/country/israel.atom").status_code == 200  # the connection is as good as new
    # Retagging asks as well, and may take its time.
    assert publisher.archive.store.search(Text("drones"), 0, 1) == [0]
    assert publisher.feeds.recent() == []  # a hub is not told of what cannot be read


def test_a_corrected_article_is_found_by_its_new_words(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(1, "Israel", "An erratum."), make(2, "Iran", "Untouched.")])
    publisher.archive.ingest([make(1, "Israel", "A corrigendum.")])
    assert found(publisher, "erratum") == []
    assert len(found(publisher, "corrigendum")) == 1
    assert maintenance.check(publisher.archive) == []


def test_check_finds_what_is_wrong_and_rebuild_mends_it(publisher: Publisher, make: Make) -> None:
    publisher.archive.ingest([make(n, f"Israel {n}", "drones") for n in range(5)])
    assert maintenance.check(publisher.archive) == []
    before = publisher.feeds.feed(publisher.archive.parse("country:israel drones"), "atom")
    store = publisher.archive.store
    with store.writing() as writer:
        writer._db.execute("DELETE FROM bitmap WHERE key = 'country:israel'")
        writer._db.clear_words()
    problems = maintenance.check(publisher.archive)
    assert "article 0: the index of 'country:israel' does not hold it" in problems
    assert "the word 'drones' is indexed for 0 articles instead of 5" in problems
    assert maintenance.rebuild(publisher.archive) == 5
    assert maintenance.check(publisher.archive) == []
    assert (
        publisher.feeds.feed(publisher.archive.parse("country:israel drones"), "atom").body
        == before.body
    )


def test_every_process_learns_of_a_rebuild(
    publisher: Publisher, small: Taxonomy, make: Make
) -> None:
    """What a rebuild takes out is gone from the memory of those who did not make it, too."""
    publisher.archive.ingest([make(1, "Israel"), make(2, "Iran")])
    archive = publisher.archive
    wrong = archive.current_snapshot().changes(
        [Update(0, frozenset(["country:chad", "country:iran"]))]
    )
    with archive.store.writing() as writer:
        writer.put_bitmaps(wrong, writer.next_version())
    before = publisher.archive.current_snapshot()
    assert [before.size(f"country:{name}") for name in ("chad", "iran")] == [1, 2]
    maintainer = Publisher(publisher.settings, small)
    maintenance.rebuild(maintainer.archive)
    for each in (publisher, maintainer):
        after = each.archive.current_snapshot()
        assert [after.size(f"country:{name}") for name in ("chad", "iran", "israel")] == [0, 1, 1]
        assert "country:chad" not in after.bitmaps
        assert [day for days in after.days.values() for day in days] == ["@day:2025-01-01"]
    told = {str(e) for e in changed_feeds(before, publisher.archive.current_snapshot(), [], (), ())}
    assert told == {"country:chad", "country:iran"}
    maintainer.archive.ingest([make(3, "Chad sells tanks to Iran")])
    assert publisher.archive.current_snapshot().size("country:iran") == 2
    maintainer.close()


def test_a_copy_publishes_the_same(
    publisher: Publisher,
    tmp_path: Path,
    small: Taxonomy,
    make: Make,
    request: pytest.FixtureRequest,
) -> None:
    publisher.archive.ingest([make(n, f"Israel {n}", ODD[n]) for n in range(len(ODD))])
    url = publisher.settings.database
    if url.startswith("sqlite"):
        server: Server = request.getfixturevalue("postgres")
        target = server.url()
    else:
        target = f"sqlite:///{tmp_path}/copy.db"
    assert maintenance.copy_database(url, target) == len(ODD)
    copy = Publisher(Settings(database=target, base_url="https://wire.example"), small)
    for q in ("", "country:israel -drones", '"snake case"', "since:2025-01-01"):
        for form in ("atom", "json"):
            expression = publisher.archive.parse(q)
            assert (
                copy.feeds.feed(expression, form).body
                == publisher.feeds.feed(expression, form).body
            )
    assert maintenance.check(copy.archive) == []
    copy.archive.ingest([make(99, "Iran")])
    assert copy.archive.count() == len(ODD) + 1
    with pytest.raises(StoreError, match="holds articles already"):
        maintenance.copy_database(url, target)
    copy.close()


def test_a_copy_is_of_one_moment(
    database: str,
    tmp_path: Path,
    small: Taxonomy,
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody adds, changes and removes articles in the middle of a copy and of a check."""
    monkeypatch.setattr("feed.store.database.CHUNK", 5)
    publisher = Publisher(Settings(database=database), small)
    publisher.archive.ingest([make(n, f"Israel {n}", "drones") for n in range(20)])
    written: list[int] = []

    def write(count: int) -> None:
        at = len(written)
        written.append(count)
        other = Publisher(publisher.settings, small)
        other.archive.ingest([make(100 + at, "Iran", "tanks"), make(at, "Iran", "tanks")])
        other.archive.remove(make(19 - at, "").id)
        other.close()

    target = f"sqlite:///{tmp_path}/copy.db"
    assert maintenance.copy_database(database, target, write) == 20
    copy = Publisher(Settings(database=target), small)
    assert len(written) == 4
    assert maintenance.check(copy.archive) == []
    assert found(copy, "country:israel drones") == found(copy, "")
    assert copy.archive.count() == publisher.archive.count() == 20
    copy.archive.ingest([make(50, "Iran")])
    assert maintenance.check(copy.archive) == []
    copy.close()
    assert maintenance.check(publisher.archive, write) == []
    assert len(written) > 8
    publisher.close()


def test_a_copy_of_nothing_makes_nothing(tmp_path: Path, postgres: Server, small: Taxonomy) -> None:
    target = tmp_path / "copy.db"
    stranger = tmp_path / "stranger.db"
    with closing(sqlite3.connect(stranger)) as db:
        db.execute("CREATE TABLE theirs (a)")
        db.commit()
    before = stranger.read_bytes()
    empty = postgres.url()
    for source in (f"sqlite:///{tmp_path}/mistyped.db", f"sqlite:///{stranger}", empty):
        for _ in range(2):  # had it made something, the second time would be otherwise
            with pytest.raises(StoreError, match="is no Tagwire database"):
                maintenance.copy_database(source, f"sqlite:///{target}")
    assert [path.name for path in tmp_path.iterdir()] == ["stranger.db"]
    assert stranger.read_bytes() == before
    with closing(connect(empty)) as server:
        assert server.execute("SELECT * FROM pg_tables WHERE schemaname = 'public'") == []


def named_parts(tagged: Tagged) -> str:
    """Uses as the first schema had them: with the names of parts, and every reason."""
    uses, rejections = json.loads(dump_uses(tagged))
    for use in uses:
        use[3] = [["title" if m[0] == 0 else "body", *m[1:4], "strong spelling"] for m in use[3]]
    return json.dumps([uses, rejections])


def test_a_database_of_the_first_schema_is_brought_up_to_date(
    tmp_path: Path, small: Taxonomy, make: Make
) -> None:
    file = tmp_path / "old.db"
    db = sqlite3.connect(file)
    db.executescript(SQLITE[0])
    tagger = Publisher(Settings(database=f"sqlite:///{tmp_path}/other.db"), small).archive.tagger
    for number in range(3):
        tagged = tagger.tag(make(number, f"Israel {number}", "old drones"))
        article = tagged.article
        db.execute(
            "INSERT INTO article VALUES (?, ?, ?, 'd', 'c', ?, 't', ?, '', 1)",
            (number, article.id, article.slug, dump_article(article), named_parts(tagged)),
        )
    db.execute("UPDATE counter SET value = 3 WHERE name = 'seq'")
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    publisher = Publisher(Settings(database=f"sqlite:///{file}"), small)
    assert (
        publisher.pages.page(
            publisher.archive.parse('country:israel "old drones" since:2025-01-01')
        ).total
        == 3
    )
    assert maintenance.check(publisher.archive) == []
    publisher.close()


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path}/x.db").close()
    db = sqlite3.connect(tmp_path / "x.db")
    db.execute(f"PRAGMA user_version = {len(SQLITE) + 1}")
    db.close()
    with pytest.raises(StoreError, match="newer Tagwire"):
        Store(f"sqlite:///{tmp_path}/x.db")


def test_the_connections_of_threads_that_ended_are_closed(database: str) -> None:
    store = Store(database)
    for _ in range(20):
        thread = Thread(target=store.changed)
        thread.start()
        thread.join()
    assert len(store._pool._all) <= 2  # ours, and that of the last
    assert store.counter("version") == 0
    store.close()


def open_and_close(url: str, together: Barrier) -> None:
    together.wait(PATIENCE)
    Store(url).close()


def test_of_processes_that_start_together_one_migrates(database: str) -> None:
    context = get_context("spawn")
    together = context.Barrier(6)
    processes = [
        context.Process(target=open_and_close, args=(database, together)) for _ in range(6)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(PATIENCE)
    assert [process.exitcode for process in processes] == [0] * 6


def test_a_database_of_an_earlier_schema_goes_on(
    database: str, small: Taxonomy, make: Make
) -> None:
    """One from the time when an article's row had its keys, and the index those of makers."""
    earlier = connect(database)
    earlier.begin(write=True)
    earlier.schema_version()
    for number, script in enumerate(earlier.migrations[:4], 1):
        earlier.migrate(script, number)
    tagged = Tagger(small).tag(make(1, "A Harop was seen"))
    row = row_of(0, tagged)
    uses = [[u.tag, int(u.main), u.reason, [], u.via] for u in tagged.uses]
    earlier.execute(
        "INSERT INTO article (seq, id, slug, digest, content, record, uses, keys, version)"
        " VALUES (0, ?, ?, ?, ?, ?, ?, 'maker:iai weapon:harop', 1)",
        (row.id, row.slug, row.digest, row.content, row.record, json.dumps([uses, []])),
    )
    earlier.execute("INSERT INTO tagging (seq, taxonomy) VALUES (0, ?)", (small.digest,))
    bits = BitMap([0]).serialize()
    for key in ("", "maker:iai", "maker:iai@main"):
        earlier.execute(
            "INSERT INTO bitmap (key, block, bits, version) VALUES (?, 0, ?, 1)", (key, bits)
        )
    earlier.execute("UPDATE counter SET value = 1 WHERE name IN ('seq', 'version')")
    earlier.end(keep=True)
    earlier.close()
    publisher = Publisher(Settings(database=database), small)  # makes the index anew: REBUILD
    assert maintenance.check(publisher.archive) == []
    assert [u.reason for u in publisher.archive.article(row.id).uses] == [
        u.reason for u in tagged.uses
    ]
    assert publisher.pages.page(publisher.archive.parse("maker:iai")).total == 1
    assert not any(k.startswith("maker:") for k, _, _ in publisher.archive.store.bitmaps())
    publisher.close()


def test_sources_and_words_of_an_earlier_index_are_found(
    database: str, small: Taxonomy, make: Make
) -> None:
    """One from the time when sources in other scripts had no term, and "ﬁ" was "f"."""
    earlier = connect(database)
    earlier.begin(write=True)
    earlier.schema_version()
    for number, script in enumerate(earlier.migrations[: earlier.migrations.index(_LETTERS)], 1):
        earlier.migrate(script, number)
    article = make(1, "A ﬁghter", source=Source("Красная звезда"))
    writer = Writer(earlier)
    writer.put([row_of(0, Tagger(small).tag(article))], [article], 1)
    writer.put_bitmaps(dict.fromkeys([("", 0), ("source:", 0)], BitMap([0]).serialize()), 1)
    writer.set_counter("rebuild", 0)
    writer.set_counter("version", 1)
    earlier.end(keep=True)
    earlier.close()
    publisher = Publisher(Settings(database=database), small)
    assert maintenance.check(publisher.archive) == []
    for q in ("source:красная-звезда", "fighter"):
        assert publisher.pages.page(publisher.archive.parse(q)).total == 1, q
    assert not publisher.archive.current_snapshot().size("source:")
    publisher.close()


def test_no_server_is_a_sentence() -> None:
    with pytest.raises(StoreError, match=r"^localhost:5432/nothing: ") as error:
        Store("postgresql:///nothing?host=/nowhere&user=me&password=secret")
    assert "secret" not in str(error.value)


def test_a_lost_connection_is_made_anew(postgres: Server, small: Taxonomy, make: Make) -> None:
    publisher = Publisher(Settings(database=postgres.url()), small)
    publisher.archive.ingest([make(1, "Israel")])
    store = publisher.archive.store
    with pytest.raises(StoreError), store._pool.using() as db:
        db.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert publisher.pages.page(Everything()).total == 1
    publisher.close()


def test_a_reader_never_sees_half_a_commit(
    publisher: Publisher, small: Taxonomy, make: Make
) -> None:
    """Each batch has as many articles of Israel as of Iran; no snapshot may tell otherwise."""
    import threading

    done = threading.Event()
    other = Publisher(publisher.settings, small)
    torn: list[tuple[int, int]] = []

    def read() -> None:
        while not done.is_set():
            snapshot = other.archive.current_snapshot()
            israel = snapshot.count(parse("country:israel"))
            iran = snapshot.count(parse("country:iran"))
            if israel != iran:
                torn.append((israel, iran))

    thread = threading.Thread(target=read)
    thread.start()
    for batch in range(20):
        pairs = [(2 * (20 * batch + n), n) for n in range(20)]
        publisher.archive.ingest(
            [make(at, f"Israel {n}") for at, n in pairs]
            + [make(at + 1, f"Iran {n}") for at, n in pairs]
        )
    done.set()
    thread.join(PATIENCE)
    assert torn == []
    assert other.archive.current_snapshot().count(parse("country:israel")) == 400
    other.close()


def test_the_schema_says_whose_it_is(tmp_path: Path) -> None:
    connection = SqliteConnection(f"sqlite:///{tmp_path}/x.db")
    assert connection.schema_version() == 0
    connection.close()

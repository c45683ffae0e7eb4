"""Articles, tags, words and bitmaps in a database: the one body of SQL, for SQLite and PostgreSQL.

A writer has the lock from the beginning of its transaction, so that what it reads there is what it
changes; one transaction a batch.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from feed.database_url import database_name
from feed.errors import Gone, StaleSnapshot
from feed.model import Article, Listed, Tagged
from feed.query.expression import Text
from feed.query.parser import PATIENCE
from feed.store import leases, rulesets
from feed.store.connection import Connection, is_kept_as_it_is
from feed.store.names import Names
from feed.store.pool import Pool
from feed.store.records import content_digest, load_article, load_listed, load_tagged
from feed.store.rulesets import Ruleset
from feed.store.schema import LONG
from feed.store.sources import SourceTable
from feed.store.subscriptions import SubscriptionTable
from feed.store.writer import COLUMNS, Row, TokenRow, Writer

NAMELESS = "tag:tagwire,2026:file/"  # ids of articles that have no name of their own
CHUNK = 500  # names in one IN (...), rows of one read


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of an article that comes in again."""

    seq: int
    id: str
    digest: str
    taxonomy: str


Bits = tuple[str, int, bytes]  # key, block, serialised bitmap


@dataclass(frozen=True, slots=True)
class Changes:
    """What was committed: the present version, bitmaps in order of key, and articles that changed."""

    version: int
    bitmaps: Iterable[Bits]
    seqs: list[int]
    whole: bool = False  # are these all bitmaps there are?


class Store:
    """One database. Open it once; close it when done. `place` is its name in messages.

    Args:
        url: `sqlite:///FILE` or `postgresql://USER@HOST/NAME`.
        make: make it when it is not there.

    Raises:
        StoreError: it cannot be opened, or is not ours.
    """

    def __init__(self, url: str, make: bool = True) -> None:
        self._pool = Pool(url, make)
        self.sources = SourceTable(self._pool)
        self.subscriptions = SubscriptionTable(self._pool)
        self.place = database_name(url)

    def close(self) -> None:
        """Close every thread's connection."""
        self._pool.close()

    # Reading

    def changed(self) -> bool:
        """May anybody have committed since this thread last asked? A microsecond."""
        return self._pool.connection.changed()

    @contextmanager
    def since(self, version: int) -> Iterator[Changes]:
        """What was committed after `version`, in one consistent read.

        After 0, or when the index was made anew since, that is all there is. The bitmaps are read
        while they are walked, inside the `with`.
        """
        with self._pool.reading() as db:
            found = db.execute(
                "SELECT name, value FROM counter WHERE name IN ('version', 'remade')"
            )
            counters: dict[str, int] = dict(found)
            now = counters["version"]
            if now == version:
                yield Changes(now, (), [])
                return
            seqs = self.written_since(version) if version else []
            if version < max(counters.get("remade", 0), 1):
                yield Changes(now, _bitmaps(db), seqs, whole=True)
                return
            bitmaps = db.execute(
                "SELECT key, block, bits FROM bitmap WHERE version > ?", (version,)
            )
            yield Changes(now, [(key, block, bytes(b)) for key, block, b in bitmaps], seqs)

    def written_since(self, version: int, first: int = 0, last: int | None = None) -> list[int]:
        """The articles written after a commit; of all, or from `first` to before `last`."""
        sql, values = "SELECT seq FROM article WHERE version > ?", [version]
        if last is not None:
            sql += " AND seq + 0 >= ? AND seq + 0 < ?"  # by the index of versions, not row by row
            values += [first, last]
        with self._pool.using() as db:
            return [seq for (seq,) in db.execute(sql, values)]

    def known(self, articles: Sequence[Article]) -> dict[str, Known]:
        """By id of the given articles: those that are here, under that id or as the same text.

        Sameness of text counts only for articles that have no name of their own.
        """
        by_id = {a.id: a.id for a in articles}
        by_content = {content_digest(a): a.id for a in articles if a.id.startswith(NAMELESS)}
        found: dict[str, Known] = {}
        for column, names in (("content", by_content), ("id", by_id)):
            for seq, id_, digest, taxonomy, name in self._select_in(
                f"seq, id, digest, taxonomy, {column}", column, list(names)
            ):
                found[names[name]] = Known(seq, id_, digest, taxonomy)
        return found

    def articles(self, seqs: Sequence[int]) -> dict[int, Tagged]:
        """Articles with their tags, by their place in the order of arrival."""
        return {
            seq: load_tagged(load_article(record), uses, taxonomy)
            for seq, record, uses, taxonomy in self._select_in(
                "seq, record, uses, taxonomy", "seq", seqs
            )
            if record
        }

    def listed(self, seqs: Sequence[int]) -> dict[int, Listed]:
        """Articles as feeds list them, by their place in the order of arrival."""
        return {
            seq: load_listed(load_article(record), uses)
            for seq, record, uses in self._select_in("seq, record, uses", "seq", seqs)
            if record
        }

    def article(self, name: str) -> tuple[int, Tagged] | None:
        """The article of that slug or id, with its seq; None when there is none.

        Raises:
            Gone: there was one, and it was removed.
        """
        if not is_kept_as_it_is(name):
            return None  # nor can there be one
        with self._pool.using() as db:
            rows = db.execute(
                "SELECT seq, record, uses, taxonomy FROM tagged WHERE slug = ? OR id = ?",
                (name, name),
            )
        for seq, record, uses, taxonomy in rows:
            if not record:
                raise Gone("article", name)
            return seq, load_tagged(load_article(record), uses, taxonomy)
        return None

    def rows(self, first: int = 0) -> Iterator[list[Row]]:
        """All articles as they are kept, in order, from `first`, some hundred at a time."""
        while True:
            with self._pool.using() as db:
                found = db.execute(
                    f"SELECT {COLUMNS} FROM tagged WHERE seq >= ? ORDER BY seq LIMIT ?",
                    (first, CHUNK),
                )
            if not found:
                return
            yield [Row(*row) for row in found]
            first = found[-1][0] + 1

    def search(self, text: Text, first: int, last: int, version: int | None = None) -> list[int]:
        """The articles from `first` to before `last` that have the words; in any order.

        With a `version` a reader asks, whose search may not take long; without, maintenance.

        Raises:
            StaleSnapshot: this is no longer the state after the commit `version`.
            QueryTimeout: a reader's search has taken `PATIENCE` seconds.
        """
        if version is None:
            with self._pool.using() as db:
                return db.search(text, first, last)
        with self._pool.reading() as db:
            if db.execute("SELECT value FROM counter WHERE name = 'version'") != [(version,)]:
                raise StaleSnapshot
            return db.search(text, first, last, PATIENCE)

    def long(self) -> list[int]:
        """The articles that may have more words than text search looks at."""
        with self._pool.using() as db:
            rows = db.execute(f"SELECT seq FROM article WHERE length(record) > {LONG}")
        return [seq for (seq,) in rows]

    def taxonomies(self) -> dict[str, int]:
        """How many articles each taxonomy tagged, by its digest."""
        with self._pool.using() as db:
            return dict(db.execute("SELECT taxonomy, count(*) FROM tagging GROUP BY taxonomy"))

    def tagged_by(self, digest: str) -> list[int]:
        """The articles that a taxonomy tagged, oldest first."""
        with self._pool.using() as db:
            rows = db.execute("SELECT seq FROM tagging WHERE taxonomy = ? ORDER BY seq", (digest,))
        return [seq for (seq,) in rows]

    def forget_taggings(self) -> None:
        """Say of all articles that nobody knows what tagged them: all are to be tagged anew."""
        with self.writing() as writer:
            writer.forget_taggings()

    def ruleset(self, digest: str) -> Ruleset | None:
        """What tagged something here, by its digest, or None."""
        with self._pool.using() as db:
            return rulesets.find(db, digest)

    def current_ruleset(self) -> Ruleset | None:
        """What the database goes by; None before the first."""
        with self._pool.using() as db:
            return rulesets.current(db)

    def current_digest(self) -> str:
        """The digest of what the database goes by; "" before the first."""
        with self._pool.using() as db:
            return rulesets.current_digest(db)

    def earlier_rulesets(self) -> list[tuple[str, str]]:
        """Digest and source of all that the database has gone by."""
        with self._pool.using() as db:
            return rulesets.earlier(db)

    def rulesets(self) -> list[tuple[Ruleset, int | None]]:
        """All that tagged something, with the order in which the database went by them."""
        with self._pool.using() as db:
            return rulesets.kept(db)

    def counter(self, name: str) -> int:
        """A number the database keeps: "seq", "version", "rebuild", "remade"; 0 when it has none."""
        with self._pool.using() as db:
            rows = db.execute("SELECT value FROM counter WHERE name = ?", (name,))
        return int(rows[0][0]) if rows else 0

    def bitmaps(self) -> Iterator[Bits]:
        """All bitmaps as they are kept, in order of key."""
        with self._pool.reading() as db:
            yield from _bitmaps(db)

    def tokens(self) -> list[TokenRow]:
        """All tokens, oldest first."""
        with self._pool.using() as db:
            rows = db.execute(
                "SELECT digest, expression, name, created, kind, used FROM token"
                " ORDER BY created, digest"
            )
        return [TokenRow(*row) for row in rows]

    def hidden(self) -> list[tuple[str, str]]:
        """What is private, oldest first: expression, created."""
        with self._pool.using() as db:
            rows = db.execute("SELECT expression, created FROM hidden ORDER BY created, expression")
        return [(expression, created) for expression, created in rows]

    def claim(self, name: str, holder: str, seconds: float) -> bool:
        """Take a lease, or keep it, for so many seconds; False while another process holds it."""
        with self._pool.using() as db:
            return leases.claim(db, name, holder, seconds)

    def release(self, name: str, holder: str) -> None:
        """Give a lease back, if it is this holder's."""
        with self._pool.using() as db:
            leases.release(db, name, holder)

    def leases(self) -> dict[str, str]:
        """Who holds what at present, by the lease's name."""
        with self._pool.using() as db:
            return leases.held(db)

    def word_counts(self) -> dict[str, int]:
        """Every word of the text index, and how many articles have it."""
        with self._pool.using() as db:
            return dict(db.word_counts())

    def reading(self) -> AbstractContextManager[Connection]:
        """All that this thread reads inside is as of one commit; nobody has to wait for it."""
        return self._pool.reading()

    @contextmanager
    def names(self) -> Iterator[Names]:
        """What is known of articles besides what is published."""
        with self._pool.using() as db:
            yield Names(db)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """One transaction: all of it is kept, or nothing."""
        with self._pool.writing() as db:
            yield Writer(db)

    def _select_in(
        self, columns: str, column: str, names: Sequence[str] | Sequence[int]
    ) -> Iterator[tuple]:  # type: ignore[type-arg]
        with self._pool.using() as db:
            for at in range(0, len(names), CHUNK):
                chunk = names[at : at + CHUNK]
                marks = ",".join("?" * len(chunk))
                yield from db.execute(
                    f"SELECT {columns} FROM tagged WHERE {column} IN ({marks})", chunk
                )


def _bitmaps(db: Connection) -> Iterator[Bits]:
    for key, block, bits in db.stream("SELECT key, block, bits FROM bitmap ORDER BY key, block"):
        yield key, block, bytes(bits)

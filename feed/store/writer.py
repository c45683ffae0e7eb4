"""What may be done to a database inside one transaction, and the rows that are written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from feed.model import Article, Tagged
from feed.store import rulesets
from feed.store.connection import Connection, Words
from feed.store.names import Names
from feed.store.records import content_digest, digest_of, dump_article, dump_uses, load_article
from feed.store.rulesets import Ruleset
from feed.store.sources import SourceTable
from feed.text.fold import blanked

CHUNK = 500  # rows of one statement
COLUMNS = "seq, id, slug, digest, content, record, uses, taxonomy"  # of the view "tagged"


REMOVED = "removed"  # in place of a digest: the article was taken out
WITHDRAWN = "withdrawn"  # likewise, until its source gives it again


class Row(NamedTuple):
    """One article to write, at its place in the order of arrival, as the database keeps it.

    Texts, not objects: a batch of them is nothing for the garbage collector to look through.
    """

    seq: int
    id: str
    slug: str
    digest: str
    content: str
    record: str
    uses: str
    taxonomy: str

    @property
    def removed(self) -> bool:
        """Was the article taken out? Then only its id and place are left."""
        return self.digest in (REMOVED, WITHDRAWN)


def row_of(seq: int, tagged: Tagged) -> Row:
    """The row of a tagged article."""
    article = tagged.article
    record = dump_article(article)
    return Row(
        seq,
        article.id,
        article.slug,
        digest_of(record),
        content_digest(article),
        record,
        dump_uses(tagged),
        tagged.digest,
    )


Bitmaps = Mapping[tuple[str, int], bytes]  # (key, block) -> serialised bitmap


class TokenRow(NamedTuple):
    """A token as it is kept; the token itself is not."""

    digest: str  # SHA-256 of the token, hexadecimal
    expression: str  # canonical text of what it opens
    name: str
    created: str  # RFC 3339
    kind: str = "read"
    used: str = ""


class Writer:
    """What may be done inside one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    @property
    def names(self) -> Names:
        """What is known of articles besides what is published."""
        return Names(self._db)

    def next_seq(self) -> int:
        """The place of the next new article."""
        ((seq,),) = self._db.execute("SELECT value FROM counter WHERE name = 'seq'")
        return int(seq)

    def next_version(self) -> int:
        """The number of this commit."""
        ((version,),) = self._db.execute(
            "UPDATE counter SET value = value + 1 WHERE name = 'version' RETURNING value"
        )
        return int(version)

    def put(self, rows: Sequence[Row], articles: Sequence[Article], version: int) -> None:
        """Insert new articles, replace known ones at their place; `articles` are those of `rows`."""
        first_new = self.next_seq()
        again = [row.seq for row in rows if row.seq < first_new]
        before = {seq: (digest, record) for seq, digest, record in self._records(again)}
        self._insert(rows, version)
        new: list[Words] = []
        old: list[Words] = []
        for row, article in zip(rows, articles, strict=True):
            digest, record = before.get(row.seq, ("", ""))
            if digest != row.digest:  # retagging leaves the words as they are
                new.append((row.seq, blanked(article.title), blanked(article.text)))
                if record:
                    was = load_article(record)
                    old.append((row.seq, blanked(was.title), blanked(was.text)))
        self._db.put_words(new, old)
        last = max(row.seq for row in rows) + 1
        self._db.execute(
            "UPDATE counter SET value = ? WHERE name = 'seq' AND value < ?", (last, last)
        )

    def _records(self, seqs: Sequence[int]) -> Iterator[tuple[int, str, str]]:
        for at in range(0, len(seqs), CHUNK):
            chunk = seqs[at : at + CHUNK]
            marks = ",".join("?" * len(chunk))
            yield from self._db.execute(
                f"SELECT seq, digest, record FROM article WHERE seq IN ({marks})", chunk
            )

    def remove(self, seq: int, article: Article, version: int, digest: str = REMOVED) -> None:
        """Take an article out: nothing of it stays but its id and its place."""
        self._db.execute(
            "UPDATE article SET digest = ?, content = '', record = '', uses = '', version = ?"
            " WHERE seq = ?",
            (digest, version, seq),
        )
        self._db.drop_words((seq, blanked(article.title), blanked(article.text)))

    def put_bitmaps(self, bitmaps: Bitmaps, version: int) -> None:
        """Write changed bitmaps."""
        self._db.many(
            "INSERT INTO bitmap (key, block, bits, version) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key, block) DO UPDATE SET bits = excluded.bits,"
            " version = excluded.version",
            [(key, block, bits, version) for (key, block), bits in bitmaps.items()],
        )

    def put_rulesets(self, rows: list[tuple[Ruleset, int | None]]) -> None:
        """All of another database, with their order."""
        rulesets.put_kept(self._db, rows)

    def make_current(self, ruleset: Ruleset) -> None:
        """From now on the database goes by this ruleset."""
        rulesets.make_current(self._db, ruleset)

    def make_current_if_first(self, ruleset: Ruleset) -> None:
        """Go by this ruleset if the database goes by none yet."""
        if not self.current_digest():
            self.make_current(ruleset)

    def current_digest(self) -> str:
        """The digest of the ruleset that the database goes by; "" before the first one."""
        return rulesets.current_digest(self._db)

    def mark_current(self, first: int, last: int, digest: str) -> None:
        """Say that a taxonomy would tag the articles from `first` to before `last` as they are."""
        self._db.execute(
            "UPDATE tagging SET taxonomy = ? WHERE seq >= ? AND seq < ? AND taxonomy <> ?",
            (digest, first, last, digest),
        )

    def forget_taggings(self) -> None:
        """Of no article it is known any more what tagged it."""
        self._db.execute("UPDATE tagging SET taxonomy = ''")

    def set_counter(self, name: str, value: int) -> None:
        """Keep a number."""
        self._db.execute(
            "INSERT INTO counter (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def drop_counter(self, name: str) -> None:
        """Forget a number."""
        self._db.execute("DELETE FROM counter WHERE name = ?", (name,))

    def put_token(self, row: TokenRow) -> None:
        """Keep a token."""
        self._db.execute(
            "INSERT INTO token (digest, expression, name, created, kind, used)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            tuple(row),
        )

    def use_token(self, digest: str, used: str) -> None:
        """Remember when a token was used last."""
        self._db.execute("UPDATE token SET used = ? WHERE digest = ?", (used, digest))

    def put_hidden(self, expression: str, created: str) -> None:
        """Keep what is private; twice is once."""
        self._db.execute(
            "INSERT INTO hidden (expression, created) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (expression, created),
        )

    def drop_hidden(self, expression: str) -> None:
        """Forget that something is private."""
        self._db.execute("DELETE FROM hidden WHERE expression = ?", (expression,))

    def drop_token(self, digest: str) -> None:
        """Forget a token."""
        self._db.execute("DELETE FROM token WHERE digest = ?", (digest,))

    def put_source(self, row: tuple[Any, ...], items: Iterable[tuple[Any, ...]]) -> None:
        """Keep a source of another database, as `SourceTable.dump` gives it."""
        SourceTable.load(self._db, row, items)

    # Making the index anew

    def clear_index(self) -> None:
        """Forget all bitmaps and words."""
        self._db.execute("DELETE FROM bitmap")
        self._db.clear_words()

    def put_words(self, words: Iterable[Words]) -> None:
        """Index the words of articles that have none there."""
        stream = iter(words)
        while batch := list(islice(stream, CHUNK)):
            self._db.put_words(batch, ())

    def put_rows(self, rows: Sequence[Row], version: int) -> None:
        """Articles of another database, as they are there."""
        self._insert(rows, version)

    def _insert(self, rows: Sequence[Row], version: int) -> None:
        self._db.many(
            "INSERT INTO article (seq, id, slug, digest, content, record, uses, version)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (seq) DO UPDATE SET digest = excluded.digest, content = excluded.content,"
            " record = excluded.record, uses = excluded.uses, version = excluded.version",
            [(*row[:-1], version) for row in rows],
        )
        self._db.many(
            "INSERT INTO tagging (seq, taxonomy) VALUES (?, ?)"
            " ON CONFLICT (seq) DO UPDATE SET taxonomy = excluded.taxonomy",
            [(row.seq, row.taxonomy) for row in rows],
        )

"""Is a database ours? What somebody else keeps there is not written to.

A SQLite file of ours says so in its header (`PRAGMA application_id`, sqlite.org/fileformat2.html,
section 1.3.16), a PostgreSQL database in the comment on its table of migrations. One without that
note, of an earlier Tagwire, is ours when it has exactly the tables of its version; its next
migration adds the note.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from feed.errors import StoreError
from feed.store.schema import SQLITE

APPLICATION = 0x54614777  # "TaGw"
SMALLEST = 512  # bytes of a database; SQLite would take a shorter file for an empty one
SHOWN = 3  # tables named in a refusal
Shape = Mapping[str, tuple[str, ...]]  # the columns of every table
_COLUMNS = (
    "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c"
    " WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    " ORDER BY m.name, c.cid"
)


def has_tables(place: str, shape: Shape, done: int, migrations: Sequence[str]) -> bool:
    """Are these our tables after `done` migrations? False when there are no tables at all.

    Raises:
        StoreError: they are somebody else's.
    """
    if done <= len(migrations) and shape == _made_by(tuple(migrations[:done])):
        return bool(shape)
    raise foreign(place, shape)


def foreign(place: str, names: Iterable[str]) -> StoreError:
    """The refusal to touch what is not ours."""
    held = ", ".join(sorted(names)[:SHOWN])
    return StoreError(
        f"{place}: this is no Tagwire database{f' (it holds {held})' if held else ''};"
        " nothing was written to it, name another"
    )


def is_our_file(path: Path) -> bool:
    """Is there a SQLite database of ours? False where none is: no file, or one without content.

    Raises:
        StoreError: there is something else.
        sqlite3.Error: it cannot be read.
    """
    if not path.exists():
        return False
    if not path.is_file():
        kind = "a folder" if path.is_dir() else "no ordinary file"
        raise StoreError(f"{path}: this is {kind}; name a file for the database")
    size = path.stat().st_size
    if size < SMALLEST:
        if size:
            raise foreign(str(path), ())
        return False
    log = Path(f"{path}-wal").exists()
    try:
        application, done, shape = _look(path, "immutable=1")  # makes no files beside it
    except sqlite3.DatabaseError:
        if not log:
            raise
        application = 0  # perhaps in the middle of a checkpoint
    if application != APPLICATION and log:
        application, done, shape = _look(path, "mode=ro")
    if application not in (0, APPLICATION):
        raise foreign(str(path), shape)
    return application == APPLICATION or has_tables(str(path), shape, done, SQLITE)


def _look(path: Path, how: str) -> tuple[int, int, Shape]:
    """What a file says it is, its version, and its tables."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)) as db:
        ((application,),) = db.execute("PRAGMA application_id")
        ((done,),) = db.execute("PRAGMA user_version")
        return application, done, {} if application == APPLICATION else _shape(db)


@lru_cache(maxsize=32)
def _made_by(migrations: tuple[str, ...]) -> Shape:
    """The tables that migrations make; SQLite can tell of both databases."""
    with closing(sqlite3.connect(":memory:")) as db:
        for script in migrations:
            db.executescript(_without_gin(script))
        return _shape(db)


def _without_gin(script: str) -> str:
    return ";".join(part for part in script.split(";") if " USING GIN " not in part)


def _shape(db: sqlite3.Connection) -> Shape:
    return shape_of(db.execute(_COLUMNS))


def shape_of(rows: Iterable[tuple[str, str]]) -> Shape:
    """Tables and columns, gathered by table."""
    found: dict[str, list[str]] = {}
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return {table: tuple(columns) for table, columns in found.items()}

"""Where a database is: what such an address may say, and what messages show of it."""

import re
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from feed.errors import SettingError

POSTGRES = ("postgresql://", "postgres://")
_UNREADABLE = re.compile(r"[\s#]|%(?![0-9A-Fa-f]{2})|%00")
_MEMORY = re.compile(r"[?&](?:mode=memory|vfs=memdb)\b")


def check_database(url: str) -> None:
    """Raise `SettingError` when a URL names no database."""
    if url.startswith(POSTGRES):
        if not _is_readable(url):
            raise SettingError(
                f"database '{database_name(url)}' is not of the form"
                " postgresql://USER:PASSWORD@HOST:PORT/NAME; write : / ? # @ % and blanks inside"
                " its parts as codes, %40 for @ (TAGWIRE_DATABASE)"
            )
    elif is_in_memory(url):
        raise SettingError(
            f"database '{url}' would be in memory and gone with the command; name a file,"
            " sqlite:///tagwire.db (TAGWIRE_DATABASE)"
        )
    elif url.lower().startswith("sqlite:///file:"):
        raise SettingError(
            f"database '{url}' is a SQLite URI; write the file alone, sqlite:///FILE"
            " (TAGWIRE_DATABASE)"
        )
    elif not url.startswith("sqlite:///"):
        raise SettingError(
            f"database '{database_name(url)}' is neither sqlite:///FILE nor"
            " postgresql://USER@HOST/NAME (TAGWIRE_DATABASE)"
        )


def is_in_memory(url: str) -> bool:
    """Does a URL name a database of SQLite that no file holds, in whatever spelling?"""
    scheme, _, name = url.strip().lower().rpartition("sqlite:")
    if scheme or "://" in name:
        return False
    plain = str(PurePath(unquote(name).lstrip("/")))  # "./:memory:" is ":memory:" when opened
    named = plain in (".", ":memory:") or plain.startswith("file::memory:")
    return named or _MEMORY.search(name) is not None


def database_name(url: str) -> str:
    """What messages call a database: its file, or host, port and name; never a password.

    Of an address that cannot be read nothing is shown that may be part of a password.
    """
    if url.startswith("sqlite:///"):
        return url.removeprefix("sqlite:///")
    if url.startswith(POSTGRES) and _is_readable(url):
        parts = urlsplit(url)
        return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"
    return f"{url.partition(':')[0]}:..." if set("@?") & set(url) else url


def _is_readable(url: str) -> bool:
    """May the driver have it? It prints what it cannot read, be it a part of the password."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # read on demand, and refused when it is no number
    except ValueError:
        return False
    user, _, _ = parts.netloc.rpartition("@")
    return (
        len(parts.path) > 1
        and not _UNREADABLE.search(url)
        and not set("@[]") & set(user + parts.path)
        and user.count(":") <= 1
        and all(item.count("=") == 1 for item in parts.query.split("&") if parts.query)
    )

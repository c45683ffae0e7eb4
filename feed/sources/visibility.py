"""What is not for the public, or not yet, or no longer: what a post says of its own visibility.

The table in docs/articles.md says the same for people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from feed.sources.clean import Unusable
from feed.sources.dates import FIRST_YEAR, LAST_YEAR, moment

_YEARS = (FIRST_YEAR, LAST_YEAR)
_YES = ("true", "yes", "on", "1", "y", "t")
_NO = ("false", "no", "off", "0", "n", "f", "never")
_CLOSED = ("draft", "private", "pending", "trash", "trashed", "auto-draft", "hidden", "deleted", "unpublished", "unlisted", "inherit", "review", "in review", "idea")  # fmt: skip
_SCHEDULED = ("scheduled", "future")
# Names in small letters, without signs between their words.
_FLAGS = {"draft": "draft", "isdraft": "draft", "private": "private", "hidden": "hidden", "unlisted": "unlisted", "noindex": "noindex", "headless": "no page of its own"}  # fmt: skip
_OPEN = ("published", "public", "publish", "ispublished", "ispublic", "visible")
_STATES = ("status", "state", "visibility", "poststatus")
_PASSWORDS = ("password", "postpassword", "protected")
_EMBARGOES = ("publishdate", "embargo", "embargoeduntil", "embargodate", "scheduledat", "scheduledfor", "goliveat")  # fmt: skip
_EXPIRIES = ("expirydate", "expires", "expiresat", "expirationdate", "expiry", "unpublishdate", "unpublishat", "unpublishedat", "validuntil")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visibility:
    """May an article be shown? `closed` says why not; else from `opens` to `ends`, if given."""

    closed: str = ""
    scheduled: bool = False  # its own date says when, even if that is a future one
    opens: datetime | None = None
    ends: datetime | None = None
    unread: str = ""  # what is wrong with the date of an embargo


def visibility_of(fields: Mapping[str, Any]) -> Visibility:
    """The visibility that the fields of a post give it.

    An embargo whose date cannot be read closes: what is shown once cannot be taken back.
    """
    plain = {_plain(str(name)[:100]): value for name, value in fields.items()}
    opens, unread = _first_moment(plain, _EMBARGOES)
    ends, _ = _first_moment(plain, _EXPIRIES)
    scheduled = any(_said(plain.get(name)) in _SCHEDULED for name in _STATES)
    closed = _closed(plain) or ("an embargo that cannot be read" if unread else "")
    return Visibility(closed, scheduled, opens, ends, unread)


def is_noindex(robots: object) -> bool:
    """Does the value of a robots element keep a page out of indexes?"""
    words = str(robots or "").lower().replace(",", " ").split()
    return "noindex" in words or "none" in words


def _closed(plain: Mapping[str, Any]) -> str:
    for name, why in _FLAGS.items():
        if _said(plain.get(name)) in _YES:
            return why
    for name in _OPEN:
        if _said(plain.get(name)) in _NO:
            return "not published"
    for name in _STATES:
        if (state := _said(plain.get(name))) in _CLOSED:
            return state
    if is_noindex(plain.get("robots")):
        return "noindex"
    if any(plain.get(n) and _said(plain[n]) not in _NO for n in _PASSWORDS):
        return "behind a password"
    build = plain.get("build")  # Hugo's
    if isinstance(build, Mapping) and "never" in (
        _said(build.get("render")),
        _said(build.get("list")),
    ):
        return "not to be shown"
    return ""


@lru_cache(maxsize=1024)
def _plain(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())


def _said(value: object) -> str:
    return str(value).strip().lower() if isinstance(value, str | bool | int) else ""


def _first_moment(plain: Mapping[str, Any], names: tuple[str, ...]) -> tuple[datetime | None, str]:
    """The first usable moment under some names, and what is wrong with those that are not."""
    trouble = ""
    for name in names:
        given = plain.get(name)
        for value in given if isinstance(given, list) else [given]:
            try:
                found = moment(value, _YEARS)
            except Unusable as e:
                trouble = trouble or str(e)
                continue
            if found:
                return found, ""
    return None, trouble

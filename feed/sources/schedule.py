"""What an answer means for a source, and when it is asked next. Nothing here asks a clock, a net or chance."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from feed.sources.upstream import DAY, REMEMBERED, State, Upstream, span

LONGER, SHORTER = 1.5, 0.6  # by what a period changes
QUIET = 1.25  # by what it grows when nothing changed at all
LONGEST_WAIT = 2 * DAY  # after failures, and at a server's word
THROTTLED = 3600.0  # seconds to leave a server alone that says nothing of how long
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.I)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often a source is asked, in seconds."""

    shortest: float = 300.0
    longest: float = 14_400.0

    def within(self, seconds: float) -> float:
        """The nearest allowed period."""
        return min(max(seconds, self.shortest), self.longest)


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a poll brought."""

    items: int  # in the feed
    known: int  # of them, seen before
    new: int  # articles that nobody had
    changed: int = 0
    duplicates: int = 0  # new here, but another source had brought them
    failed: int = 0  # items that are no articles
    note: str = ""  # in words, what else there is to say


class Next(NamedTuple):
    """A source after a poll, and in how many seconds it is asked again."""

    upstream: Upstream
    wait: float


def harvested(before: Upstream, now: float, got: Harvest, hint: float, bounds: Bounds) -> Next:
    """After a feed that was read. `hint`: how long the feed and its server want us to wait, 0 for nothing."""
    first = before.answered == 0
    share = got.known / got.items if got.items else 1.0
    period = before.period
    if not first and share > 2 / 3:
        period *= LONGER
    elif not first and share < 1 / 3:
        period *= SHORTER
    period = bounds.within(period)
    missed = not first and got.items > 0 and got.known == 0
    fresh = got.new + got.duplicates
    after = replace(
        _answered(before, now),
        period=bounds.shortest if missed else period,
        missed=now if missed else before.missed,
        result=_words(got),
        items=before.items + got.items,
        known=before.known + got.known,
        duplicates=before.duplicates + got.duplicates,
        articles=before.articles + got.new,
        days=_days(before.days, now, got.new),
    )
    if fresh:
        gap = now - before.news if before.news else 0.0
        usual = gap if not before.gap else 0.7 * before.gap + 0.3 * gap
        after = replace(after, news=now, gap=usual, news_polls=before.news_polls + 1)
    return Next(after, max(after.period, _sane(hint, bounds)))


def unchanged(before: Upstream, now: float, hint: float, bounds: Bounds) -> Next:
    """After a 304, or the same body once more."""
    after = replace(
        _answered(before, now), period=bounds.within(before.period * QUIET), result="nothing new"
    )
    return Next(after, max(after.period, _sane(hint, bounds)))


def refused(before: Upstream, now: float, status: int, retry_after: float) -> Next:
    """After a status that is no success. Waits as long as it is told to, within reason."""
    if status == 410:
        gone = replace(before, asked=now, state=State.GONE, result="gone for good (410)")
        return Next(gone, LONGEST_WAIT)
    good = before.answered > 0
    if status in (429, 503) or (status == 403 and good):
        wait = min(retry_after or _backoff(before, THROTTLED), LONGEST_WAIT)
        what = "it is throttling us" if status != 503 else "it is not there for now"
        words = f"{what} ({status}); asked again in {span(wait)}"
    else:
        wait = min(max(retry_after, _backoff(before, before.period)), LONGEST_WAIT)
        words = _STATUS.get(status, f"it answers with an error ({status})")
    return Next(_failed(before, now, words), wait)


def failed(before: Upstream, now: float, words: str) -> Next:
    """After no answer, or one that is no feed."""
    return Next(_failed(before, now, words), _backoff(before, before.period))


_STATUS = {
    401: "it asks for a password (401)",
    402: "it asks for money (402)",
    403: "it does not let us in (403)",
    404: "there is nothing at this address (404)",
    500: "it has an error of its own (500)",
    502: "its server is not reached (502)",
    504: "its server takes too long (504)",
}


def _answered(before: Upstream, now: float) -> Upstream:
    return replace(before, asked=now, answered=now, failures=0, polls=before.polls + 1)


def _failed(before: Upstream, now: float, words: str) -> Upstream:
    failures = before.failures + 1
    since = f", {failures} times in a row" if failures > 1 else ""
    return replace(
        before, asked=now, failures=failures, polls=before.polls + 1, result=f"{words}{since}"
    )


def _backoff(before: Upstream, seconds: float) -> float:
    """Twice as long with every failure in a row."""
    return min(seconds * 2.0 ** min(before.failures, 20), LONGEST_WAIT)


def _sane(hint: float, bounds: Bounds) -> float:
    """Feeds lie: what they say makes the wait longer, and never longer than the longest."""
    return min(max(hint, 0.0), bounds.longest)


def _words(got: Harvest) -> str:
    if not got.items:
        return "it has no items" + (f" ({got.note})" if got.note else "")
    parts = [f"{got.new} new of {got.items}"]
    parts += [f"{got.changed} changed"] if got.changed else []
    parts += [f"{got.duplicates} from other sources too"] if got.duplicates else []
    parts += [f"{got.failed} could not be used"] if got.failed else []
    return ", ".join(parts) + (f" ({got.note})" if got.note else "")


def _days(days: Mapping[str, int], now: float, new: int) -> dict[str, int]:
    today = str(datetime.fromtimestamp(now, UTC).date())
    found = {**days, today: days.get(today, 0) + new} if new else dict(days)
    return dict(sorted(found.items())[-REMEMBERED:])


def hint_of(headers: Mapping[str, str], period: float) -> float:
    """Seconds that an answer and its feed want us to wait: the longer of `max-age` and the feed's own."""
    control = headers.get("cache-control", "")
    age = _MAX_AGE.search(control)
    return max(float(age[1]) if age else 0.0, period)


def retry_after(headers: Mapping[str, str], now: float) -> float:
    """Seconds by `Retry-After` (RFC 9110, section 10.2.3), a number or a date; 0 when it has none."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    with suppress(ValueError, TypeError, OverflowError):
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(aware.timestamp() - now, 0.0)
    return 0.0

"""When a source is asked next, and what is said of it."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.sources.schedule import (
    LONGEST_WAIT,
    Bounds,
    Harvest,
    failed,
    harvested,
    hint_of,
    refused,
    retry_after,
    unchanged,
)
from feed.sources.upstream import DAY, State, Upstream, span

NOW = 1_800_000_000.0
BOUNDS = Bounds(300, 14_400)
OLD = Upstream(
    "https://a.example/f", "https://a.example/f", answered=NOW - 3600, asked=NOW - 3600,
    news=NOW - 7200, gap=3600, news_polls=9, period=3600,
)  # fmt: skip


@pytest.mark.parametrize(
    ("known", "longer"), [(50, 1), (40, 1), (33, 0), (25, 0), (17, 0), (10, -1), (1, -1)]
)
def test_the_period_follows_the_share_of_known_items(known: int, longer: int) -> None:
    after = harvested(OLD, NOW, Harvest(50, known, 50 - known), 0, BOUNDS).upstream
    assert (after.period > OLD.period) - (after.period < OLD.period) == longer


def test_the_first_poll_says_nothing_of_the_rhythm() -> None:
    fresh = replace(OLD, answered=0.0)
    after = harvested(fresh, NOW, Harvest(50, 0, 50), 0, BOUNDS).upstream
    assert after.period == fresh.period
    assert not after.missed


def test_when_nothing_was_known_items_may_have_been_missed() -> None:
    after = harvested(OLD, NOW, Harvest(50, 0, 50), 0, BOUNDS).upstream
    assert "may have been missed" in after.words(NOW)
    assert after.period == BOUNDS.shortest
    assert "missed" not in after.words(NOW + 8 * DAY)
    assert "missed" not in harvested(OLD, NOW, Harvest(50, 1, 49), 0, BOUNDS).upstream.words(NOW)


@given(
    st.floats(1, 1e6),
    st.integers(0, 100),
    st.integers(0, 100),
    st.floats(-1e9, 1e12),
    st.booleans(),
)
def test_waits_are_within_bounds(
    period: float, items: int, known: int, hint: float, same: bool
) -> None:
    before = replace(OLD, period=period)
    found = (
        unchanged(before, NOW, hint, BOUNDS)
        if same
        else harvested(before, NOW, Harvest(items, min(known, items), 0), hint, BOUNDS)
    )
    assert BOUNDS.shortest <= found.upstream.period <= BOUNDS.longest
    assert BOUNDS.shortest <= found.wait <= BOUNDS.longest


@pytest.mark.parametrize(
    ("headers", "feed", "hint"),
    [
        ({}, 0, 0),
        ({"cache-control": "max-age=600"}, 0, 600),
        ({"cache-control": "public, Max-Age=\"600\""}, 1800, 1800),
        ({"cache-control": "s-maxage=9999"}, 0, 0),
        ({"cache-control": "max-age=-1"}, 0, 0),
        ({"cache-control": "max-age=99999999999999999"}, 0, 999999999),
    ],
)  # fmt: skip
def test_hints(headers: dict[str, str], feed: int, hint: float) -> None:
    assert hint_of(headers, feed) == hint


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (format_datetime(datetime.fromtimestamp(NOW + 90, UTC), usegmt=True), 90),
        (format_datetime(datetime.fromtimestamp(NOW - 90, UTC), usegmt=True), 0),
        ("soon", 0),
        ("-5", 0),
        ("", 0),
        ("9" * 400, 999_999_999),
        ("Fri, 31 Dec 99999 00:00:00 GMT", 0),
    ],
)
def test_retry_after(text: str, seconds: float) -> None:
    assert retry_after({"retry-after": text}, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "retry", "good", "wait", "says"),
    [
        (429, 120, True, 120, "throttling us (429); asked again in 2 minutes"),
        (429, 0, True, 3600, "throttling"),
        (429, 1e9, True, LONGEST_WAIT, "throttling"),
        (503, 60, True, 60, "not there for now (503)"),
        (403, 0, True, 3600, "throttling us (403)"),
        (403, 0, False, 3600, "does not let us in (403)"),
        (404, 0, True, 3600, "nothing at this address (404)"),
        (404, 7200, True, 7200, "nothing at this address"),
        (401, 0, True, 3600, "password"),
        (500, 0, True, 3600, "error of its own"),
        (418, 0, True, 3600, "(418)"),
    ],
)
def test_refusals(status: int, retry: float, good: bool, wait: float, says: str) -> None:
    found = refused(replace(OLD, answered=NOW if good else 0.0), NOW, status, retry)
    assert found.wait == wait
    assert says in found.upstream.words(NOW)
    assert found.upstream.failures == 1


def test_what_is_gone_is_not_asked_again() -> None:
    after = refused(OLD, NOW, 410, 0).upstream
    assert after.state is State.GONE
    assert after.words(NOW) == "gone for good (410)"


def test_every_failure_in_a_row_doubles_the_wait() -> None:
    source, waits = OLD, []
    for _ in range(60):
        source, wait = failed(source, NOW, "nobody listens there")
        waits.append(wait)
    assert waits[:4] == [3600, 7200, 14_400, 28_800]
    assert waits[-1] == LONGEST_WAIT
    assert "60 times in a row" in source.words(NOW)
    assert harvested(source, NOW, Harvest(1, 1, 0), 0, BOUNDS).upstream.failures == 0


def test_a_source_that_is_quieter_than_usual_is_silent() -> None:
    assert not OLD.is_silent(NOW)
    assert OLD.is_silent(NOW + 2 * DAY)
    assert "silent for 2 days, usually 1 hour" in OLD.words(NOW + 2 * DAY)
    assert not replace(OLD, gap=DAY).is_silent(NOW + 2 * DAY)
    assert not replace(OLD, news_polls=1).is_silent(NOW + 2 * DAY)


def test_figures() -> None:
    source = OLD
    for day in range(40):
        source = harvested(source, NOW + day * DAY, Harvest(10, 5, 3, duplicates=1), 0, BOUNDS)[0]
    end = NOW + 39 * DAY
    assert source.a_week(end) == 21
    assert len(source.days) == 28
    assert source.duplicate_share == 0.25
    assert math.isclose(source.gap, DAY, rel_tol=0.01)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 seconds"), (1, "1 second"), (61, "1 minute"), (7200, "2 hours"), (DAY * 3, "3 days")]
)  # fmt: skip
def test_spans(seconds: float, words: str) -> None:
    assert span(seconds) == words

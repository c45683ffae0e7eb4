"""Moments as people and programs write them: what is unambiguous is read, nothing is guessed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.sources.clean import Unusable
from feed.sources.dates import accepted_years, moment

YEARS = (1900, 2028)
NOON = "2023-07-12T10:00:00+00:00"
DAY = "2023-07-12T00:00:00+00:00"
READ: list[tuple[Any, str]] = [
    ("2025-03-01", "2025-03-01T00:00:00+00:00"),
    ("2025-03-01 10:00:00+02:00", "2025-03-01T08:00:00+00:00"),
    ("Sat, 01 Mar 2025 10:00:00 +0100", "2025-03-01T09:00:00+00:00"),
    ("Tue, 14 Jul 2026 09:00:00 +02:00", "2026-07-14T07:00:00+00:00"),
    ("Tue, 14 Jul 2026 09:00:00 CEST", "2026-07-14T07:00:00+00:00"),
    ("Feb. 3, 2026", "2026-02-03T00:00:00+00:00"),
    *((text, NOON) for text in (
        "2023-07-12T10:00:00Z", "2023-07-12t10:00:00z", "2023-07-12T10:00Z", "20230712T100000Z", "20230712100000",
        "2023-07-12 10:00", "2023-07-12 10:00 UTC", "2023-07-12 10:00:00 +0000 UTC", "2023-07-12T12:00+02",
        "2023-07-12T12:00+02:00[Europe/Berlin]", "2023-07-12 12:00 Europe/Berlin", "2023-07-12 05:00:00 EST",
        "2023-07-12 06:00:00 EDT", "12 July 2023 06:00 ET", "Wed, 12 Jul 23 10:00:00 GMT", "Wed, 12 Jul 2023 10:00:00 GMT",
        "Wed Jul 12 2023 11:00:00 GMT+0100 (CET)", "Wed Jul 12 10:00:00 2023", "Wed Jul 12 12:00:00 CEST 2023",
        "July 12th, 2023 at 10:00 am", "Jul 12, 2023 10:00 a.m.", "2023-07-12 15:30 +05:30", "2023-07-12T10:00:00 Z",
        1689156000, 1689156000.0, 1689156000000, 1689156000000000, "1689156000", "1689156000000", "1689156000.0",
        {"$date": "2023-07-12T10:00:00Z"}, {"$date": 1689156000000}, {"$date": {"$numberLong": "1689156000000"}},
        {"@value": "2023-07-12T10:00:00Z"}, datetime(2023, 7, 12, 10, tzinfo=UTC), datetime(2023, 7, 12, 10),  # noqa: DTZ001
        "2023年7月12日 10时00分", "２０２３-０７-１２ 10:00",
    )),
    *((text, DAY) for text in (
        "12 July 2023", "July 12, 2023", "Wednesday, July 12, 2023", "12-Jul-2023", "2023/07/12", "2023.7.12", "20230712",
        20230712, "2023-W28-3", "2023-07-11T24:00:00Z", "2023-07-11 24:00", "2023-07-11T23:59:60Z", date(2023, 7, 12),
        "12 juillet 2023", "12. Juli 2023", "12 de julio de 2023", "12 июля 2023 г.", "2023年7月12日", "2023년 7월 12일",
    )),
    ("13/07/2023", "2023-07-13T00:00:00+00:00"),  # there is no thirteenth month
    ("07/07/2023", "2023-07-07T00:00:00+00:00"),  # either way
    ("2023-07-12T10:00:00.123456789Z", "2023-07-12T10:00:00.123456+00:00"),
    ("2016-12-31T23:59:60+00:00", "2017-01-01T00:00:00+00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), READ, ids=lambda v: str(v)[:40])
def test_what_is_unambiguous_is_read(given: Any, expected: str) -> None:
    found = moment(given, YEARS)
    assert found
    assert found.isoformat() == expected


NOTHING = [
    "", " ", None, 0, "0", False, True, "0000-00-00", "0000-00-00 00:00:00", "0001-01-01", "0001-01-01T00:00:00Z",
    "1899-12-30", "1899-12-30T00:00:00", "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT",
    "1970-01-01T01:00:00+01:00", "9999-12-31", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59-05:00", "null", "None",
    -62135596800, {"$date": {"$numberLong": "-62135596800000"}}, "-", "n/a",
]  # fmt: skip


@pytest.mark.parametrize("given", NOTHING, ids=str)
def test_what_programs_write_for_none_is_none(given: Any) -> None:
    assert moment(given, YEARS) is None


REFUSED = [
    "12/07/2023", "12.07.2023", "12-07-2023", "07/12/23", "12 Jul 23", "yesterday", "now", "today", "12", "10:00", "0900",
    "July 2023", "2023", "2023-07", "Tuesday", "2023-13-01", "2023-02-30", "2023-07-12T25:00", "2023-07-12T10:00:00 +9999",
    "Sat, 01 Jan 2000 00:00:00 +999999", "Sat, 01 Jan 2000 00:00:00 +99999999999999999999", "2023-07-12T10:00+23:00",
    "2023-07-12 10:00 IST", "2023-07-12 10:00 XYZ", "3023-01-01", "1789-07-14", "1850-01-01", "2029-01-01", "1e9", "nan",
    float("nan"), float("inf"), -1e300, 12, 1e15 * 1e6, [1], {"a": 1, "b": 2}, {"$date": {}}, "Published 12 July 2023", "x" * 5000,
    "2023-07-12 and 2023-07-13", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("given", REFUSED, ids=lambda v: str(v)[:30].encode("ascii", "replace"))
def test_what_is_ambiguous_or_absurd_is_refused(given: Any) -> None:
    with pytest.raises(Unusable, match=r"is not a date|lies outside the years|more than 14 hours"):
        moment(given, YEARS)


def test_the_years_go_with_today() -> None:
    assert accepted_years(datetime(2031, 5, 1, tzinfo=UTC)) == (1900, 2033)
    later = datetime.now(UTC) + timedelta(days=366)
    assert moment(later.isoformat()) == later


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)).map(lambda d: d.replace(microsecond=0)),  # noqa: DTZ001
    st.sampled_from(["%Y-%m-%dT%H:%M:%SZ", "%a, %d %b %Y %H:%M:%S GMT", "%B %d, %Y %H:%M:%S UTC", "%d %b %Y %H:%M:%S",
                     "%Y/%m/%d %H:%M:%S", "%a %b %d %H:%M:%S %Y", "%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)"]),
)  # fmt: skip
def test_a_written_moment_is_that_moment(when: datetime, form: str) -> None:
    assert moment(when.strftime(form), YEARS) == when


@given(st.text(max_size=40) | st.text("0123456789-/.:TZ +,JanFebGMT", max_size=30) | st.floats() | st.integers())  # fmt: skip
def test_anything_is_a_moment_or_refused(value: Any) -> None:
    try:
        found = moment(value, YEARS)
    except Unusable:
        return
    assert found is None or 1900 <= found.year <= 2028

"""Moments as files, pages and feeds write them. What is ambiguous is refused and never guessed.

ISO 8601 is read by the standard library and everything else by dateutil, which guesses by nature;
so it is asked twice, with other defaults and the other order of day and month, and believed when
both answers are one moment.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import parser

from feed.sources.clean import Unusable, line

Years = tuple[int, int]  # the first and the last that a date may have
FIRST_YEAR = 1900
LAST_YEAR = 9998  # of all that is no sign for *none*
_LONGEST = 100  # characters; no date has more
_HINT = "write 2026-01-31 or 2026-01-31T09:30:00+01:00"
# What programs write for *none*: the beginnings and ends of their calendars.
_NOTHING = (
    datetime(1899, 12, 30, tzinfo=UTC),
    datetime(1899, 12, 31, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
)
_NO_DATE = re.compile(r"0000-00-00.*|0001-01-01.*|9999-12-31.*|0+|null|none|nil|n/a|-", re.I | re.S)
# Hours east of UTC. What means one thing in Delhi and another in Dublin (IST, AST) is not here.
_HOURS: dict[str, float] = {
    **dict.fromkeys(("UTC", "GMT", "UT", "Z", "WET", "ZULU"), 0),
    **dict.fromkeys(("CET", "MEZ", "WEST", "BST"), 1), **dict.fromkeys(("CEST", "MESZ", "EET", "SAST", "CAT"), 2),
    **dict.fromkeys(("EEST", "MSK", "TRT", "EAT", "IDT"), 3), "IRST": 3.5, "GST": 4, "AZT": 4, "SAMT": 4,
    "AFT": 4.5, "PKT": 5, "UZT": 5, "YEKT": 5, "NPT": 5.75, "ICT": 7, "WIB": 7, "HKT": 8, "SGT": 8, "PHT": 8,
    "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "AEST": 10, "ACDT": 10.5, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3, "CLT": -4, "ADT": -3, "EDT": -4, "EST": -5, "CDT": -5,
    "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8, "AKDT": -8, "AKST": -9, "HST": -10,
}  # fmt: skip
_PLACES = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}  # fmt: skip
_MONTHS = """
    january januar janvier janv enero gennaio janeiro januari styczeń stycznia января січня janv ocak ianuarie leden ledna
    february februar février févr fevr febrero febbraio fevereiro februari lutego luty февраля лютого şubat februarie únor února
    march märz maerz mars marzo março maart marca marzec марта березня mart martie březen března
    april avril abril aprile kwietnia kwiecień апреля квітня nisan aprilie duben dubna
    may mai mayo maggio maio mei maja maj мая травня mayıs květen května
    june juni juin junio giugno junho czerwca czerwiec июня червня haziran iunie červen června
    july juli juillet juil julio luglio julho lipca lipiec июля липня temmuz iulie červenec července
    august août aout agosto augustus sierpnia sierpień августа серпня ağustos srpen srpna
    september septembre septiembre settembre setembro września wrzesień сентября вересня eylül septembrie září
    october oktober octobre octubre ottobre outubro października październik октября жовтня ekim octombrie říjen října
    november novembre noviembre novembro listopada listopad ноября листопада kasım noiembrie
    december dezember décembre déc diciembre dicembre dezembro desember grudnia grudzień декабря грудня aralık decembrie prosinec prosince
"""  # a line a month
_MONTH_OF = {
    name: number
    for number, names in enumerate(_MONTHS.strip().splitlines(), 1)
    for name in names.split()
}
# In Czech, Polish and Ukrainian, Croatian ... one word may stand for two months: none of them is here.
for _name in ("listopad", "srpen"):
    _MONTH_OF.pop(_name, None)
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORD = re.compile(r"[^\W\d_]+")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_EAST = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_EAST_TIME = re.compile(r"(\d{1,2})\s?[時时点시]\s?(\d{1,2})\s?[分분](?:\s?(\d{1,2})\s?[秒초])?")
_MIDNIGHT = re.compile(r"([T ])24:00(:00(?:[.,]0+)?)?(?![\d:])")
_LEAP = re.compile(r"(\d\d:\d\d):60(?![\d:])")
_OFFSET_NAME = re.compile(r"\b(?:GMT|UTC|UT)\s?(?=[+-−]\d)", re.I)
_NAME_TOO = re.compile(r"([+-]\d\d:?\d\d) [A-Z]{2,5}$")  # as Go writes it: +0200 CEST
_COMMENT = re.compile(r"\s*[(\[][^()\[\]]{0,60}[)\]]\s*$")
_HALF_DAY = re.compile(r"\b([ap])\.\s?m\.?(?!\w)", re.I)
_REGION = re.compile(r"\s([A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_+-]+){1,2})$")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)[T ]?(\d\d)(\d\d)(\d\d)(Z?)")
_EPOCH = re.compile(r"-?\d{9,19}(?:\.\d{1,9})?")
_YEAR = re.compile(r"(?<![\d+-])\d{4}(?!\d)")
_RFC_YEAR = re.compile(r"(?i)^(?:[a-z]{3,9},?\s+)?(\d{1,2}[ -][a-z]{3}[ -])(\d\d)(\s+\d\d:\d\d)")


def accepted_years(now: datetime) -> Years:
    """The years that are believed: 1900 to next year plus one."""
    return FIRST_YEAR, now.year + 2


def moment(value: Any, years: Years | None = None) -> datetime | None:
    """The aware moment in UTC that a date means; None when it stands for none.

    A date without time is its midnight in UTC; a time without zone is in UTC. Numbers are seconds
    since 1970, or milli-, micro- or nanoseconds when they are as large.

    Raises:
        Unusable: it is no date, or ambiguous, or outside the years.
    """
    first, last = years or accepted_years(datetime.now(UTC))
    value = _unwrapped(value)
    shown = line(str(value))[:60]
    if _is_nothing(value):
        return None
    found = _read(value, shown)
    if found in _NOTHING or found.year in (1, 9999):
        return None
    if not first <= found.year <= last:
        raise Unusable(f"'{shown}' lies outside the years {first} to {last}")
    return found


def _unwrapped(value: Any) -> Any:
    """What databases write around a date: `{"$date": {"$numberLong": "..."}}`."""
    for _ in range(3):
        if not isinstance(value, Mapping) or len(value) != 1:
            break
        (name, inner) = next(iter(value.items()))
        if str(name).lower() not in ("$date", "$numberlong", "@value", "value", "date", "iso"):
            break
        value = inner
    return value


def _is_nothing(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return True
    return isinstance(value, str) and (not value.strip() or bool(_NO_DATE.fullmatch(value.strip())))


def _read(value: Any, shown: str) -> datetime:
    try:
        if isinstance(value, int | float):
            return _of_number(float(value)) if len(str(value)) != 8 else _of_text(str(value))
        if isinstance(value, datetime):
            return _utc(value)
        if isinstance(value, date):
            return datetime.combine(value, time(), UTC)
        if isinstance(value, str) and len(value) <= _LONGEST:
            return _of_text(value)
    except Unusable:
        raise
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, OSError):
        pass
    raise Unusable(f"'{shown}' is not a date; {_HINT}")


def _utc(found: datetime) -> datetime:
    if found.year in (1, 9999):  # a zone may lead out of the calendar
        return found.replace(tzinfo=UTC)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _of_number(number: float) -> datetime:
    """A moment in seconds, milliseconds, microseconds or nanoseconds since 1970."""
    if number == 0:
        return _NOTHING[2]
    if not abs(number) < 1e20:
        raise ValueError("no number of moments")
    while abs(number) > 62_135_596_800 * 1.7:  # more seconds than there are till the year 5300
        number /= 1000
    if abs(number) < 86_400 * 366:
        raise ValueError("too small to be a moment")
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=round(number, 6))


def _of_text(text: str) -> datetime:
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if compact := _COMPACT.fullmatch(text):
        return datetime(*map(int, compact.groups()[:6]), tzinfo=UTC)  # type: ignore[misc, arg-type]
    if _EPOCH.fullmatch(text):
        return _of_number(float(text))
    text = _EAST.sub(_dashed, text)
    text = _EAST_TIME.sub(lambda m: f" {int(m[1]):02}:{int(m[2]):02}:{int(m[3] or 0):02}", text)
    text, later = _past_the_last_minute(_YEAR_FIRST.sub(_dashed, text, count=1))
    return _with_zone(text) + later


def _dashed(found: re.Match[str]) -> str:
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"


def _past_the_last_minute(text: str) -> tuple[str, timedelta]:
    """24:00 is the next day's midnight (ISO 8601), a leap second the one after :59."""
    if _MIDNIGHT.search(text):
        return _MIDNIGHT.sub(r"\g<1>00:00", text), timedelta(days=1)
    if _LEAP.search(text):
        return _LEAP.sub(r"\g<1>:59", text), timedelta(seconds=1)
    return text, timedelta()


def _with_zone(text: str) -> datetime:
    """The moment of a text, whose zone may have a name, an offset, or both."""
    text = _HALF_DAY.sub(r"\1m", text.replace("−", "-"))
    bare = _COMMENT.sub("", text)
    if bare != text and not re.search(r"[+-]\d\d:?\d\d$|Z$|\b[A-Z]{2,5}$", bare):
        bare = f"{bare} {text[len(bare) :].strip(' ()[]')}"  # the comment is the zone
    bare = _NAME_TOO.sub(r"\1", _OFFSET_NAME.sub("", bare))
    if region := _REGION.search(bare):
        here = _moment(bare[: region.start()])
        return _utc(here.replace(tzinfo=ZoneInfo(region[1])) if here.tzinfo is None else here)
    return _utc(_moment(bare))


def _moment(text: str) -> datetime:
    try:
        return _checked(datetime.fromisoformat(text))
    except ValueError:
        return _by_dateutil(_RFC_YEAR.sub(_full_year, text))


def _full_year(found: re.Match[str]) -> str:
    """RFC 5322, section 4.3: of two digits, those below 50 are of this century."""
    return f"{found[1]}{'20' if int(found[2]) < 50 else '19'}{found[2]}{found[3]}"


def _by_dateutil(text: str) -> datetime:
    if not re.search(r"(?<!\d)\d{4}(?!\d)", text.replace("T", " ", 1)):
        raise Unusable(f"'{line(text)[:60]}' is not a date with a year of four digits; {_HINT}")
    if len(_YEAR.findall(text)) > 1:
        raise Unusable(f"'{line(text)[:60]}' is not a date but several; {_HINT}")
    text = _in_english(text)
    day_first = not _YEAR_FIRST.match(text)
    one, other = (
        parser.parse(text, dayfirst=first, default=default, tzinfos=_zone)
        for first, default in ((day_first, datetime(2000, 1, 1)), (False, datetime(2004, 2, 2)))  # noqa: DTZ001
    )
    if one != other:
        raise Unusable(f"'{line(text)[:60]}' is not a date that means one day alone; {_HINT}")
    return _checked(one)


def _in_english(text: str) -> str:
    """Names of months in English; the small words of other languages between them left out."""

    def said(found: re.Match[str]) -> str:
        word = found[0].lower()
        if word in ("de", "del", "di", "of", "um", "uhr", "à", "kl", "den", "г"):
            return " "
        month = _MONTH_OF.get(word)
        return _ENGLISH[month - 1] if month else found[0]

    return _WORD.sub(said, text)


def _checked(found: datetime) -> datetime:
    """The moment, when its zone is one that is in use: at most 14 hours from UTC (IANA)."""
    offset = found.utcoffset()
    if offset is not None and abs(offset) > timedelta(hours=14):
        raise Unusable(f"the zone of '{found}' is more than 14 hours from UTC")
    return found


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """The zone of a name or an offset in seconds; an unknown name is no zone."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name is None:
        return None
    known = name.upper()
    if known in _PLACES:
        return ZoneInfo(_PLACES[known])
    if known in _HOURS:
        return timezone(timedelta(hours=_HOURS[known]))
    raise Unusable(f"'{name}' is not a date's zone that means one thing alone; {_HINT}")

"""A feed of somebody else that is asked again and again, and all that is known of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from urllib.parse import urlsplit

DAY = 86_400.0
REMEMBERED = 28  # days of which it is known how many articles came
FIRST_PERIOD = 1800  # seconds


class State(StrEnum):
    """Whether it is asked."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Upstream:
    """One source. Moments are seconds since 1970; 0 is never."""

    url: str  # where it is asked; another one when it moved for good
    origin: str  # where it was when it was added: ids that are no addresses are relative to it
    title: str = ""
    home: str = ""
    folder: str = ""  # as in the OPML list it came from
    state: State = State.ACTIVE
    full_text: bool = False
    added: float = 0.0
    # What the server gave, to give back (RFC 9110, section 13)
    etag: str = ""
    modified: str = ""
    body: str = ""  # digest of the last body: servers that know no validators
    # When
    period: float = FIRST_PERIOD  # seconds between two polls, as its rhythm has it
    asked: float = 0.0
    answered: float = 0.0  # properly
    news: float = 0.0  # something new came
    gap: float = 0.0  # usual seconds between two polls with news
    missed: float = 0.0  # when items may have been missed: none of a poll was known
    # What
    result: str = "not asked yet"  # in words
    failures: int = 0  # in a row
    polls: int = 0
    news_polls: int = 0
    items: int = 0  # seen in all polls with a changed body
    known: int = 0  # of them, those that had been seen before
    duplicates: int = 0  # new ones that another source had brought
    articles: int = 0
    days: dict[str, int] = field(default_factory=dict)  # "2026-01-31" -> new articles
    hub: str = ""
    topic: str = ""

    @property
    def host(self) -> str:
        """Whom to be polite to."""
        return host_of(self.url)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.host

    @property
    def namespace(self) -> str:
        """What ids of its items are relative to."""
        return f"{host_of(self.origin)}/{blake2b(self.origin.encode(), digest_size=4).hexdigest()}"

    @property
    def shown_url(self) -> str:
        """The address without a password."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    def a_week(self, now: float) -> int:
        """New articles of the last seven days."""
        first = str(datetime.fromtimestamp(now - 7 * DAY, UTC).date())
        return sum(count for day, count in self.days.items() if day > first)

    @property
    def duplicate_share(self) -> float:
        """The share of its new items that another source had brought before."""
        new = self.articles + self.duplicates
        return self.duplicates / new if new else 0.0

    def is_silent(self, now: float) -> bool:
        """Has nothing new come for much longer than usual? Known after some news only."""
        usual = max(5 * self.gap, DAY)
        return self.state is State.ACTIVE and self.news_polls >= 5 and now - self.news > usual

    def health(self, now: float) -> str:
        """Its state in one word: well, failing, silent, paused, gone."""
        if self.state is not State.ACTIVE:
            return self.state.value
        return "failing" if self.failures else "silent" if self.is_silent(now) else "well"

    def words(self, now: float) -> str:
        """Its state in words."""
        if self.state is State.PAUSED:
            return f"paused; {self.result}"
        notes = [self.result]
        if self.missed and now - self.missed < 7 * DAY:
            notes.append("items may have been missed, for none of a poll was known")
        if self.is_silent(now):
            notes.append(f"silent for {span(now - self.news)}, usually {span(self.gap)}")
        return "; ".join(notes)


def host_of(url: str) -> str:
    """The host's name of an address, in small letters."""
    return (urlsplit(url).hostname or "").rstrip(".").lower()


def span(seconds: float) -> str:
    """A time as people say it: "3 minutes"."""
    for size, name in ((DAY, "day"), (3600.0, "hour"), (60.0, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {name}{'s' * (count != 1)}"
    return f"{round(seconds)} second{'s' * (round(seconds) != 1)}"

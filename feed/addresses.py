"""Where things are on the web: the one place that knows the shape of our URLs."""

from dataclasses import dataclass
from urllib.parse import quote

from feed.expression import Everything, Expression, Has

FORMATS = ("atom", "rss", "json")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Absolute URLs below one base, e.g. "https://news.example/wire" (no slash at its end)."""

    base: str

    def page(self, expression: Expression, before: int | None = None) -> str:
        """The page for people: `/country/azerbaijan`, `/search?q=...`, `/`."""
        match expression:
            case Everything():
                return self.base + "/" + _query(before=before)
            case Has(key, False):
                return f"{self.base}/{_path(key)}{_query(before=before)}"
        return f"{self.base}/search{_query(str(expression), before)}"

    def feed(self, expression: Expression, form: str, before: int | None = None) -> str:
        """The feed: `/country/azerbaijan.atom`, `/feed.json?q=...`."""
        match expression:
            case Has(key, False):
                return f"{self.base}/{_path(key)}.{form}{_query(before=before)}"
        return f"{self.base}/feed.{form}{_query(str(expression), before)}"

    def feeds(self, expression: Expression, before: int | None = None) -> dict[str, str]:
        """The feed in every format, by the format's name."""
        return {form: self.feed(expression, form, before) for form in FORMATS}

    def months(self, expression: Has, month: object) -> dict[str, str]:
        """A month of a tag's past in every format; `month` is written 2026-01."""
        return {form: f"{self.base}/{_path(expression.key)}/{month}.{form}" for form in FORMATS}

    def article(self, slug: str) -> str:
        """An article's page, with its evidence."""
        return f"{self.base}/article/{slug}"

    def explain(self, expression: Expression, slug: str) -> str:
        """Why an expression holds an article or not, as JSON."""
        return f"{self.base}/api/v1/explain{_query(str(expression))}&article={slug}"

    @property
    def scheme(self) -> str:
        """What a category's scheme IRI begins with; the scheme's name follows."""
        return f"{self.base}/tags#"

    @property
    def style(self) -> str:
        """The style sheet with which browsers show a feed."""
        return f"{self.base}/static/feed.css"

    @property
    def icon(self) -> str:
        """The site's icon."""
        return f"{self.base}/static/icon.png"


def _path(key: str) -> str:
    return key.replace(":", "/", 1)


def _query(q: str = "", before: int | None = None) -> str:
    parts = [f"q={quote(q, safe=':@()-')}"] if q else []
    if before is not None:
        parts.append(f"before={before}")
    return "?" + "&".join(parts) if parts else ""

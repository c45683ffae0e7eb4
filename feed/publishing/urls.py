"""Where things are on the web: the one place that knows the shape of our URLs."""

from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from feed.query.expression import Everything, Expression, Has

_PLAIN = ":@()-"  # signs of a question that need no code
FORMATS = ("atom", "rss", "json")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Absolute URLs below one base, e.g. "https://news.example/wire" (no slash at its end).

    A token stands in the addresses of the one private feed that it opens, and in no others.
    """

    base: str
    opened: str = ""  # canonical text of the feed that the token opens
    token: str = ""

    def opening(self, expression: Expression, token: str) -> "Addresses":
        """The same for who has a token of a feed; "" is none."""
        return replace(self, opened=str(expression), token=token)

    def opens(self, expression: Expression) -> bool:
        """Is this the feed that the token opens?"""
        return bool(self.token) and str(expression) == self.opened

    def page(self, expression: Expression, before: int | None = None) -> str:
        """The page for people: `/country/azerbaijan`, `/search?q=...`, `/`."""
        match expression:
            case Everything():
                return self.base + "/" + self._query(expression, "", before)
            case Has(key, False):
                return f"{self.base}/{_path(key)}{self._query(expression, '', before)}"
        return f"{self.base}/search{self._query(expression, str(expression), before)}"

    def feed(self, expression: Expression, form: str, before: int | None = None) -> str:
        """The feed: `/country/azerbaijan.atom`, `/feed.json?q=...`."""
        match expression:
            case Has(key, False):
                return f"{self.base}/{_path(key)}.{form}{self._query(expression, '', before)}"
        return f"{self.base}/feed.{form}{self._query(expression, str(expression), before)}"

    def feeds(self, expression: Expression, before: int | None = None) -> dict[str, str]:
        """The feed in every format, by the format's name."""
        return {form: self.feed(expression, form, before) for form in FORMATS}

    def months(self, expression: Has, month: object) -> dict[str, str]:
        """A month of a tag's past in every format; `month` is written 2026-01."""
        folder, query = f"{self.base}/{_path(expression.key)}", self._query(expression)
        return {form: f"{folder}/{month}.{form}{query}" for form in FORMATS}

    def article(self, slug: str) -> str:
        """An article's page, with its evidence; a token goes along with the question it opens."""
        address = f"{self.base}/article/{slug}"
        if not self.token:
            return address
        question = f"q={quote(self.opened, safe=_PLAIN)}&" if self.opened else ""
        return f"{address}?{question}token={quote(self.token)}"

    def why(self, expression: Expression, slug: str) -> str:
        """The same, with the reason why an expression holds the article or not."""
        return f"{self.base}/article/{slug}{self._query(expression, str(expression))}"

    def explain(self, expression: Expression, slug: str) -> str:
        """Why an expression holds an article or not, as JSON."""
        query = self._query(expression, str(expression), article=slug)
        return f"{self.base}/api/v1/explain{query}"

    @property
    def root(self) -> str:
        """The path of the base, with which links within the site begin; often ""."""
        return urlsplit(self.base).path

    @property
    def origin(self) -> str:
        """The base without its path: what a link within the site may leave out."""
        return self.base.removesuffix(self.root)

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

    def _query(
        self, expression: Expression, q: str = "", before: int | None = None, article: str = ""
    ) -> str:
        values = {
            "q": quote(q, safe=_PLAIN),
            "article": article,
            "before": "" if before is None else str(before),
            "token": quote(self.token) if self.opens(expression) else "",
        }
        parts = [f"{name}={value}" for name, value in values.items() if value]
        return "?" + "&".join(parts) if parts else ""


def _path(key: str) -> str:
    return quote(key.replace(":", "/", 1))

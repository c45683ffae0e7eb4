"""An article in the making: loose fields of any form, checked and cleaned into an `Article`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from feed.model import Article, Image
from feed.sources import clean, dates, markup
from feed.sources.arrival import Arrival, Identity, address_key
from feed.sources.clean import Unusable
from feed.sources.fields import Fields, text_of
from feed.sources.visibility import Visibility, visibility_of
from feed.text.excerpt import excerpt
from feed.text.fold import slug

_RIGHTS_LENGTH = 500  # characters
_TITLE_OF_NONE = 100  # characters of the text that stand in for a missing title
_HOMES = ("", "/", "/index.html", "/index.php", "/home")


@dataclass(slots=True)
class Draft:
    """What a source knows of an article so far; everything may be missing."""

    identity: str  # what it is known by when it has no id and no URL, e.g. its text
    namespace: str  # what a bare id is relative to; "" when its source's name has to say
    published: datetime  # the moment of first sight: its date when the source gives none
    text: str = ""
    content: str = ""
    fields: dict[str, Any] = field(default_factory=dict)  # as they stand in the file
    years: dates.Years | None = None  # that a date may lie in
    named: datetime | None = None  # the date in its file's name
    own: bool = False  # a post of one's own: a date in the future is an embargo
    former: tuple[str, str] = ("", "")  # what version 0.1 had for `identity` and `namespace`
    otherwise: str = ""  # what a bare id is relative to where no source's name says
    file: str = ""  # its file, by which an article without a name is known again
    warnings: list[str] = field(default_factory=list)

    def finish(self) -> Article:
        """The cleaned article, be it for the public or not.

        Raises:
            Unusable: nothing is left to publish.
        """
        return self.arrive("").article

    def arrive(self, place: str) -> Arrival:
        """The cleaned article with what its source says of it besides; `place` is for people.

        Raises:
            Unusable: nothing is left to publish.
        """
        fields = Fields(self.fields)
        visibility = visibility_of(self.fields)
        published, dated, visibility = self._published(fields, visibility)
        if visibility.unread:
            fields.warnings.append(f"{visibility.unread}; the article waits for a date that can")
        url = clean.web_address(fields.text("url"))
        enclosures = fields.enclosures(url)
        speaks = bool(self.text) or "<img" in self.content
        if not (speaks or url or enclosures):
            raise Unusable("no text, no summary, and no url that leads to it")
        identity, id_ = self._identity(fields, url)
        article = Article(
            id=id_,
            title=self._title(fields),
            text=self.text,
            published=published,
            updated=self._updated(fields, published),
            url=url,
            summary=self._summary(fields),
            content=self.content if speaks else "",
            authors=fields.authors(),
            language=clean.language(fields.text("language")),
            source=fields.source(),
            enclosures=enclosures,
            categories=fields.categories(),
            rights=excerpt(clean.line(fields.text("rights")), _RIGHTS_LENGTH),
            license=clean.web_address(fields.text("license")),
            image=self._image(fields, url),
        )
        warnings = tuple(dict.fromkeys([*self.warnings, *fields.warnings]))
        return Arrival(article, place, self.file, identity, dated, visibility, warnings)

    def _title(self, fields: Fields) -> str:
        title = clean.title(clean.plain(fields.text("title")))
        if title:
            return title
        title = excerpt(clean.line(self.text), _TITLE_OF_NONE)
        if not title:
            raise Unusable("no title, and no text to take one from")
        fields.warnings.append("no title; the beginning of its text stands for it")
        return title

    def _published(
        self, fields: Fields, visibility: Visibility
    ) -> tuple[datetime, bool, Visibility]:
        """Its date; whether the source gave it; its visibility, when that date is an embargo."""
        now = self.published
        years = self.years or dates.accepted_years(now)
        if self.own or visibility.scheduled:  # an embargo may be as long as it likes
            years = (years[0], dates.LAST_YEAR)
        found = fields.moment("published", years) or self.named
        if found is None:
            return now, False, visibility
        if found > now:
            if self.own or visibility.scheduled:
                opens = max(found, visibility.opens or found)
                return found, True, Visibility(visibility.closed, True, opens, visibility.ends)
            if visibility.opens is None or visibility.opens < found:
                fields.warnings.append(f"published: {found:%Y-%m-%d %H:%M} UTC is in the future")
                return now, False, visibility
        return found, True, visibility

    def _updated(self, fields: Fields, published: datetime) -> datetime:
        found = fields.moment("updated", self.years)
        if found and found > max(self.published, published):
            fields.warnings.append(f"updated: {found:%Y-%m-%d %H:%M} UTC is in the future")
            found = None
        return max(found or published, published)

    def _identity(self, fields: Fields, url: str) -> tuple[Identity, str]:
        given = clean.line(fields.text("id"))
        identity, namespace = self.former
        if given:
            if clean.is_iri(given):
                return Identity("own"), given
            names = (clean.iri(given, namespace),) if namespace else ()
            source = fields.source()
            scope = self.namespace or (slug(source.name) if source else "") or self.otherwise
            return Identity("scoped" if scope else "bare", names), clean.iri(given, scope or "id")
        names = (clean.iri(identity, "file"),) if identity else ()
        if url:
            return Identity("url", names, address_key(url)), url
        return Identity("text", names), clean.iri(self.identity, "file")

    def _summary(self, fields: Fields) -> str:
        summary = clean.line(clean.plain(fields.text("summary")))
        return "" if summary == clean.line(self.text) else summary  # nothing is left out in it

    def _image(self, fields: Fields, url: str) -> Image | None:
        """The picture it names, else the first that stands in it."""
        for item in fields.names("image"):
            if found := _image(item, url):
                return found
        for picture in markup.pictures(self.content):
            if address := clean.web_address(picture.url, url):
                return Image(address, picture.alt, picture.width, picture.height)
        return None


def _image(item: Any, base: str) -> Image | None:
    if isinstance(item, str):
        item = {"url": item}
    if not isinstance(item, Mapping):
        return None
    given = next((item[k] for k in ("url", "src", "contentUrl", "href", "path", "image", "source_url") if item.get(k)), "")  # fmt: skip
    given = given[0] if isinstance(given, list) else given
    url = clean.web_address(text_of(given), base)
    alt = next((text_of(item[k]) for k in ("alt", "alt_text", "caption", "description", "name") if item.get(k)), "")  # fmt: skip
    sizes = [text_of(item.get(k)) for k in ("width", "height")]
    width, height = (int(s) if s.isascii() and s.isdigit() and 0 < len(s) < 6 else None for s in sizes)  # fmt: skip
    return Image(url, clean.line(clean.plain(alt)), width, height) if url else None

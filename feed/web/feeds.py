"""Feeds for readers: `/feed.atom`, `/country/azerbaijan.rss`, `/feed.json?q=...`, `/tags.opml`."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from feed.errors import NotFound
from feed.formats import OPML_TYPE, render_opml
from feed.publishing.feeds import Month
from feed.publishing.outlines import outlines
from feed.query.expression import Everything, Expression, Has
from feed.taxonomy.reserved import ALIASES
from feed.web.request_context import (
    addresses,
    current_publisher,
    cursor,
    listed,
    permit,
    visitor,
)
from feed.web.versions import respond

blueprint = Blueprint("feeds", __name__)
FORMS = "<any(atom, rss, json):form>"


@blueprint.get(f"/feed.{FORMS}")
def expression_feed(form: str) -> AnyResponse:
    """The feed of any expression; without `q`, of everything."""
    return _asked_for(form)


@blueprint.get(f"/<any({', '.join(repr(alias) for alias in ALIASES)}):alias>")
def alias(alias: str) -> AnyResponse:
    """Other names that people try for the feed."""
    expression = current_publisher().archive.parse(request.args.get("q", ""))
    return _moved(expression, ALIASES[alias])


@blueprint.get(f"/<scheme>/<term>/<any({', '.join(repr(alias) for alias in ALIASES)}):alias>")
@blueprint.get("/<scheme>/<term>.xml")
def tag_alias(scheme: str, term: str, alias: str = "atom.xml") -> AnyResponse:
    """Other names that people try for a tag's feed."""
    return _moved(
        Has(current_publisher().archive.vocabulary.resolve(f"{scheme}:{term}")), ALIASES[alias]
    )


@blueprint.get(f"/<scheme>/<term>.{FORMS}")
def tag_feed(scheme: str, term: str, form: str) -> AnyResponse:
    """The feed of one tag; a renamed tag is redirected."""
    asked = f"{scheme}:{term}"
    key = current_publisher().archive.vocabulary.resolve(asked)
    return _moved(Has(key), form) if key != asked else _feed(Has(key), form)


@blueprint.get(f"/<scheme>/<term>/<int(fixed_digits=4):year>-<int(fixed_digits=2):month>.{FORMS}")
def month(scheme: str, term: str, year: int, month: int, form: str) -> AnyResponse:
    """What of a tag was published in a month (RFC 5005, section 4)."""
    key = current_publisher().archive.vocabulary.resolve(f"{scheme}:{term}")
    if not 1 <= month <= 12 or year < 1:
        raise NotFound("month", f"{year}-{month:02}")
    private = permit(Has(key))
    if key != f"{scheme}:{term}":
        to = addresses().months(Has(key), Month(year, month))[form]
        return redirect(to, HTTPStatus.PERMANENT_REDIRECT)
    document = current_publisher().feeds.month(key, Month(year, month), form, visitor())
    return respond(document, private, keep=True)


@blueprint.get("/tags.opml")
def opml() -> AnyResponse:
    """All tag feeds, to import into a reader."""
    publisher = current_publisher()
    site, taxonomy = publisher.settings.title, publisher.archive.taxonomy
    folders = outlines(taxonomy, listed(), publisher.addresses, site)
    title = f"{site}: all tags"
    body = render_opml(title, folders, publisher.addresses.page(Everything()))
    made = Response(body, content_type=OPML_TYPE)
    made.headers["Content-Disposition"] = 'inline; filename="tagwire.opml"'
    return made


def _asked_for(form: str) -> AnyResponse:
    expression = current_publisher().archive.parse(request.args.get("q", ""))
    if isinstance(expression, Has) and not expression.main:
        return _moved(expression, form)  # one tag has one address
    return _feed(expression, form)


def _moved(expression: Expression, form: str) -> AnyResponse:
    permit(expression)
    to = addresses().feed(expression, form, cursor())
    return redirect(to, HTTPStatus.PERMANENT_REDIRECT)


def _feed(expression: Expression, form: str) -> Response:
    private = permit(expression)
    document = current_publisher().feeds.feed(expression, form, cursor(), visitor())
    return respond(document, private, keep=True)

"""Pages for people: the newest, a tag, a search, an article with its evidence, all tags."""

from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)
from werkzeug.wrappers import Response as AnyResponse

from feed.errors import ExpressionError
from feed.formats import JSONLD_TYPE, TURTLE_TYPE
from feed.publisher import Publisher
from feed.query.explain import Clause
from feed.query.expression import Everything, Expression, Has, title_of
from feed.query.naming import with_tags
from feed.web.listing import PLAIN, wall
from feed.web.request_context import addresses, current_publisher, cursor, listed, permit, visitor
from feed.web.versions import respond

FOUND = 30  # tags that a name leads to
EXCLUSIONS = 10  # that a page shows; /api/v1/excluded has all
blueprint = Blueprint("pages", __name__)
CONCEPTS = {JSONLD_TYPE: "jsonld", TURTLE_TYPE: "turtle"}  # what else a tag is, by media type


@dataclass(frozen=True, slots=True)
class About:
    """Why an expression holds the article of a page, or does not."""

    expression: Expression
    title: str
    clause: Clause


@blueprint.get("/")
def home() -> str:
    """The newest articles, and what there is to subscribe to."""
    return _page(Everything())


@blueprint.get("/search")
def search() -> AnyResponse | str:
    """The page of an expression; a single tag has an address of its own."""
    typed = request.args.get("q", "")
    expression = current_publisher().archive.parse(typed)
    if isinstance(expression, Everything) or (isinstance(expression, Has) and not expression.main):
        permit(expression)
        return redirect(addresses().page(expression), HTTPStatus.FOUND)
    return _page(expression, typed)


@blueprint.get("/<scheme>/<term>")
def tag(scheme: str, term: str) -> AnyResponse | str:
    """The page of a tag."""
    asked = f"{scheme}:{term}"
    key = current_publisher().archive.vocabulary.resolve(asked)
    if key != asked:
        permit(Has(key))
        return redirect(addresses().page(Has(key)), HTTPStatus.PERMANENT_REDIRECT)
    form = _concept_form() if key in current_publisher().archive.taxonomy else ""
    if form:
        private = permit(Has(key))
        return respond(current_publisher().feeds.concepts(form, key), private, keep=True)
    return _negotiated(_page(Has(key)))


@blueprint.get("/article/<name>")
def article(name: str) -> str:
    """An article with every mention marked, why it carries its tags, and why `q` holds it or not."""
    publisher = current_publisher()
    tagged = publisher.pages.article(name, visitor())
    about = None
    if q := request.args.get("q"):
        asked = publisher.archive.parse(q)
        permit(asked)
        title = title_of(asked, publisher.archive.vocabulary.label)
        about = About(asked, title, publisher.pages.explain(asked, name, visitor()))
    return render_template(
        "article.html", tagged=tagged, entry=publisher.entries.entry_of(tagged), about=about
    )


@blueprint.get("/tags.jsonld")
def jsonld() -> Response:
    """The taxonomy as SKOS, in JSON-LD."""
    return respond(current_publisher().feeds.concepts("jsonld"), keep=True)


@blueprint.get("/tags.ttl")
def turtle() -> Response:
    """The taxonomy as SKOS, in Turtle."""
    return respond(current_publisher().feeds.concepts("turtle"), keep=True)


@blueprint.get("/tags")
def tags() -> Response:
    """All tags: those that articles carry with their counts, any by its names, and the classes."""
    if form := _concept_form():
        return respond(current_publisher().feeds.concepts(form), keep=True)
    taxonomy, counts = current_publisher().archive.taxonomy, listed()
    q, by_name = request.args.get("q", ""), request.args.get("sort") == "name"
    found = [
        taxonomy[one.key] for one in taxonomy.lookup.find(q, lambda key: counts.get(key, 0), FOUND)
    ]
    walls = {
        scheme: wall(taxonomy, counts, scheme, by_name, _wanted_page(scheme))
        for scheme in taxonomy.schemes
    }
    return _negotiated(
        render_template("tags.html", counts=counts, q=q, by_name=by_name, found=found, listed=walls)
    )


def _wanted_page(scheme: str) -> int:
    number = request.args.get("page", "")
    asked = request.args.get("scheme") == scheme and number.isascii() and number.isdigit()
    return int(number[:6]) if asked else 1


@blueprint.get("/syntax")
def syntax() -> str:
    """How to ask, with examples that run."""
    return render_template("syntax.html", plain=PLAIN)


@blueprint.get("/favicon.ico")
def favicon() -> AnyResponse:
    """What browsers ask for unasked."""
    return current_app.send_static_file("icon.png")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everything but the endless combinations of tags may be searched."""
    base, root = current_publisher().addresses.base, current_publisher().addresses.root
    lines = [
        "User-agent: *",
        f"Disallow: {root}/search",
        f"Disallow: {root}/api/",
        f"# all feeds: {base}/tags.opml",
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _concept_form() -> str:
    """The form of SKOS that the client prefers to a page; "" for none."""
    best = request.accept_mimetypes.best_match(["text/html", *CONCEPTS])
    return CONCEPTS.get(best or "", "")


def _negotiated(page: str) -> Response:
    made = make_response(page)
    made.headers["Vary"] = "Accept"
    return made


def _page(expression: Expression, typed: str = "") -> str:
    permit(expression)
    before = cursor()
    publisher = current_publisher()
    page = publisher.pages.page(expression, before, visitor())
    excluded = []
    if before is None:
        excluded = publisher.pages.excluded(expression, EXCLUSIONS + 1, visitor())
    return render_template(
        "page.html",
        page=page,
        typed=typed,
        instead=_instead(typed, publisher),
        months=publisher.feeds.months(page.tag.key, visitor()) if page.tag else [],
        excluded=excluded[:EXCLUSIONS],
        more=len(excluded) > EXCLUSIONS,
    )


def _instead(typed: str, publisher: Publisher) -> Expression | None:
    """The question with tags in place of their names; None when there are none, or too many."""
    meant = with_tags(typed, publisher.archive.taxonomy.named)
    with suppress(ExpressionError):
        return publisher.archive.parse(meant) if meant else None
    return None

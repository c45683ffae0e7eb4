"""Answers that follow from versions: of the index, the taxonomy, the settings, the code, and who may see what.

Their validator is made of these and of the address, before anything is looked up; so a client that has
the present answer is told so without making it, and what was made is kept like a feed.
"""

from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl

from flask import Response, current_app, g, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from feed.formats import JSONLD_TYPE, TURTLE_TYPE
from feed.publishing.representations import SMALLEST, Representation
from feed.settings import Settings
from feed.web.conditional import answer, knows
from feed.web.request_context import current_publisher, is_private

PACKAGE = Path(__file__).parent.parent
VERSIONED = {
    "pages.home", "pages.search", "pages.tag", "pages.article", "pages.tags", "pages.syntax", "feeds.opml",
    "api.expression", "api.tags", "api.excluded", "api.explain",
}  # fmt: skip
# The parameters that answers depend on; others, as readers and campaigns add them, change nothing.
PARAMETERS = ("q", "before", "article", "sort", "scheme", "page", "limit")
SECRET = "token"


@cache
def code_digest() -> str:
    """What all answers are made by: our code and templates."""
    digest = sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in (".py", ".html", ".css", ".js"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def site_digest(settings: Settings, birth: int) -> str:
    """What does not change while a process lives: the code, the settings, the database."""
    text = "\n".join([code_digest(), settings.title, settings.public_url, settings.hub, str(birth)])
    return sha256(text.encode()).hexdigest()


@lru_cache(maxsize=4096)
def question_of(query: str) -> tuple[tuple[str, str], ...] | None:
    """What a query string asks, each parameter once, in one order; None when it holds a token."""
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        given.setdefault(name, value)
    if SECRET in given:
        return None
    return tuple((name, given[name]) for name in PARAMETERS if name in given)


@lru_cache(maxsize=1024)
def shape_of(accept: str) -> str:
    """What a client that says so gets where there is a page and SKOS of it."""
    wanted = parse_accept_header(accept, MIMEAccept)
    return wanted.best_match(["text/html", JSONLD_TYPE, TURTLE_TYPE]) or ""


def is_versioned() -> bool:
    """Does the answer to this request follow from versions, and is it for everybody?"""
    return (
        request.endpoint in VERSIONED
        and request.method in ("GET", "HEAD")
        and not is_private()
        and SECRET not in request.args
        and "Authorization" not in request.headers
    )


def version_etag() -> str:
    """The validator of the answer to this request, as things are."""
    archive = current_publisher().archive
    query = request.query_string.decode("latin-1")
    parts = (
        current_app.extensions["site_digest"],
        archive.current_snapshot().version,
        archive.taxonomy.digest,
        request.path,
        question_of(query),
        shape_of(request.headers.get("Accept", "")),
    )
    return f'"v{sha256(repr(parts).encode()).hexdigest()[:24]}"'


def unchanged() -> Response | None:
    """304 for a client that has the present answer; None when it has not, or that is not known.

    What is named has been answered with 200 in this very state, so that nobody has to look again.
    """
    named = request.headers.get("If-None-Match", "")
    if not named or named.strip() == "*" or not is_versioned() or g.get("by_token"):
        return None
    etag = version_etag()
    if not knows(named, etag):
        return None
    caching = (
        "no-cache" if request.blueprint == "api" else PAGE if request.blueprint == "pages" else ""
    )
    # Of what is long enough to be compressed: its validator says how.
    document = Representation(
        b" " * SMALLEST, "", etag, caching=caching, shared=request.blueprint != "pages"
    )
    g.unchanged = True
    return respond(document)


PAGE = "max-age=60"  # Cache-Control of pages: seconds a browser may show one without asking


def respond(document: Representation, private: bool = False, keep: bool = False) -> Response:
    """A document as the answer to the present request.

    Args:
        private: only for who asked.
        keep: the response cache answers this address from now on.
    """
    remember = request.environ.get("tagwire.keep")
    if keep and remember and not private:
        remember(document)
    status, headers, body = answer(document, request.environ, private, request.method == "HEAD")
    made = current_app.response_class(body, status)
    made.headers.clear()
    made.headers.extend(headers)
    return made

"""Feeds for readers: `/feed.atom`, `/country/azerbaijan.rss`, `/feed.json?q=...`, `/tags.opml`.

HTTP as RFC 9110 has it: strong validators, If-None-Match lists, HEAD equal to GET, Allow.
"""

import hashlib
import re
from http import HTTPStatus

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from feed.expression import Everything, Expression, Has
from feed.formats import OPML_TYPE, render_opml
from feed.web.door import cursor, publisher

blueprint = Blueprint("feeds", __name__)
MAX_AGE = 300  # seconds a cache may answer without asking
_ETAG = re.compile(r'(?:W/)?"([^"]*)"')
FORMS = "<any(atom, rss, json):form>"


@blueprint.get(f"/feed.{FORMS}")
def expression_feed(form: str) -> AnyResponse:
    """The feed of any expression; without `q`, of everything."""
    expression = publisher().parse(request.args.get("q", ""))
    if isinstance(expression, Has) and not expression.main:
        return redirect(
            publisher().addresses.feed(expression, form, cursor()), HTTPStatus.PERMANENT_REDIRECT
        )
    return _feed(expression, form)


@blueprint.get(f"/<scheme>/<term>.{FORMS}")
def tag_feed(scheme: str, term: str, form: str) -> AnyResponse:
    """The feed of one tag; a renamed tag is redirected."""
    asked = f"{scheme}:{term}"
    key = publisher().vocabulary.resolve(asked)
    if key != asked:
        return redirect(
            publisher().addresses.feed(Has(key), form, cursor()), HTTPStatus.PERMANENT_REDIRECT
        )
    return _feed(Has(key), form)


@blueprint.get("/tags.opml")
def opml() -> AnyResponse:
    """All tag feeds, to import into a reader."""
    door = publisher()
    title = f"{door.settings.title}: all tags"
    body = render_opml(title, door.outlines(), door.addresses.page(Everything()))
    answer = conditional(body, OPML_TYPE, f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')
    answer.headers["Content-Disposition"] = 'inline; filename="tagwire.opml"'
    return answer


def _feed(expression: Expression, form: str) -> Response:
    door = publisher()
    document = door.feed(expression, form, cursor())
    answer = conditional(document.body, document.media_type, document.etag)
    links = [f'<{door.addresses.feed(expression, form, cursor())}>; rel="self"']
    links.append(f'<{door.addresses.page(expression)}>; rel="alternate"; type="text/html"')
    if document.next_url:
        links.append(f'<{document.next_url}>; rel="next"')
    answer.headers["Link"] = ", ".join(links)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def conditional(body: bytes, media_type: str, etag: str) -> Response:
    """200 with the body, or 304 without it when the client has these very bytes."""
    if knows(request.headers.get("If-None-Match", ""), etag):
        answer = Response(status=HTTPStatus.NOT_MODIFIED)
        del answer.headers["Content-Type"]
    else:
        answer = Response(body, content_type=f"{media_type}; charset=utf-8")
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def knows(header: str, etag: str) -> bool:
    """Does an If-None-Match header name this validator? By weak comparison (RFC 9110, 13.1.2).

    Proxies that compress mark the tag with a suffix; it still means these bytes.
    """
    if header.strip() == "*":
        return True
    wanted = etag.strip('"')
    return any(re.sub(r"-(?:gzip|br|zstd|df)$", "", tag) == wanted for tag in _ETAG.findall(header))

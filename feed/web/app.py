"""The application: blueprints, and errors as answers."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import cast
from urllib.parse import quote

from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from feed.errors import (
    ExpressionError,
    Forbidden,
    Gone,
    NotFound,
    QueryTimeout,
    StaleSnapshot,
    StoreError,
)
from feed.index.snapshot import Snapshot
from feed.publisher import Publisher
from feed.query.expression import Everything, Expression, title_of
from feed.web import api, feeds, hubs, monitor, pages, sources
from feed.web.chips import hue_of, leading
from feed.web.conditional import PRIVATE
from feed.web.gate import Gate
from feed.web.headers import finished
from feed.web.highlight import highlight, sentence
from feed.web.listing import READERS, by_day, within
from feed.web.log_lines import in_one_line
from feed.web.request_context import (
    addresses,
    article_path,
    check_password,
    current_publisher,
    path_of,
    unauthorized,
    unchecked,
)
from feed.web.versions import site_digest, unchanged

logger = logging.getLogger(__name__)


class _Application(Flask):
    """Flask, where a request sees one state: index, taxonomy and access as of one commit."""

    def full_dispatch_request(self) -> Response:
        """The answer to the present request; asked again when a commit has overtaken it."""
        archive = cast(Publisher, self.extensions["publisher"]).archive
        first = request.environ.get("tagwire.snapshot")
        try:
            return archive.query(self._answer, first)
        except StoreError as e:  # there is no state to see
            _forget()
            return self.finalize_request(_store_error(e))

    def _answer(self, snapshot: Snapshot) -> Response:
        _forget()
        return super().full_dispatch_request()


def _forget() -> None:
    """What an attempt before has noted of the request is no longer so."""
    for name in list(g):
        g.pop(name)


def create_app(publisher: Publisher) -> Flask:
    """A WSGI application that serves one publisher; it holds no state of its own."""
    app = _Application(__name__)
    app.extensions["publisher"] = publisher
    birth = publisher.archive.store.counter("birth")
    app.extensions["site_digest"] = site_digest(publisher.settings, birth)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["highlight"] = highlight
    app.jinja_env.filters["sentence"] = sentence
    app.jinja_env.filters["leading"] = leading
    app.jinja_env.filters["by_day"] = by_day
    app.jinja_env.filters["within"] = within
    app.jinja_env.filters["said"] = _said
    app.jinja_env.globals["readers"] = READERS
    app.jinja_env.globals["path_of"] = path_of
    app.jinja_env.globals["article_path"] = article_path
    app.jinja_env.globals["hue_of"] = lambda scheme: hue_of(scheme, publisher.archive.taxonomy)
    app.jinja_env.globals["root"] = publisher.addresses.root
    app.context_processor(lambda: _context(publisher))
    app.register_blueprint(feeds.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(monitor.blueprint)
    app.register_blueprint(sources.blueprint)
    app.register_blueprint(hubs.blueprint)
    app.before_request(check_password)
    app.before_request(unchanged)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Forbidden, _forbidden)
    app.register_error_handler(ExpressionError, _bad_expression)
    app.register_error_handler(StoreError, _store_error)
    app.register_error_handler(HTTPException, _http_error)
    app.after_request(_finish)
    app.logger.addFilter(in_one_line)
    app.wsgi_app = Gate(app.wsgi_app)  # type: ignore[method-assign,assignment]
    return app


def _said(expression: Expression) -> str:
    """An expression in words."""
    return title_of(expression, current_publisher().archive.vocabulary.label)


def _context(publisher: Publisher) -> dict[str, object]:
    return {
        "site": publisher.settings.title,
        "base": publisher.addresses.base,
        "addresses": addresses(),
        "newest": addresses().feeds(Everything()),
        "taxonomy": publisher.archive.taxonomy,
    }


def _wants_text() -> bool:
    """Feed readers and scripts get errors as plain text, browsers as a page."""
    best = request.accept_mimetypes.best_match(["text/plain", "text/html"])
    return best != "text/html" or request.path.endswith((".atom", ".rss", ".json"))


def _answer(
    code: int,
    title: str,
    message: str,
    plain: str = "",
    tries: Mapping[str, str] = MappingProxyType({}),
    **details: object,
) -> Response:
    """An error in JSON, as text or as a page.

    On a page, `plain` is the message without the suggestions: these are links there, each to the
    question in `tries`.
    """
    if request.path.startswith("/api/"):
        error = {"title": title, "message": message, **details}
        if tries:
            error |= {"tags": list(tries), "corrected": list(tries.values())}
        answer = jsonify({"error": {key: value for key, value in error.items() if value}})
        answer.status_code = code
        return answer
    if _wants_text():
        lines = [f"{title}: {message}", *(str(v) for k, v in details.items() if k == "pointer")]
        return Response("\n".join(lines) + "\n", code, content_type="text/plain; charset=utf-8")
    page = render_template(
        "error.html", title=title, message=plain or message, tries=tries, **details
    )
    return Response(page, code)


def _not_found(error: NotFound) -> Response:
    if isinstance(error, Gone):
        return _answer(410, "Gone", str(error))
    tries = {key: key for key in error.suggestions if ":" in key}
    return _answer(404, "Not Found", str(error), error.plain, tries)


def _bad_expression(error: ExpressionError) -> Response:
    return _answer(
        400, "This expression cannot be read", str(error), error.plain, error.corrected,
        pointer=error.pointer, q=error.text, position=error.position + 1,
    )  # fmt: skip


def _forbidden(error: Forbidden) -> Response:
    answer = _answer(403, "Private", str(error))
    answer.headers["Cache-Control"] = PRIVATE
    return answer


def _store_error(error: StoreError) -> Response:
    if isinstance(error, StaleSnapshot):
        raise error  # the whole request is asked again
    if isinstance(error, QueryTimeout):
        answer = _answer(503, "This takes too long", str(error))
    else:  # it names hosts and files: that is for the keeper's eyes
        logger.error("%r is answered with 503: %s", request.path, error)
        answer = _answer(503, "The database does not answer", "come again in half a minute")
    answer.headers["Retry-After"] = "30"
    return answer


def _http_error(error: HTTPException) -> AnyResponse:
    if error.code == HTTPStatus.NOT_FOUND and (to := _without_slash()):
        return redirect(to, HTTPStatus.PERMANENT_REDIRECT)
    answer = _answer(error.code or 500, error.name, error.description or "")
    for name, value in error.get_headers():
        if name.lower() in ("www-authenticate", "retry-after"):
            answer.headers[name] = value
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


def _without_slash() -> str:
    """Where the address leads without the slash that people add at its end; "" for nowhere."""
    path = request.path.rstrip("/")
    if path == request.path or not path or request.url_rule:
        return ""
    adapter = current_app.create_url_adapter(request)
    if adapter is None or not adapter.test(path, "GET"):
        return ""
    query = quote(request.query_string, safe="%:@!$&'()*+,;=/?~")
    return addresses().base + quote(path) + (f"?{query}" if query else "")


def _finish(answer: Response) -> Response:
    return finished(cast(Response, _http_error(unauthorized())) if unchecked() else answer)

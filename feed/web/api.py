"""Answers for programs, in JSON: what an expression means, removes, and why it holds an article."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from feed.query.explain import Clause
from feed.query.expression import title_of
from feed.web.request_context import addresses, current_publisher, listed, permit, visitor

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/expression")
def expression() -> Response:
    """The canonical text of `q`, its title, its feeds, and how many articles it holds."""
    publisher = current_publisher()
    asked = publisher.archive.parse(request.args.get("q", ""))
    permit(asked)
    return _json({
        "q": str(asked),
        "title": title_of(asked, publisher.archive.vocabulary.label),
        "total": publisher.pages.count(asked, visitor()),
        "page": addresses().page(asked),
        "feeds": addresses().feeds(asked),
    })  # fmt: skip


@blueprint.get("/tags")
def tags() -> Response:
    """The tags that people may mean by `q`, the likeliest first, at most `limit` (10, up to 50)."""
    taxonomy = current_publisher().archive.taxonomy
    counts = listed()
    number = request.args.get("limit", "10")
    limit = min(int(number[:3]), 50) if number.isascii() and number.isdigit() else 10

    def uses(key: str) -> int:
        return counts.get(key, 0)

    found = taxonomy.lookup.find(request.args.get("q", ""), uses, limit)
    return _json({
        "tags": [
            {
                "key": one.key,
                "scheme": taxonomy[one.key].scheme,
                "label": taxonomy[one.key].label,
                "name": one.name,
                "articles": uses(one.key),
            }
            for one in found
        ]
    })  # fmt: skip


@blueprint.get("/excluded")
def excluded() -> Response:
    """What each exclusion of `q` keeps out of its feed, and by which clause."""
    publisher = current_publisher()
    asked = publisher.archive.parse(request.args.get("q", ""))
    permit(asked)
    return _json({
        "q": str(asked),
        "exclusions": [
            {
                "clause": str(removed.clause),
                "total": removed.total,
                "q": str(removed.question),
                "newest": [
                    {
                        "id": entry.article.id,
                        "title": entry.article.title,
                        "url": entry.link,
                        "page": entry.page,
                        "published": entry.article.published.isoformat(),
                        "explain": addresses().explain(asked, entry.article.slug),
                    }
                    for entry in removed.entries
                ],
            }
            for removed in publisher.pages.excluded(asked, visitor=visitor())
        ],
    })  # fmt: skip


@blueprint.get("/explain")
def explain() -> Response:
    """Clause by clause, why `q` holds an `article` (its id or short name) or does not."""
    name = request.args.get("article")
    if not name:
        raise BadRequest("'article' is missing: give the id of an article, or the name in its URL")
    publisher = current_publisher()
    asked = publisher.archive.parse(request.args.get("q", ""))
    permit(asked)
    clause = publisher.pages.explain(asked, name, visitor())
    return _json({"q": str(asked), "article": name, **_clause(clause)})


def _clause(clause: Clause) -> dict[str, Any]:
    found: dict[str, Any] = {"clause": clause.text, "holds": clause.holds}
    if clause.because:
        found["because"] = clause.because
    if clause.parts:
        found["parts"] = [_clause(part) for part in clause.parts]
    return found


def _json(content: Mapping[str, Any]) -> Response:
    answer = jsonify(content)
    answer.headers["Cache-Control"] = "no-cache"
    return answer

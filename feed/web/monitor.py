"""Answers for monitors: whether the site is well, and its figures. Nobody may keep them."""

from flask import Blueprint, Response

from feed.web.request_context import current_publisher

blueprint = Blueprint("monitor", __name__)


@blueprint.get("/healthz")
def health() -> Response:
    """200 while the process answers and the database can be read."""
    current_publisher().archive.current_snapshot()
    return _text("ok")


@blueprint.get("/readyz")
def ready() -> Response:
    """200 when the database can be read and the index is in memory, 503 otherwise."""
    current_publisher().archive.current_snapshot()
    return _text("ok")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures in Prometheus' text format."""
    publisher = current_publisher()
    figures = {
        "articles": publisher.archive.count(),
        "tags": len(publisher.archive.taxonomy),
        "version": publisher.archive.current_snapshot().version,
        "stale_articles": publisher.archive.stale(),
    }
    lines = [f"# TYPE tagwire_{name} gauge\ntagwire_{name} {n}" for name, n in figures.items()]
    return _text("\n".join(lines), "text/plain; version=0.0.4; charset=utf-8")


@blueprint.after_request
def _passing(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _text(text: str, content_type: str = "text/plain; charset=utf-8") -> Response:
    return Response(text + "\n", content_type=content_type)

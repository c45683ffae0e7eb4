"""Where hubs reach us: they confirm subscriptions, and tell of news. The token in the address is all they need."""

import time

from flask import Blueprint, Response, request

from feed.jobs.subscribe import Reply, Subscriber
from feed.web.request_context import current_publisher

MAX_PUSHED = 2 << 20  # bytes of a push; who sends more gets 413
blueprint = Blueprint("hubs", __name__)


@blueprint.get("/websub/<token>")
def verify(token: str) -> Response:
    """A hub asks whether we subscribed."""
    return _answered(_subscriber().verify(token, request.args))


@blueprint.post("/websub/<token>")
def receive(token: str) -> Response:
    """A hub tells us of news."""
    request.max_content_length = MAX_PUSHED
    signature = request.headers.get("X-Hub-Signature", "")
    return _answered(_subscriber().receive(token, signature, request.get_data()))


def _subscriber() -> Subscriber:
    publisher = current_publisher()
    return Subscriber(publisher.archive.store, "", time.time)


def _answered(reply: Reply) -> Response:
    answer = Response(reply.text, reply.status, content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"  # the challenge is the hub's own text
    return answer

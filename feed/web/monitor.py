"""Answers for monitors: whether the site is well, and its figures. Nobody may keep them."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from feed.errors import Forbidden
from feed.ingest.archive import Archive
from feed.publishing.access import KEEPER
from feed.store.sources import health as figures_of
from feed.web.request_context import current_publisher, visitor

if TYPE_CHECKING:  # the name exists for type checkers alone
    from prometheus_client import Metric

LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
# What a proxy adds: then the request came from elsewhere.
FORWARDED = frozenset(("forwarded", "x-forwarded-for", "x-real-ip"))
blueprint = Blueprint("monitor", __name__)


@blueprint.get("/healthz")
def health() -> Response:
    """200 while the process answers and the database can be read."""
    current_publisher().archive.current_snapshot()
    return _text("ok")


@blueprint.get("/readyz")
def ready() -> Response:
    """200 when the database can be read, and its articles are tagged as this process would tag them;
    503 with a sentence otherwise."""
    archive = current_publisher().archive
    archive.current_snapshot()
    complaint = archive.rules.complaint()
    return _text(complaint or "ok", status=503 if complaint else 200)


class _Figures:
    """What is counted when somebody asks; a collector of prometheus_client."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def collect(self) -> "Iterator[Metric]":
        from prometheus_client.core import GaugeMetricFamily

        archive = self._archive
        yield GaugeMetricFamily("tagwire_articles", "Articles in the archive", archive.count())
        yield GaugeMetricFamily("tagwire_tags", "Tags of the taxonomy", len(archive.taxonomy))
        version = archive.current_snapshot().version
        yield GaugeMetricFamily("tagwire_version", "The last commit", version)
        stale = archive.stale()
        yield GaugeMetricFamily("tagwire_stale_articles", "Tagged by another taxonomy", stale)
        sources = GaugeMetricFamily("tagwire_sources", "Sources by how they are", labels=["state"])
        for state, count in figures_of(archive.store.sources.all(), time.time()).items():
            sources.add_metric([state], count)
        yield sources


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures as Prometheus reads them: its text format, or OpenMetrics for who prefers that.

    They count what is hidden, too: so they are for this host, and for who has a password or the
    token of the whole site.
    """
    local = request.remote_addr in LOOPBACK and not FORWARDED & set(
        request.headers.keys(lower=True)
    )
    if not local and visitor() != KEEPER:
        raise Forbidden("the figures are for this host, or for a token of the whole site")
    # Few ask, and the library takes its time to load.
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder

    registry = CollectorRegistry()
    registry.register(_Figures(current_publisher().archive))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=content_type)


@blueprint.after_request
def _passing(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _text(text: str, status: int = 200) -> Response:
    return Response(text + "\n", status, content_type="text/plain; charset=utf-8")

"""The page of the sources: what came of each, and when it is asked next. No address of a feed is on it."""

import time

from flask import Blueprint, Response, render_template

from feed.sources.upstream import State, span
from feed.store.sources import SourceRow, health
from feed.web.request_context import current_publisher

blueprint = Blueprint("sources", __name__)
_ORDER = {"failing": 0, "silent": 1, "well": 2, "paused": 3, "gone": 4}


@blueprint.get("/sources")
def sources() -> Response:
    """All sources, those with trouble first."""
    now = time.time()
    rows = current_publisher().archive.store.sources.all()
    rows.sort(key=lambda row: (_ORDER[row.upstream.health(now)], row.upstream.name.lower()))
    page = render_template(
        "sources.html", rows=[_shown(row, now) for row in rows], counts=health(rows, now)
    )
    return Response(page, headers={"Cache-Control": "no-store"})


def _shown(row: SourceRow, now: float) -> dict[str, object]:
    up = row.upstream
    return {
        "name": up.name,
        "home": up.home,
        "health": up.health(now),
        "words": up.words(now),
        "asked": f"{span(now - up.asked)} ago" if up.asked else "never",
        "next": _next(row, now),
        "week": up.a_week(now),
        "duplicates": f"{up.duplicate_share:.0%}",
    }


def _next(row: SourceRow, now: float) -> str:
    if row.upstream.state is not State.ACTIVE:
        return ""
    return f"in {span(row.next_at - now)}" if row.next_at > now else "now"

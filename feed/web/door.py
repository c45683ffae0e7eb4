"""What every view needs: the publisher, and the parameters that all pages share."""

from typing import cast

from flask import current_app, request
from werkzeug.exceptions import BadRequest

from feed.publisher import Publisher


def publisher() -> Publisher:
    """The publisher this application serves."""
    return cast(Publisher, current_app.extensions["publisher"])


def cursor() -> int | None:
    """The arrival number in `?before=`, or None for the newest page."""
    text = request.args.get("before")
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise BadRequest("'before' should be a number taken from a 'next' link")
    return int(text)

"""Floor 4: the web. `create_app(publisher)` makes a Flask application of a publisher."""

from feed.web.app import create_app

__all__ = ["create_app"]

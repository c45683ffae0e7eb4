"""The web. `application` is what a WSGI server runs; `create_app(publisher)` a Flask application of a publisher."""

from feed.web.app import create_app
from feed.web.wsgi import application

__all__ = ["application", "create_app"]

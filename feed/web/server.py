"""The server process: granian around the Flask application."""

import os
from dataclasses import fields

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from feed.publisher import Publisher
from feed.settings import Settings, read_settings
from feed.tagsfile import load_taxonomy
from feed.web.app import create_app


def run(publisher: Publisher) -> None:
    """Serve until interrupted. The worker makes its own publisher of the same settings."""
    settings = publisher.settings
    for field in fields(Settings):
        os.environ[field.metadata["variable"]] = getattr(settings, field.name)
    os.environ["TAGWIRE_TAGS"] = str(settings.taxonomy_path)
    Granian(
        "feed.web.server:application",
        address=settings.host,
        port=int(settings.port),
        interface=Interfaces.WSGI,
        blocking_threads=2,
        factory=True,
        log_level=LogLevels.warning,
    ).serve()


def application() -> Flask:
    """The application of the environment's settings: what any WSGI server may be pointed at."""
    settings = read_settings()
    return create_app(Publisher(settings, load_taxonomy(settings.taxonomy_path)))

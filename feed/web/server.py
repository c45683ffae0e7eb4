"""The server process: granian around the Flask application."""

import os
import socket
from dataclasses import fields

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from feed.errors import SettingError
from feed.publisher import Publisher
from feed.settings import Settings, read_settings
from feed.tagsfile import load_taxonomy
from feed.web.app import create_app


def run(publisher: Publisher) -> None:
    """Serve until interrupted. The worker makes its own publisher of the same settings."""
    settings = publisher.settings
    _check_port(settings)
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


def _check_port(settings: Settings) -> None:
    """Raise when someone listens there already: two servers would share the readers silently."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, int(settings.port)))
        except OSError as e:
            raise SettingError(
                f"cannot listen on {settings.host}:{settings.port}: {e.strerror};"
                " choose another with --port or TAGWIRE_PORT"
            ) from e


def application() -> Flask:
    """The application of the environment's settings: what any WSGI server may be pointed at."""
    settings = read_settings()
    return create_app(Publisher(settings, load_taxonomy(settings.taxonomy_path)))

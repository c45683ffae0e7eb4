"""The server process: granian around the Flask application."""

import os
import socket
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from feed.errors import SettingError
from feed.publisher import Publisher
from feed.settings import Settings, read_settings
from feed.web.app import create_app
from feed.web.limit import Limit
from feed.web.reload import LAST_GOOD, Reloader, keep, load_or_last_good
from feed.web.thin import ThinLayer
from feed.websub import Announcer

if TYPE_CHECKING:  # the name exists for type checkers alone
    from _typeshed.wsgi import WSGIApplication


def run(publisher: Publisher, access_log: bool = False) -> None:
    """Serve until interrupted. The worker makes its own publisher of the same settings."""
    settings = publisher.settings
    _check_port(settings)
    for field in fields(Settings):
        os.environ[field.metadata["variable"]] = getattr(settings, field.name)
    os.environ["TAGWIRE_TAGS"] = str(settings.taxonomy_path)
    # SQLite answers at once, and Python runs one thread at a time anyway: a second one only costs
    # switching. A database server may keep one waiting, so there others go on.
    threads = 1 if settings.database.startswith("sqlite") else 4
    with tempfile.TemporaryDirectory(prefix="tagwire-") as folder:
        os.environ[LAST_GOOD] = str(Path(folder, "last-good.json"))
        keep(publisher.taxonomy)
        Granian(
            "feed.web.server:application",
            address=settings.host,
            port=int(settings.port),
            interface=Interfaces.WSGI,
            blocking_threads=threads,
            factory=True,
            log_level=LogLevels.info if access_log else LogLevels.warning,
            log_access=access_log,
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


def application() -> "WSGIApplication":
    """The application of the environment's settings: what any WSGI server may be pointed at.

    It goes on with a changed taxonomy by itself. SIGHUP starts new workers, which do the same.
    """
    settings = read_settings()
    publisher = Publisher(settings, load_or_last_good(settings.taxonomy_path))
    Reloader(publisher, settings.taxonomy_path).start()
    if settings.hub:
        Announcer(publisher).start()
    return serving(publisher)


def serving(publisher: Publisher) -> "WSGIApplication":
    """The application as it is served: with the thin layer, unless all is behind a password."""
    settings = publisher.settings
    flask = create_app(publisher)
    application = flask if settings.basic else ThinLayer(flask, publisher)
    return Limit(application, int(settings.rate)) if settings.rate else application

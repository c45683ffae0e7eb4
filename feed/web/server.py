"""The server process: an event loop around the application, until it is told to end."""

import asyncio
import logging
import resource
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from feed.errors import SettingError
from feed.jobs.poll import polling
from feed.jobs.retagging import Retagger
from feed.jobs.websub import Announcer
from feed.log import set_up
from feed.publisher import Publisher
from feed.settings import read_settings, unknown_variables
from feed.taxonomy.loader import load_taxonomy
from feed.web.app import create_app
from feed.web.front import Connection, Front, Log
from feed.web.limit import Limit
from feed.web.reload import Reloader
from feed.web.response_cache import ResponseCache

if TYPE_CHECKING:  # the name exists for type checkers alone
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)
BACKLOG = 512  # connections that wait to be accepted
FILES = 16_384  # open at the same time, at most
QUIET = 5.0  # seconds between two complaints of the same kind
OWN_FILES = 64  # of them for the database and the like
URGENT = ("/healthz", "/readyz")  # a monitor's questions wait for no feed


def run(publisher: Publisher, log: Log | None = None, poll: bool = False) -> None:
    """Serve until interrupted (SIGINT or SIGTERM); SIGHUP looks for a changed taxonomy at once.

    Args:
        log: gets a line for every request.
        poll: ask the sources, too.

    Raises:
        SettingError: nobody can listen there.
    """
    settings = publisher.settings
    reloader = _watch(publisher)
    # SQLite answers at once, and Python runs one thread at a time anyway: a second one only costs
    # switching. A database server may keep one waiting, so there others go on, and nothing that
    # asks it is done in the event loop.
    embedded = settings.database.startswith("sqlite")
    application = serving(publisher)
    cache = application if embedded and isinstance(application, ResponseCache) else None
    front = Front(application, cache, 1 if embedded else 4, log, URGENT, _most_connections())
    with ExitStack() as jobs:
        if poll:
            jobs.enter_context(polling(publisher.archive, settings)).start()
        asyncio.run(_serve(front, settings.host, settings.port, reloader.wake))


def _most_connections() -> int:
    """As many as there may be open files, less what we need ourselves."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return max(16, min(FILES, soft) - OWN_FILES)


async def _serve(front: Front, host: str, port: int, wake: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(Complaints())
    ended = asyncio.Event()
    try:
        server = await loop.create_server(lambda: Connection(front), host, port, backlog=BACKLOG)
    except (OSError, UnicodeError) as e:  # no such host, or none that could be
        reason = (getattr(e, "strerror", "") or str(e)).rpartition(": ")[2]
        raise SettingError(
            f"cannot listen on {host}:{port}: {reason}; choose another with --port or TAGWIRE_PORT"
        ) from e
    front.server = host, port
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    loop.add_signal_handler(signal.SIGHUP, wake)
    sweep = asyncio.create_task(front.sweep())
    try:
        await ended.wait()
    finally:
        sweep.cancel()
        server.close()
        await front.end()


def application() -> "WSGIApplication":
    """The application of the environment's settings: what any WSGI server may be pointed at."""
    settings = read_settings()
    if not logging.getLogger().handlers:  # else whoever runs us has decided how to log
        set_up(settings.log_level, settings.log_form)
    for sentence in unknown_variables():
        logger.warning(sentence)
    publisher = Publisher(settings, load_taxonomy(settings.taxonomy_path))
    _watch(publisher)
    return serving(publisher)


def _watch(publisher: Publisher) -> Reloader:
    """Go on with a changed taxonomy, and tell a hub of changed feeds."""
    reloader = Reloader(publisher, publisher.settings.taxonomy_path)
    reloader.start()
    Retagger(publisher.archive).start()
    if publisher.settings.open_hub:
        Announcer(publisher).start()
    return reloader


def serving(publisher: Publisher) -> "WSGIApplication":
    """The application as it is served: with the response cache, unless all is behind a password."""
    settings = publisher.settings
    flask = create_app(publisher)
    application = flask if settings.basic else ResponseCache(flask, publisher)
    return Limit(application, settings.rate) if settings.rate else application


class Complaints:
    """What an event loop complains of, each kind of it once in a while: it may be often."""

    def __init__(self) -> None:
        self._said: dict[str, float] = {}

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The loop's exception handler."""
        error = context.get("exception")
        what = f"{context.get('message')}: {error}" if error else str(context.get("message"))
        now = time.monotonic()
        if now - self._said.get(what, -QUIET) >= QUIET:
            self._said = {what: now}
            unexpected = error is not None and not isinstance(error, OSError)
            logger.error("%s", what, exc_info=error if unexpected else None)

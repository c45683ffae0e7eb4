"""The application as any WSGI server may be pointed at: `feed.web:application`.

Nothing is opened and no thread begins before the first request of a process, so that a server may load it
and then fork (gunicorn's --preload), and every worker has connections and threads of its own.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from feed.errors import TagwireError
from feed.jobs.poll import polling
from feed.jobs.releasing import Releaser
from feed.jobs.retagging import Retagger
from feed.jobs.websub import Announcer
from feed.log import set_up
from feed.publisher import Publisher
from feed.settings import Settings, read_settings, unknown_variables
from feed.taxonomy.loader import load_taxonomy
from feed.web.access_log import AccessLog, Log
from feed.web.app import create_app
from feed.web.limit import Limit
from feed.web.reload import Reloader
from feed.web.response_cache import ResponseCache

if TYPE_CHECKING:  # these names exist for type checkers alone
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)


class Site:
    """A site with the threads that keep it up to date, in this process."""

    def __init__(self, settings: Settings, log: Log | None = None) -> None:
        self._publisher = Publisher(settings, load_taxonomy(settings.taxonomy_path))
        self.reloader = Reloader(self._publisher, settings.taxonomy_path)
        self.reloader.start()
        Retagger(self._publisher.archive).start()
        Releaser(self._publisher.archive).start()
        if settings.open_hub:
            Announcer(self._publisher).start()
        self.application = serving(self._publisher, log)

    def poll(self) -> Callable[[], None]:
        """Ask the sources, too; of several processes, each asks some. Returns what ends it."""
        jobs = ExitStack()
        jobs.enter_context(polling(self._publisher.archive, self._publisher.settings)).start()
        return jobs.close


def serving(publisher: Publisher, log: Log | None = None) -> "WSGIApplication":
    """A publisher's site as it is served: with the response cache, and what the settings ask for.

    Args:
        log: gets a line for every request.
    """
    settings = publisher.settings
    application: WSGIApplication = create_app(publisher)
    if not settings.basic:
        application = ResponseCache(application, publisher)
    if settings.rate:
        application = Limit(application, settings.rate)
    if log is not None:
        application = AccessLog(application, log)
    if stand := settings.proxies:
        # The last so many entries were written by proxies of ours; those before, by anybody.
        application = ProxyFix(application, x_for=stand, x_proto=stand, x_host=stand)
    return application


class Application:
    """A WSGI application that is made when the first request comes, in each process anew.

    Where it cannot be made, requests get 503, and the log says why; the next one tries again.
    """

    def __init__(self, make: "Callable[[], WSGIApplication]") -> None:
        self._make = make
        self._made: tuple[int, WSGIApplication] | None = None
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._lock = threading.Lock()  # another process may have held the former one

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        made = self._made
        if made is None or made[0] != os.getpid():
            try:
                made = self._prepared()
            except TagwireError as e:
                logger.error("the site cannot be served: %s", e)
                return _unavailable(start)
        return made[1](environ, start)

    def _prepared(self) -> "tuple[int, WSGIApplication]":
        with self._lock:
            if self._made is None or self._made[0] != os.getpid():
                self._made = os.getpid(), self._make()
            return self._made


def _unavailable(start: "StartResponse") -> Iterable[bytes]:
    body = (
        b"Service Unavailable: the site cannot be served at present; come again in half a minute\n"
    )
    fields = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Retry-After", "30"),
    ]
    start("503 Service Unavailable", fields)
    return [body]


def _of_the_environment() -> "WSGIApplication":
    """The site that the environment's settings describe."""
    settings = read_settings()
    if not logging.getLogger().handlers:  # else whoever runs us has decided how to log
        set_up(settings.log_level, settings.log_form)
    for sentence in unknown_variables():
        logger.warning(sentence)
    return Site(settings).application


application = Application(_of_the_environment)

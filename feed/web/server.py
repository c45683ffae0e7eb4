"""`tagwire serve`: granian, with its sharp edges set. One parent process, and workers that answer.

The parent binds the socket, starts a worker again that has died, and passes SIGHUP on as "look for a
changed taxonomy". It has no database open and runs nothing of ours.
"""

import gc
import logging
import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from granian._granian import SocketHolder
from granian.constants import Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer, WorkerProcess

from feed.errors import SettingError, TagwireError, TaxonomyError
from feed.log import set_up
from feed.settings import Settings
from feed.taxonomy.loader import load_taxonomy
from feed.web.wsgi import Site

if TYPE_CHECKING:  # the name exists for type checkers alone
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)
BACKLOG = 1024  # connections that wait to be accepted
CONNECTIONS = 10_000  # of a worker at the same time; silent ones count, too
FILES = 16_384  # open at the same time, at most
MAX_HEAD = 64 << 10  # bytes of a request's head
HEAD_TIMEOUT = 20_000  # milliseconds for a head to arrive, and between two requests of a connection
GRACE = 10  # seconds for answers under way when a worker ends
STDOUT = 1  # the file of standard output
AWAY = 1.0  # seconds between two requests to end, of a worker whose parent is gone
# A thread of Python that computes lets others have a turn after so many seconds. A poll takes a
# tenth of a millisecond, and should not wait five for a page that is being made.
TURN = 0.0005


def run(settings: Settings, access_log: bool = False, poll: bool = False) -> None:
    """Serve until SIGINT or SIGTERM; SIGHUP looks for a changed taxonomy at once.

    Args:
        access_log: write a line for every request to standard output.
        poll: ask the sources, too.

    Raises:
        SettingError: nobody can listen there, or the certificate cannot be read.
    """
    gc.unfreeze()
    gc.collect()  # what was looked at before: the parent needs nothing of it
    _allow_files()
    # Python 3.14 has no other way that fits, so that all have this one: a worker begins afresh.
    multiprocessing.set_start_method("spawn", force=True)
    # Its advice on the number of threads: ours wait for the database, and each costs little.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.msg)
    server = _Server(settings)
    try:
        server.serve(target_loader=Worker(settings, access_log, poll), wrap_loader=False)
    except SystemExit as e:
        if e.code:
            raise SettingError(
                "the server's processes end as soon as they begin; the log says why"
            ) from e


@dataclass(frozen=True, slots=True)
class Worker:
    """Makes the application, in a process of its own."""

    settings: Settings
    access_log: bool
    poll: bool

    def __call__(self) -> "WSGIApplication":
        """Called once, in the worker's main thread."""
        set_up(self.settings.log_level, self.settings.log_form)
        try:
            site = Site(self.settings, _print if self.access_log else None)
            if self.poll:
                # Its threads would keep the process from ending, and are asked before it does.
                Finalize(None, site.poll(), exitpriority=1)
        except TagwireError as e:
            logger.error("%s", e)
            sys.exit(1)
        signal.signal(signal.SIGHUP, lambda *_: site.reloader.wake())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
        os.setpgid(0, 0)  # Ctrl-C is for the parent, which ends its workers in order
        threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
        sys.setswitchinterval(TURN)
        gc.collect()
        gc.freeze()  # what start-up built is kept for good
        return site.application


def _end_with_parent() -> None:
    """A worker whose parent was killed would keep the port, and nobody would start it again."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()  # also of one that was gone before anybody looked
        while True:  # what is still starting may not hear it the first time
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(AWAY)


def _print(line: str) -> None:
    """One line in one write, so that those of several processes do not mix."""
    with suppress(OSError):  # nobody reads it
        os.write(STDOUT, f"{line}\n".encode())


class _Server(MPServer):
    """granian as we need it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        try:
            super().__init__(
                "feed.web:application",
                settings.host,
                settings.port,
                Path(settings.socket) if settings.socket else None,
                interface=Interfaces.WSGI,
                websockets=False,
                workers=settings.workers,
                blocking_threads=settings.threads,
                # A thread that ends takes its connection to the database with it.
                blocking_threads_idle_timeout=600,
                backlog=BACKLOG,
                backpressure=CONNECTIONS,
                http1_settings=HTTP1Settings(HEAD_TIMEOUT, max_buffer_size=MAX_HEAD),
                log_level=LogLevels.warning,
                log_dictconfig=_logging(settings.log_form),
                ssl_cert=Path(settings.tls_certificate) if settings.tls_certificate else None,
                ssl_key=Path(settings.tls_key) if settings.tls_key else None,
                ssl_protocol_min=SSLProtocols.tls12,
                # One dead worker would end the server, and one that hangs would keep it from ending.
                respawn_failed_workers=True,
                workers_kill_timeout=GRACE,
            )
        except (OSError, ValueError) as e:
            raise SettingError(
                f"the certificate cannot be used: {e} (TAGWIRE_TLS_CERTIFICATE, TAGWIRE_TLS_KEY)"
            ) from e

    def _init_shared_socket(self) -> None:
        """One socket for all workers: what waits to be accepted is lost with none of them.

        granian gives each worker one of its own (SO_REUSEPORT), and lets a second server share it.
        """
        listening = (
            _listen_at(self.bind_uds) if self.bind_uds else _listen(self.bind_addr, self.bind_port)
        )
        listening.setblocking(False)
        listening.set_inheritable(True)
        holder: Any = SocketHolder  # its type says nothing of what it takes
        self._sso = cast("Any", listening)
        self._shd = holder(listening.fileno(), bool(self.bind_uds), BACKLOG)

    def _spawn_worker(self, *args: Any, **named: Any) -> WorkerProcess:
        """A worker that is not ended by a SIGHUP which comes before it can take one."""
        worker = super()._spawn_worker(*args, **named)
        start = worker.start

        def start_blocked() -> None:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})  # workers inherit it
            try:
                start()  # type: ignore[no-untyped-call]
            finally:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})

        worker.start = start_blocked  # type: ignore[method-assign]
        return worker

    def _reload(self, spawn_target: Any, target_loader: Any) -> None:
        """SIGHUP: a broken taxonomy is refused here; workers go on with a sound one, and stay."""
        self.reload_signal = False
        self.main_loop_interrupt.clear()
        try:
            load_taxonomy(self._settings.taxonomy_path)
        except TaxonomyError as e:
            logger.error("THE TAXONOMY WAS NOT LOADED, the former one stays in use:\n%s", e)
            return
        for process in multiprocessing.active_children():
            if process.pid is not None:
                os.kill(process.pid, signal.SIGHUP)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as e:  # no such host, or none that could be
        reason = getattr(e, "strerror", "") or str(e)
        raise SettingError(
            f"cannot listen on {host}:{port}: {reason}; choose another with --port or TAGWIRE_PORT"
        ) from e
    return listening


def _listen_at(path: Path) -> socket.socket:
    """A Unix socket in place of one that a former server left. Who may open its folder may connect."""
    listening = socket.socket(socket.AF_UNIX)
    try:
        if path.is_socket() and not _answers(path):
            path.unlink()
        listening.bind(str(path))
        path.chmod(0o666)
        listening.listen(BACKLOG)
    except OSError as e:
        listening.close()
        raise SettingError(f"cannot listen on {path}: {e.strerror} (TAGWIRE_SOCKET)") from e
    return listening


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def _logging(form: str) -> dict[str, Any]:
    """What granian has to say is written as our own lines are."""
    lines = f"feed.log.{'JsonLines' if form == 'json' else 'TextLines'}"
    handler = {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}
    return {
        "formatters": {"lines": {"()": lines}},
        "handlers": {"console": handler},
        "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
    }


def _allow_files() -> None:
    """Each connection is an open file: as many as may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

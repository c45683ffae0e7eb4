"""What exactly one process does: it holds a lease in the database and renews it while it lives.

    with leased(store, "retag"):       # refused while another process does it
        ...

    lease = Lease(store, "websub")     # or: whoever comes first, and the next one when that is gone
    lease.start()
    while ...:
        if lease.held:
            ...

A lease lasts 8 seconds and is renewed every 2; others look every second. So another process
takes over within 10 seconds of a death, and at once after an orderly end.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from feed.errors import LeaseHeld, StoreError
from feed.store.database import Store

SECONDS = 8.0  # a lease is good for
RENEW = 2.0  # seconds between two renewals
LOOK = 1.0  # seconds between two looks whether another process has gone


class Lease(threading.Thread):
    """One job of this process, if no other process has it. Safe between threads.

    Args:
        store: the database that keeps the lease.
        name: of the job; people read it when it is refused.
        seconds: how long the lease is good for without a renewal.
    """

    def __init__(self, store: Store, name: str, seconds: float = SECONDS) -> None:
        super().__init__(name=f"lease {name}", daemon=True)
        self.job = name
        self.holder = f"process {os.getpid()} on {socket.gethostname()} ({secrets.token_hex(4)})"
        self._store, self._seconds = store, seconds
        self._until = 0.0  # by our own clock
        self._ending = threading.Event()

    @property
    def held(self) -> bool:
        """Is the job this process's? False as soon as it could be another's."""
        return time.monotonic() < self._until

    def renew(self) -> bool:
        """Take or keep the lease; True when it is held.

        Counted from before the database was asked, so that we let go before it does.

        Raises:
            StoreError: the database does not answer.
        """
        begin = time.monotonic()
        taken = self._store.claim(self.job, self.holder, self._seconds)
        self._until = begin + self._seconds if taken else 0.0
        return self.held

    def run(self) -> None:
        """Take the lease as soon as it is free, and keep it, until `stop`."""
        while not self._ending.is_set():
            with suppress(StoreError):  # the lease lapses by itself, and others say what is wrong
                self.renew()
            self._ending.wait(min(RENEW, self._seconds / 4) if self.held else LOOK)

    def stop(self) -> None:
        """Give the lease back and end the thread."""
        self._ending.set()
        if self.is_alive():
            self.join()
        self._until = 0.0
        with suppress(StoreError):
            self._store.release(self.job, self.holder)


@contextmanager
def leased(store: Store, name: str, patience: float = 0.0) -> Iterator[Lease]:
    """Hold a lease while something is done.

    Args:
        patience: seconds to wait for it: that of a process that was killed lapses.

    Raises:
        LeaseHeld: another process does it.
    """
    lease = Lease(store, name)
    until = time.monotonic() + patience
    while not lease.renew():
        if time.monotonic() >= until:
            raise LeaseHeld(name, store.leases().get(name, ""))
        time.sleep(min(LOOK, patience))
    lease.start()
    try:
        yield lease
    finally:
        lease.stop()

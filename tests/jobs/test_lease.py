"""What exactly one process does, and who goes on when it is gone."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from feed.errors import LeaseHeld
from feed.jobs import lease as leases
from feed.jobs.lease import Lease, leased
from feed.store.database import Store
from tests.conftest import ROOT
from tests.loopback import eventually


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with closing(Store(database)) as store:
        yield store


def test_a_lease_has_one_holder(store: Store) -> None:
    one, other = Lease(store, "websub"), Lease(store, "websub")
    assert one.renew()
    assert not other.renew()
    assert one.renew()
    assert (one.held, other.held) == (True, False)
    assert store.leases() == {"websub": one.holder}


def test_jobs_are_leased_apart(store: Store) -> None:
    assert Lease(store, "websub").renew()
    assert Lease(store, "retag").renew()


def test_what_lapsed_is_taken_over_and_not_kept(store: Store) -> None:
    one, other = Lease(store, "websub", 0.3), Lease(store, "websub")
    assert one.renew()
    time.sleep(0.4)
    assert not one.held
    assert other.renew()
    assert not one.renew()


def test_what_was_given_back_is_free_at_once(store: Store) -> None:
    one, other = Lease(store, "websub"), Lease(store, "websub")
    one.start()
    assert eventually(lambda: one.held)
    other.stop()  # gives nothing back that is not its own
    assert not other.renew()
    one.stop()
    assert not one.held
    assert other.renew()


def test_of_many_that_ask_at_once_one_gets_it(store: Store) -> None:
    asking = [Lease(store, "websub") for _ in range(8)]
    threads = [threading.Thread(target=lease.renew) for lease in asking]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(lease.held for lease in asking) == 1


def test_a_second_one_is_refused_by_name(store: Store) -> None:
    with leased(store, "retag") as lease:
        assert lease.held
        with (
            pytest.raises(LeaseHeld, match=rf"retag: process {os.getpid()} on .* try again"),
            leased(store, "retag"),
        ):
            pass
    with leased(store, "retag"):
        pass


def test_a_lease_is_renewed_while_its_job_runs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "SECONDS", 0.4)
    lease, other = Lease(store, "retag", 0.4), Lease(store, "retag")
    lease.start()
    assert eventually(lambda: lease.held)
    for _ in range(24):  # three times as long as it lasts
        assert not other.renew()
        time.sleep(0.05)
    lease.stop()


HOLD = """
import sys, time
from feed.jobs.lease import Lease
from feed.store.database import Store
lease = Lease(Store(sys.argv[1]), "websub")
lease.start()
while not lease.held: time.sleep(0.01)
print("held", flush=True)
time.sleep(600)
"""


def test_the_job_of_a_dead_process_is_taken_over_within_ten_seconds(
    store: Store, database: str
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, database], stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    lease = Lease(store, "websub")
    assert not lease.renew()
    lease.start()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert leases.SECONDS + leases.LOOK < 10
    assert eventually(lambda: lease.held)
    lease.stop()

"""A process that asks all sources of a database once: `python -m tests.jobs.poll_process DATABASE`. It may be killed."""

import sys
import time

from feed.ingest.archive import Archive
from feed.jobs.intake import Intake
from feed.jobs.poll import Poller
from feed.sources.fetch import Fetcher
from feed.sources.networks import Networks
from feed.sources.sandbox import Sandbox
from feed.sources.schedule import Bounds
from feed.taxonomy.loader import load_taxonomy
from tests.conftest import SMALL

LEASE = 2.0


def main(database: str) -> None:
    archive = Archive(database, load_taxonomy(SMALL))
    fetcher = Fetcher(Networks(["127.0.0.0/8"]), "Tagwire/test", seconds=20, wait=(5, 5))
    sandbox = Sandbox(1)
    poller = Poller(
        archive.store.sources,
        Intake(archive, fetcher, sandbox, time.time),
        fetcher,
        sandbox,
        Bounds(3600, 7200),
        threads=8,
        pace=0.01,
        lease=LEASE,
    )
    print("ready", flush=True)
    poller.round()
    sandbox.close()
    archive.store.close()


if __name__ == "__main__":
    main(sys.argv[1])

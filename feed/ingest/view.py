"""What a thread's question sees: everything asked within it is answered as of one commit."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from feed.index.snapshot import Snapshot
from feed.query.keys import Vocabulary


class View(threading.local):
    """The snapshot and the vocabulary of the question that this thread is answering; None for none."""

    snapshot: Snapshot | None = None
    vocabulary: Vocabulary | None = None

    @contextmanager
    def of(self, snapshot: Snapshot, vocabulary: Vocabulary) -> Iterator[Snapshot]:
        """The state of a question, until it is answered."""
        self.snapshot, self.vocabulary = snapshot, vocabulary
        try:
            yield snapshot
        finally:
            self.snapshot = self.vocabulary = None

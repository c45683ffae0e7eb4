"""One ruleset a database: which taxonomy, rule files and code articles are tagged by.

Every process has a ruleset of its own, from the files it read and the code it runs; the database goes
by one, and every tagging names the one that made it. A process that has another than the database
serves what is stored and tags nothing. A ruleset takes the place of another

* by a person's act: `tagwire retag`, a save of the file that a process watches, `tagwire add`
  with a file that is new to the database;
* as a newer version: of Tagwire, or of its code when the taxonomy is the same. Of two versions of
  code with one number that one is newer which the database has not seen yet.

So two processes that see two files for a while make one change, not two.
"""

import re
from functools import cache
from importlib import metadata

from feed.store.database import Store
from feed.store.rulesets import Ruleset
from feed.tagging.tagger import digest_of_rules
from feed.tagging.version import rule_version
from feed.taxonomy.taxonomy import Taxonomy


@cache
def program_version() -> str:
    """The version of Tagwire that is installed, e.g. "0.2.0"."""
    try:
        return metadata.version("tagwire")
    except metadata.PackageNotFoundError:
        return ""


class RulesInUse:
    """The ruleset of this process beside that of its database. Safe between threads."""

    def __init__(self, store: Store, taxonomy: Taxonomy) -> None:
        self._store = store
        self.set_taxonomy(taxonomy)

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Go on with another taxonomy. It changes nothing for the database."""
        self._taxonomy = taxonomy
        self._mine: Ruleset | None = None
        self._known: tuple[int, bool] | None = None

    @property
    def mine(self) -> Ruleset:
        """The ruleset of this process."""
        if self._mine is None:
            digest, source = digest_of_rules(self._taxonomy), self._taxonomy.source
            self._mine = Ruleset(digest, source, rule_version(), program_version())
        return self._mine

    def are_mine(self, version: int | None = None) -> bool:
        """Does the database go by this process's ruleset, or by none yet?

        Args:
            version: the commit that is known to be the last: then it is asked once for each.
        """
        known = self._known
        if known is not None and known[0] == version:
            return known[1]
        found = self._store.current_digest() in ("", self.mine.digest)
        if version is not None:
            self._known = version, found
        return found

    def complaint(self) -> str:
        """What is wrong when the database goes by another ruleset, and what to do."""
        held = self._store.current_ruleset()
        if held is None or held.digest == self.mine.digest:
            return ""
        files = held.source != self.mine.source
        differs = "another tags.yaml or other rule files" if files else "another version of Tagwire"
        return (
            f"the articles are tagged by {differs} than this process has: it serves them as they are"
            " and tags nothing; `tagwire tags diff` shows what would change, `tagwire retag` does it"
        )

    def make_current(self) -> None:
        """Let the database go by this process's ruleset: a person said so."""
        if self._store.current_digest() == self.mine.digest:
            return
        with self._store.writing() as writer:
            if writer.current_digest() != self.mine.digest:
                writer.make_current(self.mine)
                writer.next_version()  # other processes look again

    def make_current_if_newer(self) -> bool:
        """Adopt a newer version without being told; True when the database goes by ours now."""
        if self.are_mine() or self._is_newer():
            self.make_current()
            return True
        return False

    def make_current_if_unseen(self) -> bool:
        """Adopt what the database has not gone by before; True when it goes by ours now."""
        if self.are_mine() or self._is_newer() or not self._was_in_use():
            self.make_current()
            return True
        return False

    def _is_newer(self) -> bool:
        mine, held = self.mine, self._store.current_ruleset()
        if held is None or _numbers(mine.program) < _numbers(held.program):
            return held is None
        if mine.source == held.source:
            return not self._was_in_use() or _numbers(mine.program) > _numbers(held.program)
        before = {source for _, source in self._store.earlier_rulesets()}
        return _numbers(mine.program) > _numbers(held.program) and mine.source not in before

    def _was_in_use(self) -> bool:
        return any(digest == self.mine.digest for digest, _ in self._store.earlier_rulesets())


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])

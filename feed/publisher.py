"""The site as a composition of its parts, which the web and the command line use.

archive -> articles in, the index, questions about it
feeds, pages -> what is published, from the archive by way of the entries
access -> who may read it
"""

from copy import copy
from dataclasses import replace

from feed.ingest import maintenance
from feed.ingest.archive import Archive
from feed.publishing.access import Access
from feed.publishing.entries import Entries
from feed.publishing.feeds import Feeds
from feed.publishing.pages import Pages
from feed.publishing.urls import Addresses
from feed.settings import Settings
from feed.taxonomy.taxonomy import Taxonomy


class Publisher:
    """The parts of one site, each safe between threads.

    Args:
        settings: where the database is and how the site is called.
        taxonomy: what articles are tagged with.

    Raises:
        StoreError: the database cannot be opened, or is not ours.
    """

    def __init__(self, settings: Settings, taxonomy: Taxonomy) -> None:
        self.settings = settings
        self.addresses = Addresses(settings.public_url)
        self.archive = Archive(settings.database, taxonomy)
        self.entries = Entries(self.archive, self.addresses, settings.categories == "all")
        self.access = Access(self.archive)
        self.feeds = Feeds(self.archive, self.entries, self.access, settings)
        self.pages = Pages(self.archive, self.entries, self.access)
        if self.archive.store.counter("rebuild"):  # a migration has asked for it
            maintenance.rebuild(self.archive)

    def for_files(self) -> "Publisher":
        """The same site as files: nobody answers for further pages, a hub or a password there."""
        edition = copy(self)
        edition.settings = replace(self.settings, basic="", hub="")
        edition.feeds = Feeds(
            self.archive, self.entries, self.access, edition.settings, further_pages=False
        )
        return edition

    def close(self) -> None:
        """Close the database."""
        self.archive.store.close()

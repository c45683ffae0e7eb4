"""The entries of an archive: articles as feeds and pages list them, kept in memory."""

from collections.abc import Sequence

from feed.ingest.archive import Archive
from feed.model import Category, Entry, Listed, Tagged
from feed.publishing.entry_cache import EntryCache
from feed.publishing.urls import Addresses
from feed.taxonomy.renames import present_uses
from feed.taxonomy.taxonomy import Taxonomy


class _Categories(dict[tuple[str, bool], Category | None]):
    """The categories of a taxonomy, two of each tag, which all entries share; None if unknown."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy

    def __missing__(self, name: tuple[str, bool]) -> Category | None:
        key, main = name
        tag = self.taxonomy.get(self.taxonomy.renamed.get(key, key))
        made = Category(tag.key, tag.scheme, tag.term, tag.label, main) if tag else None
        return self.setdefault(name, made)


class Entries(EntryCache):
    """Entries by their place in the order of arrival; what changes in the archive is forgotten."""

    def __init__(self, archive: Archive, addresses: Addresses) -> None:
        super().__init__(self._read)
        self.addresses = addresses
        self._archive = archive
        self._categories = _Categories(archive.taxonomy)
        archive.subscribe(self._forget_changed)

    def of(self, tagged: Tagged) -> Entry:
        """The entry of an article."""
        tags = [(use.tag, use.main) for use in tagged.uses]
        return self._entry(Listed(tagged.article, tags, lambda: tagged.uses))

    def _read(self, seqs: Sequence[int]) -> dict[int, Entry]:
        found = self._archive.store.listed(seqs)
        return {seq: self._entry(listed) for seq, listed in found.items()}

    def _forget_changed(self, seqs: Sequence[int] | None) -> None:
        if seqs is None:
            self.clear()
        else:
            self.drop(seqs)

    def _entry(self, listed: Listed) -> Entry:
        """Main tags first, unknown tags left out."""
        article, tags, evidence = listed
        taxonomy, categories = self._archive.taxonomy, self._categories
        if categories.taxonomy is not taxonomy:
            categories = self._categories = _Categories(taxonomy)
        known = filter(None, map(categories.__getitem__, tags))
        page = self.addresses.article(article.slug)
        if not taxonomy.renamed:
            return Entry(article, page, tuple(known), evidence)
        once: dict[str, Category] = {}  # two tags may have become one
        for category in known:
            once.setdefault(category.key, category)
        renamed = taxonomy.renamed
        return Entry(article, page, tuple(once.values()), lambda: present_uses(evidence(), renamed))

"""The entries of an archive: articles as feeds and pages list them, kept in memory."""

from collections.abc import Iterator, Sequence

from feed.ingest.archive import Archive
from feed.model import Category, Entry, Listed, Tagged
from feed.publishing.entry_cache import EntryCache
from feed.publishing.urls import Addresses
from feed.taxonomy.renames import present_uses
from feed.taxonomy.taxonomy import Taxonomy

_Name = tuple[str, bool, bool]  # key, main, implied


class _Categories(dict[_Name, Category | None]):
    """The categories of a taxonomy, few of each tag, which all entries share; None if unknown."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy

    def __missing__(self, name: _Name) -> Category | None:
        key, main, implied = name
        tag = self.taxonomy.get(self.taxonomy.renamed.get(key, key))
        made = Category(tag.key, tag.scheme, tag.term, tag.label, main, implied) if tag else None
        return self.setdefault(name, made)

    def of(self, tags: Sequence[tuple[str, bool, bool]], every: bool) -> Iterator[Category]:
        """What an article carries, unknown tags left out.

        Not implied, unless `every` tag is to be shown: what the text names, and the class of a
        system that it names.
        """
        shown = {key for key, _, direct in tags if direct}
        shown |= {wider for key in shown for wider in self._classes(key)}
        for key, main, _ in tags:
            category = self[key, main, not (every or key in shown)]
            if category:
                yield category

    def _classes(self, key: str) -> Iterator[str]:
        tag = self.taxonomy.get(self.taxonomy.renamed.get(key, key))
        return (wider for wider in (tag.broader if tag else ()) if wider in self.taxonomy.classes)


class Entries(EntryCache):
    """Entries by their place in the order of arrival; what changes in the archive is forgotten."""

    def __init__(
        self, archive: Archive, addresses: Addresses, every_category: bool = False
    ) -> None:
        super().__init__(self._read)
        self._every_category = every_category
        self.addresses = addresses
        self._archive = archive
        self._categories = _Categories(archive.taxonomy)
        archive.subscribe(self._forget_changed)

    def entry_of(self, tagged: Tagged) -> Entry:
        """The entry of an article."""
        tags = [(use.tag, use.main, bool(use.mentions)) for use in tagged.uses]
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
        known = categories.of(tags, self._every_category)
        page = self.addresses.article(article.slug)
        if not taxonomy.renamed:
            return Entry(article, page, tuple(known), evidence)
        once: dict[str, Category] = {}  # two tags may have become one
        for category in known:
            once.setdefault(category.key, category)
        renamed = taxonomy.renamed
        return Entry(article, page, tuple(once.values()), lambda: present_uses(evidence(), renamed))

"""Keys beyond the taxonomy: `maker:`, `origin:`, `source:` and `lang:` follow from articles and relations."""

import re
from collections.abc import Iterator

from feed.expression import MAIN
from feed.model import Tagged
from feed.taxonomy import Taxonomy


class Vocabulary:
    """All keys an expression may name: those of a taxonomy, and those that follow from it."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        # Remembered, for articles share their tags: all keys of a tag, and the same as main ones.
        self._related: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def keys_of(self, tagged: Tagged) -> frozenset[str]:
        """Everything the index holds of an article: tags, relations, source and language."""
        keys: set[str] = set()
        for use in tagged.uses:
            related = self._related.get(use.tag)
            if related is None:
                every = (use.tag, *self._relations(use.tag))
                related = self._related[use.tag] = (every, tuple(key + MAIN for key in every))
            keys.update(related[0])
            if use.main:
                keys.update(related[1])
        article = tagged.article
        if article.source:
            keys.add(f"source:{term_of(article.source.name)}")
        if article.language:
            keys.add(f"lang:{article.language.lower().partition('-')[0]}")
        return frozenset(keys)

    def _relations(self, key: str) -> Iterator[str]:
        """`maker:` and `origin:` of a tag, with the maker's groups."""
        tag = self.taxonomy.get(key)
        if tag is None:
            return
        for maker in tag.maker:
            for company in (maker, *self.taxonomy.ancestors.get(maker, ())):
                scheme, _, term = company.partition(":")
                if scheme == "company":
                    yield f"maker:{term}"
        for land in tag.origin:
            yield f"origin:{land.partition(':')[2]}"

    def resolve(self, key: str) -> str:
        """The present key for a key that a person wrote.

        Raises:
            NotFound: there is no such tag (Gone: there was one).
        """
        key = self.taxonomy.renamed.get(key, key)
        scheme, _, term = key.partition(":")
        related = {"maker": "company", "origin": "country"}.get(scheme)
        if related:
            found = self.taxonomy.find(
                self.taxonomy.renamed.get(f"{related}:{term}", f"{related}:{term}")
            )
            return f"{scheme}:{found.term}"
        if scheme in ("source", "lang") and term == term_of(term) != "":
            return key
        return self.taxonomy.find(key).key

    def label(self, key: str) -> str:
        """How people call a key, derived schemes included."""
        scheme, _, term = key.partition(":")
        if scheme == "maker":
            return f"made by {self.taxonomy[f'company:{term}'].label}"
        if scheme == "origin":
            return f"from {self.taxonomy[f'country:{term}'].label}"
        if scheme in ("source", "lang"):
            return f"{'source' if scheme == 'source' else 'language'} {term}"
        return self.taxonomy[key].label


def term_of(name: str) -> str:
    """A name as a term: "Caspian Defence Review" is "caspian-defence-review"."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")

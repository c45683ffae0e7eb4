"""Keys beyond the taxonomy: `source:`, `lang:` and `upstream:` of articles, `maker:` and `origin:` of their tags.

The index holds the former. The latter it makes of the tags they follow from, when they are asked
for: so they follow the taxonomy at once, and take no room.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from feed.errors import Gone, NotFound
from feed.model import Tagged
from feed.query.expression import MAIN
from feed.taxonomy.taxonomy import Tag, Taxonomy
from feed.text.fold import slug

# Relations that expressions may ask for by a scheme of that name, and how people say them.
RELATED = {"maker": "made by", "origin": "from"}
DAY = "@day:"  # unlike a tag; the keys of the articles published on a day


def day_key(day: date) -> str:
    """The key of all articles published on a day, in UTC."""
    return f"{DAY}{day}"


def keys_of(tagged: Tagged) -> frozenset[str]:
    """Everything the index holds of an article: tags, main ones twice; source, its categories, language, day."""
    article = tagged.article
    keys = {use.tag for use in tagged.uses}
    keys.update([use.tag + MAIN for use in tagged.uses if use.main])
    keys.add(day_key(article.published.date()))
    if article.source:
        keys.add(source_key(article.source.name))
    keys.update(map(category_key, article.categories))
    keys.add(language_key(article.language))
    return frozenset(keys - {""})


@lru_cache(maxsize=4096)
def source_key(name: str) -> str:
    """The key of a publication's articles; empty when its name has no letter and no digit."""
    term = slug(name)
    return f"source:{term}" if term else ""


@lru_cache(maxsize=4096)
def category_key(name: str) -> str:
    """The key of the articles that their source put into a category, whatever it means by it."""
    term = slug(name)
    return f"upstream:{term}" if term else ""


@lru_cache(maxsize=256)
def language_key(language: str) -> str:
    """The key of the articles in a language, whatever its country: "pt-BR" is "lang:pt"."""
    term = slug(language).partition("-")[0]
    return f"lang:{term}" if term else ""


# Schemes of what articles say of themselves: any term may be asked for.
_OF_ARTICLES = {"source": source_key, "lang": language_key, "upstream": category_key}
_SAID = {"source": "source", "lang": "language", "upstream": "its source's category"}


class Vocabulary:
    """All keys an expression may name: those of a taxonomy, and those that follow from it."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        relations: dict[str, dict[str, None]] = {}
        for tag in taxonomy.values():
            names = dict.fromkeys((tag.key, *tag.was))
            for relation in (*self._relations(tag), *([tag.key] if tag.was else ())):
                relations.setdefault(relation, {}).update(names)
        # `maker:` and `origin:` keys, and the tags they follow from; renamed tags, and all names
        # under which the index may hold them until their articles are tagged anew.
        self.relations = {relation: tuple(tags) for relation, tags in relations.items()}

    def related(self, keys: Iterable[str]) -> frozenset[str]:
        """The `maker:` and `origin:` keys that follow from an article's keys, main ones twice."""
        found: set[str] = set()
        for key in keys:
            name, main, _ = key.partition(MAIN)
            if tag := self.taxonomy.get(name):
                found.update(relation + main for relation in self._relations(tag))
        return frozenset(found)

    def _relations(self, tag: Tag) -> Iterator[str]:
        """`maker:` and `origin:` of a tag, with the maker's groups."""
        for maker in tag.maker:
            scheme = maker.partition(":")[0]
            for group in (maker, *self.taxonomy.ancestors.get(maker, ())):
                if group.startswith(f"{scheme}:"):
                    yield f"maker:{group.partition(':')[2]}"
        for land in tag.origin:
            yield f"origin:{land.partition(':')[2]}"

    def resolve(self, key: str) -> str:
        """The present key for a key that a person wrote.

        Raises:
            NotFound: there is no such tag (Gone: there was one).
        """
        key = self.taxonomy.renamed.get(key, key)
        scheme, _, term = key.partition(":")
        if scheme in RELATED:
            return f"{scheme}:{self._target(scheme, term).term}"
        own = _OF_ARTICLES.get(scheme)
        if own and (found := own(term)):
            return found
        return self.taxonomy.find(key).key

    def _target(self, relation: str, term: str) -> Tag:
        """The first tag of that term, or formerly so called, among those the relation may name.

        Raises:
            NotFound: there is none; the suggestions are keys of the relation (Gone: there was one).
        """
        gone, close = False, []
        for scheme in self.taxonomy.targets(relation):
            name = f"{scheme}:{term}"
            try:
                return self.taxonomy.find(self.taxonomy.renamed.get(name, name))
            except Gone:
                gone = True
            except NotFound as e:
                close += [k for k in e.suggestions if k.startswith(f"{scheme}:")]
        key = f"{relation}:{term}"
        if gone:
            raise Gone("tag", key)
        raise NotFound("tag", key, [f"{relation}:{k.partition(':')[2]}" for k in close])

    def label(self, key: str) -> str:
        """How people call a key inside a sentence, derived schemes included."""
        scheme, _, term = key.partition(":")
        if scheme in RELATED:
            return f"systems {RELATED[scheme]} {self._target(scheme, term).label}"
        if scheme in _OF_ARTICLES:
            return f"{_SAID[scheme]} {term}"
        tag = self.taxonomy[key]
        kind = self.taxonomy.schemes[scheme].kind
        return tag.noun if kind in ("product", "thing") else tag.label

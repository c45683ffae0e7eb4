"""What a hearing knows of the taxonomy: contexts, makers and countries of each tag."""

from feed.taxonomy.taxonomy import Tag, Taxonomy
from feed.text.fold import fold_name

Context = tuple[tuple[str, ...], tuple[bytes, ...]]  # keys of tags, folded words
_EMPTY: Context = ((), ())


class Knowledge:
    """What a hearing knows of the taxonomy: contexts, makers and countries of each tag."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.states = frozenset(
            word
            for category in taxonomy.rules.categories.values()
            if category.direction == "after-comma"
            for word in category.words
        )
        self.context = {tag.key: _context(tag) for tag in taxonomy.values() if tag.context}
        # The makers of each tag, and the groups they belong to.
        self.makers = {
            tag.key: tuple(
                dict.fromkeys(
                    above for maker in tag.maker for above in (maker, *taxonomy.ancestors[maker])
                )
            )
            for tag in taxonomy.values()
            if tag.maker
        }
        products: dict[str, set[str]] = {}
        for key, makers in self.makers.items():
            for maker in makers:
                products.setdefault(maker, set()).add(key)
        self.products = {maker: frozenset(keys) for maker, keys in products.items()}
        narrower: dict[str, set[str]] = {}
        for key, broader in taxonomy.ancestors.items():
            for above in broader:
                narrower.setdefault(above, set()).add(key)
        self.narrower = {key: frozenset(keys) for key, keys in narrower.items()}
        self.lands = {
            tag.key: frozenset((*tag.country, *tag.origin))
            for tag in taxonomy.values()
            if tag.country or tag.origin
        }

    def context_of(self, key: str) -> Context:
        """The keys and the folded words of a tag's context."""
        return self.context.get(key, _EMPTY)


def _context(tag: Tag) -> Context:
    keys = tuple(c for c in tag.context if ":" in c)
    words = tuple(fold_name(c) for c in tag.context if ":" not in c)
    return keys, words


def holds(data: bytes, word: bytes) -> bool:
    """Does the folded text hold the word or phrase, also in the plural?"""
    needle = b" " + word
    at = data.find(needle)
    while at >= 0:
        end = at + len(needle)
        if data[end : end + 1] == b" " or data[end : end + 2] == b"s ":
            return True
        at = data.find(needle, end)
    return False

"""What the rules know: the words of the rule files, and of each tag its context, makers and countries."""

from collections.abc import Iterable

from feed.tagging.rules.words import Words
from feed.taxonomy.taxonomy import Tag, Taxonomy
from feed.text.fold import fold_name

Context = tuple[tuple[str, ...], tuple[bytes, ...]]  # keys of tags, folded words
_EMPTY: Context = ((), ())


class Knowledge:
    """What the rules know of the taxonomy and of its rule files."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.words = Words(taxonomy.rules)
        # By tag, what only its news names, and only that of its namesake, folded.
        self.here = {tag.key: _folded(tag.here) for tag in taxonomy.values() if tag.here}
        self.elsewhere = {
            tag.key: _folded(tag.elsewhere) for tag in taxonomy.values() if tag.elsewhere
        }
        # Words that name a place: before a name they are nobody's given name.
        self.places = frozenset(
            text
            for tag in taxonomy.values()
            if taxonomy.schemes[tag.scheme].kind == "place"
            for text in tag.strong
        )
        self.context = {tag.key: _context(tag) for tag in taxonomy.values() if tag.context}
        # By tag, its context words as they stand right behind a name, folded.
        self.behind = {
            key: tuple(b" " + word + end for word in words for end in (b" ", b"s "))
            for key, (_, words) in self.context.items()
            if words
        }
        # By tag, those whose context it is.
        speakers: dict[str, set[str]] = {}
        for key, (keys, _) in self.context.items():
            for other in keys:
                speakers.setdefault(other, set()).add(key)
        self.speakers = {key: frozenset(tags) for key, tags in speakers.items()}
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


def _folded(words: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(map(fold_name, words))


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

"""Which of an article's tags a list shows at once: those that say most in the least room."""

from collections.abc import Sequence

from feed.model import Category
from feed.taxonomy.taxonomy import Taxonomy

SHOWN = 6  # at most
HUES = 6  # colours in the style sheet


def leading(
    categories: Sequence[Category], taxonomy: Taxonomy
) -> tuple[list[Category], list[Category]]:
    """The tags to show, and the rest of those that the text names, each in their order.

    Shown are the main ones that are not merely wider than another main one: Harop says that it is
    a loitering munition, Iran that it is in the Gulf. Without any, the first of all.
    """
    mains = [c for c in categories if c.main] or list(categories)
    wider = {above for c in mains for above in taxonomy.ancestors.get(c.key, ())}
    shown = [c for c in mains if c.key not in wider][:SHOWN]
    return shown, [c for c in categories if not c.implied and c not in shown]


def hue_of(scheme: str, taxonomy: Taxonomy) -> str:
    """The class of style of a scheme's tags, by its place in tags.yaml."""
    names = list(taxonomy.schemes)
    return f"hue-{names.index(scheme) % HUES + 1}" if scheme in names else ""

"""Which of an article's tags a list shows at once: those that say most in the least room."""

from collections.abc import Sequence

from feed.model import Category
from feed.taxonomy import Taxonomy

SHOWN = 6  # at most


def leading(
    categories: Sequence[Category], taxonomy: Taxonomy
) -> tuple[list[Category], list[Category]]:
    """The tags to show, and the rest, each in their order.

    Shown are the main ones that are not merely wider than another tag of the article: Harop says
    that it is a loitering munition, Iran that it is in the Gulf. Without any, the first of all.
    """
    wider = {above for c in categories for above in taxonomy.ancestors.get(c.key, ())}
    narrow = [c for c in categories if c.key not in wider] or list(categories)
    shown = ([c for c in narrow if c.main] or narrow)[:SHOWN]
    return shown, [c for c in categories if c not in shown]

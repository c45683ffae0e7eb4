"""A renamed tag is the same tag: what was stored under its former name, under its present one.

Articles keep the names they were tagged with until they are tagged anew; nobody should see it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from feed.model import Tagged, TagUse, by_way_of

Renamed = Mapping[str, str]  # former key -> present key


def present(tagged: Tagged, renamed: Renamed) -> Tagged:
    """An article with the present names of its tags."""
    if not renamed:
        return tagged
    rejections = tuple(
        r._replace(tag=renamed[r.tag]) if r.tag in renamed else r for r in tagged.rejections
    )
    return replace(tagged, uses=present_uses(tagged.uses, renamed), rejections=rejections)


def present_uses(uses: Iterable[TagUse], renamed: Renamed) -> tuple[TagUse, ...]:
    """The uses of tags under their present names, main ones first as before.

    Where two tags became one, so do their uses.
    """
    found: dict[str, TagUse] = {}
    for use in uses:
        now = _present(use, renamed)
        other = found.get(now.tag)
        found[now.tag] = _joined(other, now) if other else now
    return tuple(found.values())


def _present(use: TagUse, renamed: Renamed) -> TagUse:
    names = {use.tag, *use.via}
    if names.isdisjoint(renamed):
        return use
    via = tuple(dict.fromkeys(renamed.get(key, key) for key in use.via))
    tag = renamed.get(use.tag, use.tag)
    return TagUse(
        tag,
        use.main,
        by_way_of(via) if via and use.reason == by_way_of(use.via) else use.reason,
        tuple(mention._replace(tag=tag) for mention in use.mentions),
        via,
    )


def _joined(one: TagUse, other: TagUse) -> TagUse:
    """Two uses of one tag; `one` came first, so it is main if either is."""
    mentions = sorted((*one.mentions, *other.mentions), key=lambda m: (m.part != "title", m.start))
    return one._replace(mentions=tuple(mentions), via=tuple(dict.fromkeys((*one.via, *other.via))))

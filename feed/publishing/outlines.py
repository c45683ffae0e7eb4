"""All tag feeds in folders, for import into a reader: by scheme, and within it by region, class or country."""

from collections.abc import Callable, Iterable, Mapping

from feed.model import Outline
from feed.publishing.urls import Addresses
from feed.query.expression import Everything, Expression, Has
from feed.taxonomy.taxonomy import Tag, Taxonomy


def outlines(
    taxonomy: Taxonomy, counts: Mapping[str, int], addresses: Addresses, site: str
) -> list[Outline]:
    """The folders, with the feeds of tags that articles carry; every feed stands once.

    Args:
        counts: how many articles carry each tag; tags that are absent are left out.
        site: its name, for a list that would otherwise be empty.
    """
    folders = []
    for scheme in taxonomy.schemes.values():
        tags = [tag for tag in taxonomy.values() if tag.scheme == scheme.name and tag.key in counts]
        if tags:
            folder_of = _folder_of(taxonomy, scheme.kind)
            folders.append(Outline(scheme.label, children=_folders(tags, folder_of, addresses)))
    # OPML wants one outline at least; this feed will have whatever comes.
    return folders or [_outline(site, Everything(), addresses)]


def _folders(
    tags: Iterable[Tag], folder_of: Callable[[Tag], str], addresses: Addresses
) -> tuple[Outline, ...]:
    named: dict[str, list[Tag]] = {}
    for tag in sorted(tags, key=lambda tag: tag.label.casefold()):
        named.setdefault(folder_of(tag), []).append(tag)
    loose = [_feed(tag, addresses) for tag in named.pop("", [])]
    folders = [
        Outline(name, children=tuple(_feed(tag, addresses) for tag in members))
        for name, members in sorted(named.items(), key=lambda item: item[0].casefold())
    ]
    return (*loose, *folders)


def _feed(tag: Tag, addresses: Addresses) -> Outline:
    """By the tag's label alone: it stands in its folder, and a reader's sidebar is narrow."""
    return _outline(tag.label, Has(tag.key), addresses)


def _outline(title: str, expression: Expression, addresses: Addresses) -> Outline:
    return Outline(title, addresses.feed(expression, "atom"), addresses.page(expression))


def _folder_of(taxonomy: Taxonomy, kind: str) -> Callable[[Tag], str]:
    """The name of a tag's folder within its scheme; "" for none."""

    def region(tag: Tag) -> str:
        """Its first region: geography stands before groupings."""
        others = [key for key in tag.broader if not key.startswith(f"{tag.scheme}:")]
        return taxonomy[others[0]].label if others else ""

    def widest_class(tag: Tag) -> str:
        above = [key for key in taxonomy.ancestors[tag.key] if key in taxonomy.classes]
        if tag.key in taxonomy.classes:
            above = [tag.key, *above]
        return taxonomy[above[-1]].label if above else ""

    def country(tag: Tag) -> str:
        for key in (tag.key, *taxonomy.ancestors[tag.key]):
            if taxonomy[key].country:
                return taxonomy[taxonomy[key].country[0]].label
        return ""

    return {"place": region, "product": widest_class, "organisation": country}.get(
        kind, lambda tag: ""
    )

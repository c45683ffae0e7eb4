"""Text with its mentions marked, as safe HTML."""

from collections.abc import Callable, Iterable

from markupsafe import Markup, escape

from feed.model import Mention, Part, Tagged


def highlight(
    tagged: Tagged, part: Part, path_of: Callable[[str], str], hue_of: Callable[[str], str]
) -> list[Markup]:
    """The paragraphs of a part, each mention a link to its evidence where its tag has a page ("" if not).

    `hue_of` gives the class of style of a scheme.
    """
    text = tagged.article.title if part == "title" else tagged.article.text
    mentions = sorted(
        {
            (m.start, m.end): m for use in tagged.uses for m in use.mentions if m.part == part
        }.values(),
        key=lambda m: m.start,
    )
    pieces = list(_pieces(text, mentions, path_of, hue_of))
    paragraphs: list[Markup] = [Markup()]
    for piece in pieces:
        first, *rest = piece.split("\n\n") if not isinstance(piece, Markup) else [piece]
        paragraphs[-1] += escape(first)
        paragraphs.extend(escape(paragraph) for paragraph in rest)
    return paragraphs


def _pieces(
    text: str,
    mentions: Iterable[Mention],
    path_of: Callable[[str], str],
    hue_of: Callable[[str], str],
) -> Iterable[str | Markup]:
    at = 0
    for mention in mentions:
        if mention.start < at:
            continue
        yield text[at : mention.start]
        yield mark(mention, path_of(mention.tag), hue_of(mention.tag.partition(":")[0]))
        at = mention.end
    yield text[at:]


def mark(mention: Mention, path: str, hue: str) -> Markup:
    """One mention as a link to its evidence below, by its scheme in colour and line."""
    opening = Markup('<a href="#why-{}"').format(mention.tag) if path else Markup("<span")
    return Markup('{} id="at-{}-{}" class="mark {}" title="{} — {}">{}</{}>').format(
        opening, mention.part, mention.start, hue, mention.tag,
        mention.why, mention.surface, "a" if path else "span",
    )  # fmt: skip


def sentence(mention: Mention, tagged: Tagged, reach: int = 90) -> Markup:
    """A mention with the words around it."""
    text = tagged.article.title if mention.part == "title" else tagged.article.text
    left = max(text.rfind("\n", 0, mention.start) + 1, mention.start - reach)
    stop = text.find("\n", mention.end)
    right = min(stop if stop >= 0 else len(text), mention.end + reach)
    before = ("…" if left and text[left - 1] != "\n" else "") + text[left : mention.start]
    after = text[mention.end : right] + ("…" if right < len(text) and text[right] != "\n" else "")
    return Markup("{}<b>{}</b>{}").format(before, text[mention.start : mention.end], after)

"""Main or mention: the published formula, from position, count and share.

For a tag with direct evidence in an article,

    share = its mentions / all mentions in its scheme (class tags such as "missile" left out
            of the sum unless the tag is one)

and it is *main* when the first of these holds; otherwise it is a *mention*:

    1. it is named in the title;
    2. it is named in the lead (the first paragraph of running text, at most 400 code points),
       share >= 1/5, and it is named twice or more, or the title names no tag of its scheme;
    3. it is named at least 3 times and share >= 1/3.

A broader tag is main when one of the narrower tags that imply it is. The numbers are fixed: a
change of them is a change of every feed that asks for `@main`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

LEAD = 400  # code points
FURNITURE = 8  # lines that may stand before the lead
WORDS = 5  # of a sentence
LEAD_SHARE = 5  # at least one fifth
COUNT, SHARE = 3, 3  # at least one third

_STOPS = (".", "!", "?", "…", ":", "。", "؟")
_CAPTION = re.compile(
    r"(?:file |stock )?(?:photo|image|picture|illustration|caption|credit|video|watch|listen|read more|advertisement)"
    r"s?(?: by| credit)?\b *[:|/©-]",
    re.IGNORECASE,
)

# How a tag stands in its article: main or not; the place that decided, "title", "lead", "count"
# (rule 3) or "body"; its mentions; and all mentions in its scheme. A bare tuple, for an article
# has a dozen.
Score = tuple[bool, str, int, int]

_REASONS = {
    (True, "title"): "in the title",
    (True, "lead"): "in the lead, {} of {} mentions in its scheme",
    (True, "count"): "{} of {} mentions in its scheme",
    (False, "lead"): "in the lead, but only {} of {} mentions in its scheme",
    (False, "body"): "not in the title or lead; {} of {} mentions in its scheme",
}


def reason(score: Score) -> str:
    """The rule that decided, for people."""
    main, place, mentions, total = score
    return _REASONS[main, place].format(mentions, total)


def lead_span(text: str, body: int) -> tuple[int, int]:
    """Where the lead of the body that begins at `body` begins and ends, 400 code points at most.

    It is the first paragraph of running text: by-lines, "5 min read", "Share", datelines, captions
    and kickers stand before it and say nothing. A body without any begins with its lead.
    """
    start = body
    for _ in range(FURNITURE):
        end = text.find("\n", start + 1)
        paragraph = text[start : end if end > 0 else len(text)].strip()
        if _is_running(paragraph):
            return start, start + min(len(paragraph) + 1, LEAD)
        if end < 0:
            break
        start = end + 1
    end = text.find("\n", body + 1, body + LEAD)
    return body, end if end > 0 else min(len(text), body + LEAD)


def _is_running(paragraph: str) -> bool:
    """Sentences, and no line of a page's furniture: those have no full stop, or few words."""
    if len(paragraph) > LEAD:
        return True
    closed = paragraph.rstrip("\"'”’»)]")
    return (
        closed.endswith(_STOPS)
        and paragraph.count(" ") + 1 >= WORDS
        and not _CAPTION.match(paragraph)
    )


def scores(
    accepted: Mapping[str, Sequence[tuple[int, int, object]]],
    counted_in: Mapping[str, tuple[str, bool]],
    schemes: Iterable[str],
    body: int,
    lead: tuple[int, int],
) -> dict[str, Score]:
    """Main or mention for every tag with direct evidence, in the order of `accepted`.

    `accepted` has the places of each tag in order, each beginning with its start; `counted_in`
    the scheme of each tag and whether it is a class; `body` says where the body begins, `lead`
    where its lead begins and ends.
    """
    totals = dict.fromkeys(schemes, 0)
    titled = set()
    seen = []
    begin, end = lead
    for key, places in accepted.items():
        scheme, is_class = counted_in[key]
        count, first = len(places), places[0][0]
        if body <= first < begin:  # in the furniture; what counts is where the text names it
            first = next((place[0] for place in places if place[0] >= begin), first)
        if first < body:
            titled.add(scheme)
        if is_class:
            seen.append((key, scheme, count, first, count))
        else:
            totals[scheme] += count
            seen.append((key, scheme, count, first, 0))
    found: dict[str, Score] = {}
    for key, scheme, count, first, own in seen:
        total = totals[scheme] + own
        if first < body:
            found[key] = (True, "title", count, total)
        elif (
            begin <= first < end
            and LEAD_SHARE * count >= total
            and (count > 1 or scheme not in titled)
        ):
            found[key] = (True, "lead", count, total)
        elif count >= COUNT and SHARE * count >= total:
            found[key] = (True, "count", count, total)
        else:
            found[key] = (False, "lead" if begin <= first < end else "body", count, total)
    return found

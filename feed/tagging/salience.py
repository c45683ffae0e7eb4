"""Main or mention: the published formula, from position, count and share.

For a tag with direct evidence in an article,

    share = its mentions / all mentions in its scheme (class tags such as "missile" left out
            of the sum unless the tag is one)

and it is *main* when the first of these holds; otherwise it is a *mention*:

    1. it is named in the title;
    2. it is named in the lead (the first paragraph, at most 400 code points), share >= 1/5, and it
       is named twice or more, or the title names no tag of its scheme;
    3. it is named at least 3 times and share >= 1/3.

A broader tag is main when one of the narrower tags that imply it is. The numbers are fixed: a
change of them is a change of every feed that asks for `@main`.
"""

from typing import NamedTuple

LEAD = 400  # code points
LEAD_SHARE = 0.2
COUNT, SHARE = 3, 1 / 3


class Standing(NamedTuple):
    """How a tag stands in its article."""

    main: bool
    place: str  # "title", "lead", "count" (rule 3) or "body"
    mentions: int  # of the tag
    total: int  # mentions in its scheme

    @property
    def reason(self) -> str:
        """The rule that decided, for people."""
        return _REASONS[self.main, self.place].format(self.mentions, self.total)


_REASONS = {
    (True, "title"): "in the title",
    (True, "lead"): "in the lead, {} of {} mentions in its scheme",
    (True, "count"): "{} of {} mentions in its scheme",
    (False, "lead"): "in the lead, but only {} of {} mentions in its scheme",
    (False, "body"): "not in the title or lead; {} of {} mentions in its scheme",
}


def lead_end(text: str) -> int:
    """Where the lead of a body ends: its first paragraph, at most 400 code points."""
    end = text.find("\n", 1, LEAD)
    return end if end > 0 else min(len(text), LEAD)


def standing(
    in_title: bool, in_lead: bool, count: int, total: int, title_names_scheme: bool
) -> Standing:
    """Main or mention for one tag with `count` of its scheme's `total` mentions."""
    if in_title:
        return Standing(True, "title", count, total)
    share = count / total
    if in_lead and share >= LEAD_SHARE and (count > 1 or not title_names_scheme):
        return Standing(True, "lead", count, total)
    if count >= COUNT and share >= SHARE:
        return Standing(True, "count", count, total)
    return Standing(False, "lead" if in_lead else "body", count, total)

"""Lines that are not the article: bylines, datelines, captions, share bars, "Also read", copyright."""

import re

from feed.tagging.matching.candidates import NAME, Match, Rejected
from feed.tagging.matching.scanner import Scan

# WARSAW, Poland (AP), Jan. 5 -
_DATELINE = re.compile(
    r"([A-Z][A-Z.' /]{2,40})((?:, [A-Z][\w.]*(?: [A-Z][\w.]*)?){0,2})(?: \(([A-Za-z /]{2,20})\))?"
    r"(?:,? [A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)? ?[-:]{1,2} "
)
# Agencies write from where their bureau is; soldiers write from where the news is.
_AGENCIES = frozenset(
    "AP AFP Reuters REUTERS Xinhua UPI CNN BBC PTI IANS ANI TASS Interfax Bloomberg DPA dpa".split()
)
_CITY_STATES = frozenset(("SINGAPORE", "LUXEMBOURG", "MONACO"))
_BYLINE = re.compile(r"By [A-Z][^\n]{2,100}(?<![.!?])\n")
BREADCRUMB = " > "  # Home > News > Europe
CREDIT = 140  # code points; a longer line with a cue inside is prose


def without_boilerplate(text: str, body: int, scan: Scan, rejected: list[Rejected]) -> list[Match]:
    """The matches outside boilerplate; those inside become rejected.

    `body` is where the article's body begins in `text`.
    """
    spans = [_span(text, start, end) for start, end in scan.boilerplate]
    spans += [(body, end) for end in (opening(text, body),) if end > body]
    if text.count(BREADCRUMB, body, body + CREDIT) > 1:
        end = text.find("\n", text.rindex(BREADCRUMB, body, body + CREDIT))
        spans.append((body, end if end > 0 else len(text)))
    kept = scan.matches
    for start, end in spans:
        inside = [find for find in kept if start <= find[0] < end]
        if inside:
            rejected += [Rejected(*f, "boilerplate") for f in inside if f[2].role == NAME]
            kept = [find for find in kept if not start <= find[0] < end]
    return kept


def opening(text: str, body: int) -> int:
    """Where a byline and an agency's dateline at the beginning of the body end; `body` without them."""
    if byline := _BYLINE.match(text, body):
        body = byline.end()
        while text[body] in "\n ":
            body += 1
    dateline = _DATELINE.match(text, body)
    if dateline is None:
        return body
    city, state, agency = dateline.groups()
    of_a_bureau = agency in _AGENCIES or (not state and city.strip() in _CITY_STATES)
    return dateline.end() if of_a_bureau else body


def _span(text: str, start: int, end: int) -> tuple[int, int]:
    """How far boilerplate reaches from its cue: its brackets, its line, or nothing in prose."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    bracket = text.rfind("(", line_start, start)
    if bracket >= 0 and text.find(")", bracket, start) < 0:
        closing = text.find(")", end, line_end)
        return bracket, closing + 1 if closing >= 0 else line_end
    sign = text.rfind("©", line_start, start)
    if sign >= 0:
        return sign, line_end
    before = text[line_start:start].rstrip()
    if not before or before[-1] in ".!?|:*>":
        return start, line_end
    return (line_start, line_end) if line_end - line_start <= CREDIT else (start, start)

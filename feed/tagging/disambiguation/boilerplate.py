"""Lines that are not the article: bylines, datelines, captions, share bars, "Also read", copyright."""

import re

from feed.tagging.disambiguation.document import Candidate, Document
from feed.tagging.rules.words import Words

# WARSAW, Poland (AP), Jan. 5 -
_DATELINE = re.compile(
    r"([A-Z][A-Z.' /]{2,40})((?:, [A-Z][\w.]*(?: [A-Z][\w.]*)?){0,2})(?: \(([A-Za-z /]{2,20})\))?"
    r"(?:,? [A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)? ?[-:]{1,2} "
)
_BYLINE = re.compile(r"By [A-Z][^\n]{2,100}(?<![.!?])\n")
BREADCRUMB = " > "  # Home > News > Europe
CREDIT = 140  # code points; a longer line with a cue inside is prose


def boilerplate(document: Document, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where boilerplate stands; `lines` are its words that the scanner found."""
    text, body = document.text, document.body
    spans = [_span(text, start, end) for start, end in lines]
    if text.startswith("By ", body) or text[body : body + 3].isupper():
        end = opening(document.words, text, body)
        if end > body:
            spans.append((body, end))
    if text.count(BREADCRUMB, body, body + CREDIT) > 1:
        end = text.find("\n", text.rindex(BREADCRUMB, body, body + CREDIT))
        spans.append((body, end if end > 0 else len(text)))
    return spans


def is_boilerplate(document: Document, candidate: Candidate) -> str:
    """Does it stand in such a line?"""
    inside = any(start <= candidate.start < end for start, end in document.boilerplate)
    return "boilerplate" if inside else ""


def opening(words: Words, text: str, body: int) -> int:
    """Where a byline and an agency's dateline at the beginning of the body end; `body` without them.

    Agencies write from where their bureau is; soldiers write from where the news is.
    """
    if byline := _BYLINE.match(text, body):
        body = byline.end()
        while text[body] in "\n ":
            body += 1
    dateline = _DATELINE.match(text, body)
    if dateline is None:
        return body
    city, state, agency = dateline.groups()
    of_a_bureau = agency in words.agencies or (not state and city.strip() in words.city_states)
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

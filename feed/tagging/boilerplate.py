"""Lines that are not the article: captions, share bars, "Also read", copyright."""

from feed.tagging.scanner import NAME, Find, Reject, Scan


def without_boilerplate(text: str, scan: Scan, rejects: list[Reject]) -> list[Find]:
    """The finds outside boilerplate; those inside become rejects."""
    spans = [_mask_span(text, start, end) for start, end in scan.masks]
    kept = []
    for find in scan.finds:
        if any(start <= find[0] < end for start, end in spans):
            if find[2].role == NAME:
                rejects.append(Reject(*find, "boilerplate"))
        else:
            kept.append(find)
    return kept


_LONG_LINE = 280  # code points; a cue deep inside a longer paragraph is prose


def _mask_span(text: str, start: int, end: int) -> tuple[int, int]:
    """How far boilerplate reaches from its cue: its brackets, its line, or nothing in prose."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    bracket = text.rfind("(", line_start, start)
    if bracket >= 0 and text.find(")", bracket, start) < 0:
        closing = text.find(")", end, line_end)
        return bracket, closing + 1 if closing >= 0 else line_end
    if start - line_start <= 3 or line_end - line_start <= _LONG_LINE:
        return (line_start if line_end - line_start <= _LONG_LINE else start), line_end
    return start, start

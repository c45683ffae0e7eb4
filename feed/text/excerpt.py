"""The beginning of a text: cut at a word, and where there is none, between two characters."""

import unicodedata

_LOOSE_ENDS = " ,;:–-"


def excerpt(line: str, length: int) -> str:
    """The line when it is no longer than `length`, else its beginning and "…".

    It ends with a word, unless that would cost half of it: Chinese, Japanese and Thai have no
    blanks, and one long word has none either.
    """
    if len(line) <= length:
        return line
    kept = line[:length].rpartition(" ")[0]
    if len(kept) < length // 2:
        kept = line[: _seam(line, length)]
    return (kept.rstrip(_LOOSE_ENDS) or kept) + "…"


def _seam(line: str, end: int) -> int:
    """A place at or before `end` that parts no accent, vowel sign or emoji from what bears it."""
    for place in range(end, end // 2, -1):
        before, after = line[place - 1], line[place]
        if "\u200d" not in (before, after) and not _clings(after):
            return place
    return end


def _clings(sign: str) -> bool:
    return unicodedata.category(sign).startswith("M") or "\U0001f3fb" <= sign <= "\U0001f3ff"

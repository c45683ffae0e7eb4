"""Are two texts one article, corrected?"""

import re

from feed.model import Article

_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<!--.{0,5000}?-->|</?[a-zA-Z][^<>]{0,500}>", re.S)  # it was text once
_SHINGLE = 3  # words
_SAME = 0.5  # of the shingles of the shorter text
_LONGEST = 50_000  # characters that are compared


def is_correction(one: Article, other: Article) -> bool:
    """Have they one title, or half of their word shingles in common?"""
    if _words(one.title) == _words(other.title):
        return True
    mine, theirs = _shingles(one), _shingles(other)
    least = min(len(mine), len(theirs))
    return bool(least) and len(mine & theirs) >= _SAME * least


def is_same_reading(old: Article, new: Article) -> bool:
    """Did one source say both, and only the way it is read has changed?

    Then one title is in the other, which may have had the site's name, and all paragraphs of one are in the
    other, which may have captions, tables or what is hidden.
    """
    titles = " ".join(_words(old.title)), " ".join(_words(new.title))
    if not (titles[0] in titles[1] or titles[1] in titles[0]):
        return False
    return _is_within(old, new) or _is_within(new, old)


def _is_within(one: Article, other: Article) -> bool:
    whole = " ".join(_words(_TAG.sub("", f"{other.title}\n{other.text}")))
    parts = _TAG.sub("", one.text).split("\n\n")
    return all(" ".join(_words(part)) in whole for part in parts)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _shingles(article: Article) -> set[tuple[str, ...]]:
    words = _words(article.text[:_LONGEST])
    return {tuple(words[n : n + _SHINGLE]) for n in range(max(1, len(words) - _SHINGLE + 1))} - {()}

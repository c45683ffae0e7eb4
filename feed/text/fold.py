"""Text becomes bytes that compare: one code point, one byte, so that offsets stay true.

Letters lose case and diacritics, everything that is neither letter nor digit becomes a blank, and
letters of other scripts become one byte that no spelling holds. `str.lower`, NFKC and the like
would shift offsets (one character may become two); this fold cannot.

Combining marks (text in NFD) and invisible signs have no byte of their own. Text that holds some
is first thinned: they are left out, and a list remembers where every kept character stood.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_FOREIGN = "\x01"  # a letter or digit of another script: part of a word, of none of ours
_TABLE = bytes(ord(ch.lower()) if (ch := chr(b)).isalnum() and b < 128 else 32 for b in range(256))
_TABLE = b" \x01" + _TABLE[2:]
# Letters whose decomposition does not begin with their plain letter.
_SPECIAL = dict(zip("ıøłđðþßæœŋħŧĸſ", "iolddtsaonhtks", strict=True))
# Letters that the words of search write out; the tagger's one-to-one fold has their first letter.
_WRITTEN_OUT = dict(
    zip(
        "ßẞæÆœŒþÞĳĲﬀﬁﬂﬃﬄﬅﬆ",
        "ss ss ae ae oe oe th th ij ij ff fi fl ffi ffl st st".split(),
        strict=True,
    )
)
# Typographic signs and the plain ones they stand for; a dash between clauses becomes a colon.
_PLAIN = dict(
    zip(
        "\u2018\u2019\u02bc\u201c\u201d\u2010\u2011\u2012\u2013\u2212\u00a0\u202f\u2014",
        "'''\"\"-----  :",
        strict=True,
    )
)
# Signs the eye does not see: soft hyphen, zero-width signs, marks of direction.
INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
# Those, and the blocks of combining diacritical marks.
_INVISIBLE = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f" + "".join(INVISIBLE) + "]+"
)


class _NeedsThinningError(Exception):
    """The text holds signs without a byte of their own."""


def _fold_char(ch: str) -> str:
    """The one ASCII character that stands for `ch` (a code point beyond ASCII)."""
    plain = unicodedata.normalize("NFKD", ch)[0].lower()[0]
    plain = _SPECIAL.get(plain, plain)
    if plain.isascii():
        return plain if plain.isalnum() else " "
    return _FOREIGN if unicodedata.category(ch)[0] in "LNM" else " "


@lru_cache(maxsize=16_384)
def _fold_run(run: str) -> str:
    if _INVISIBLE.search(run):
        raise _NeedsThinningError
    return "".join(map(_fold_char, run))


def _replace(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    end = min(error.end, error.start + 64)  # long runs would only crowd the cache
    return _fold_run(error.object[error.start : end]), end


codecs.register_error("tagwire.fold", _replace)


@dataclass(slots=True)
class Folded:
    """A text ready for the automaton.

    `text` is the text without invisible signs, its quotation marks, hyphens and blanks made plain, and
    `data` its bytes, of equal length.
    """

    text: str
    data: bytes
    original: str | None = None  # None when nothing was left out
    # For every code point of `text` its place in the original; made when first asked for.
    _origin: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place of `text[start:end]` in the original, with the marks on its last letter."""
        original = self.original
        if original is None:
            return start, end
        if self._origin is None:
            self._origin = tuple(_kept(original))
        origin = self._origin
        stop = origin[end] if end < len(origin) else len(original)
        while original[stop - 1] in INVISIBLE:
            stop -= 1
        return origin[start], stop


def fold(text: str) -> Folded:
    """Fold `text`; about 4 microseconds for an article in English."""
    if text.isascii():
        return Folded(text, text.encode("ascii").translate(_TABLE))
    try:
        return _fold(text, None)
    except _NeedsThinningError:
        return _fold(without_invisible(text), text)


def without_invisible(text: str) -> str:
    """The text without combining marks and invisible signs."""
    return _INVISIBLE.sub("", text)


def _fold(text: str, original: str | None) -> Folded:
    for sign, plain in _PLAIN.items():
        if sign in text:
            text = text.replace(sign, plain)
    return Folded(text, text.encode("ascii", "tagwire.fold").translate(_TABLE), original)


def _kept(text: str) -> Iterator[int]:
    """The places of the characters that are not invisible."""
    at = 0
    for sign in _INVISIBLE.finditer(text):
        yield from range(at, sign.start())
        at = sign.end()
    yield from range(at, len(text))


def fold_name(name: str) -> bytes:
    """The bytes of a spelling: thinned, folded, and with single blanks."""
    return b" ".join(fold(name).data.split())


@lru_cache(maxsize=4096)
def base_letter(ch: str) -> str:
    """`ch` without diacritics, in its own case: what smart case compares."""
    if ch.isascii():
        return ch
    plain = _fold_char(ch)
    return plain.upper() if ch.isupper() else plain


LONGEST = 64  # letters of a word that text search looks at; what is longer is no word of people
# Bytes of a text's words, with a blank between two, that text search looks at: no database loses
# words of them, for PostgreSQL can tell a million bytes of an article's words apart.
MOST = 500_000
_FOREIGN_RUN = re.compile(_FOREIGN + "+")


def words_of(text: str) -> str:
    """The words of a text as text search compares them, between single blanks: " f 16 azerbaycan ".

    Letters and digits as `fold` has them, but ligatures and "ß" are written out; letters of other
    scripts lose case and diacritics only.
    """
    words = " ".join(blanked(text).split())
    return f" {words} " if words else " "


def blanked(text: str) -> str:
    """The words of a text as `words_of` has them, with any blanks between: half the work."""
    folded = fold(_written_out(text))
    data = folded.data
    words = _foreign_words(folded) if b"\x01" in data else data.decode("ascii")
    if _has_long(words):
        words = " ".join([word[:LONGEST] for word in words.split()])
    return words if len(words) <= MOST // 4 else _first(words)


def _first(words: str) -> str:
    """As many of the first words as text search looks at, whole ones only."""
    data = " ".join(words.split()).encode()
    return words if len(data) <= MOST else data[: MOST + 1].rpartition(b" ")[0].decode()


def _written_out(text: str) -> str:
    if not text.isascii():
        for sign, letters in _WRITTEN_OUT.items():
            if sign in text:
                text = text.replace(sign, letters)
    return text


def _has_long(words: str) -> bool:
    """Is a word longer than `LONGEST`? Steps from blank to blank, as far as such a word is long."""
    rfind, begin, last = words.rfind, 0, len(words) - LONGEST
    while begin < last:
        begin = rfind(" ", begin, begin + LONGEST + 1) + 1
        if not begin:
            return True
    return False


def _foreign_words(folded: Folded) -> str:
    plain, text = folded.data.decode("latin-1"), folded.text
    parts = []
    at = 0
    for run in _FOREIGN_RUN.finditer(plain):
        parts.append(plain[at : run.start()])
        parts += map(_foreign_letter, text[run.start() : run.end()])
        at = run.end()
    return "".join((*parts, plain[at:]))


@lru_cache(maxsize=16_384)
def _foreign_letter(ch: str) -> str:
    """A letter or digit of another script in its plain form; nothing for a mark."""
    base = unicodedata.normalize("NFKD", ch)[0].lower()
    return base if base.isalnum() else ""


_PLAIN_LETTERS = str.maketrans(_SPECIAL)


def slug(name: str) -> str:
    """A name as a term of a key: "Défense & Sécurité" is "defense-securite".

    Letters and digits of every script stay, without case and diacritics: "Красная звезда" is
    "красная-звезда". Empty when there are none.
    """
    plain = unicodedata.normalize("NFKD", _written_out(name)).lower().translate(_PLAIN_LETTERS)
    plain = unicodedata.normalize("NFC", without_invisible(unicodedata.normalize("NFKD", plain)))
    words = "".join(ch if unicodedata.category(ch)[0] in "LNM" else " " for ch in plain)
    return "-".join(words.split())

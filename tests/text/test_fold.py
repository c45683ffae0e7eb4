"""The fold: one code point, one byte, and every offset true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.text.fold import fold, fold_name, slug, words_of


@given(st.text())
def test_as_many_bytes_as_code_points(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.data)


@given(st.text())
def test_only_letters_digits_blanks_and_foreign(text: str) -> None:
    assert set(fold(text).data) <= set(b"abcdefghijklmnopqrstuvwxyz0123456789 \x01")


@given(st.text(min_size=1), st.data())
def test_spans_cover_what_was_kept(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    begin, stop = folded.span(start, end)
    assert fold(text[begin:stop]).text == folded.text[start:end]


FOLDS = [
    ("Türkiye", b"turkiye"),
    ("Tu\u0308rkiye", b"turkiye"),
    ("Aze\u00adrbai\u200bjan", b"azerbaijan"),
    ("Ørsted Łódź Şırnak", b"orsted lodz sirnak"),
    ("F\u201116", b"f 16"),
    ("Sa’ar", b"sa ar"),
    ("Ｆ-16", b"f 16"),
    ("Иран", b"\x01\x01\x01\x01"),
    ("中", b"\x01"),
    ("\ud800", b" "),
]


@pytest.mark.parametrize(("text", "data"), FOLDS)
def test_folds(text: str, data: bytes) -> None:
    assert fold(text).data == data


def test_names_have_single_blanks() -> None:
    assert fold_name(" U.S.  Army ") == b"u s army"


WRITTEN_OUT = [
    ("ﬁghter", " fighter "),
    ("oﬀ-the-shelf ﬃ", " off the shelf ffi "),
    ("Straße STRAẞE", " strasse strasse "),
    ("Encyclopædia Œuvre Þór", " encyclopaedia oeuvre thor "),
]


@pytest.mark.parametrize(("text", "words"), WRITTEN_OUT)
def test_words_of_search_write_ligatures_out(text: str, words: str) -> None:
    assert words_of(text) == words


SLUGS = [
    ("Caspian Defence Review", "caspian-defence-review"),
    ("Défense & Sécurité", "defense-securite"),
    ("Красная звезда", "красная-звезда"),
    ("解放军报", "解放军报"),
    ("الشرق الأوسط", "الشرق-الأوسط"),
    ("İstanbul’un Ağı", "istanbul-un-agi"),
    ("Große Œuvre", "grosse-oeuvre"),
    ("दैनिक जागरण", "दैनिक-जागरण"),
    ("が", "が"),
    ("★ !", ""),
]


@pytest.mark.parametrize(("name", "term"), SLUGS)
def test_terms_have_the_letters_of_every_script(name: str, term: str) -> None:
    assert slug(name) == term


@given(st.text())
def test_a_term_is_its_own_term(name: str) -> None:
    term = slug(name)
    assert slug(term) == slug(term.lower()) == term
    assert not set(term) & set(' \t\n()|&!"“„”@:+')

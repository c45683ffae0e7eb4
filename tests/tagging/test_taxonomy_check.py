"""`tagwire tags check` asks for its word list when it is not installed."""

import sys

import pytest

from feed.errors import SettingError
from feed.tagging import taxonomy_check
from feed.taxonomy.taxonomy import Taxonomy


def test_an_absent_word_list_is_asked_for(small: Taxonomy, monkeypatch: pytest.MonkeyPatch) -> None:
    taxonomy_check.english_words.cache_clear()
    monkeypatch.setitem(sys.modules, "spellchecker", None)
    with pytest.raises(SettingError, match=r"pip install 'tagwire\[check\]'"):
        taxonomy_check.check(small)

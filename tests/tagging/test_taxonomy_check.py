"""`tagwire tags check` asks for its word lists when they are not installed."""

import sys

import pytest

from feed.errors import SettingError
from feed.tagging import taxonomy_check
from feed.taxonomy.taxonomy import Taxonomy


@pytest.mark.parametrize(
    ("lists", "module"),
    [
        (taxonomy_check.english_words, "spellchecker"),
        (taxonomy_check.given_names, "faker.providers.person.en_US"),
    ],
)
def test_absent_word_lists_are_asked_for(
    lists: object, module: str, small: Taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.cache_clear()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingError, match=r"pip install 'tagwire\[check\]'"):
        taxonomy_check.check(small)

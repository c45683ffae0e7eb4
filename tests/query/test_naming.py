"""Words that are names of tags can become the tags, for the whole question at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import ExpressionError
from feed.query.naming import with_tags
from feed.query.parser import parse
from feed.taxonomy.taxonomy import Taxonomy


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (
            "azerbaijan AND loitering munition AND NOT mainly armenia",
            "country:azerbaijan weapon:loitering-munition -country:armenia@main",
        ),
        ("Iran", "country:iran"),
        ("iran or israel", "country:iran | country:israel"),
        ("iran -israel", "country:iran -country:israel"),
        ("mainly iran drones over", "country:iran@main weapon:uav over"),
        ('"loitering munitions" iran', "weapon:loitering-munition country:iran"),
        ("(iran | israel) country:armenia", "(country:iran | country:israel) country:armenia"),
        ("iran since:2026-01-31", "country:iran since:2026-01-31"),
        ("us tanks", "country:united-states weapon:tank"),
        ("loitering munition harop", "weapon:loitering-munition weapon:harop"),
    ],
)
def test_names_become_tags(taxonomy: Taxonomy, typed: str, meant: str) -> None:
    assert parse(with_tags(typed, taxonomy.named)) == parse(meant)


@pytest.mark.parametrize("typed", ["", "budget", "country:iran", "title:iran", '"x', "(", "mainly"])
def test_what_names_nothing_stays(taxonomy: Taxonomy, typed: str) -> None:
    assert with_tags(typed, taxonomy.named) == ""


@given(
    st.lists(st.sampled_from("iran mainly not and or ( ) | - drone loitering munition x:y".split()))
)
def test_what_could_be_read_can_be_read_with_tags(taxonomy: Taxonomy, words: list[str]) -> None:
    typed = " ".join(words)
    made = with_tags(typed, taxonomy.named)
    if made and _readable(typed):
        parse(made)


def _readable(text: str) -> bool:
    try:
        parse(text)
    except ExpressionError:
        return False
    return True

"""A word that takes a state's name away is no name of a weapon or a firm, nor how attacks are counted."""

import pytest

from feed.tagging.tagger import Tagger
from feed.taxonomy.taxonomy import Taxonomy
from feed.text.fold import words_of
from tests.conftest import Make

NOUNS = ("food", "private-name")
# Breeds after which vehicles are called; the capital tells them apart.
BREEDS = {"wolfhound", "terrier", "bulldog", "mastiff"}


@pytest.mark.parametrize("category", NOUNS)
def test_no_word_is_a_name_of_something_else(taxonomy: Taxonomy, category: str) -> None:
    names = {
        words_of(name)
        for tag in taxonomy.values()
        if taxonomy.schemes[tag.scheme].kind != "place"
        for name in (tag.label, *tag.alt, *tag.weak)
    }
    words = taxonomy.rules.categories[category].words
    assert {word for word in words if words_of(word) in names} <= BREEDS


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("A new Russian wave of drones hit the city.", "country:russia"),
        ("Two Iranian waves of missiles came before dawn.", "country:iran"),
        ("The Finnish Hornets flew over the base.", "country:finland"),
        ("German IRIS-T batteries arrived.", "country:germany"),
        ("Ukrainian Sniper Kills Officer", "country:ukraine"),
        ("The French Parrot drone flew for an hour.", "country:france"),
        ("The US Greyhound landed on the carrier.", "country:united-states"),
        ("The American Gambit drone was shown.", "country:united-states"),
    ],
)
def test_a_state_keeps_its_arms(full_tagger: Tagger, make: Make, text: str, key: str) -> None:
    assert key in {use.tag for use in full_tagger.tag(make(1, "", text)).uses if use.mentions}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Russia fired a hundred drones on Monday.", "weapon:uav"),
        ("It was a drone of the border guard.", "weapon:uav"),
        ("They watched a drone fly over the field.", "weapon:uav"),
        ("The hull is open to torpedo attacks.", "weapon:torpedo"),
        ("She is a destroyer of the navy.", "weapon:destroyer"),
        ("The bomber struck targets in the east.", "weapon:bomber"),
        ("A full tank battalion crossed the river.", "weapon:tank"),
        ("The pulse-Doppler radar sees far.", "weapon:radar"),
        ("The army keeps its repair mortars in reserve.", "weapon:mortar"),
    ],
)
def test_a_civil_sense_takes_nothing_from_arms(
    full_tagger: Tagger, make: Make, text: str, key: str
) -> None:
    assert key in {use.tag for use in full_tagger.tag(make(1, "", text)).uses if use.mentions}

"""Tags are found by what people call them, not by what we call them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.taxonomy.lookup import normal
from feed.taxonomy.taxonomy import Taxonomy

# Written down before the lookup was. Of these at least 58 must stand first.
EVERYDAY = """
    Shahed = weapon:shahed-136          TB2 = weapon:bayraktar-tb2          drones = weapon:uav
    air defence = weapon:air-defence-system   Patriots = weapon:patriot     Abrams = weapon:m1-abrams
    F16 = weapon:f-16                   F-35s = weapon:f-35                 Iron Dome = weapon:iron-dome
    kamikaze drones = weapon:loitering-munition   HIMARS = weapon:himars    S400 = weapon:s-400
    US = country:united-states          America = country:united-states     USA = country:united-states
    UK = country:united-kingdom         Britain = country:united-kingdom    Holland = country:netherlands
    Bayraktar = weapon:bayraktar-tb2    Leopards = weapon:leopard-2         tanks = weapon:tank
    submarines = weapon:submarine       MBT = weapon:tank                   warships = weapon:warship
    Lancet = weapon:lancet              Switchblade = weapon:switchblade    Raytheon = company:raytheon
    General Dynamics = company:general-dynamics   North Korea = country:north-korea   DPRK = country:north-korea
    UAE = country:uae                   Emirates = country:uae              Hellfire = weapon:agm-114
    Stingers = weapon:stinger           Javelins = weapon:javelin           artillery = weapon:artillery
    howitzers = weapon:howitzer         ICBM = weapon:icbm                  hypersonic = weapon:hypersonic-weapon
    Lockheed = company:lockheed-martin  Northrop = company:northrop-grumman  BAE = company:bae-systems
    Rheinmetal = company:rheinmetall    Saab = company:saab                 Azerbiajan = country:azerbaijan
    Ukrain = country:ukraine            Turkiye = country:turkey            Burma = country:myanmar
    South Korea = country:south-korea   Taiwan = country:taiwan             Kinzhal = weapon:kinzhal
    Storm Shadow = weapon:storm-shadow  ATACMS = weapon:atacms              Gripen = weapon:gripen
    Rafale = weapon:rafale              Eurofighter = weapon:eurofighter   frigates = weapon:frigate
    BrahMos = weapon:brahmos            K2 = weapon:k2-black-panther        loitering munition = weapon:loitering-munition
"""
PAIRS = [
    (name.strip(), key)
    for line in EVERYDAY.strip().splitlines()
    for pair in line.strip().split("  ")
    if "=" in pair
    for name, _, key in [pair.strip().partition(" = ")]
]


def test_everyday_names_lead_to_their_tags(taxonomy: Taxonomy) -> None:
    assert len(PAIRS) == 60
    missed = {
        name: found[:3]
        for name, key in PAIRS
        if (found := [one.key for one in taxonomy.lookup.find(name)])[:1] != [key]
    }
    assert len(missed) <= 2, missed


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("azer", "country:azerbaijan"),  # the beginning of a name
        ("martin", "company:lockheed-martin"),  # of one of its words
        ("munition loitering", "weapon:loitering-munition"),  # its words in another order
        ("azerbaijsn", "country:azerbaijan"),  # another letter
        ("azebaijan", "country:azerbaijan"),  # one less
        ("azerbaiijan", "country:azerbaijan"),  # one more
        ("azerbaiajn", "country:azerbaijan"),  # two in each other's place
        ("AZÉRBAIJAN", "country:azerbaijan"),
        ("AZ", "country:azerbaijan"),  # a code
        ("bayraktartb2", "weapon:bayraktar-tb2"),  # without its blanks
        ("loitering_munition", "weapon:loitering-munition"),
        ("iskanderrr", "weapon:iskander"),  # alike
    ],
)
def test_a_tag_is_found_however_it_is_typed(taxonomy: Taxonomy, typed: str, key: str) -> None:
    assert key in [found.key for found in taxonomy.lookup.find(typed)]


@pytest.mark.parametrize("nothing", ["", "  ", "?!", "xqzwvk", "\x00", "\u202e"])
def test_what_names_nothing_finds_nothing(taxonomy: Taxonomy, nothing: str) -> None:
    assert not taxonomy.lookup.find(nothing)


def test_what_is_used_more_stands_first(taxonomy: Taxonomy) -> None:
    uses = {"weapon:shahed-129": 5, "weapon:shahed-136": 3}
    assert (
        taxonomy.lookup.find("shahed-1", lambda key: uses.get(key, 0))[0].key == "weapon:shahed-129"
    )


def test_every_name_finds_its_tag(small: Taxonomy) -> None:
    for key, tag in small.items():
        for name in (tag.label, *tag.alt, *tag.weak, tag.notation or tag.label):
            assert key in [found.key for found in small.lookup.find(name, limit=50)], name


@given(st.text(max_size=80), st.integers(1, 20))
def test_whatever_is_typed_is_answered(small: Taxonomy, typed: str, limit: int) -> None:
    found = small.lookup.find(typed, limit=limit)
    assert len(found) <= limit
    assert len({one.key for one in found}) == len(found)
    assert all(one.key in small for one in found)
    assert normal(typed) or not found

"""What the shipped vocabulary owes its readers: words for what things are, evidence that is of arms, breadth."""

import pytest

from benchmarks import coverage
from feed.tagging.tagger import Tagger
from feed.taxonomy.taxonomy import Taxonomy
from tests.conftest import ROOT

FACTS = ROOT.parent / "shared" / "facts"
# What every trade has: beside a weak name it says nothing of what the name means.
OF_EVERY_TRADE = frozenset(
    """
    company firm manufacturer supplier contractor conglomerate consortium holding shares takeover startup start-up
    contract order orders deal delivery deliveries component components export import production programme program
    project system systems product products service services maker factory plant technology electronics engineering
    engine software information cloud logistics research training transport maintenance display battery batteries
    cargo truck trucks vehicle vehicles police weather museum parade communications intelligence
    """.split()
)
# By the class: what news calls its members, in the singular.
CALLED = {
    "surface-to-air-missile": "SAM",
    "anti-aircraft-gun": "SPAAG; self-propelled anti-aircraft gun; anti-aircraft tank",
    "armoured-personnel-carrier": "APC; armored personnel carrier",
    "infantry-fighting-vehicle": "IFV; infantry combat vehicle",
    "armoured-vehicle": "AFV; APV; armored fighting vehicle",
    "mrap": "MRAP; mine-protected vehicle",
    "rocket-artillery": "MRL; MLRS; MBRL; multiple rocket launcher",
    "self-propelled-howitzer": "SPH; self-propelled gun",
    "anti-tank-missile": "ATGM; ATGW; anti-armor missile",
    "air-to-air-missile": "AAM; BVRAAM",
    "anti-ship-missile": "AShM; ASCM; ASBM",
    "cruise-missile": "SLCM; GLCM",
    "guided-missile": "ASM",
    "amphibious-ship": "LPD; LHD; LHA; LSD; LST; landing ship",
    "attack-submarine": "SSN; SSGN; nuclear attack submarine",
    "ballistic-missile-submarine": "SSBN; strategic submarine",
    "diesel-electric-submarine": "SSK; conventional submarine",
    "patrol-vessel": "OPV; offshore patrol vessel",
    "mine-countermeasures-vessel": "MCMV; minehunter",
    "maritime-patrol-aircraft": "MPA; maritime patrol aircraft",
    "aew-aircraft": "AEW&C; AWACS; early warning aircraft",
    "collaborative-combat-aircraft": "CCA; loyal wingman",
    "combat-uav": "UCAV; combat drone",
    "usv": "USV; sea drone; MUSV",
    "uuv": "UUV; AUV; underwater drone",
    "ugv": "UGV; ground drone",
    "manpads": "MANPADS; shoulder-fired anti-aircraft missile",
    "counter-uas": "C-UAS; CUAS; anti-drone",
    "interceptor-drone": "interceptor drone; anti-drone drone",
    "directed-energy-weapon": "laser weapon; high-power microwave",
    "active-protection-system": "active protection suite",
    "air-defence-system": "GBAD; air defence system",
}


@pytest.mark.parametrize("scheme", ["company", "weapon"])
def test_no_word_of_every_trade_corroborates(taxonomy: Taxonomy, scheme: str) -> None:
    loose = {
        f"{tag.key}: {word}"
        for tag in taxonomy.values()
        if tag.scheme == scheme
        for word in tag.context
        if word in OF_EVERY_TRADE
    }
    assert loose == set()


@pytest.mark.parametrize("term", CALLED)
def test_a_class_has_the_words_that_news_has_for_it(taxonomy: Taxonomy, term: str) -> None:
    tag = taxonomy[f"weapon:{term}"]
    names = {name.lower() for name in (*tag.strong, *tag.weak)}
    assert [w for w in CALLED[term].split("; ") if w.lower() not in names] == []
    assert tag.key in taxonomy.classes


@pytest.mark.parametrize(
    ("sentence", "key"),
    [
        ("They were hit by a Stinger portable SAM.", "stinger"),
        ("The Phalanx naval gun was removed.", "phalanx"),
        ("The Gepard self-propelled anti-aircraft gun is old.", "gepard"),
        ("An Eagle armoured vehicle drove by.", "eagle-v"),
        ("The last Severodvinsk SSGNs sailed.", "yasen-class"),
        ("The Marder IFVs left.", "marder"),
        ("The Warrior AFV burned.", "warrior-ifv"),
        ("They bought Crotale SAMs.", "crotale"),
        ("A Hawk SAM battery stood there.", "hawk"),
        ("The Jaguar reconnaissance vehicle is new.", "jaguar-ebrc"),
        ("A Caiman armoured vehicle turned over.", "caiman-mrap"),
        ("They saw Poseidon MPAs.", "p-8"),
    ],
)
def test_a_weak_name_counts_before_a_word_for_what_it_is(
    full_tagger: Tagger, taxonomy: Taxonomy, sentence: str, key: str
) -> None:
    found = set(full_tagger.find("", sentence).mentions()) - taxonomy.classes
    assert found == {f"weapon:{key}"}


@pytest.mark.parametrize(
    "sentence",
    [
        "A DDG search brought nothing.",
        "His SSN was stolen.",
        "The APC won the governor's seat in Lagos.",
        "He played an RPG all night.",
        "She asked an icebreaker question.",
        "He rode his chopper to the beach.",
        "Children received the OPV against polio.",
        "The HGV blocked the motorway.",
    ],
)
def test_class_words_of_other_trades_are_weak(full_tagger: Tagger, sentence: str) -> None:
    assert list(full_tagger.find("", sentence).mentions()) == []


def test_the_lists_beside_the_checkout_are_covered(full_tagger: Tagger) -> None:
    if not FACTS.exists():
        pytest.skip("no lists beside the checkout")
    shares = {
        what: 1 - len(missed) / number
        for what, number, missed in coverage.misses(full_tagger, FACTS)
    }
    assert shares["systems"] >= 0.96
    assert shares["companies"] >= 0.98

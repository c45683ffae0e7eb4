"""How much of lists from elsewhere the taxonomy covers: each name, named in a sentence, is tagged.

    python -m benchmarks.coverage [--facts ../shared/facts] [--misses]

The lists (systems seen in a war, equipment by type, companies by rank) lie beside a checkout where
they are available, and are consulted, not copied. Captions that name no system of their own
("unknown truck"), soft-skinned trucks and the like are left out of the count by their words.
"""

import argparse
import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks import corpus
from feed.tagging.tagger import Tagger

FACTS = corpus.ROOT.parent / "shared" / "facts"
# Not weapons, or not systems: trucks, trailers, engineering plant, captions.
_ODDITIES = re.compile(
    r"\b(unknown|truck|tanker|trailer|crane|forklift|bulldozer|excavator|van|bus|car|quad|motorcycle|motor|bike|generator"
    r"|ambulance|fuel|refuel\w*|kitchen|tractor|transporter|cabin|workshop|compressor|boiler|avtozaks?|all-terrain|ATV"
    r"|UAZ|KamAZ|Ural|KrAZ|MAZ|ZIL|GAZ|Bogdan|BAZ|LuAZ|Toyota|Ford|Mitsubishi|Nissan|Volkswagen|Mercedes|Unimog|Tatra"
    r"|Land Rover|Peugeot|Renault|Isuzu|Jeep|Dodge|Chevrolet|Iveco|MAN|DAF|Volvo|Scania|Great Wall|Polaris|Pickup|SUV"
    r"|pontoon|ferry|boat|rebreather|container|radiosonde|reconnaissance hovercraft)\b",
    re.I,
)
_COUNT = re.compile(r"^\d+ ")
_CALIBRE = re.compile(r"^\d{2,3}mm ")


def systems(facts: Path) -> Iterator[str]:
    """The names of weapons in the lists of systems, once each."""
    seen: set[str] = set()
    for name, column in (("oryx_systems.csv", "system"), ("dg_v1_equipment.csv", "name")):
        with (facts / name).open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                text = _CALIBRE.sub("", _COUNT.sub("", row[column].strip()))
                text = text.replace("''", "'").strip()
                if text and text not in seen and not _ODDITIES.search(text):
                    seen.add(text)
                    yield text


def companies(facts: Path) -> Iterator[str]:
    """The names of companies, once each."""
    with (facts / "defense_news_top100_2005_2020_companies.csv").open(encoding="utf-8") as file:
        yield from dict.fromkeys(row["company"].strip() for row in csv.DictReader(file))


def missed(tagger: Tagger, names: Iterable[str], scheme: str, sentence: str) -> list[str]:
    """The names that get no tag of the scheme; classes of systems do not count."""
    misses = []
    for name in names:
        found = tagger.find("", sentence.format(name)).mentions()
        if not any(k.startswith(scheme) and k not in tagger.taxonomy.classes for k in found):
            misses.append(name)
    return misses


def misses(tagger: Tagger, facts: Path) -> Iterator[tuple[str, int, list[str]]]:
    """For systems and companies: what they are, how many there are, and those that are missed."""
    sentence = "On Monday the {} missile or gun system was seen near the front."
    names = list(systems(facts))
    yield "systems", len(names), missed(tagger, names, "weapon:", sentence)
    sentence = "The defence company {} won a contract for missiles."
    names = list(companies(facts))
    yield "companies", len(names), missed(tagger, names, "company:", sentence)


def run(facts: Path, show: bool) -> None:
    """Print both shares, and the misses on request."""
    for what, number, names in misses(Tagger(corpus.taxonomy()), facts):
        print(f"{what:10} {1 - len(names) / number:6.1%} of {number} found, {len(names)} missed")
        for name in names if show else ():
            print(f"    {name}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=Path, default=FACTS)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    if options.facts.exists():
        run(options.facts, options.misses)
    else:
        print(f"no lists at {options.facts}")

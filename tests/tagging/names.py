"""Writes the lists of given names and surnames that come with the rules for English.

    python -m tests.tagging.names

The names are those of Faker, by the locales whose names the English press prints most; the file says
so in its head. Names that are days, months or frequent words of headlines are left out, for before
another name they say nothing of a person.
"""

import importlib
import re
import textwrap
from importlib.metadata import version

from tests.conftest import ROOT

FILE = ROOT / "feed" / "tagging" / "rules" / "en-names.yaml"
GIVEN = ("en_US", "en_GB", "de_DE", "es_ES", "fr_FR", "it_IT")
SURNAMES = ("en_US", "en_GB")
# What stands with a capital before a name, and is not the name of whoever follows.
NO_NAMES = frozenset(
    """
    April August Autumn Coral Cord Crystal Dawn Destiny Diamond Edit Else Gala German Harm Israel June
    Jules May Mercedes Misty Roman Sierra Sky Sole Summer Sunday Will
    """.split()
)
_PLAIN = re.compile(r"[A-Z][a-zà-ÿ]+")
HEAD = """\
# Given names and surnames, made by `python -m tests.tagging.names` from Faker {version},
# https://faker.readthedocs.io: Copyright (c) 2012 Daniele Faraglia and contributors, MIT licence:
# Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
# associated documentation files, to deal in the Software without restriction, including without
# limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies
# of the Software, provided that the above copyright notice and this permission notice are included in
# all copies or substantial portions of the Software. The Software is provided "as is", without warranty
# of any kind.
"""


def names(locales: tuple[str, ...], kind: str) -> list[str]:
    """The plain names of some locales; `kind` is "first_names" or "last_names"."""
    found: set[str] = set()
    for locale in locales:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in dir(provider):
            if attribute.startswith(kind):
                found.update(getattr(provider, attribute))
    return sorted(name for name in found if _PLAIN.fullmatch(name) and name not in NO_NAMES)


def content() -> str:
    """The file as it should be."""
    lists = {"given-names": names(GIVEN, "first_names"), "surnames": names(SURNAMES, "last_names")}
    text = HEAD.format(version=version("faker")) + "lists:\n"
    for name, words in lists.items():
        text += (
            f"  {name}: [\n{textwrap.indent(textwrap.fill(', '.join(words), 106), '    ')},\n  ]\n"
        )
    return text


if __name__ == "__main__":
    FILE.write_text(content(), encoding="utf-8")

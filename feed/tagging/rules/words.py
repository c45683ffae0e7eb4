"""The lists of the rule files, as the rules of tagging ask for them: sets, and fixed shapes made of them.

A rule file has words only. What shape they stand in, "in Polish and", is a regular expression here.
"""

import re
from collections.abc import Callable, Iterable

from feed.taxonomy.rules import Rules

# What is known of the lists: every name that a rule asks for.
LISTS: set[str] = set()


def _smart(words: Iterable[str]) -> str:
    """An alternation of words, the longest first; a small first letter of a word matches either."""
    found = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(map(_either, found)) or r"(?!)"


def _either(phrase: str) -> str:
    return " ".join(
        f"[{word[0].upper()}{word[0]}]{re.escape(word[1:])}"
        if word[:1].islower()
        else re.escape(word)
        for word in phrase.split(" ")
    )


def _exact(words: Iterable[str]) -> str:
    """An alternation of words as they are; of none, what matches nothing."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) or r"(?!)"


def _pairs(words: Iterable[str]) -> tuple[str, ...]:
    """Words between blanks, also with a capital: what a text may end with before a name."""
    return tuple(f" {form} " for word in words for form in (word, word.capitalize()))


class Words:
    """All lists of some rules. Built once for a taxonomy."""

    def __init__(self, rules: Rules) -> None:
        def words(name: str) -> frozenset[str]:
            LISTS.add(name)
            return frozenset(rules.words(name))

        self._names(words)
        self._organisations(words)
        self._products(words)
        self._places(words)
        self._languages(words)
        self._boilerplate(words)
        self.states = frozenset(
            word
            for category in rules.categories.values()
            if category.direction == "after-comma"
            for word in category.words
        )

    def _names(self, words: Callable[[str], frozenset[str]]) -> None:
        self.given_names = words("given-names")
        self.given_places = words("given-names-of-places")
        self.surnames = words("surnames")
        self.particles = words("particles")
        self.ranks = words("ranks")
        self.callings = words("callings")
        self.speech = words("speech")
        self.deeds = words("deeds")
        self.no_given_names = words("no-given-names")
        self.headline_words = words("headline-words") | words("no-surnames")
        self.no_surname_endings = tuple(words("no-surname-endings"))
        self.initials_of_states = words("initials-of-states")
        self.peoples = words("peoples")
        self.capitals = words("capitals")
        self.as_a_person = re.compile(
            rf"'s\b|,? (?:{_exact(self.speech | words('person-verbs'))})\b|[,.;!?\"]"
        )
        self.junior = re.compile(rf",? (?:{_exact(words('name-suffixes'))})\b")

    def _organisations(self, words: Callable[[str], frozenset[str]]) -> None:
        self.beside_names = words("beside-names")
        self.company_suffixes = words("company-suffixes")
        self.company_verbs = words("company-verbs")
        self.company_nouns = words("company-nouns")
        self.is_a_company = re.compile(
            rf", (?:{_exact(words('articles'))}) (?:[\w-]+ ){{0,4}}(?:{_exact(self.company_nouns)})\b"
        )
        self.office = re.compile(rf" (?:[A-Z]\w+ )?(?:{_exact(words('offices'))})\b")

    def _products(self, words: Callable[[str], frozenset[str]]) -> None:
        nouns = words("product-nouns")
        self.product_adjectives = words("product-adjectives")
        self.noun_forms = frozenset(
            form
            for noun in nouns
            for form in (noun, noun + "s", noun + "es", noun.removesuffix("y") + "ies")
        )
        self.product_forms = self.noun_forms | self.product_adjectives
        counts = words("articles") | words("counts")
        self.fired = re.compile(rf" (?:{_exact(words('fired'))})(?: (?:{_exact(counts)}|\d+))? $")
        self.apposition = re.compile(rf", (?:{_exact(words('articles'))}) ")
        self.unit_after = re.compile(rf"\"? (?:{_exact(words('unit-nouns'))})\b")
        self.uncrewed = re.compile(rf" (?:{_smart(words('uncrewed'))})")
        self.ship_words = re.compile(rf"\b(?:{_smart(words('ship-words'))})\b")
        # What joins the members of a list: "a Tor, a Buk and two Pantsirs".
        self.joints = re.compile(
            rf"s?(?:[,;]? and|,? or|,|;| &|/)(?: (?:{_exact(counts | words('others'))}))? ?s?"
        )

    def _places(self, words: Callable[[str], frozenset[str]]) -> None:
        self.months = words("months")
        self.before_places = words("before-places")
        self.town_bodies = tuple(sorted(words("town-bodies")))
        self.states_with_cities = words("states-with-cities")
        self.town_of = tuple(f"{word} of " for word in words("towns-are"))
        self.beyond_towns = tuple(f"{word} " for word in words("beyond-towns"))
        self.of_a_country = _pairs(words("before-a-country"))
        self.of_a_us_state = _pairs(words("before-a-us-state"))
        self.us_state_has = re.compile(rf"(?:'s)? (?:{_smart(words('us-states-have'))})\b")
        self.us_forces = words("us-state-forces")
        self.state_has = re.compile(rf"(?:'s?)? (?:{_smart(words('states-have'))})\b")
        self.searched_states = tuple(f", {word}" for word in words("us-states-by-search"))

    def _languages(self, words: Callable[[str], frozenset[str]]) -> None:
        verbs = words("language-verbs")
        self.language_endings = tuple(words("language-endings"))
        self.in_a_language = _pairs(words("before-a-language"))
        self.learning = tuple(f" {verb} " for verb in verbs)
        self.whose_language = (*_pairs(words("whose-language")), '"My ')
        self.copulas = tuple(f" {word} " for word in words("copulas"))
        self.language_leads = (*self.in_a_language, *self.learning, *self.whose_language, *LISTED)
        # Further languages may follow, but no thing that is of that nation.
        self.language_ends = re.compile(
            r"(?:(?:, [A-Z][a-z]+)*,? (?:and|or) [A-Z][a-z]+|(?:, [A-Z][a-z]+)+)?(?:[.;:!?)\"]"
            rf"|,? (?:{_exact(words('behind-a-language'))})\b"
            rf"|, (?:{_exact(words('clause-starts'))})\b|,? and [a-z])"
        )
        # A verb of what one does with languages goes with the last of a list, too: "speak Latvian and Russian,".
        self.spoken_ends = re.compile(
            rf"[.,;:!?)\"]| (?:{_exact(words('behind-a-spoken-language'))})\b"
        )
        leads = words("before-a-language") | words("before-languages")
        self.other_languages = re.compile(
            rf" ({_smart(leads)}|{_exact(verbs)})"
            r" (?:in )?[A-Z][a-z]+(?:, [A-Z][a-z]+)*(?:,? and |, )$"
        )

    def _boilerplate(self, words: Callable[[str], frozenset[str]]) -> None:
        self.agencies = words("agencies")
        self.city_states = frozenset(word.upper() for word in words("city-states"))


LISTED = (" and ", ", ")

"""What says that a name is not meant: rows asked of names beside words, and of weak names.

Each row has a small function; the first that holds is what `explain` shows.
"""

import re
from collections.abc import Collection

from feed.tagging.disambiguation.boilerplate import is_boilerplate
from feed.tagging.disambiguation.document import Candidate, Document
from feed.tagging.disambiguation.namesakes import (
    NAMESAKE,
    NAMESAKE_MEANT,
    headline_person,
    is_namesake_of_rejected,
    is_rejected_town,
    names_searched_state,
    surname_of_person,
    tags_of_persons,
    town_state_code,
)
from feed.tagging.disambiguation.neighbours import (
    amid_capitals,
    is_hull_number,
    is_money,
    is_nickname,
    is_product_noun,
    language,
)
from feed.tagging.disambiguation.persons import person, surname, team
from feed.tagging.disambiguation.places import is_town, us_state, us_state_people
from feed.tagging.disambiguation.sentences import sentence_start
from feed.tagging.disambiguation.table import Rule
from feed.tagging.matching.candidates import Meaning
from feed.tagging.matching.patterns import Spelling, is_acronym
from feed.tagging.rules.context_rules import PERSON, US_STATE
from feed.tagging.rules.words import Words
from feed.taxonomy.rules import Kind

LONGER = "part of a longer name"
UNIT = "nickname of a unit"
_PLACE: tuple[Kind, ...] = ("place",)
_PRODUCT: tuple[Kind, ...] = ("product",)
_MADE: tuple[Kind, ...] = ("organisation", "product", "thing")
_NAMED: tuple[Kind, ...] = (*_MADE, "person")
_ALL: tuple[Kind, ...] = ("place", *_NAMED)
_HULL_NUMBER = re.compile(r"[A-Z]{1,3}-\d{1,4}")
_DESIGNATOR = re.compile(r"-\d")
_INITIALS = re.compile(r"[A-Z]\.(?:[A-Z]\.)?")
_NONE: frozenset[str] = frozenset()
_INITIAL = 2  # a letter with its dot


def _in_headline(document: Document, candidate: Candidate) -> bool:
    """In a headline in title case a capital says nothing."""
    return candidate.start < document.body and document.titled


def _office(document: Document, candidate: Candidate) -> str:
    return LONGER if document.words.office.match(document.text, candidate.end) else ""


def _uncrewed(document: Document, candidate: Candidate) -> str:
    """Is it called uncrewed, which the system of this name is not?"""
    following = document.next(candidate)
    if following is None or not document.words.uncrewed.match(document.text, candidate.end):
        return ""
    start, _, meaning = following
    kinds = document.knowledge.taxonomy.ancestors[candidate.spelling.tag]
    other = bool(meaning.spellings) and not any(s.tag in kinds for s in meaning.spellings)
    return NAMESAKE_MEANT if start == candidate.end + 1 and other else ""


def _unit(document: Document, candidate: Candidate) -> str:
    return UNIT if document.words.unit_after.match(document.text, candidate.end) else ""


def _town(document: Document, candidate: Candidate) -> str:
    return US_STATE if is_town(document, candidate) else ""


def _designator(document: Document, candidate: Candidate) -> str:
    return LONGER if _DESIGNATOR.match(document.text, candidate.end) else ""


def _nickname(document: Document, candidate: Candidate) -> str:
    headline = _in_headline(document, candidate)
    return UNIT if not headline and is_nickname(document.text, candidate) else ""


def _goes_on(document: Document, candidate: Candidate) -> str:
    """Does a capital follow that makes it a longer name?"""
    after = candidate.after(document.text)
    if not after or not after[0].isupper() or _in_headline(document, candidate):
        return ""
    if document.text.startswith(("'s ", "' "), candidate.end):
        return ""  # AIDC's Brave Eagle: two names
    if _DESIGNATOR.search(document.text, candidate.start, candidate.end):
        return ""  # the C-5 Modernization
    if _allowed_after(document, after, candidate):
        return ""
    words = document.words
    surface = document.surface(candidate)
    borne = surface in words.given_names
    return PERSON if borne and candidate.spelling.kind != "person" else LONGER


def _person_beside(document: Document, candidate: Candidate) -> str:
    """Is it a surname: "Kyle Patriot", "the singer Rafael", "J.J. Abrams"?"""
    words, before = document.words, candidate.before(document.text)
    if _in_headline(document, candidate):
        return ""
    if before in words.given_names or before in words.callings:
        return PERSON
    if candidate.after(document.text) in words.particles:
        return PERSON
    initials = _INITIALS.fullmatch(before) and before not in words.initials_of_states
    return PERSON if initials else ""


def _another_person(document: Document, candidate: Candidate) -> str:
    """Has a person's weak name another given name before it?"""
    given = candidate.before(document.text) in document.words.given_names
    return LONGER if given and not _in_headline(document, candidate) else ""


def _acts(document: Document, candidate: Candidate) -> str:
    """A system says nothing, a company draws nothing."""
    words = document.words
    acts = words.speech
    if candidate.spelling.kind != "product":
        surface = document.surface(candidate)  # a club may draw, "Leonardo" may have painted
        borne = surface in words.given_names or surface in words.surnames
        acts = words.deeds if borne else _NONE
    does = candidate.after(document.text) in acts
    return PERSON if does and not _in_headline(document, candidate) else ""


def _begins_before(document: Document, candidate: Candidate) -> str:
    """Does a capital stand before it that makes it a longer name?"""
    before = candidate.before(document.text)
    if not before or not before[0].isupper() or _in_headline(document, candidate):
        return ""
    return "" if _allowed_before(document, before, candidate) else LONGER


def _allowed_after(document: Document, word: str, candidate: Candidate) -> bool:
    if not word[1:].islower() or any(ch.isdigit() for ch in word):
        return True  # an acronym or a designator: "Patriot PAC-3", "Typhoon FGR4"
    words = document.words
    if word in words.beside_names or word in words.company_suffixes or is_product_noun(words, word):
        return True
    following = document.next(candidate)
    return (
        following is not None and following[0] - candidate.end <= 3 and bool(following[2].spellings)
    )


def _allowed_before(document: Document, word: str, candidate: Candidate) -> bool:
    words = document.words
    if not word[1:].islower() or word in words.beside_names or word.endswith(("'s", "s'")):
        return True
    if any(ch.isdigit() for ch in word) or (word.rpartition("-")[2].islower() and "-" in word):
        return True  # "Israeli-made", "AH-64"
    if word[-1] == "." and word not in words.ranks and len(word) > _INITIAL:
        return True  # the last word of the sentence before
    preceding = document.previous(candidate)
    if preceding and candidate.start - preceding[1] <= 3 and preceding[2].spellings:
        return True
    return sentence_start(document.text, candidate.start - len(word) - 1)


def _hull(document: Document, candidate: Candidate) -> str:
    return "hull number" if is_hull_number(document, candidate) else ""


def _money(document: Document, candidate: Candidate) -> str:
    return "currency" if is_money(document.text, candidate) else ""


def _language(document: Document, candidate: Candidate) -> str:
    return "language" if language(document, candidate) else ""


def _common_too(document: Document, candidate: Candidate) -> str:
    """Does the article have the word in small letters, too: "a turkey", and "Turkey" at its start?"""
    if candidate.before(document.text) in document.words.before_places:
        return ""
    small = document.surface(candidate).lower()
    common = any(document.holds_text(f" {small}{end}") for end in (" ", ".", ",", "s "))
    return "a word in small letters, too" if common else ""


def _capitals(document: Document, candidate: Candidate) -> str:
    return "a word in capitals" if amid_capitals(document, candidate) else ""


def _is_hull_form(spelling: Spelling, meaning: Meaning, words: Words) -> bool:
    return "-" not in meaning.surface and _HULL_NUMBER.fullmatch(spelling.text) is not None


def _is_language(spelling: Spelling, meaning: Meaning, words: Words) -> bool:
    return spelling.text.endswith(words.language_endings)


def may_be_doubted(spelling: Spelling, capitals: Collection[str]) -> bool:
    """May a name need evidence, by its own or by a row of stage "doubt"; `capitals` are those of the
    rule files."""
    if spelling.role != "name":
        return False
    return spelling.weak or spelling.person or spelling.text.upper() in capitals


# Asked in this order.
EXCLUSION: tuple[Rule, ...] = (
    Rule("boilerplate-line", "boilerplate", _ALL, "article", is_boilerplate, ("neighbour",),
         "Also read: China's new destroyer", cause=lambda d: bool(d.boilerplate)),
    Rule("us-state-code", US_STATE, _PLACE, "article", town_state_code, (),
         "She left Lebanon, IN, at noon.", cause=names_searched_state),
    Rule("town-named-before", US_STATE, _PLACE, "article", is_rejected_town, ("spelling", "neighbour", "article"),
         "A man from Lebanon, Pa., drove home to Lebanon.", cause=lambda d: bool(d.rejected) and bool(d.towns)),
    Rule("hull-number", "hull number", _PRODUCT, "beside", _hull, ("spelling",),
         "the frigate ESPS Sol (F16)", concerns=_is_hull_form),
    Rule("money", "currency", _PLACE, "beside", _money, ("spelling",),
         "It cost US$5.", concerns=lambda s, m, w: is_acronym(s.text), gate="sign"),
    Rule("language-beside", "language", _PLACE, "beside", _language, ("spelling",),
         "The manuals are in Turkish.", concerns=_is_language, gate="lead"),
    Rule("us-state-people", US_STATE, _PLACE, "beside", us_state_people, ("spelling", "article"),
         "In Atlanta many Georgians vote.", concerns=lambda s, m, w: s.split and m.plural),
    Rule("team-name", "name of a team or unit", _PLACE, "beside", team, ("spelling",),
         "They saw the Cleveland Israelis.", concerns=lambda s, m, w: m.plural),
    Rule("person-beside", PERSON, (*_PLACE, *_MADE), "beside", person, ("spelling", "neighbour"),
         "They met Michael Jordan.", concerns=lambda s, m, w: s.person, gate="capital"),
    Rule("surname-beside", PERSON, _PLACE, "beside", surname, ("spelling",),
         "Sgt. Kyle French left.", concerns=lambda s, m, w: s.surname, gate="capital"),
    Rule("us-state-beside", US_STATE, _PLACE, "beside", us_state, ("spelling", "context", "neighbour", "article"),
         "The Georgia lawmakers met.", concerns=lambda s, m, w: s.split and s.named),
    Rule("capitals", "a word in capitals", _ALL, "doubt", _capitals, ("spelling",),
         "GIVE US PEACE", concerns=lambda s, m, w: s.text.upper() in w.capitals),
    Rule("common-too", "a word in small letters, too", _PLACE, "doubt", _common_too, ("spelling",),
         "They ate a turkey. Turkey is tasty.", gate="always",
         concerns=lambda s, m, w: s.proper and not s.text.isupper() and s.text.upper() in w.capitals),
    Rule("namesake", NAMESAKE, _ALL, "doubt", is_namesake_of_rejected, ("spelling", "article"),
         "Michael Jordan left. Jordan smiled.", concerns=lambda s, m, w: s.person, cause=lambda d: bool(d.rejected)),
    Rule("headline-namesake", NAMESAKE, _PLACE, "doubt", headline_person, ("spelling", "article"),
         "Jordan was brief | Michael Jordan left.", tags=tags_of_persons),
    Rule("surname-named-before", NAMESAKE, _ALL, "revision", surname_of_person, ("spelling", "article"),
         "Sgt. Kyle French left. French said no.", tags=tags_of_persons),
    Rule("office", LONGER, _PRODUCT, "weak", _office, ("spelling",),
         "A missile! The new Patriot Defence Minister was there."),
    Rule("uncrewed", NAMESAKE_MEANT, _PRODUCT, "weak", _uncrewed, ("spelling", "class", "neighbour"),
         "some Spike UAVs and a missile"),
    Rule("unit", UNIT, _PRODUCT, "weak", _unit, ("spelling",),
         "A missile for the “Patriot” Brigade."),
    Rule("town-in-state", US_STATE, _PRODUCT, "weak", _town, ("spelling",),
         "a missile man of Patriot, Texas"),
    Rule("designator", LONGER, ("organisation",), "weak", _designator, ("spelling",),
         "The helicopter Bell-47 came."),
    Rule("nickname", UNIT, _MADE, "weak", _nickname, ("spelling",),
         "“Spikes” of the missile squadron"),
    Rule("longer-behind", LONGER, _NAMED, "weak", _goes_on, ("spelling", "neighbour"),
         "a missile of the Patriot Society"),
    Rule("person-before", PERSON, _MADE, "weak", _person_beside, ("spelling",),
         "the singer Rafael saw a missile"),
    Rule("another-person", LONGER, ("person",), "weak", _another_person, ("spelling",),
         "Kyle Archer joins the Reds."),
    Rule("person-acts", PERSON, _MADE, "weak", _acts, ("spelling",),
         "“The missile works,” Patriot said."),
    Rule("longer-before", LONGER, _NAMED, "weak", _begins_before, ("spelling", "neighbour"),
         "a missile in the Foal Spike"),
)  # fmt: skip

"""Names of persons, teams and units: what the words beside a name say, when they bear it, too."""

import re

from feed.tagging.disambiguation.document import Candidate, Document
from feed.tagging.disambiguation.neighbours import is_product_noun
from feed.tagging.disambiguation.sentences import sentence_start
from feed.tagging.rules.context_rules import PERSON
from feed.text.fold import base_letter, fold_name

_INITIAL = re.compile(r"[A-Z]\.?")
_LONG = 8  # code points; no longer word with such an end is a surname
_AGE = re.compile(r", \d\d?, ")  # Chad, 41, of Ames
_GIVEN = re.compile(r"[A-Z][a-z]+")


def is_given_name(text: str, end: int) -> bool:
    """Does a surname follow? News goes on with that: after "Israel Katz", "Israel" is the state."""
    return text[end] == " " and text[end + 1].isupper()


def _is_will(text: str, start: int, before: str) -> bool:
    """Is it the given name, which has its capital amid a sentence: "a pass to Will Jordan"?"""
    if before != "Will":
        return False
    at = start - len(" Will ")
    return text[text.rfind(" ", max(0, at - 40), at) + 1].islower()


def _is_initial(word: str) -> bool:
    """Is it an initial, and no word of one letter?"""
    if not word or len(word) > 2:
        return False
    plain = base_letter(word[0]) + word[1:]
    return _INITIAL.fullmatch(plain) is not None and plain not in "AI"


def _is_surname(document: Document, candidate: Candidate, before: str) -> bool:
    """Is an unknown word with a capital before a frequent surname, amid a sentence: "as Dana Jordan"?"""
    text, words = document.text, document.words
    if document.surface(candidate) not in words.surnames or not _GIVEN.fullmatch(before):
        return False
    if before in words.no_given_names or before in words.beside_names:
        return False
    if before in words.headline_words or before in document.knowledge.places:
        return False
    if fold_name(before) in document.knowledge.here.get(candidate.spelling.tag, ()):
        return False  # in Amman Jordan
    at = candidate.start - len(before) - 1
    return text[at - 1] == " " and text[text.rfind(" ", max(0, at - 40), at - 1) + 1].islower()


def surname(document: Document, candidate: Candidate) -> str:
    """Is a people's or country's name that of a person: "Sgt. French", "Kyle German said"?"""
    text, words, end = document.text, document.words, candidate.end
    before = candidate.before(text)
    given = before in words.given_names and before not in words.given_places
    if not given and before not in words.ranks:
        return ""
    if (text[end] == " " and text[end + 1].isupper()) or document.surface(candidate).isupper():
        return ""
    return PERSON


def person(document: Document, candidate: Candidate) -> str:
    """Is a name that people bear, too, a person's here: "Michael Jordan", "Jordan Peterson"?"""
    text, start, end = document.text, candidate.start, candidate.end
    before = candidate.before(text)
    capitals = text[start:end].isupper()
    if before in document.words.given_names or _is_will(text, start, before) or _is_initial(before):
        return "" if capitals else PERSON
    if text[end] == "," and _AGE.match(text, end):
        return PERSON
    if document.words.junior.match(text, end) or _is_surname(document, candidate, before):
        return PERSON
    if text[end] not in " \n" or text[end + 1].islower() or capitals:
        return ""
    return PERSON if _may_be_surname(document, candidate.after(text)) else ""


def _may_be_surname(document: Document, word: str) -> bool:
    """Is it a word with a capital that no institution and no headline has there?"""
    words = document.words
    bare = word.split("-")[0].removesuffix("'s")
    if not bare[:1].isupper() or not bare[1:].islower() or len(bare) < 3:
        return False
    if bare in words.beside_names or bare in words.company_suffixes:
        return False
    if is_product_noun(words, bare) or bare in words.headline_words:
        return False
    return len(bare) <= _LONG or not bare.endswith(words.no_surname_endings)


def team(document: Document, candidate: Candidate) -> str:
    """A people's name in the plural after another name is a team's or unit's: "Cleveland Indians"."""
    text, words = document.text, document.words
    before = candidate.before(text)
    if not candidate.spelling.proper or not before[:1].isupper() or not before[1:2].islower():
        return ""
    if before in words.peoples or before in words.beside_names or before in words.headline_words:
        return ""  # "Kyiv Says Russians Withdraw"
    if sentence_start(text, candidate.start - len(before) - 1):
        return ""
    return "name of a team or unit"

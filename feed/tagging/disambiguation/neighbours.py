"""What the words beside a name say: a kind of product, money, a language, a ship's number."""

from feed.tagging.disambiguation.document import Candidate, Document
from feed.tagging.disambiguation.sentences import WORD_AFTER
from feed.tagging.rules.words import LISTED, Words


def is_product_noun(words: Words, word: str) -> bool:
    """Is it a word for a kind of product, in the singular or plural: "launchers", "IFV"?"""
    word = word.removesuffix("'s")
    return word in words.product_forms or word.lower() in words.product_forms


def noun_follows(document: Document, end: int) -> bool:
    """Do the next words say what kind of product it is: "launchers", "attack helicopters"?"""
    words, text = document.words, document.text
    for _ in range(4):
        match = WORD_AFTER.match(text, end, end + 40)
        if match is None:
            return False
        word = match[1].rstrip(".-").removesuffix("'s")
        if word in words.noun_forms or word.lower() in words.noun_forms:
            return True
        if word.lower() not in words.product_adjectives:
            return False
        end = match.end(1)
    return False


def amid_capitals(document: Document, candidate: Candidate) -> bool:
    """A word that shouts like its neighbours: "GIVE US PEACE" is no evidence of a country."""
    text = document.text
    if not text[candidate.end + 1].isupper() or candidate.spelling.text.islower():
        return False
    if document.surface(candidate) not in document.words.capitals:
        return False
    before, after = candidate.before(text), candidate.after(text)
    return len(after) > 1 and after.isupper() and (not before or before.isupper())


def is_money(text: str, candidate: Candidate) -> bool:
    """ "US$5", and "U.S. $5" where no "the" says that the state is to pay it."""
    start, end = candidate.start, candidate.end
    if text[end] == "$":
        return True
    return text.startswith((" $", ". $"), end) and not text.endswith((" the ", " The "), 0, start)


def is_nickname(text: str, candidate: Candidate) -> bool:
    """A name in the plural and in quotation marks: the “Cougars” of a squadron."""
    start, end = candidate.start, candidate.end
    return text[start - 1] == '"' and text[end] == '"' and text[end - 1] == "s"


def is_hull_number(document: Document, candidate: Candidate) -> bool:
    """A number in brackets behind a ship's name: ESPS Méndez Núñez (F104) is no Starfighter."""
    text, start, end = document.text, candidate.start, candidate.end
    if text[start - 1] != "(" or text[end] != ")":
        return False
    return bool(document.words.ship_words.search(text[max(0, start - 80) : start]))


def language(document: Document, candidate: Candidate) -> bool:
    """A nation's adjective that stands for its language: "manuals in Polish.", "to study Japanese"."""
    text, words = document.text, document.words
    start, end = candidate.start, candidate.end
    if not text.endswith(words.language_leads, 0, start) or text.endswith("Republic", start, end):
        return False
    if text.endswith(words.whose_language, 0, start):
        return text.startswith(words.copulas, end)
    if text.endswith(words.learning, 0, start):
        return not text[end + 1].isupper()
    if text.endswith(LISTED, 0, start):
        listed = words.other_languages.search(text[max(0, start - 60) : start])
        if listed is None:
            return False
        if f" {listed[1]} " not in words.in_a_language:
            return words.spoken_ends.match(text, end) is not None
    return words.language_ends.match(text, end) is not None  # "in Polish waters" is none

"""What the words beside a find say: persons, US states, teams, sentence starts, headlines."""

import re

from feed.tagging.matching.candidates import Match
from feed.tagging.matching.patterns import Spelling
from feed.tagging.rules.words import (
    LANGUAGE_VERBS,
    PRODUCT_ADJECTIVES,
    PRODUCT_NOUNS,
    SHOUTED,
)

_WORD_AFTER = re.compile(r"'?s?[ \n\-](?![ \n])[\"(]?([\w$][\w.&/\-]*)")


def word_after(text: str, end: int) -> str:
    """The next word, past a possessive; "" at the end of a clause."""
    match = _WORD_AFTER.match(text, end, end + 40)
    return match[1].rstrip(".-") if match else ""


def word_before(text: str, start: int) -> str:
    """The word before, "" after a stop."""
    if text[start - 1] not in " \n":
        return ""
    word = text[text.rfind(" ", max(0, start - 40), start - 1) + 1 : start - 1]
    if word.isalnum():
        return word
    word = word[word.rfind("\n") + 1 :].strip('"()[]')
    return "" if word[-1:] in ",;:!?-" else word


def is_product_noun(word: str) -> bool:
    """Is it a word for a kind of product, in the singular or plural: "launchers", "IFV"?"""
    word = word.removesuffix("'s")
    return word in _PRODUCT_FORMS or word.lower() in _PRODUCT_FORMS


def noun_follows(text: str, end: int) -> bool:
    """Do the next words say what kind of product it is: "launchers", "attack helicopters"?"""
    for _ in range(4):
        match = _WORD_AFTER.match(text, end, end + 40)
        if match is None:
            return False
        word = match[1].rstrip(".-").removesuffix("'s")
        if word in _NOUN_FORMS or word.lower() in _NOUN_FORMS:
            return True
        if word.lower() not in PRODUCT_ADJECTIVES:
            return False
        end = match.end(1)
    return False


_NOUN_FORMS = frozenset(
    form
    for noun in PRODUCT_NOUNS
    for form in (noun, noun + "s", noun + "es", noun.removesuffix("y") + "ies")
)
_PRODUCT_FORMS = _NOUN_FORMS | PRODUCT_ADJECTIVES


def sentence_end(text: str, end: int) -> bool:
    """True when punctuation follows at once."""
    return text[end : end + 1] in ".!?:;"


def sentence_start(text: str, start: int) -> bool:
    """True when nothing but a full stop, a line break or a quotation mark stands before."""
    before = text[max(0, start - 4) : start].rstrip(" \"'(")
    return not before or before[-1] in ".!?\n:•*-"


def title_case(title: str) -> bool:
    """A headline in which nearly every longer word has a capital."""
    words: list[str] = re.findall(r"[^\W\d_]{4,}", title)
    return len(words) >= 3 and sum(w[0].isupper() for w in words) >= 0.75 * len(words)


def amid_capitals(text: str, find: Match, spelling: Spelling) -> bool:
    """A word that shouts like its neighbours: "GIVE US PEACE" is no evidence of a country."""
    if text[find[0] : find[1]] not in SHOUTED or spelling.text.islower():
        return False
    before, after = word_before(text, find[0]), word_after(text, find[1])
    return len(after) > 1 and after.isupper() and (not before or before.isupper())


_FIRED = re.compile(
    r" (?:fir(?:ed|es|ing)|shot down|downed|intercepted|armed with|equipped with)"
    r"(?: (?:an?|the|its|their|live|two|three|four|five|six|several|\d+))? $"
)


def is_fired(text: str, start: int) -> bool:
    """Is it said to be fired, carried or shot down: "they fired a Javelin"?"""
    return _FIRED.search(text, max(0, start - 32), start) is not None


def is_money(text: str, find: Match) -> bool:
    """ "US$5", and "U.S. $5" where no "the" says that the state is to pay it."""
    start, end, _ = find
    if text[end] == "$":
        return True
    return text.startswith((" $", ". $"), end) and not text.endswith((" the ", " The "), 0, start)


def is_nickname(text: str, find: Match) -> bool:
    """A name in the plural and in quotation marks: the “Cougars” of a squadron."""
    start, end, _ = find
    return text[start - 1] == '"' and text[end] == '"' and text[end - 1] == "s"


_SHIP_WORDS = re.compile(
    r"\b(?:US[NC]?[SG]C?|H[MNDS]\w*S|ESPS|ITS|FS|FGS|INS|KRI|BRP|ROKS|JS|TCG|ORP|NRP|PNS|HS|ARA|[Ff]rigate|[Dd]estroyer"
    r"|[Cc]orvette|[Cc]ruiser|[Ss]ubmarine|[Cc]arrier|[Vv]essel|[Ss]hip|[Mm]inehunter|[Cc]utter|[Bb]oat)\b"
)


def is_hull_number(text: str, find: Match) -> bool:
    """A number in brackets behind a ship's name: ESPS Méndez Núñez (F104) is no Starfighter."""
    start, end, meaning = find
    if text[start - 1] != "(" or text[end] != ")" or "-" in text[start:end]:
        return False
    return "-" in meaning.spellings[0].text and bool(
        _SHIP_WORDS.search(text[max(0, start - 80) : start])
    )


_IN = (" in ", " into ", " In ")
_LEARN = tuple(f" {verb} " for verb in LANGUAGE_VERBS)
_PRONOUNS = (" my ", " My ", '"My ', " his ", " His ", " her ", " Her ", " their ", " Their ")
_COPULA = (" is ", " was ", " has ", " had ", " remains ")
_LISTED = (" and ", ", ")
_LANGUAGE_LEADS = (*_IN, *_LEARN, *_PRONOUNS, *_LISTED)
# The last two characters before a language: most adjectives have others.
LANGUAGE_TAILS = frozenset(lead[-2:] for lead in _LANGUAGE_LEADS)
# Further languages may follow, but no thing that is of that nation.
_LANGUAGE_ENDS = re.compile(
    r"(?:(?:, [A-Z][a-z]+)*,? (?:and|or) [A-Z][a-z]+|(?:, [A-Z][a-z]+)+)?(?:[.;:!?)\"]"
    r"|,? (?:at|only|but|alone|too|since|instead|first|though|because|which|as|is|are|was|were|on|from|with|by)\b"
    r"|, (?:it|he|she|they|we|who|while|not|so|the|a)\b|,? and [a-z])"
)
# A verb of what one does with languages goes with the last of a list, too: "speak Latvian and Russian,".
_SPOKEN_ENDS = re.compile(
    r"[.,;:!?)\"]| (?:and|or|at|in|on|with|for|as|but|when|because|fluently|well)\b"
)
_OTHER_LANGUAGES = re.compile(
    r" (in|In|into|speaks?|spoke|fluent|"
    + "|".join(LANGUAGE_VERBS)
    + r") (?:in )?[A-Z][a-z]+(?:, [A-Z][a-z]+)*(?:,? and |, )$"
)


def language(text: str, find: Match) -> bool:
    """A nation's adjective that stands for its language: "manuals in Polish.", "to study Japanese"."""
    start, end, _ = find
    if not text.endswith(_LANGUAGE_LEADS, 0, start) or text.endswith("Republic", start, end):
        return False
    if text.endswith(_PRONOUNS, 0, start):
        return text.startswith(_COPULA, end)
    if text.endswith(_LEARN, 0, start):
        return not text[end + 1].isupper()
    if text.endswith(_LISTED, 0, start):
        before = text[max(0, start - 60) : start]
        listed = _OTHER_LANGUAGES.search(before)
        if listed is None:
            return False
        if listed[1] not in ("in", "In", "into"):
            return _SPOKEN_ENDS.match(text, end) is not None
    return _LANGUAGE_ENDS.match(text, end) is not None  # "in Polish waters" is none

"""What the words beside a find say: persons, US states, teams, sentence starts, headlines."""

import re
from collections.abc import Iterable
from functools import lru_cache

from feed.fold import base_letter, fold_name
from feed.tagging.cues import PERSON, US_STATE, US_STATES
from feed.tagging.hits import Find
from feed.tagging.spellings import Spelling
from feed.tagging.words import (
    COMPANY_SUFFIXES,
    DIRECTIONS,
    GIVEN_NAMES,
    GIVEN_PLACES,
    HEADLINE_WORDS,
    LANGUAGE_VERBS,
    MONTHS,
    NO_GIVEN_NAMES,
    OF_THE_COUNTRY,
    OF_THE_STATE,
    ORGANISATIONS,
    PEOPLES,
    PRODUCT_ADJECTIVES,
    PRODUCT_NOUNS,
    RANKS,
    SHOUTED,
    SURNAMES_OFTEN,
)

_WORD_AFTER = re.compile(r"'?s?[ \n\-](?![ \n])[\"(]?([\w$][\w.&/\-]*)")
_INITIAL = re.compile(r"[A-Z]\.?")


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


def amid_capitals(text: str, find: Find, spelling: Spelling) -> bool:
    """A word that shouts like its neighbours: "GIVE US PEACE" is no evidence of a country."""
    if text[find[0] : find[1]] not in SHOUTED or spelling.text.islower():
        return False
    before, after = word_before(text, find[0]), word_after(text, find[1])
    return len(after) > 1 and after.isupper() and (not before or before.isupper())


_TOWN = re.compile(r"([A-Z][\w.']*)(?: \([^)]*\))?, $")


@lru_cache(maxsize=4)
def _georgias(text: str) -> tuple[bool, bool]:
    """Does an article name what only the American state has, and what only the country has?

    Asked once for an article, whose text is looked through.
    """
    return any(map(text.__contains__, OF_THE_STATE)), any(map(text.__contains__, OF_THE_COUNTRY))


_STATE_BODIES = re.compile(
    r"(?:'s)? (?:Gov\b|Governor|General Assembly|[Ll]egislat|House of Rep|Senate\b|lawmakers|Guards[mw]"
    r"|State (?:Patrol|University|Police)|Bureau of Inv|Department of|Ports Auth|Power\b)"
)


def us_state(text: str, find: Find, own_places: Iterable[bytes]) -> str:
    """A town before the comma that the tag's own context does not know: "Savannah, Georgia"."""
    start, end, _ = find
    before = text[max(0, start - 12) : start]
    if before.endswith(("country of ", "Country of ", "nation of ", "epublic of ")):
        return ""
    of_the_state, of_the_country = _georgias(text)
    if of_the_state and not of_the_country:
        return US_STATE
    town = _TOWN.search(text[max(0, start - 48) : start])
    if town and fold_name(town[1]) not in own_places and town[1] not in MONTHS:
        # "Armenia, Georgia and Azerbaijan" is a list of states, not a town and its state.
        after = text[end : end + 5]
        if not after.startswith((" and ", " or ")) and (of_the_state or not of_the_country):
            return US_STATE
    if before.endswith(("state of ", "State of ", "overnor of ", "nator of ", "tor from ")):
        return US_STATE
    if not of_the_country and _STATE_BODIES.match(text, end):
        return US_STATE
    if text[end : end + 1] == " " and word_after(text, end) in ("Army", "Air", "National"):
        return US_STATE if "National Guard" in text[end : end + 24] else ""
    return ""


_TOWN_IN = re.compile(r", ([A-Z][A-Za-z]*(?: [A-Z][a-z]+)?)")
_STATES = frozenset(US_STATES)


def is_town(text: str, find: Find) -> bool:
    """Does an American state follow behind a comma: "Jericho, Vermont"?"""
    match = _TOWN_IN.match(text, find[1])
    return match is not None and (match[1] in _STATES or match[1].split()[0] in _STATES)


_OF_A_STATE = re.compile(
    r"(?:'s?)? (?:[Gg]overnment|[Aa]rmy|[Nn]avy|[Aa]ir [Ff]orce|[Mm]ilitary|[Aa]rmed [Ff]orces|[Pp]arliament"
    r"|(?:[Pp]rime |[Ff]oreign |[Dd]efen[cs]e )[Mm]inist|[Kk]ing\b|[Ee]mbassy)"
)


def is_of_a_state(text: str, end: int) -> bool:
    """Does a word follow for what states have, and neither persons nor towns: an army, a king?"""
    return _OF_A_STATE.match(text, end) is not None


def is_given_name(text: str, end: int) -> bool:
    """Does a surname follow? News goes on with that: after "Israel Katz", "Israel" is the state."""
    return text[end] == " " and text[end + 1].isupper()


_FIRED = re.compile(
    r" (?:fir(?:ed|es|ing)|shot down|downed|intercepted|armed with|equipped with)"
    r"(?: (?:an?|the|its|their|live|two|three|four|five|six|several|\d+))? $"
)


def is_fired(text: str, start: int) -> bool:
    """Is it said to be fired, carried or shot down: "they fired a Javelin"?"""
    return _FIRED.search(text, max(0, start - 32), start) is not None


# How nobody's name ends: "Georgia Deployment Program", but Vance and Clement.
_NO_SURNAME = ("tion", "sion", "ment", "ship", "ity")
_SURNAME = 8


def is_money(text: str, find: Find) -> bool:
    """ "US$5", and "U.S. $5" where no "the" says that the state is to pay it."""
    start, end, _ = find
    if text[end] == "$":
        return True
    return text.startswith((" $", ". $"), end) and not text.endswith((" the ", " The "), 0, start)


def _is_will(text: str, start: int, before: str) -> bool:
    """Is it the given name, which has its capital amid a sentence: "a pass to Will Jordan"?"""
    if before != "Will":
        return False
    at = start - len(" Will ")
    return text[text.rfind(" ", max(0, at - 40), at) + 1].islower()


_AGE = re.compile(r", \d\d?, ")  # Chad, 41, of Ames
_JUNIOR = re.compile(r",? (?:Jr|Sr|III)\b")  # Miller Jordan Jr.
_GIVEN = re.compile(r"[A-Z][a-z]+")


def _is_surname(text: str, start: int, end: int, before: str) -> bool:
    """Is an unknown word with a capital before a frequent surname, amid a sentence: "as Dana Jordan"?"""
    if text[start:end] not in SURNAMES_OFTEN or not _GIVEN.fullmatch(before):
        return False
    if before in NO_GIVEN_NAMES or before in ORGANISATIONS or before in HEADLINE_WORDS:
        return False
    at = start - len(before) - 1
    return text[at - 1] == " " and text[text.rfind(" ", max(0, at - 40), at - 1) + 1].islower()


def surname(text: str, find: Find) -> bool:
    """Is a people's or country's name that of a person: "Sgt. French", "Kyle German said"?"""
    start, end, _ = find
    before = word_before(text, start)
    if before not in RANKS and (before not in GIVEN_NAMES or before in GIVEN_PLACES):
        return False
    return not (text[end] == " " and text[end + 1].isupper()) and not text[start:end].isupper()


def person(text: str, find: Find) -> str:
    """The reason when a name that people bear, too, is a person's here; else ""."""
    start, end, _ = find
    before = word_before(text, start)
    if (
        before in GIVEN_NAMES
        or _is_will(text, start, before)
        or (
            before
            and len(before) < 3
            and _INITIAL.fullmatch(plain := base_letter(before[0]) + before[1:])
            and plain not in "AI"
        )
    ):
        return "" if text[start:end].isupper() else PERSON
    if text[end] == "," and _AGE.match(text, end):
        return PERSON
    if _JUNIOR.match(text, end) or _is_surname(text, start, end, before):
        return PERSON
    if text[end] not in " \n" or text[end + 1].islower() or text[start:end].isupper():
        return ""
    after = word_after(text, end)
    bare = after.split("-")[0].removesuffix("'s")
    if not bare[:1].isupper() or not bare[1:].islower() or len(bare) < 3:
        return ""
    if bare in ORGANISATIONS or bare in COMPANY_SUFFIXES or is_product_noun(bare):
        return ""
    if bare in HEADLINE_WORDS or (len(bare) > _SURNAME and bare.endswith(_NO_SURNAME)):
        return ""
    return PERSON


def nickname(text: str, find: Find, spelling: Spelling) -> str:
    """A people's name in the plural after another name is a team's or unit's: "Cleveland Indians"."""
    if not spelling.proper:
        return ""
    if spelling.text == "Georgian" and _georgias(text) == (True, False):
        return US_STATE  # "Georgians" vote in Atlanta
    before = word_before(text, find[0])
    if not before[:1].isupper() or not before[1:2].islower():
        return ""
    if before in PEOPLES or before in ORGANISATIONS or before in DIRECTIONS:
        return ""
    if before in HEADLINE_WORDS:
        return ""  # "Kyiv Says Russians Withdraw"
    if sentence_start(text, find[0] - len(before) - 1):
        return ""
    return "name of a team or unit"


def is_nickname(text: str, find: Find) -> bool:
    """A name in the plural and in quotation marks: the “Cougars” of a squadron."""
    start, end, _ = find
    return text[start - 1] == '"' and text[end] == '"' and text[end - 1] == "s"


_SHIP_WORDS = re.compile(
    r"\b(?:US[NC]?[SG]C?|H[MNDS]\w*S|ESPS|ITS|FS|FGS|INS|KRI|BRP|ROKS|JS|TCG|ORP|NRP|PNS|HS|ARA|[Ff]rigate|[Dd]estroyer"
    r"|[Cc]orvette|[Cc]ruiser|[Ss]ubmarine|[Cc]arrier|[Vv]essel|[Ss]hip|[Mm]inehunter|[Cc]utter|[Bb]oat)\b"
)


def is_hull_number(text: str, find: Find) -> bool:
    """A number in brackets behind a ship's name: ESPS Méndez Núñez (F104) is no Starfighter."""
    start, end, hit = find
    if text[start - 1] != "(" or text[end] != ")" or "-" in text[start:end]:
        return False
    return "-" in hit.spellings[0].text and bool(
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


def language(text: str, find: Find) -> bool:
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

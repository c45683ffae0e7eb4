"""What says that a doubtful name is meant: rows asked again and again until nothing new is accepted.

Each row has a small function; the first that holds is what `explain` shows.
"""

from feed.tagging.disambiguation.document import Candidate, Document
from feed.tagging.disambiguation.neighbours import noun_follows
from feed.tagging.disambiguation.persons import is_given_name
from feed.tagging.disambiguation.places import is_of_a_state
from feed.tagging.disambiguation.sentences import sentence_end, sentence_start
from feed.tagging.disambiguation.table import Rule
from feed.tagging.rules.context_rules import PERSON, US_STATE
from feed.taxonomy.rules import Kind

_PLACE: tuple[Kind, ...] = ("place",)
_PRODUCT: tuple[Kind, ...] = ("product",)
_FIRM: tuple[Kind, ...] = ("organisation",)
_PERSON: tuple[Kind, ...] = ("person",)
_ALL: tuple[Kind, ...] = ("place", "organisation", "product", "person", "thing")
NAMED = "named elsewhere in the article"
_BESIDE = 24  # code points between a country and what is its
_JOINT = 14  # code points between two members of a list
_NONE: frozenset[str] = frozenset()


def _named(document: Document, candidate: Candidate) -> str:
    return NAMED if candidate.spelling.tag in document.accepted else ""


def _noun_follows(document: Document, candidate: Candidate) -> str:
    """A word for what it is, its class, or a word of its context: "Comet tablets"."""
    if sentence_end(document.text, candidate.end):
        return ""
    follows = (
        _class_follows(document, candidate)
        or noun_follows(document, candidate.end)
        or _context_follows(document, candidate)
    )
    return "followed by what it is" if follows else ""


def _context_follows(document: Document, candidate: Candidate) -> bool:
    """A word of its context right behind it, also in the plural: "Comet tablets"."""
    behind = document.knowledge.behind.get(candidate.spelling.tag)
    if behind is None or document.text[candidate.end] not in " -":
        return False
    return document.data.startswith(behind, candidate.end)


def _class_follows(document: Document, candidate: Candidate) -> bool:
    """A class that the system is of: "the Ruslan transport aircraft"."""
    following = document.next(candidate)
    if following is None:
        return False
    start, _, meaning = following
    if start - candidate.end != 1 or document.text[candidate.end] not in " -":
        return False
    taxonomy = document.knowledge.taxonomy
    kinds = taxonomy.classes.intersection(taxonomy.ancestors[candidate.spelling.tag])
    return any(spelling.tag in kinds for spelling in meaning.spellings)


def _fired(document: Document, candidate: Candidate) -> str:
    start = candidate.start
    fired = document.words.fired.search(document.text, max(0, start - 32), start)
    return "fired, carried or shot down" if fired else ""


def _state_has(document: Document, candidate: Candidate) -> str:
    """Does a word follow for what states have, and neither persons nor towns?"""
    spelling = candidate.spelling
    if spelling.split and spelling.named:
        return ""
    return "it has what states have" if is_of_a_state(document, candidate.end) else ""


def _surname(document: Document, candidate: Candidate) -> str:
    """ "Israel" is the state even beside "Israel Katz"; those who are called Jordan are called so."""
    spelling = candidate.spelling
    words = document.words
    if spelling.weak or not spelling.person or spelling.text in words.given_places:
        return ""
    by_surname = any(
        rejected.reason in (PERSON, US_STATE) and not is_given_name(document.text, rejected.end)
        for rejected in document.rejected
        if any(s.tag == spelling.tag for s in rejected.meaning.spellings)
    )
    return "" if by_surname else "the person has a surname"


def _suffix(document: Document, candidate: Candidate) -> str:
    follows = candidate.after(document.text) in document.words.company_suffixes
    return "followed by a company's suffix" if follows else ""


def _company_acts(document: Document, candidate: Candidate) -> str:
    acts = candidate.after(document.text) in document.words.company_verbs
    return "does what companies do" if acts else ""


def _called_a_company(document: Document, candidate: Candidate) -> str:
    words = document.words
    called = candidate.before(document.text).lower() in words.company_nouns
    if called or words.is_a_company.match(document.text, candidate.end):
        return "called a company"
    return ""


def _called_a_person(document: Document, candidate: Candidate) -> str:
    called = candidate.before(document.text).lower() in document.words.callings
    return "called what persons are" if called else ""


def _person_acts(document: Document, candidate: Candidate) -> str:
    after = candidate.after(document.text)
    acts = after in document.words.speech or after in document.words.deeds
    return "does what only persons do" if acts else ""


def _country(document: Document, candidate: Candidate) -> str:
    """ "Israel's Rafael", "the German firm Helsing", "Archers from Sweden"."""
    lands = document.knowledge.lands.get(candidate.spelling.tag)
    if not lands:
        return ""
    keys: set[str] = set()
    text = document.text
    if before := document.previous(candidate):
        _, end, meaning = before
        if candidate.start - end <= _BESIDE and "." not in text[end : candidate.start]:
            keys.update(s.tag for s in meaning.spellings)
    if following := document.next(candidate):
        start, _, meaning = following
        if text[candidate.end : start] in (" from ", " of "):
            keys.update(s.tag for s in meaning.spellings)
    land = min(lands.intersection(keys, document.accepted), default="")
    return f"beside its country, {land}" if land else ""


def _listed(document: Document, candidate: Candidate) -> str:
    """Joined by comma, slash, "and" or "or" to a sure name of the same scheme."""
    scheme = candidate.spelling.tag.partition(":")[0]
    classes = document.knowledge.taxonomy.classes
    for other, first in ((document.previous(candidate), True), (document.next(candidate), False)):
        if other is None:
            continue
        begin, end = (other[1], candidate.start) if first else (candidate.end, other[0])
        if end - begin <= _JOINT and document.words.joints.fullmatch(document.text, begin, end):
            kin = {s.tag for s in other[2].spellings if s.tag.startswith(scheme)}
            if (kin - classes) & document.accepted.keys():
                return "in a list of its kind"
    return ""


def _maker(document: Document, candidate: Candidate) -> str:
    for maker in document.knowledge.makers.get(candidate.spelling.tag, ()):
        if document.carries(maker):
            return f"its maker, {maker}, is named"
    return ""


def _product(document: Document, candidate: Candidate) -> str:
    products = document.knowledge.products.get(candidate.spelling.tag, _NONE)
    if products.isdisjoint(document.accepted):
        return ""
    return f"its product, {min(products.intersection(document.accepted))}, is named"


def _capital_says_nothing(document: Document, candidate: Candidate) -> bool:
    """At the start of a sentence or in a headline every word has a capital."""
    spelling = candidate.spelling
    if spelling.kind != "product" or not spelling.proper:
        return False
    if candidate.start < document.body and document.titled:
        return True
    plural = document.text[candidate.end - 1] == "s" and spelling.text[-1] != "s"
    return not plural and sentence_start(document.text, candidate.start)  # but "Bradleys follow."


def _is_common_too(document: Document, candidate: Candidate) -> bool:
    """Does the article have a system's name in small letters, too: "a tornado", "the Tornado"?"""
    if candidate.spelling.kind != "product" or not candidate.spelling.proper:
        return False
    return document.holds_text(f" {document.surface(candidate).lower()} ")


def _context_tag(document: Document, candidate: Candidate) -> str:
    if _capital_says_nothing(document, candidate):
        return ""
    for tag in document.knowledge.context_of(candidate.spelling.tag)[0]:
        if document.carries(tag):
            return f"context: {tag}"
    return ""


def _context_word(document: Document, candidate: Candidate) -> str:
    if _capital_says_nothing(document, candidate) or _is_common_too(document, candidate):
        return ""
    word = document.context_word(candidate.spelling.tag)
    return f"context: “{word}”" if word else ""


def _context_of(document: Document, candidate: Candidate) -> str:
    """What has it for its context is accepted: a club, whose player is named."""
    speakers = document.knowledge.speakers.get(candidate.spelling.tag, _NONE)
    if speakers.isdisjoint(document.accepted) or _capital_says_nothing(document, candidate):
        return ""
    return f"context of {min(speakers.intersection(document.accepted))}"


def _called(document: Document, candidate: Candidate) -> str:
    """Its class stands in apposition: "Harbor, an antidepressant,"."""
    if document.text[candidate.end] != ",":
        return ""
    following = document.next(candidate)
    if following is None or not document.words.apposition.fullmatch(
        document.text, candidate.end, following[0]
    ):
        return ""
    taxonomy = document.knowledge.taxonomy
    kinds = taxonomy.classes.intersection(taxonomy.ancestors[candidate.spelling.tag])
    called = any(spelling.tag in kinds for spelling in following[2].spellings)
    return "called what it is" if called else ""


# Asked in this order; `weight` says how much a row's evidence weighs where one surface names several
# tags, 0 the most.
EVIDENCE: tuple[Rule, ...] = (
    Rule("named", NAMED, _ALL, "evidence beside", _named, ("article",),
         "PAC-3 arrived. Each Patriot spoke.", weight=0),
    Rule("noun-follows", "followed by what it is", _PRODUCT, "evidence beside", _noun_follows,
         ("class", "context", "neighbour"), "two Patriot batteries", weight=1),
    Rule("called", "called what it is", _PRODUCT, "evidence beside", _called, ("class", "neighbour"),
         "Spike, a guided missile, came.", weight=1),
    Rule("fired", "fired, carried or shot down", _PRODUCT, "evidence beside", _fired, (),
         "She fired a Spike.", weight=1),
    Rule("state-has", "it has what states have", _PLACE, "evidence beside", _state_has, ("spelling",),
         "Michael Jordan met the Jordan Armed Forces"),
    Rule("has-surname", "the person has a surname", _PLACE, "evidence beside", _surname, ("spelling", "article"),
         "Defense Minister Israel Katz spoke. Israel has lost."),
    Rule("company-suffix", "followed by a company's suffix", _FIRM, "evidence beside", _suffix, (),
         "Bell Inc rang.", weight=1),
    Rule("company-acts", "does what companies do", _FIRM, "evidence beside", _company_acts, (),
         "Leonardo supplies the guns."),
    Rule("called-company", "called a company", _FIRM, "evidence beside", _called_a_company, (),
         "the defence firm Leonardo", weight=1),
    Rule("called-person", "called what persons are", _PERSON, "evidence beside", _called_a_person, (),
         "the striker Archer", weight=1),
    Rule("persons-do", "does what only persons do", _PERSON, "evidence beside", _person_acts, (),
         "“Well,” Archer said."),
    Rule("country-beside", "beside its country", _ALL, "evidence", _country, ("origin", "neighbour", "article"),
         "The American Bell won.", weight=2),
    Rule("list", "in a list of its kind", _ALL, "evidence", _listed, ("class", "neighbour", "article"),
         "Barak 8 and Spike"),
    Rule("maker", "its maker is named", _ALL, "evidence", _maker, ("maker", "article"),
         "For Rafael Advanced Defense Systems the Spike is vital.", weight=2),
    Rule("product", "its product is named", _ALL, "evidence", _product, ("product", "article"),
         "The Spike LR sold well, Rafael said", weight=2),
    Rule("context-tag", "context", _ALL, "evidence", _context_tag, ("context", "article"),
         "Rafael won. It is in Israel."),
    Rule("context-word", "context", _ALL, "evidence", _context_word, ("context", "article"),
         "The helicopter was sold by Leonardo."),
    Rule("context-of", "context of", _ALL, "evidence", _context_of, ("context", "article"),
         "They saw Comet Lee at Bell."),
)  # fmt: skip

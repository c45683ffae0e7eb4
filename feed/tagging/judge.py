"""What the finds mean: corroboration of weak spellings, and the names of persons.

A find is *accepted* at once when its spelling is strong. A weak or doubtful one waits until the
whole article is read and then needs a reason to count; each reason is a small function here, and
so is each reason to reject. `Verdict.why` and the rejects are what `explain` shows.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from feed.tagging.cues import (
    COMPANY_SUFFIXES,
    GIVEN_NAMES,
    ORGANISATIONS,
    PRODUCT_NOUNS,
    SHOUTED,
    MONTHS,
    US_STATE,
)
from feed.tagging.fold import fold_name
from feed.tagging.scanner import Find, Hit, Reject, Scan
from feed.tagging.spellings import Spelling
from feed.taxonomy import Tag, Taxonomy

_WORD_AFTER = re.compile(r"['’]?s?[ \u00a0\n\-–](?![ \u00a0\n])[\"“”(]?([\w$][\w.&/\-]*)")
_WORD_BEFORE = re.compile(r"([\w$][\w.&/\-’']*)[\"“”]?[ \u00a0\n]$")
_INITIAL = re.compile(r"[A-Z]\.?")


class Accepted(NamedTuple):
    """A find that counts for a tag."""

    start: int
    end: int
    spelling: Spelling
    why: str  # "strong spelling", or what corroborated a weak one


class Verdict(NamedTuple):
    """The judge's answer for one text: what counts for each tag, and what does not."""

    accepted: dict[str, list[Accepted]]
    rejects: list[Reject]


class _Pending(NamedTuple):
    """A find that waits for a reason to count."""

    find: Find
    spelling: Spelling
    index: int  # among the finds
    doubt: str  # what is said of it when nothing corroborates it


class Judge:
    """Decides on the finds of a scan. A pure function of the taxonomy and one text."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._context = {tag.key: _context(tag) for tag in taxonomy.values() if tag.context}
        self._makers = {tag.key: tag.maker for tag in taxonomy.values() if tag.maker}
        self._lands = {
            tag.key: frozenset((*tag.country, *tag.origin))
            for tag in taxonomy.values()
            if tag.country or tag.origin
        }

    def decide(self, text: str, data: bytes, body: int, scan: Scan) -> Verdict:
        """Judge the finds of one text; `body` is where the article's body begins in it."""
        accepted: dict[str, list[Accepted]] = {}
        rejects = scan.rejects
        pending: list[_Pending] = []
        finds = scan.finds
        if scan.masks:
            finds = _without_masked(text, scan, rejects)
        for index, find in enumerate(finds):
            hit = find.hit
            if not hit.checked:
                for spelling in hit.spellings:
                    entry = Accepted(find.start, find.end, spelling, "strong spelling")
                    if spelling.tag in accepted:
                        accepted[spelling.tag].append(entry)
                    else:
                        accepted[spelling.tag] = [entry]
                continue
            if hit.role == "decoy":
                rejects.extend(Reject(*find, s.reason) for s in hit.spellings)
                continue
            for spelling in hit.spellings:
                self._first_look(text, find, spelling, index, accepted, rejects, pending)
        if pending:
            _Hearing(self, text, data, body, finds, accepted, rejects).hear(pending)
        return Verdict(accepted, rejects)

    def _first_look(
        self,
        text: str,
        find: Find,
        spelling: Spelling,
        index: int,
        accepted: dict[str, list[Accepted]],
        rejects: list[Reject],
        pending: list[_Pending],
    ) -> None:
        """Sort one checked find: rejected for its neighbours, accepted, or waiting."""
        if spelling.kind == "place" and (reason := _nickname(text, find, spelling)):
            rejects.append(Reject(*find._replace(hit=_only(find, spelling)), reason))
        elif text[find.end : find.end + 1] == "$":
            rejects.append(Reject(*find._replace(hit=_only(find, spelling)), "currency"))
        elif spelling.person and (reason := self._namesake(text, find, spelling, index)):
            rejects.append(Reject(*find._replace(hit=_only(find, spelling)), reason))
        elif spelling.weak:
            pending.append(_Pending(find, spelling, index, "nothing corroborates it"))
        elif spelling.text in SHOUTED and _amid_capitals(text, find):
            pending.append(_Pending(find, spelling, index, "a word in capitals"))
        elif spelling.person and _was_person(spelling, rejects):
            pending.append(_Pending(find, spelling, index, "a person or place of that name is meant"))
        else:
            entry = Accepted(find.start, find.end, spelling, "strong spelling")
            accepted.setdefault(spelling.tag, []).append(entry)

    def _namesake(self, text: str, find: Find, spelling: Spelling, index: int) -> str:
        """The reason when a person or a US state of the same name is meant; else ""."""
        return _person(text, find) or (
            _us_state(text, find, self._context.get(spelling.tag, ((), ()))[1])
            if spelling.text in STATE_NAMESAKES
            else ""
        )


class _Hearing:
    """One article's doubtful finds, heard until nothing new is accepted."""

    def __init__(
        self,
        judge: Judge,
        text: str,
        data: bytes,
        body: int,
        finds: list[Find],
        accepted: dict[str, list[Accepted]],
        rejects: list[Reject],
    ) -> None:
        self.judge, self.text, self.data, self.body = judge, text, data, body
        self.finds, self.accepted, self.rejects = finds, accepted, rejects
        self.present: set[str] = set()  # accepted tags and everything broader
        self.titled = _title_case(text[1 : body - 2])
        self.contexts: dict[str, str] = {}

    def hear(self, pending: list[_Pending]) -> None:
        """Accept what is corroborated, by as many rounds as bring something new; reject the rest."""
        waiting = []
        for case in pending:
            reason = self.local_doubt(case)
            if reason:
                self.rejects.append(Reject(*case.find._replace(hit=_only(case.find, case.spelling)), reason))
            else:
                waiting.append(case)
        while waiting:
            self.present = self._present()
            heard = [(case, self.reason_for(case)) for case in waiting]
            for case, why in heard:
                if why:
                    entry = Accepted(case.find.start, case.find.end, case.spelling, why)
                    self.accepted.setdefault(case.spelling.tag, []).append(entry)
            left = [case for case, why in heard if not why]
            if len(left) == len(waiting):
                break
            waiting = left
        for case in waiting:
            self.rejects.append(
                Reject(*case.find._replace(hit=_only(case.find, case.spelling)), case.doubt)
            )
        for key in {case.spelling.tag for case in pending} & self.accepted.keys():
            self.accepted[key].sort()

    def _present(self) -> set[str]:
        ancestors = self.judge._taxonomy.ancestors
        return {k for key in self.accepted for k in (key, *ancestors[key])}

    # Reasons against, from the words beside the find.

    def local_doubt(self, case: _Pending) -> str:
        """Why a weak find cannot be the thing, whatever else the article says; "" if it can."""
        spelling, find = case.spelling, case.find
        if not spelling.weak or spelling.kind == "place" or not spelling.proper:
            return ""
        if find.start < self.body and self.titled:
            return ""  # in a headline in title case a capital says nothing
        before, after = _word_before(self.text, find.start), _word_after(self.text, find.end)
        if after and after[0].isupper() and not self._allowed_after(after, case):
            return "part of a longer name"
        if before in GIVEN_NAMES or after in _PARTICLES:
            return PERSON
        if before and before[0].isupper() and not self._allowed_before(before, case):
            return "part of a longer name"
        return ""

    def _allowed_after(self, word: str, case: _Pending) -> bool:
        if not word[1:].islower() or any(ch.isdigit() for ch in word):
            return True  # an acronym or a designator: "Patriot PAC-3", "Typhoon FGR4"
        if word in ORGANISATIONS or word in COMPANY_SUFFIXES or _noun(word) in PRODUCT_NOUNS:
            return True
        following = self.finds[case.index + 1] if case.index + 1 < len(self.finds) else None
        return following is not None and following.start - case.find.end <= 3 and bool(following.hit.spellings)

    def _allowed_before(self, word: str, case: _Pending) -> bool:
        if not word[1:].islower() or word in ORGANISATIONS or word.endswith(("'s", "’s", "s'", "s’")):
            return True
        if any(ch.isdigit() for ch in word):
            return True
        preceding = self.finds[case.index - 1] if case.index else None
        if preceding and case.find.start - preceding.end <= 3 and preceding.hit.spellings:
            return True
        return _sentence_start(self.text, case.find.start - len(word) - 1)

    # Reasons for: the first that holds is what `explain` says.

    def reason_for(self, case: _Pending) -> str:
        """What corroborates a find, or ""."""
        spelling, find = case.spelling, case.find
        if spelling.tag in self.accepted:
            return "named elsewhere in the article"
        if self._noun_follows(case):
            return "followed by what it is"
        if spelling.kind == "organisation" and _word_after(self.text, find.end) in COMPANY_SUFFIXES:
            return "followed by a company's suffix"
        if land := self._apposition(case):
            return f"beside its country, {land}"
        if self._in_list(case):
            return "in a list of its kind"
        if related := self._maker_or_product(spelling.tag):
            return f"its {related} is named"
        if self._capital_says_nothing(case):
            return ""
        return self._context_of(spelling.tag)

    def _noun_follows(self, case: _Pending) -> bool:
        if case.spelling.kind != "product":
            return False
        word = _word_after(self.text, case.find.end)
        return _noun(word) in PRODUCT_NOUNS and not _sentence_end(self.text, case.find.end)

    def _apposition(self, case: _Pending) -> str:
        """The country named just before: "Israel's Rafael", "the German firm Helsing"."""
        lands = self.judge._lands.get(case.spelling.tag)
        if not lands or not case.index:
            return ""
        preceding = self.finds[case.index - 1]
        if case.find.start - preceding.end > 24 or "." in self.text[preceding.end : case.find.start]:
            return ""
        keys = {s.tag for s in preceding.hit.spellings} & self.accepted.keys()
        return next(iter(sorted(lands & keys)), "")

    def _maker_or_product(self, key: str) -> str:
        """A firm makes a weak name of its system likely, and the other way round."""
        makers = self.judge._makers
        for maker in makers.get(key, ()):
            if maker in self.present:
                return f"maker, {maker},"
        for product in self.accepted:
            if key in makers.get(product, ()):
                return f"product, {product},"
        return ""

    def _in_list(self, case: _Pending) -> bool:
        """Joined by comma, slash, "and" or "or" to a sure find of the same scheme."""
        scheme = case.spelling.tag.partition(":")[0]
        for index, gap in ((case.index - 1, True), (case.index + 1, False)):
            if not 0 <= index < len(self.finds):
                continue
            other = self.finds[index]
            between = (
                self.text[other.end : case.find.start] if gap else self.text[case.find.end : other.start]
            )
            if between.strip("s") not in _JOINTS:
                continue
            kin = {s.tag for s in other.hit.spellings if s.tag.startswith(scheme)}
            if kin & self.accepted.keys() - self.judge._taxonomy.classes:
                return True
        return False

    def _capital_says_nothing(self, case: _Pending) -> bool:
        """At the start of a sentence or in a headline every word has a capital."""
        if case.spelling.kind != "product" or not case.spelling.proper:
            return False
        if case.find.start < self.body and self.titled:
            return True
        return _sentence_start(self.text, case.find.start)

    def _context_of(self, key: str) -> str:
        """The first context tag or word of a tag that the article holds."""
        if key not in self.contexts:
            self.contexts[key] = ""
            keys, words = self.judge._context.get(key, ((), ()))
            tag = next((k for k in keys if k in self.present), "")
            if tag:
                self.contexts[key] = f"context: {tag}"
            else:
                word = next((w for w in words if _holds(self.data, w)), None)
                self.contexts[key] = f"context: “{word.decode()}”" if word else ""
        if self.contexts[key] == "":  # tags may still come; words may not
            keys, _ = self.judge._context.get(key, ((), ()))
            tag = next((k for k in keys if k in self.present), "")
            return f"context: {tag}" if tag else ""
        return self.contexts[key]


PERSON = "person name"
_PARTICLES = frozenset(("da", "de", "del", "della", "di", "van", "von", "bin", "al", "el"))  # da Vinci
_JOINTS = {", ", " and ", " or ", ", and ", ", or ", "/", " & ", " and the ", ", the ", " or the ", " and its "}


def _context(tag: Tag) -> tuple[tuple[str, ...], tuple[bytes, ...]]:
    keys = tuple(c for c in tag.context if ":" in c)
    words = tuple(fold_name(c) for c in tag.context if ":" not in c)
    return keys, words


def _holds(data: bytes, word: bytes) -> bool:
    """Does the folded text hold the word or phrase, also in the plural?"""
    needle = b" " + word
    at = data.find(needle)
    while at >= 0:
        end = at + len(needle)
        if data[end : end + 1] == b" " or data[end : end + 2] == b"s ":
            return True
        at = data.find(needle, end)
    return False


def _only(find: Find, spelling: Spelling) -> Hit:
    return find.hit._replace(spellings=(spelling,))


def _word_after(text: str, end: int) -> str:
    match = _WORD_AFTER.match(text, end, end + 40)
    return match[1].rstrip(".-") if match else ""


def _word_before(text: str, start: int) -> str:
    match = _WORD_BEFORE.search(text[max(0, start - 32) : start])
    return match[1] if match else ""


def _noun(word: str) -> str:
    """A word as PRODUCT_NOUNS has it: in the singular, in small letters unless an acronym."""
    word = word.removesuffix("’s").removesuffix("'s")
    if word.isupper():
        return word
    word = word.lower()
    for singular in (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"):
        if singular in PRODUCT_NOUNS:
            return singular
    return word


def _sentence_end(text: str, end: int) -> bool:
    return text[end : end + 1] in ".!?:;"


def _sentence_start(text: str, start: int) -> bool:
    """True when nothing but a full stop, a line break or a quotation mark stands before."""
    before = text[max(0, start - 4) : start].rstrip(' "“”\'‘’(\u00a0')
    return not before or before[-1] in ".!?\n:–—•*-"


def _title_case(title: str) -> bool:
    """A headline in which nearly every longer word has a capital."""
    words = [w for w in re.findall(r"[^\W\d_]{4,}", title)]
    return len(words) >= 3 and sum(w[0].isupper() for w in words) >= 0.75 * len(words)


def _amid_capitals(text: str, find: Find) -> bool:
    """Both neighbours shout, too: "GIVE US PEACE" is no evidence of a country."""
    before, after = _word_before(text, find.start), _word_after(text, find.end)
    return len(before) > 1 and len(after) > 1 and before.isupper() and after.isupper()


STATE_NAMESAKES = frozenset({"Georgia"})
_TOWN = re.compile(r"([A-Z][\w.'’]*)(?: \([^)]*\))?, $")


def _us_state(text: str, find: Find, own_places: Iterable[bytes]) -> str:
    """A town before the comma that the tag's own context does not know: "Savannah, Georgia"."""
    town = _TOWN.search(text[max(0, find.start - 48) : find.start])
    if town and fold_name(town[1]) not in own_places and town[1] not in MONTHS:
        # "Armenia, Georgia and Azerbaijan" is a list of states, not a town and its state.
        after = text[find.end : find.end + 5]
        if not after.startswith((" and ", " or ")):
            return US_STATE
    before = text[max(0, find.start - 9) : find.start]
    if before.endswith(("state of ", "State of ")):
        return US_STATE
    if text[find.end : find.end + 1] == " " and _word_after(text, find.end) in ("Army", "Air", "National"):
        follows = text[find.end : find.end + 24]
        return US_STATE if "National Guard" in follows else ""
    return ""


def _person(text: str, find: Find) -> str:
    """The reason when a name that people bear, too, is a person's here; else ""."""
    if text[find.start : find.end] == text[find.start : find.end].upper():
        return ""
    before = _word_before(text, find.start)
    if before in GIVEN_NAMES or (before and _INITIAL.fullmatch(before) and before not in "AI"):
        return PERSON
    if text[find.end : find.end + 1] not in (" ", "\u00a0", "\n"):
        return ""
    after = _word_after(text, find.end)
    bare = after.split("-")[0].removesuffix("’s").removesuffix("'s")
    if not bare[:1].isupper() or not bare[1:].islower() or len(bare) < 3:
        return ""
    if bare in ORGANISATIONS or bare in COMPANY_SUFFIXES or _noun(bare) in PRODUCT_NOUNS:
        return ""
    return "" if bare in _NO_SURNAMES else PERSON


# Capitalised words that follow a country's name in the names of its institutions and in headlines.
_NO_SURNAMES = frozenset(
    """
    Airways Airlines Aerospace Aircraft Ambassador And Arab Army Bank Border Buys Canal Capital City Civil Company Court
    Customs Day Delegation Desert Economy Election Embassy Energy Exports For From Gets Has Imports In Industries Institute
    International Investment Is Islands Issue Minister Missile Mission Moves Museum News Of Oil On Orders Over Peace
    Pharmaceutical Plans Pledges Post Prison Private Province Public Railways Receives Relations Rejects Rescue Revolution
    Says Security Seeks Shipyards Signs Society Strikes Tax Technology Telecom Test Tests Times To Today Tourism Trade
    University Valley Vows Wants War Warns Was Weapons Will With World Weapon Says Wins Launches Unveils Eyes Hits
    """.split()
)


_PEOPLES = frozenset("Muslim Christian Arab Kurdish Sunni Shia Shiite Jewish Druze Orthodox Catholic Ethnic White Black Asian African".split())  # fmt: skip


def _nickname(text: str, find: Find, spelling: Spelling) -> str:
    """A people's name in the plural after another name is a team's or unit's: "Cleveland Indians"."""
    if text[find.start : find.end].lower() == spelling.text.lower() or not spelling.proper:
        return ""
    before = _word_before(text, find.start)
    if not before[:1].isupper() or not before[1:2].islower():
        return ""
    if before in _PEOPLES or before in ORGANISATIONS or before in _DIRECTIONS:
        return ""
    if _sentence_start(text, find.start - len(before) - 1):
        return ""
    return "name of a team or unit"


_DIRECTIONS = frozenset("North South East West Northern Southern Eastern Western Central The Many Most Some".split())


def _was_person(spelling: Spelling, rejects: Iterable[Reject]) -> bool:
    """A bare "Jordan" after "Michael Jordan", or "Georgia" after "Atlanta, Georgia"."""
    return any(
        spelling.tag == s.tag
        for reject in rejects
        if reject.reason in (PERSON, US_STATE)
        for s in reject.hit.spellings
    )


def _without_masked(text: str, scan: Scan, rejects: list[Reject]) -> list[Find]:
    """The finds outside boilerplate; those inside become rejects."""
    spans = [_mask_span(text, start, end) for start, end, _ in scan.masks]
    kept = []
    for find in scan.finds:
        if any(start <= find.start < end for start, end in spans):
            if find.hit.role == "name":
                rejects.append(Reject(*find, "boilerplate"))
        else:
            kept.append(find)
    return kept


_LONG_LINE = 280  # code points; a cue deep inside a longer paragraph is prose


def _mask_span(text: str, start: int, end: int) -> tuple[int, int]:
    """How far boilerplate reaches from its cue: its brackets, its line, or nothing in prose."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    bracket = text.rfind("(", line_start, start)
    if bracket >= 0 and text.find(")", bracket, start) < 0:
        closing = text.find(")", end, line_end)
        return bracket, closing + 1 if closing >= 0 else line_end
    if start - line_start <= 3 or line_end - line_start <= _LONG_LINE:
        return (line_start if line_end - line_start <= _LONG_LINE else start), line_end
    return start, start

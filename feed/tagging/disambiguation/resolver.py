"""The one resolver: sorts the matches of a text into accepted and rejected, by the table of rules.

A match is accepted at once when its spelling is strong and no rule says otherwise. A weak or
doubtful one waits until the whole article is read: exclusion rules are asked, then evidence rules
again and again until nothing new is accepted. Rules only read; the resolver writes.
"""

from collections.abc import Collection

from feed.tagging.disambiguation.boilerplate import BREADCRUMB, CREDIT, boilerplate
from feed.tagging.disambiguation.document import Candidate, Document, Resolution
from feed.tagging.disambiguation.evidence_rules import EVIDENCE
from feed.tagging.disambiguation.exclusion_rules import EXCLUSION, LONGER, UNIT
from feed.tagging.disambiguation.knowledge import Knowledge
from feed.tagging.disambiguation.namesakes import NAMESAKE_MEANT, towns_named
from feed.tagging.disambiguation.table import Rule
from feed.tagging.matching.candidates import PSEUDO, Match, Meaning, Rejected, only
from feed.tagging.matching.scanner import Scan
from feed.tagging.rules.context_rules import PERSON
from feed.taxonomy.rules import KINDS, Kind
from feed.taxonomy.taxonomy import Taxonomy

UNSAID = "nothing corroborates it"


class Plan:
    """What the resolver does with one surface: worked out once, at its first match."""

    __slots__ = (
        "always",
        "asked",
        "by_spelling",
        "capital",
        "certain",
        "lead",
        "named",
        "rules",
        "shouted",
        "sign",
    )  # fmt: skip

    def __init__(self, rules: list[Rule], asked: list[Rule], by_spelling: bool) -> None:
        self.rules = rules  # that are asked before it is accepted
        self.asked = asked  # that are asked of a strong spelling
        self.by_spelling = by_spelling  # it is weak, or several tags bear it
        # Most adjectives have nothing of a language beside them, most namesakes of persons no
        # capital: a look at two code points says so, because there are so many.
        self.lead = any(rule.gate == "lead" for rule in rules)
        self.capital = any(rule.gate == "capital" for rule in rules)
        self.sign = any(rule.gate == "sign" for rule in rules)
        self.always = (
            by_spelling
            or any(not rule.gate for rule in rules)
            or any(rule.gate == "always" for rule in asked)
        )
        self.shouted = any(rule.cause is None for rule in asked)
        self.named = any(rule.cause is not None for rule in asked)
        self.certain = not rules and not asked and not by_spelling


class Resolver:
    """Decides on the matches of a scan. A pure function of the taxonomy and one text."""

    def __init__(self, taxonomy: Taxonomy, without: Collection[str] = ()) -> None:
        """`without` names rules that are not asked, to see what they are for."""
        self._knowledge = Knowledge(taxonomy)
        rules = [rule for rule in EXCLUSION if rule.name not in without]
        self._article = [rule for rule in rules if rule.stage == "article"]
        self._beside = [rule for rule in rules if rule.stage == "beside"]
        self._asked = [rule for rule in rules if rule.stage == "doubt" and rule.concerns]
        self._later = [rule for rule in rules if rule.tags]
        evidence = [rule for rule in EVIDENCE if rule.name not in without]
        self._weak = {k: [r for r in rules if r.stage == "weak" and k in r.kinds] for k in KINDS}
        self._evidence = {k: [r for r in evidence if k in r.kinds] for k in KINDS}
        # What only looks beside the name says the same again.
        self._again = {k: [r for r in self._evidence[k] if "article" in r.looks_at] for k in KINDS}
        self._tails = frozenset(lead[-2:] for lead in self._knowledge.words.language_leads)

    def resolve(self, text: str, data: bytes, body: int, scan: Scan) -> Resolution:
        """Decide on the matches of one text; `body` is where the article's body begins in it."""
        document = Document(self._knowledge, text, data, body, scan.matches)
        document.rejected = rejected = scan.rejected
        self._look_at_article(document, scan)
        accepted, tails = document.accepted, self._tails
        waiting: list[Candidate] = []
        for place, match in enumerate(document.matches):
            start, end, meaning = match
            if not meaning.certain:
                plan: Plan = meaning.plan or self._plan(meaning)
                if (
                    plan.always
                    or (plan.lead and text[start - 2 : start] in tails)
                    or (plan.named and rejected)
                    or (plan.shouted and text[end + 1].isupper())
                    or (plan.sign and "$" in text[end : end + 3])
                    or (
                        plan.capital
                        and (
                            not text[text.rfind(" ", 0, start - 1) + 1].islower()
                            or (text[end] in " \n," and not text[end + 1].islower())
                        )
                    )
                ) and self._is_decided(document, match, place, plan, waiting):
                    continue
            tag = meaning.tag
            if tag in accepted:
                accepted[tag].append(match)
            else:
                accepted[tag] = [match]
        if rejected:
            self._look_again(document, waiting)
        if waiting:
            self._hear(document, waiting)
        return Resolution(accepted, rejected, document.reasons)

    def _plan(self, meaning: Meaning) -> Plan:
        """Which rules concern a surface; kept with its meaning."""
        if meaning.sure:
            plan = Plan([], [], False)
        elif meaning.role == PSEUDO:
            plan = Plan([], [], True)
        else:
            by_spelling = len(meaning.spellings) != 1 or meaning.spellings[0].weak
            beside = self._that_concern(meaning, self._beside)
            plan = Plan(beside, self._that_concern(meaning, self._asked), by_spelling)
        meaning.plan, meaning.certain = plan, plan.certain
        return plan

    def _that_concern(self, meaning: Meaning, rules: list[Rule]) -> list[Rule]:
        """Those of some rules that may hold of a surface."""
        words, spellings = self._knowledge.words, meaning.spellings
        return [
            rule
            for rule in rules
            if spellings[0].kind in rule.kinds
            and rule.concerns is not None
            and any(rule.concerns(spelling, meaning, words) for spelling in spellings)
        ]

    def _look_at_article(self, document: Document, scan: Scan) -> None:
        """Take out the matches that something in the article speaks against."""
        text, body = document.text, document.body
        opening = text[body : body + 3]
        if (
            scan.boilerplate
            or opening == "By "
            or opening.isupper()
            or text.find(BREADCRUMB, body, body + CREDIT) >= 0
        ):
            document.boilerplate = boilerplate(document, scan.boilerplate)
        for rule in self._article:
            if rule.name == "town-named-before" and document.rejected:
                document.towns = towns_named(document)
            if rule.cause is not None and rule.cause(document):
                self._take_out(document, rule)

    def _take_out(self, document: Document, rule: Rule) -> None:
        kept = []
        for place, match in enumerate(document.matches):
            spellings = match[2].spellings
            candidate = Candidate(match, spellings[0], place) if spellings else None
            reason = ""
            if candidate and (match[2].role == PSEUDO or candidate.spelling.kind in rule.kinds):
                reason = rule.when(document, candidate)
            if not reason:
                kept.append(match)
            elif match[2].role != PSEUDO:
                document.rejected.append(Rejected(*match, reason))
        document.matches = kept

    def _is_decided(
        self, document: Document, match: Match, place: int, plan: Plan, waiting: list[Candidate]
    ) -> bool:
        """Ask the rules that concern a match; True when all is said about it here."""
        start, end, meaning = match
        rejected = document.rejected
        if meaning.role == PSEUDO:
            rejected.extend(Rejected(start, end, meaning, s.reason) for s in meaning.spellings)
            return True
        candidate = Candidate(match, meaning.spellings[0], place)
        for rule in plan.rules:
            if reason := rule.when(document, candidate):
                rejected.append(Rejected(start, end, meaning, reason))
                return True
        if not plan.by_spelling and not (plan.shouted or (plan.named and rejected)):
            return False
        for spelling in meaning.spellings:
            candidate = Candidate(match, spelling, place)
            if doubt := UNSAID if spelling.weak else self._doubt(document, candidate, plan):
                candidate.doubt = doubt
                waiting.append(candidate)
            else:
                document.accepted.setdefault(spelling.tag, []).append((start, end, only(spelling)))
        return True

    def _doubt(self, document: Document, candidate: Candidate, plan: Plan) -> str:
        """The doubt with which a strong spelling waits for evidence, or "" when it counts at once."""
        for rule in plan.asked:
            concerned = rule.cause is None or rule.cause(document)
            if concerned and (reason := rule.when(document, candidate)):
                return reason
        return ""

    def _look_again(self, document: Document, waiting: list[Candidate]) -> None:
        """Take back what was accepted, when what was rejected since speaks against it."""
        for rule in self._later:
            tags = rule.tags(document) if rule.tags else set()
            places = {match[:2]: at for at, match in enumerate(document.matches)} if tags else {}
            for tag in sorted(tags):
                matches = document.accepted[tag]
                kept = []
                for match in matches:
                    candidate = Candidate(match, match[2].spellings[0], places[match[:2]])
                    reason = rule.when(document, candidate)
                    if not reason:
                        kept.append(match)
                    elif rule.stage == "doubt":
                        candidate.doubt = reason
                        waiting.append(candidate)
                    else:
                        document.rejected.append(Rejected(*match, reason))
                if not kept:
                    del document.accepted[tag]
                elif len(kept) < len(matches):
                    document.accepted[tag] = kept

    def _hear(self, document: Document, candidates: list[Candidate]) -> None:
        """Exclusion rules, then evidence rules by as many rounds as bring something new."""
        waiting = self._without_excluded(document, candidates)
        waiting = self._without_longer_names(document, waiting)
        rules = self._evidence
        while waiting:
            found = [(c, self._evidence_for(document, c, rules)) for c in waiting]
            rules = self._again
            left = []
            for candidate, evidence in self._without_namesakes(document, found):
                if evidence:
                    self._accept(document, candidate, evidence[0])
                else:
                    left.append(candidate)
            done = len(left) == len(waiting)
            waiting = left
            if done:
                break
        for candidate in waiting:
            self._reject(document, candidate, candidate.doubt)
        for key in {c.spelling.tag for c in candidates} & document.accepted.keys():
            document.accepted[key].sort(key=lambda match: match[:2])

    def _without_excluded(self, document: Document, candidates: list[Candidate]) -> list[Candidate]:
        waiting = []
        for candidate in candidates:
            reason = self._excluded(document, candidate)
            if reason in (PERSON, UNIT):
                document.namesakes.add(candidate.spelling.tag)
            if reason:
                self._reject(document, candidate, reason)
            else:
                waiting.append(candidate)
        return waiting

    def _excluded(self, document: Document, candidate: Candidate) -> str:
        spelling = candidate.spelling
        if not spelling.weak or not spelling.proper:
            return ""
        for rule in self._weak[spelling.kind]:
            if reason := rule.when(document, candidate):
                return reason
        return ""

    def _without_longer_names(
        self, document: Document, waiting: list[Candidate]
    ) -> list[Candidate]:
        """At the start of a sentence "Foal Eagle" is what it is elsewhere: a longer name."""
        text = document.text
        longer = {
            (spelling.tag, Candidate(rejected[:3], spelling, 0).before(text))
            for rejected in document.rejected
            if rejected.reason == LONGER
            for spelling in rejected.meaning.spellings
        }
        if not longer:
            return waiting
        kept = []
        for candidate in waiting:
            before = candidate.before(text)
            if before[:1].isupper() and (candidate.spelling.tag, before) in longer:
                self._reject(document, candidate, LONGER)
            else:
                kept.append(candidate)
        return kept

    def _evidence_for(
        self, document: Document, candidate: Candidate, rules: dict[Kind, list[Rule]]
    ) -> tuple[str, int] | None:
        """What says that it is meant, and how much that weighs; the first row that holds."""
        spelling = candidate.spelling
        for rule in rules[spelling.kind]:
            if rule.stage == "evidence" and spelling.tag in document.namesakes:
                return None  # "Archer said", after "Capt. Michael Archer"
            if reason := rule.when(document, candidate):
                return reason, rule.weight
        return None

    def _without_namesakes(
        self, document: Document, found: list[tuple[Candidate, tuple[str, int] | None]]
    ) -> list[tuple[Candidate, tuple[str, int] | None]]:
        """ "Lynx" is the vehicle when the article says "Lynx KF41", whatever speaks for a helicopter.

        Else the better evidence wins: the Puma whose maker is named, not the one that is in a list.
        """
        best: dict[int, int] = {}
        tied: set[int] = set()
        for candidate, evidence in found:
            if evidence:
                start, weight = candidate.start, evidence[1]
                least = best.get(start)
                if least is None or weight < least:
                    best[start] = weight
                    tied.discard(start)
                elif weight == least:
                    tied.add(start)
        fewer = self._with_less(document, found, best, tied) if tied else ()
        kept = []
        for candidate, evidence in found:
            least = best.get(candidate.start)
            light = evidence[1] > least if evidence and least is not None else least == 0
            if light or candidate in fewer:
                self._reject(document, candidate, NAMESAKE_MEANT)
            else:
                kept.append((candidate, evidence))
        return kept

    def _with_less(
        self,
        document: Document,
        found: list[tuple[Candidate, tuple[str, int] | None]],
        best: dict[int, int],
        tied: set[int],
    ) -> list[Candidate]:
        """Of namesakes whose best evidence weighs the same, those that have less of it."""
        counts = {
            candidate: sum(
                bool(rule.when(document, candidate))
                for rule in self._evidence[candidate.spelling.kind]
            )
            for candidate, evidence in found
            if candidate.start in tied and evidence and evidence[1] == best[candidate.start]
        }
        most: dict[int, int] = {}
        for candidate, count in counts.items():
            most[candidate.start] = max(count, most.get(candidate.start, 0))
        return [c for c, count in counts.items() if count < most[c.start]]

    def _accept(self, document: Document, candidate: Candidate, evidence: str) -> None:
        spelling = candidate.spelling
        document.reasons[candidate.start, spelling.tag] = evidence
        match = (candidate.start, candidate.end, only(spelling))
        document.accepted.setdefault(spelling.tag, []).append(match)

    def _reject(self, document: Document, candidate: Candidate, reason: str) -> None:
        rejected = Rejected(candidate.start, candidate.end, only(candidate.spelling), reason)
        document.rejected.append(rejected)

"""Text becomes tags: the one class the rest of the house knows.

fold -> scan (automaton, smart case, longest match, context rules) -> resolve -> salience
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from feed.model import STRONG, Article, Mention, Part, Rejection, Tagged, TagUse, by_way_of
from feed.tagging.disambiguation.document import Resolution
from feed.tagging.disambiguation.resolver import Resolver
from feed.tagging.matching.candidates import Match, Rejected
from feed.tagging.matching.patterns import spellings_of
from feed.tagging.matching.scanner import Finder, Scanner, aho_corasick
from feed.tagging.rules.context_rules import context_spellings
from feed.tagging.salience import Score, lead_span, reason, scores
from feed.tagging.version import rule_version
from feed.taxonomy.taxonomy import Taxonomy, gc_paused
from feed.text.fold import Folded, fold, without_invisible


def digest_of_rules(taxonomy: Taxonomy) -> str:
    """16 hexadecimal digits for all that decides on tags: a taxonomy, its rule files, our code."""
    both = f"{taxonomy.digest} {rule_version()}"
    return hashlib.blake2b(both.encode(), digest_size=8).hexdigest()


_PRODUCT = "in the name of its product"  # Bell 412: the weak name of a maker, and yet certain


class Tagger:
    """Tags articles from one taxonomy: a pure function of (taxonomy, title, text).

    Building takes a fraction of a second; it does not pickle, so ship the taxonomy and rebuild.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        finder: Callable[[Sequence[bytes]], Finder] = aho_corasick,
        without: Collection[str] = (),
    ) -> None:
        """`without` names rules that are not asked, to see what they are for."""
        self.taxonomy = taxonomy
        self.digest = digest_of_rules(taxonomy)
        with gc_paused(kept=True):
            self._scanner = Scanner(
                chain(spellings_of(taxonomy), context_spellings(taxonomy.rules)), finder
            )
            self._resolver = Resolver(taxonomy, without)
            self.schemes = tuple(taxonomy.schemes)
            # The scheme of every tag, and whether it is a class, whose mentions count for itself alone.
            self.counted_in = {
                key: (tag.scheme, key in taxonomy.classes) for key, tag in taxonomy.items()
            }

    def find(self, title: str, text: str) -> "Finding":
        """Everything found in one article, with offsets still in the joined text."""
        joined = f" {title} \n\n {text}  "
        folded = fold(joined)
        body = len(title) + 5
        at = body if folded.original is None else len(without_invisible(joined[:body]))
        scan = self._scanner.scan(folded.text, folded.data)
        resolution = self._resolver.resolve(folded.text, folded.data, at, scan)
        return Finding(self, title, text, folded, body, at, resolution)

    def tag(self, article: Article) -> Tagged:
        """An article with its direct tags, the broader ones they imply, and what was rejected."""
        finding = self.find(article.title, article.text)
        uses = self.uses(finding)
        return Tagged(article, uses, self.digest, tuple(finding.rejections()))

    def uses(self, finding: "Finding") -> tuple[TagUse, ...]:
        """Direct and implied tags, main ones first, each group in order of first mention."""
        score = finding.scores()
        direct = {
            key: TagUse(key, score[key][0], reason(score[key]), tuple(mentions))
            for key, mentions in finding.mentions().items()
        }
        return tuple(
            sorted(chain(direct.values(), self._implied(direct)), key=lambda use: not use.main)
        )

    def _implied(self, direct: Mapping[str, TagUse]) -> Iterator[TagUse]:
        """The broader tags without a mention of their own; they inherit salience."""
        ancestors = self.taxonomy.ancestors
        via: dict[str, list[str]] = {}
        for key in direct:
            for broader in ancestors[key]:
                if broader not in direct:
                    via.setdefault(broader, []).append(key)
        for broader, keys in via.items():
            mains = [key for key in keys if direct[key].main]
            yield TagUse(broader, bool(mains), by_way_of(mains or keys), via=tuple(keys))


class Finding:
    """What was found in one article; mentions and rejections are made when asked for."""

    __slots__ = (
        "_accepted",
        "_at",
        "_body",
        "_folded",
        "_reasons",
        "_rejects",
        "_tagger",
        "_text",
        "_title",
    )

    def __init__(
        self,
        tagger: Tagger,
        title: str,
        text: str,
        folded: Folded,
        body: int,
        at: int,
        resolution: Resolution,
    ) -> None:
        (
            self._tagger,
            self._title,
            self._text,
        ) = tagger, title, text
        self._folded, self._body, self._at = folded, body, at
        self._accepted, self._rejects, self._reasons = resolution

    def scores(self) -> dict[str, Score]:
        """Main or mention for every direct tag, in order of first mention."""
        tagger, body = self._tagger, self._at
        lead = lead_span(self._folded.text, body)
        return scores(self._accepted, tagger.counted_in, tagger.schemes, body, lead)

    def mentions(self) -> dict[str, list[Mention]]:
        """The evidence of every direct tag, in order of place; offsets in the original text."""
        return {
            key: [self._mention(key, found) for found in places]
            for key, places in self._accepted.items()
        }

    def rejections(self) -> Iterator[Rejection]:
        """What looked like a tag and is none, with the rule that said so."""
        for reject in sorted(self._rejects, key=lambda r: r.start):
            part, start, end = self._place(reject.start, reject.end)
            for key in _tags_of(reject):
                surface = (self._title if part == "title" else self._text)[start:end]
                yield Rejection(key, part, start, end, surface, reject.reason)

    def _mention(self, key: str, found: Match) -> Mention:
        part, start, end = self._place(found[0], found[1])
        source = self._title if part == "title" else self._text
        if source[end : end + 1] == "." and "." in source[start:end]:
            end += 1  # U.S. with its last dot
        surface = source[start:end]
        spelling = found[2].spellings[0]
        why = self._reasons.get((found[0], key), _PRODUCT if spelling.weak else STRONG)
        return Mention(key, part, start, end, surface, spelling.text, why)

    def _place(self, start: int, end: int) -> tuple[Part, int, int]:
        start, end = self._folded.span(start, end)
        if start < self._body:
            return "title", start - 1, end - 1
        return "body", start - self._body, end - self._body


def _tags_of(reject: Rejected) -> Iterable[str]:
    return dict.fromkeys(spelling.tag for spelling in reject.meaning.spellings if spelling.tag)

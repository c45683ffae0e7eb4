"""Accuracy is a number: the tagger against a gold set.

A gold set is JSON Lines: `id`, `title`, `text`, `expect` and `optional` (names per scheme), `never`
(traps: {"tag": "scheme:NAME", "why"}). A name stands for every tag one of whose spellings, or
whose notation, equals it but for case and punctuation. A predicted tag is right when it is, or is
narrower or broader than, an expected one; classes of systems are not judged.

A scheme is judged when a document speaks of it, be it with an empty list; the report names the
others. What is expected of a scheme that the taxonomy does not have is missed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feed.errors import SourceError
from feed.model import Mention
from feed.tagging.tagger import Tagger
from feed.taxonomy.taxonomy import Taxonomy

FIGURES = ("precision", "recall", "f1")
OTHER_FLOORS = ("trapped", "perfect")


@dataclass(frozen=True, slots=True)
class Document:
    """One gold document; names per scheme are as the annotator wrote them."""

    id: str
    title: str
    text: str
    expect: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]]
    never: tuple[tuple[str, str], ...]  # "scheme:NAME", why


@dataclass(slots=True)
class Score:
    """Counts of one scheme."""

    right: int = 0  # predicted and expected
    wrong: int = 0  # predicted, not expected
    found: int = 0  # expected names that a predicted tag answers
    expected: int = 0

    @property
    def precision(self) -> float:
        """Share of the predicted tags that are right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the expected names that were found."""
        return self.found / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(slots=True)
class Result:
    """The figures of a whole gold set, and every error with its sentence."""

    scores: dict[str, Score] = field(default_factory=dict)  # of the schemes that are judged
    unjudged: tuple[str, ...] = ()  # schemes of the taxonomy that no document speaks of
    documents: int = 0
    perfect: int = 0
    traps: int = 0
    trapped: int = 0
    errors: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """All figures, ready for JSON."""
        return {
            **{
                scheme: {
                    "precision": round(score.precision, 4),
                    "recall": round(score.recall, 4),
                    "f1": round(score.f1, 4),
                    "expected": score.expected,
                }
                for scheme, score in self.scores.items()
            },
            "documents": self.documents,
            "perfect": self.perfect,
            "traps": self.traps,
            "trapped": self.trapped,
            "unjudged": list(self.unjudged),
            "errors": self.errors,
        }

    def report(self) -> str:
        """The figures and errors for a person."""
        wide = max(map(len, ("scheme    ", *self.scores)))
        lines = [*self.errors, "", f"{'scheme':{wide}} precision  recall      F1   expected"]
        for scheme, s in self.scores.items():
            lines.append(
                f"{scheme:{wide}} {s.precision:9.4f} {s.recall:7.4f} {s.f1:7.4f} {s.expected:10}"
            )
        if self.unjudged:
            lines.append(f"not judged, for no document speaks of them: {', '.join(self.unjudged)}")
        lines.append(f"traps hit: {self.trapped} of {self.traps}")
        lines.append(f"documents wholly right: {self.perfect} of {self.documents}")
        return "\n".join(lines)

    def below(self, floors: Mapping[str, float]) -> list[str]:
        """The floors that are missed: {"country.f1": 0.98, "trapped": 2, ...}."""
        missed = []
        for name, floor in floors.items():
            scheme, _, figure = name.partition(".")
            if figure and scheme not in self.scores:
                missed.append(f"{name} was not measured: no document speaks of {scheme}")
                continue
            value = float(getattr(self.scores[scheme], figure) if figure else getattr(self, name))
            if value > floor if name == "trapped" else value < floor:
                missed.append(f"{name} is {value:g}, the floor is {floor:g}")
        return missed


def read_gold(path: Path) -> list[Document]:
    """The documents of a gold file.

    Raises:
        SourceError: a line is not a gold document.
    """
    documents = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                documents.append(_document(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as e:
                raise SourceError(f"{path}:{number}", f"no gold document: {e!r}") from e
    return documents


def read_floors(path: Path) -> dict[str, float]:
    """Floors by name, as `Result.below` takes them.

    Raises:
        SourceError: the file is not a JSON object of known names and numbers.
    """
    try:
        floors = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(floors, dict):
            raise ValueError("not an object of names and numbers")
        unknown = sorted(name for name in floors if not _is_floor(name))
        if unknown:
            raise ValueError(f"unknown floors {unknown}")
        return {name: float(value) for name, value in floors.items()}
    except (ValueError, TypeError) as e:
        raise SourceError(str(path), f"no floors: {e}") from e


def _is_floor(name: str) -> bool:
    scheme, _, figure = name.rpartition(".")
    return (bool(scheme) and figure in FIGURES) or name in OTHER_FLOORS


def _document(record: Mapping[str, Any]) -> Document:
    def names(field: str) -> dict[str, tuple[str, ...]]:
        return {scheme: tuple(found) for scheme, found in record.get(field, {}).items()}

    return Document(
        str(record["id"]),
        record.get("title", ""),
        record["text"],
        names("expect"),
        names("optional"),
        tuple((trap["tag"], trap.get("why", "")) for trap in record.get("never", ())),
    )


def evaluate(tagger: Tagger, documents: Iterable[Document]) -> Result:
    """Tag every document and compare."""
    documents = list(documents)
    spoken_of = dict.fromkeys(s for d in documents for s in (*d.expect, *d.optional))
    schemes = tagger.taxonomy.schemes
    judged = [*filter(spoken_of.__contains__, schemes), *(s for s in spoken_of if s not in schemes)]
    comparison = _Comparison(tagger, judged)
    for document in documents:
        comparison.compare(document)
    return comparison.result


class _Comparison:
    def __init__(self, tagger: Tagger, judged: Iterable[str]) -> None:
        self.tagger = tagger
        self.taxonomy = tagger.taxonomy
        self.names = _names(tagger.taxonomy)
        self.result = Result({scheme: Score() for scheme in judged})
        rest = (scheme for scheme in tagger.taxonomy.schemes if scheme not in self.result.scores)
        self.result.unjudged = tuple(rest)

    def compare(self, document: Document) -> None:
        result = self.result
        mentions = self.tagger.find(document.title, document.text).mentions()
        before = len(result.errors)
        for scheme in result.scores:
            self._scheme(document, scheme, mentions)
        for name, why in document.never:
            result.traps += 1
            scheme, _, bare = name.partition(":")
            hit = [key for key in self._keys(scheme, bare) if key in mentions]
            if hit:
                result.trapped += 1
                self._error(document, f"trap {hit[0]} ({why})", mentions[hit[0]])
        result.documents += 1
        result.perfect += len(result.errors) == before

    def _scheme(
        self, document: Document, scheme: str, mentions: Mapping[str, list[Mention]]
    ) -> None:
        score = self.result.scores[scheme]
        predicted = [
            k for k in mentions if k.startswith(scheme + ":") and k not in self.taxonomy.classes
        ]
        expected = {name: self._related(scheme, name) for name in document.expect.get(scheme, ())}
        optional = document.optional.get(scheme, ())
        allowed = set().union(*(self._related(scheme, name) for name in optional))
        wanted = set().union(*expected.values())
        for key in predicted:
            if key in wanted:
                score.right += 1
            elif key not in allowed:
                score.wrong += 1
                self._error(document, f"wrong {key}", mentions[key])
        for name, keys in expected.items():
            score.expected += 1
            if keys & set(predicted):
                score.found += 1
            else:
                known = "not found" if keys else self._unknown(scheme)
                self._error(document, f"missed {scheme}:{name} ({known})", [])

    def _unknown(self, scheme: str) -> str:
        return "no such tag" if scheme in self.taxonomy.schemes else "no such scheme"

    def _keys(self, scheme: str, name: str) -> set[str]:
        return self.names.get((scheme, _squeeze(name)), set())

    def _related(self, scheme: str, name: str) -> set[str]:
        """The tags of a name, and all that is narrower or broader."""
        keys = self._keys(scheme, name)
        return keys.union(
            *(self.taxonomy.ancestors[k] for k in keys),
            *(self.taxonomy.descendants(k) for k in keys),
        )

    def _error(self, document: Document, what: str, mentions: Iterable[Mention]) -> None:
        lines = [f"{document.id}: {what}"]
        for m in list(mentions)[:3]:
            text = document.title if m.part == "title" else document.text
            snippet = text[max(0, m.start - 50) : m.end + 50].replace("\n", " ")
            lines.append(f"    …{snippet}…  [{m.surface}; {m.why}]")
        self.result.errors.append("\n".join(lines))


def _names(taxonomy: Taxonomy) -> dict[tuple[str, str], set[str]]:
    names: dict[tuple[str, str], set[str]] = {}
    for tag in taxonomy.values():
        for name in (tag.label, *tag.alt, *tag.weak, tag.notation):
            if name:
                names.setdefault((tag.scheme, _squeeze(name)), set()).add(tag.key)
    return names


def _squeeze(name: str) -> str:
    return "".join(ch for ch in name.casefold() if ch.isalnum())

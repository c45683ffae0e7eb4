"""Who may see what: private expressions hide articles from the public, tokens open them.

Access is decided by what an answer holds, not by how it was asked for: a visitor has a set of hidden
articles, which the index subtracts from everything. So an archive answers the public as if what is
hidden were not there. Of tokens only hashes are kept.
"""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from feed.errors import ExpressionError, Forbidden, NotFound, StoreError
from feed.index.snapshot import Snapshot
from feed.ingest.archive import Archive
from feed.query.expression import (
    And,
    Before,
    Expression,
    Not,
    Or,
    Since,
    canonical,
)
from feed.query.parser import parse
from feed.store.writer import TokenRow

SHOWN = 12  # digits of a token's hash by which people name it
Kind = Literal["read", "all", "push", "correct", "keep"]
READING = ("read", "all")  # kinds that open articles; the others are for doors of their own
USED = timedelta(hours=1)  # the last use is kept as exactly


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; the token itself is not."""

    digest: str  # SHA-256 of the token, hexadecimal
    expression: str  # canonical text of what it opens
    name: str  # whose it is, as the keeper wrote it
    created: datetime
    kind: str = "read"
    used: datetime | None = None  # the last time, to the hour

    @property
    def id(self) -> str:
        """The name by which it is revoked."""
        return self.digest[:SHOWN]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: what is hidden from them, and the token in the addresses of what they ask for."""

    hidden: Expression | None = None  # None for nothing
    token: str = ""

    @property
    def sees(self) -> tuple[bool, str]:
        """A name of what is visible: caches are kept by it."""
        return self.hidden is None, str(self.hidden or "")

    def view(self, snapshot: Snapshot) -> Snapshot:
        """The index as this visitor may see it."""
        return snapshot.hiding(self.hidden)


KEEPER = Visitor()  # from whom nothing is hidden


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database says as of a commit."""

    private: tuple[Expression, ...]
    tokens: dict[str, Token]  # by digest


class Access:
    """What is private in one archive, and its tokens. Safe between threads."""

    def __init__(self, archive: Archive) -> None:
        self._archive, self._store = archive, archive.store
        self._read: tuple[tuple[int, str], _Known] = ((-1, ""), _Known((), {}))

    # Visitors

    def public(self) -> Visitor:
        """Who has no token."""
        return Visitor(_any(self._known().private))

    def visitor(self, token: str, in_address: bool = True, closed: bool = False) -> Visitor:
        """Who has a token.

        Args:
            in_address: the token stands in the address that was asked for, and not in a header.
            closed: the site is closed but for what the token opens.

        Raises:
            Forbidden: there is no such token, or it opens nothing this way.
        """
        digest = _digest(token)
        found = self._known().tokens.get(digest)
        if found is None:
            raise Forbidden("this token is not known here; it may have been revoked")
        if found.kind not in READING:
            raise Forbidden(f"this token is for {found.kind}, and opens no feed")
        if found.kind == "all" and in_address:
            raise Forbidden("this token opens the whole site: send it as 'Authorization: Bearer'")
        self._note_use(found)
        if found.kind == "all":
            return KEEPER
        opened = self._present(found.expression)
        private = _any(self._known().private)
        shut: Expression | None = Not(opened) if closed else private
        if shut is not None and not closed:
            shut = canonical(And((shut, Not(opened))))
        return Visitor(shut, token if in_address else "")

    def check(self, token: str, kind: Kind) -> bool:
        """Is this a token of a kind?"""
        found = self._known().tokens.get(_digest(token))
        return found is not None and found.kind == kind

    def _note_use(self, token: Token) -> None:
        """Remember the use; a database that cannot be written to forgets it."""
        now = datetime.now(UTC)
        if token.used and now - token.used < USED:
            return
        used = now.replace(minute=0, second=0, microsecond=0)
        self._known().tokens[token.digest] = _token(_row(token)._replace(used=used.isoformat()))
        with suppress(StoreError), self._store.writing() as writer:
            writer.use_token(token.digest, used.isoformat())

    # What is private

    def private(self) -> list[tuple[Expression, datetime]]:
        """What is private, and since when, oldest first."""
        return [
            (self._present(text), datetime.fromisoformat(created))
            for text, created in self._store.hidden()
        ]

    def hide(self, expression: Expression) -> None:
        """Make what an expression holds private.

        Raises:
            ExpressionError: it holds less as time passes, so that what is hidden would open.
        """
        _check_lasting(expression)
        with self._store.writing() as writer:
            writer.put_hidden(str(expression), _now())
            writer.next_version()  # servers look again
        self._archive.refresh()

    def open(self, expression: Expression) -> None:
        """Let what an expression holds be public again; tokens of it stay.

        Raises:
            NotFound: it is not private.
        """
        found = [t for t, _ in self._store.hidden() if self._present(t) == expression]
        if not found:
            raise NotFound("private expression", str(expression))
        with self._store.writing() as writer:
            for text in found:
                writer.drop_hidden(text)
            writer.next_version()
        self._archive.refresh()

    def hidden_count(self, expression: Expression | None = None) -> int:
        """How many articles one private expression, or all together, take from the public."""
        hidden = _any(self._known().private) if expression is None else expression
        return 0 if hidden is None else self._archive.query(lambda s: s.count(hidden))

    # Tokens

    def create(self, expression: Expression, name: str = "") -> str:
        """A new token of what an expression holds, which is private from now on. It is shown this once.

        Raises:
            ExpressionError: as `hide`.
        """
        _check_lasting(expression)
        return self._create(str(expression), name, "read", hide=True)

    def create_for(self, kind: Kind, name: str) -> str:
        """A new token that opens the whole site ("all"), or none of it: for a door of its own."""
        return self._create("", name, kind, hide=False)

    def _create(self, expression: str, name: str, kind: Kind, hide: bool) -> str:
        token = secrets.token_urlsafe(24)
        with self._store.writing() as writer:
            writer.put_token(TokenRow(_digest(token), expression, name, _now(), kind))
            if hide:
                writer.put_hidden(expression, _now())
            writer.next_version()  # servers look again
        self._archive.refresh()
        return token

    def tokens(self) -> list[Token]:
        """All tokens, oldest first."""
        return [_token(row) for row in self._store.tokens()]

    def revoke(self, id_: str) -> Token:
        """Take a token back. What it opened stays private.

        Raises:
            NotFound: there is no such token, or several begin so.
        """
        found = [token for token in self.tokens() if id_ and token.digest.startswith(id_.lower())]
        if len(found) != 1:
            raise NotFound("token", id_)
        with self._store.writing() as writer:
            writer.drop_token(found[0].digest)
            writer.next_version()
        self._archive.refresh()
        return found[0]

    def _known(self) -> _Known:
        """What the database says, read again after a commit."""
        name = (self._archive.current_snapshot().version, self._archive.taxonomy.digest)
        if self._read[0] != name:
            private = tuple(self._present(text) for text, _ in self._store.hidden())
            self._read = (name, _Known(private, {t.digest: t for t in self.tokens()}))
        return self._read[1]

    def _present(self, text: str) -> Expression:
        """The present meaning of a kept text: a tag may have been renamed since.

        A tag that is gone is asked for by its former key, under which articles may still carry it.
        """
        try:
            return self._archive.parse(text)
        except (ExpressionError, NotFound):
            return parse(text)


def _any(expressions: tuple[Expression, ...]) -> Expression | None:
    """What at least one of them holds; None when there are none."""
    return canonical(Or(expressions)) if expressions else None


def _check_lasting(expression: Expression) -> None:
    """Nothing hidden may open by waiting, and "the last days" move on."""
    for since in _sinces(expression, False):
        text = str(expression)
        place = max(text.find(str(since)), 0)
        raise ExpressionError("what is private may not depend on 'since:'", text, place)


def _sinces(part: Expression, negated: bool) -> list[Expression]:
    match part:
        case Since() if not negated:
            return [part]
        case Before() if negated:
            return [part]
        case Not(inner):
            return _sinces(inner, not negated)
        case And(parts) | Or(parts):
            return [found for inner in parts for found in _sinces(inner, negated)]
    return []


def _token(row: TokenRow) -> Token:
    used = datetime.fromisoformat(row.used) if row.used else None
    created = datetime.fromisoformat(row.created)
    return Token(row.digest, row.expression, row.name, created, row.kind, used)


def _row(token: Token) -> TokenRow:
    used = token.used.isoformat() if token.used else ""
    created = token.created.isoformat()
    return TokenRow(token.digest, token.expression, token.name, created, token.kind, used)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

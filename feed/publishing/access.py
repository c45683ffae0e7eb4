"""Private feeds: a feed that has tokens is read only with one of them. Hashed at rest.

A token opens the feed of one expression, by its canonical text; it is a parameter of the feed's
address, because feed readers know no other secret.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from feed.errors import ExpressionError, Forbidden, NotFound
from feed.ingest.archive import Archive
from feed.query.expression import Expression
from feed.query.parser import parse

SHOWN = 12  # digits of a token's hash by which people name it


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; the token itself is not."""

    digest: str  # SHA-256 of the token, hexadecimal
    expression: str  # canonical text of the feed it opens
    name: str  # whose it is, as the keeper wrote it
    created: datetime

    @property
    def id(self) -> str:
        """The name by which it is revoked."""
        return self.digest[:SHOWN]


class Access:
    """The tokens of one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive, self._store = archive, archive.store
        self._known: tuple[tuple[int, str], dict[str, list[str]]] = ((-1, ""), {})

    def permit(self, expression: Expression, token: str, open_to_all: bool = True) -> bool:
        """May who has this token (or none, "") read the feed? True when the feed is private.

        `open_to_all` is False when a feed without tokens is closed as well.

        Raises:
            Forbidden: no.
        """
        digests = self._digests().get(str(expression), [])
        if not digests and open_to_all:
            return False
        given = _digest(token)
        if not any(hmac.compare_digest(given, digest) for digest in digests):
            raise Forbidden("this feed is private: its address needs a valid '?token='")
        return True

    def is_open(self, expression: Expression) -> bool:
        """May everybody read the feed?"""
        return str(expression) not in self._digests()

    def create(self, expression: Expression, name: str = "") -> str:
        """A new token of a feed, which is private from now on. It is shown this once."""
        token = secrets.token_urlsafe(24)
        row = (
            _digest(token),
            str(expression),
            name,
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        with self._store.writing() as writer:
            writer.put_token(row)
            writer.next_version()  # servers look again
        self._archive.refresh()
        return token

    def tokens(self) -> list[Token]:
        """All tokens, oldest first."""
        return [
            Token(digest, expression, name, datetime.fromisoformat(created))
            for digest, expression, name, created in self._store.tokens()
        ]

    def revoke(self, id_: str) -> Token:
        """Take a token back. With its last token gone, a feed is open again.

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

    def _digests(self) -> dict[str, list[str]]:
        """The hashes of every private feed's tokens, read again after a commit."""
        name = (self._archive.current_snapshot().version, self._archive.taxonomy.digest)
        if self._known[0] != name:
            found: dict[str, list[str]] = {}
            for token in self.tokens():
                found.setdefault(self._present(token.expression), []).append(token.digest)
            self._known = (name, found)
        return self._known[1]

    def _present(self, text: str) -> str:
        """The present canonical text of a kept one: a tag may have been renamed since.

        Else the feed would be open to all under its new address.
        """
        try:
            return str(parse(text, self._archive.vocabulary.resolve))
        except (ExpressionError, NotFound):
            return text


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

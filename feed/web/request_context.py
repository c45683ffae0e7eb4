"""What every view needs: the publisher, and the parameters that all pages share."""

import hmac
from typing import cast

from flask import current_app, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, Unauthorized
from werkzeug.http import quote_header_value

from feed.publisher import Publisher
from feed.publishing.access import KEEPER, Access, Visitor
from feed.publishing.urls import Addresses
from feed.query.expression import Expression, Has

# They say nothing, and who asks knows no password; hubs have a token of their own.
OPEN = ("monitor.health", "monitor.ready", "hubs.verify", "hubs.receive")


def current_publisher() -> Publisher:
    """The publisher this application serves."""
    return cast(Publisher, current_app.extensions["publisher"])


def visitor() -> Visitor:
    """Who asks, and what is hidden from them.

    Raises:
        Forbidden: their token is not known, or opens nothing this way.
    """
    if "visitor" not in g:
        g.visitor = _visitor(current_publisher().access)
    return cast(Visitor, g.visitor)


def _visitor(access: Access) -> Visitor:
    if g.get("known_user"):
        return KEEPER
    bearer = request.authorization
    if bearer and bearer.type == "bearer" and bearer.token:
        g.private = True
        return access.visitor(bearer.token, in_address=False)
    if token := request.args.get("token"):
        g.private = True
        return access.visitor(token, closed=bool(g.get("by_token")))
    return access.public()


def permit(expression: Expression) -> bool:
    """Let what an expression holds be answered as who asks may see it; True when for nobody else.

    The addresses of what is asked for have the token that it was asked for with.

    Raises:
        Forbidden: as `visitor`.
    """
    g.asked_for_token = True
    asks = visitor()
    if asks.token:
        g.addresses = current_publisher().addresses.opening(expression, asks.token)
    return is_private()


def addresses() -> Addresses:
    """Where things are for who asks: those of what was asked for have the token that opened it."""
    return cast(Addresses, g.get("addresses") or current_publisher().addresses)


def listed() -> dict[str, int]:
    """How many articles carry each tag, of those that who asks may see."""
    return current_publisher().pages.counts(visitor())


def path_of(key: str) -> str:
    """Where the page of a tag is on this host."""
    paths: dict[str, str] = g.setdefault("paths", {})  # a page names its tags many times
    if key not in paths:
        paths[key] = _path(addresses().page(Has(key)))
    return paths[key]


def article_path(slug: str) -> str:
    """Where the page of an article is on this host, with the token of what was asked for."""
    return _path(addresses().article(slug))


def _path(address: str) -> str:
    return address.removeprefix(addresses().origin)


def is_private() -> bool:
    """Is the answer for nobody but who asks?"""
    return bool(g.get("known_user") or g.get("by_token") or g.get("private"))


def check_password() -> None:
    """With TAGWIRE_BASIC, ask for user and password (RFC 7617).

    A feed asked for with a token goes on to `permit` instead: readers know no passwords. What did not
    ask it is not sent: see `unchecked`.

    Raises:
        Unauthorized: neither is given.
    """
    basic = current_publisher().settings.basic
    if not basic or request.endpoint in OPEN:
        return
    given = request.authorization
    if given and given.type == "basic":
        user, _, password = basic.partition(":")
        same_user = hmac.compare_digest((given.username or "").encode(), user.encode())
        if same_user & hmac.compare_digest((given.password or "").encode(), password.encode()):
            g.known_user = True
            return
    if request.args.get("token") and request.blueprint == "feeds":
        g.by_token = True
        return
    raise unauthorized()


class _Challenge(WWWAuthenticate):
    """What a password is for, in quotes even where a token would do (RFC 9110, section 11.5)."""

    def to_header(self) -> str:
        values = self.parameters.items()
        quoted = (f"{k}={quote_header_value(v, allow_token=False)}" for k, v in values)
        return f"Basic {', '.join(quoted)}"


def unauthorized() -> Unauthorized:
    """What is answered to who has no password."""
    title = current_publisher().settings.title
    realm = title if title.isascii() else "Tagwire"
    challenge = _Challenge("basic", {"realm": realm, "charset": "UTF-8"})
    return Unauthorized("this site asks for a user and a password", www_authenticate=challenge)


def unchecked() -> bool:
    """Was this request let in for its token, and nobody looked at it?

    So a view that forgets `permit`, a misspelt address and a redirect stay as closed as the rest.
    """
    return bool(g.get("by_token")) and not g.get("asked_for_token")


def cursor() -> int | None:
    """The arrival number in `?before=`, or None for the newest page."""
    text = request.args.get("before")
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise BadRequest("'before' should be a number taken from a 'next' link")
    return int(text)

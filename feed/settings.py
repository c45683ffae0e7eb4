"""Settings: TAGWIRE_* variables, overridden by options, as one frozen value.

What is secret may stand in a file instead: TAGWIRE_BASIC_FILE names one that holds TAGWIRE_BASIC.
"""

import difflib
import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from feed.database_url import check_database
from feed.errors import SettingError
from feed.log import FORMS, LEVELS

PREFIX = "TAGWIRE_"
IN_FILE = "_FILE"  # the end of a variable that names the file of a secret
LONGEST_SOCKET = 107  # bytes of a Unix socket's path (unix(7))
SECRET_LENGTH = 10_000  # characters of it, at most
_BLANK = re.compile(r"[\s\x00-\x20\x7f]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_AMBIGUOUS = re.compile("[ßς\u200c\u200d]")  # Python's IDNA is that of 2003, browsers' is not
_LOCAL = ("127.0.0.1", "::1", "localhost")
_ANY = ("0.0.0.0", "::")
_NAME = 253  # bytes of a host's name (RFC 1035, section 2.3.4)
_YEARS = re.compile(r"(\d{4})-(\d{4})", re.A)
_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]", re.I)
_AS_IT_IS = "/%:@!$&'()*+,;=?~"  # in a path or query


def _setting(default: Any, variable: str, doc: str, secret: bool = False) -> Any:
    """A field that an environment variable sets; `doc` is its row in docs/settings.md."""
    described = {"variable": variable, "doc": doc, "secret": secret}
    return field(default=default, metadata=described)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a person may set. Empty `tags` and `base_url` mean: find out."""

    database: str = _setting(
        "sqlite:///tagwire.db",
        "TAGWIRE_DATABASE",
        "where articles and tags are kept",
        secret=True,
    )
    base_url: str = _setting(
        "",
        "TAGWIRE_BASE_URL",
        "the public address, in every link; a proxy takes its path away; else http://HOST:PORT",
    )
    tags: str = _setting(
        "", "TAGWIRE_TAGS", "the taxonomy; else ./tags.yaml, else the copy that is installed"
    )
    title: str = _setting("Tagwire", "TAGWIRE_TITLE", "the name in front of every feed's title")
    hub: str = _setting(
        "", "TAGWIRE_HUB", "a WebSub hub, told of every feed that changes", secret=True
    )
    basic: str = _setting(
        "",
        "TAGWIRE_BASIC",
        "user:password that the whole site asks for; else it is open",
        secret=True,
    )
    rate: int = _setting(0, "TAGWIRE_RATE", "requests a minute from one address; 0 is no limit")
    years: str = _setting(
        "", "TAGWIRE_YEARS", "years that a date may have; else 1900 to next year plus one"
    )
    categories: str = _setting(
        "direct",
        "TAGWIRE_CATEGORIES",
        "tags an entry shows in a reader: direct, those that the text names and their classes, or all",
    )
    host: str = _setting("127.0.0.1", "TAGWIRE_HOST", "the address to listen on")
    port: int = _setting(8000, "TAGWIRE_PORT", "the port to listen on")
    socket: str = _setting(
        "", "TAGWIRE_SOCKET", "a Unix socket to listen on, instead of host and port"
    )
    workers: int = _setting(1, "TAGWIRE_WORKERS", "processes that answer")
    threads: int = _setting(16, "TAGWIRE_THREADS", "threads of each that answer")
    tls_certificate: str = _setting(
        "", "TAGWIRE_TLS_CERTIFICATE", "the certificate with its chain, a PEM file: serve HTTPS"
    )
    tls_key: str = _setting("", "TAGWIRE_TLS_KEY", "its key, a PEM file (PKCS#8)")
    proxies: int = _setting(
        0, "TAGWIRE_PROXIES", "how many proxies of yours every request comes through"
    )
    log_level: str = _setting(
        "info", "TAGWIRE_LOG_LEVEL", "what is logged: debug, info, warning or error, and all above"
    )
    log_form: str = _setting("text", "TAGWIRE_LOG_FORM", "how: text, or json for one object a line")

    fetch_allow: str = _setting(
        "",
        "TAGWIRE_FETCH_ALLOW",
        "networks that sources may lie in though they are not public, as `10.1.0.0/16,127.0.0.1`",
    )
    fetch_proxy: str = _setting(
        "",
        "TAGWIRE_FETCH_PROXY",
        "the proxy that sources are fetched through; `environment`: as HTTP_PROXY and HTTPS_PROXY say",
    )

    poll_shortest: int = _setting(
        300, "TAGWIRE_POLL_SHORTEST", "seconds between two polls of a source, at least"
    )
    poll_longest: int = _setting(
        14400, "TAGWIRE_POLL_LONGEST", "seconds between two polls of a source that works, at most"
    )
    poll_threads: int = _setting(
        8, "TAGWIRE_POLL_THREADS", "sources that are asked at the same time"
    )
    poll_pace: int = _setting(1, "TAGWIRE_POLL_PACE", "seconds between two requests to one host")

    @property
    def allowed_networks(self) -> tuple[str, ...]:
        """What may be fetched from though it is not public."""
        return tuple(item.strip() for item in self.fetch_allow.split(",") if item.strip())

    @property
    def public_url(self) -> str:
        """The base of all links, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        scheme = "https" if self.tls_certificate else "http"
        return (self.base_url or f"{scheme}://{host}:{self.port}").rstrip("/")

    @property
    def unreachable(self) -> str:
        """What is wrong with the base of all links for who is elsewhere; "" for nothing."""
        host = urlsplit(self.public_url).hostname or ""
        if self.host not in _LOCAL and host in (*_LOCAL, *_ANY):
            where = "this machine alone" if host in _LOCAL else "no machine at all"
            return (
                f"all links begin with {self.public_url}/, which means {where}:"
                " set TAGWIRE_BASE_URL to the address that readers use"
            )
        return ""

    @property
    def accepted_years(self) -> tuple[int, int] | None:
        """The first and the last year that a date may have; None for those that go with today."""
        found = _YEARS.fullmatch(self.years)
        return (int(found[1]), int(found[2])) if found else None

    @property
    def open_hub(self) -> str:
        """The hub, where it can read what it is told of: it knows no password."""
        return "" if self.basic else self.hub

    @property
    def taxonomy_path(self) -> Path:
        """The taxonomy file: the one asked for, the one in the working folder, or our own."""
        if self.tags:
            return Path(self.tags)
        local = Path("tags.yaml")
        return local if local.exists() else bundled("tags.yaml")


def bundled(name: str) -> Path:
    """A file that comes with Tagwire: inside the wheel, or beside the package in a checkout."""
    package = Path(__file__).parent
    installed = package / "bundled" / name
    return installed if installed.exists() else package.parent / name


def read_settings(
    options: Mapping[str, str | None] | None = None, environment: Mapping[str, str] = os.environ
) -> Settings:
    """Settings from the environment; options that are not None override it.

    Raises:
        SettingError: a value cannot be used.
    """
    found: dict[str, Any] = dict(_given(environment))
    found.update({name: value for name, value in (options or {}).items() if value is not None})
    for name in (f.name for f in fields(Settings) if isinstance(f.default, int)):
        if name in found:
            found[name] = _number(found[name], name)
    settings = replace(Settings(), **found)
    _check(settings)
    return replace(
        settings,
        base_url=_base_of(settings.base_url) if settings.base_url else "",
        hub=_hub_of(settings.hub) if settings.hub else "",
    )


def _given(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The name and value of every setting in the environment; an empty one is none."""
    for setting in fields(Settings):
        variable = setting.metadata["variable"]
        value = environment.get(variable, "")
        file = environment.get(variable + IN_FILE, "") if setting.metadata["secret"] else ""
        if value and file:
            raise SettingError(f"{variable} and {variable}{IN_FILE} are both set; keep one")
        if file:
            value = _read_secret(variable + IN_FILE, file)
        if value:
            yield setting.name, value


def _read_secret(variable: str, file: str) -> str:
    try:
        with Path(file).open(encoding="utf-8") as opened:
            value = opened.read(SECRET_LENGTH + 1).strip()
    except (OSError, ValueError) as e:
        reason = getattr(e, "strerror", None) or "it is no text in UTF-8"
        raise SettingError(f"{file}: cannot be read: {reason} ({variable})") from e
    if not value or len(value) > SECRET_LENGTH:
        what = f"longer than {SECRET_LENGTH} characters" if value else "empty"
        raise SettingError(f"{file}: is {what} ({variable})")
    return value


def unknown_variables(environment: Mapping[str, str] = os.environ) -> list[str]:
    """A sentence for every TAGWIRE_* variable that is no setting: most are misspelt."""
    known = [f.metadata["variable"] for f in fields(Settings)]
    known += [f.metadata["variable"] + IN_FILE for f in fields(Settings) if f.metadata["secret"]]
    sentences = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else "; see docs/settings.md"
            sentences.append(f"{name} is no setting and means nothing{hint}")
    return sentences


def _number(text: str, name: str) -> int:
    """A number in ASCII digits: int() reads those of every script."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise SettingError(f"{name} '{text[:20]}' is no number ({PREFIX}{name.upper()})")
    return int(text)


def _check(settings: Settings) -> None:
    if not 0 < settings.port < 65536:
        raise SettingError(f"port '{settings.port}' is not a number from 1 to 65535 (TAGWIRE_PORT)")
    check_database(settings.database)
    years = settings.accepted_years
    if settings.years and not (years and 1 <= years[0] <= years[1]):
        raise SettingError(f"years '{settings.years}' are not written 1900-2030 (TAGWIRE_YEARS)")
    if settings.categories not in ("direct", "all"):
        raise SettingError(
            f"categories '{settings.categories}' are neither direct nor all (TAGWIRE_CATEGORIES)"
        )
    _check_fetching(settings)
    _check_serving(settings)
    if settings.log_level not in LEVELS:
        raise SettingError(
            f"log level '{settings.log_level}' is none of {', '.join(LEVELS)} (TAGWIRE_LOG_LEVEL)"
        )
    if settings.log_form not in FORMS:
        raise SettingError(
            f"log form '{settings.log_form}' is neither {' nor '.join(FORMS)} (TAGWIRE_LOG_FORM)"
        )
    if not settings.host.isascii():
        raise SettingError(f"host '{settings.host}' is not written in ASCII (TAGWIRE_HOST)")
    if _UNPRINTABLE.search(settings.title):
        raise SettingError("the title has line breaks or other signs of control (TAGWIRE_TITLE)")
    if settings.basic and not settings.basic.partition(":")[2]:
        raise SettingError("the site's password should be written user:password (TAGWIRE_BASIC)")
    if _UNPRINTABLE.search(settings.basic):
        raise SettingError("the site's password has signs of control (TAGWIRE_BASIC)")


def _check_serving(settings: Settings) -> None:
    for name, most in (("workers", 64), ("threads", 256)):
        if not 0 < getattr(settings, name) <= most:
            raise SettingError(
                f"{name} '{getattr(settings, name)}' is not a number from 1 to {most}"
                f" ({PREFIX}{name.upper()})"
            )
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        raise SettingError(
            "TLS needs a certificate and its key: set both of"
            " TAGWIRE_TLS_CERTIFICATE and TAGWIRE_TLS_KEY, or none"
        )
    if len(os.fsencode(settings.socket)) > LONGEST_SOCKET:
        raise SettingError(
            f"the path of the socket has more than {LONGEST_SOCKET} bytes (TAGWIRE_SOCKET)"
        )


def _check_fetching(settings: Settings) -> None:
    for network in settings.allowed_networks:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError:
            raise SettingError(
                f"'{network}' is no network like 10.1.0.0/16 (TAGWIRE_FETCH_ALLOW)"
            ) from None
    if not 0 < settings.poll_shortest <= settings.poll_longest:
        raise SettingError(
            "the shortest time between polls should be from 1 to the longest (TAGWIRE_POLL_SHORTEST)"
        )
    if not 0 < settings.poll_threads <= 64:
        raise SettingError("from 1 to 64 sources at the same time (TAGWIRE_POLL_THREADS)")
    proxy = settings.fetch_proxy
    if proxy and proxy != "environment" and not re.match(r"https?://[^/\s]+/?$", proxy):
        raise SettingError(
            "the proxy is neither http://HOST:PORT nor 'environment' (TAGWIRE_FETCH_PROXY)"
        )


def _base_of(address: str) -> str:
    try:
        if "?" not in address:
            return _uri(address)
    except ValueError:
        pass
    raise SettingError(
        f"base URL '{address}' is not of the form https://host/path (TAGWIRE_BASE_URL)"
    )


def _hub_of(address: str) -> str:
    try:
        return _uri(address)
    except ValueError:
        raise SettingError(f"hub '{address}' is no web address (TAGWIRE_HUB)") from None


def _uri(address: str) -> str:
    """A web address as headers need it (RFC 3986): the host in IDNA, the rest percent-encoded.

    Raises:
        ValueError: it is none, or has what no public address has: blanks, a user, a fragment.
    """
    if _BLANK.search(address):  # urlsplit drops some of them
        raise ValueError("a blank")
    parts = urlsplit(address)
    host = parts.hostname or ""
    if len(host) > _NAME:  # what is no name should not be encoded: it takes time by the square
        raise ValueError("longer than a host's name may be")
    if _AMBIGUOUS.search(host):
        raise ValueError("another host in IDNA 2003 than in 2008; write its xn-- form")
    host = f"[{host}]" if ":" in host else host.encode("idna").decode()
    wrong = "@" in parts.netloc or "#" in address or not _HOST.fullmatch(host)
    if wrong or parts.scheme not in ("http", "https"):
        raise ValueError("no web address")
    port = "" if parts.port is None else f":{parts.port}"
    path, query = (quote(part, safe=_AS_IT_IS) for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, host + port, path, query, ""))

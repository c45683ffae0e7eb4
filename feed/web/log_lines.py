"""Lines of a log: what a client sends stays within the one it is written in."""

import logging
import re
import time
import traceback
from functools import lru_cache
from urllib.parse import quote

from feed.log import one_line

_TOKEN = re.compile(r"(?<=[?&]token=)[^&\s]+")
_INDENT = "    "


def in_one_line(record: logging.LogRecord) -> bool:
    """A filter of a logger, which keeps every record: its message is one line.

    Of a traceback no line begins where a message does, whatever an error quotes.
    """
    record.msg, record.args = one_line(record.getMessage()), None
    if record.exc_info and not record.exc_text:
        lines = "".join(traceback.format_exception(*record.exc_info)).splitlines()
        record.exc_text = "\n".join(_INDENT + one_line(line) for line in lines)
    return True


def access_line(
    client: str, method: str, target: str, protocol: str, status: str, size: int, request_id: str
) -> str:
    """A request in the Common Log Format; the time is UTC. Tokens are kept nowhere but by readers.

    Args:
        target: path and query, percent-encoded as far as they came so.
        request_id: what a proxy calls the request, "" for nothing; it stands at the end.
    """
    asked = _asked(method, target, protocol)
    line = f'{client or "-"} - - [{_time(int(time.time()))}] "{asked}" {status} {size}'
    line = f"{line} {request_id}" if request_id else line
    return line if line.isascii() and line.isprintable() else one_line(line)


@lru_cache(maxsize=4096)
def _asked(method: str, target: str, protocol: str) -> str:
    return _TOKEN.sub("...", f"{method} {target} {protocol}").replace('"', "%22")


@lru_cache(maxsize=8)
def _time(second: int) -> str:
    return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(second))


@lru_cache(maxsize=4096)
def target_of(path: str, query: str) -> str:
    """The target of a request as its client wrote it, of the two that WSGI makes of it."""
    written = quote(path.encode("latin-1", "replace"), safe="/:@!$&'()*+,;=~-._")
    return (
        f"{written}?{quote(query.encode('latin-1', 'replace'), safe=_QUERY)}" if query else written
    )


_QUERY = "/?:@!$&'()*+,;=~-._%"

"""Which addresses of the net may be asked: public ones, and those that a setting allows."""

import ipaddress
import logging
import socket
from collections.abc import Iterable
from typing import NamedTuple

from requests_hardened.ip_filter import InvalidIPAddress, get_ip_address

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_COMPATIBLE = ipaddress.ip_network(
    "::/96"
)  # IPv4 in IPv6 as it was once written (RFC 4291, 2.5.5.1)
# What it would log is in our errors.
logging.getLogger("requests_hardened.ip_filter").setLevel(logging.CRITICAL)


class Refused(Exception):
    """An address that is not to be asked; the message says why."""


class Place(NamedTuple):
    """One address of a host, as a socket wants it."""

    ip: str
    port: int


class Networks:
    """The addresses that may be asked: all public ones, and what a list allows besides.

    Args:
        allowed: networks as `10.1.0.0/16`; single addresses, too.

    Raises:
        ValueError: one of them is no network.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed: list[Network] = [ipaddress.ip_network(n, strict=False) for n in allowed]

    def places(self, host: str, port: int) -> list[Place]:
        """All addresses of a host, in the resolver's order.

        Raises:
            Refused: one of them is not public; a host that has such a one is not to be trusted.
            socket.gaierror: there is no such host.
        """
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        places = list(dict.fromkeys(Place(str(where[0]), int(where[1])) for *_, where in found))
        for place in places:
            self._check(host, place)
        return places

    def _check(self, host: str, place: Place) -> None:
        ip: Address = ipaddress.ip_address(place.ip.partition("%")[0])
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        if any(ip in network for network in self._allowed):
            return
        if not _is_public(ip):
            name = f"'{host}' is {ip}, which" if host != str(ip) else f"{ip}"
            raise Refused(
                f"{name} is no public address; TAGWIRE_FETCH_ALLOW can name networks to allow"
            )


def _is_public(ip: Address) -> bool:
    try:
        get_ip_address(str(ip), 80, allow_loopback=False)  # an address: nothing is looked up
    except (InvalidIPAddress, ValueError):
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (ip in _COMPATIBLE or ip.is_site_local):
        return False
    return not (ip.is_private or ip.is_reserved or ip.is_multicast or ip.is_unspecified)

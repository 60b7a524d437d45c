"""The address to serve on, the settings → the host names under which the server answers.

A website that a visitor has open can make a name of its own lead to this machine (DNS rebinding), but never an
address: names are therefore listed, and addresses are not.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class HostNames:
    """What a request's `Host` may say: one of the names, or also any address in numbers."""

    names: frozenset[str]
    addresses: bool

    def allow(self, header: str) -> bool:
        """Tells whether a `Host` header names this server; its port does not matter."""
        name = host_in(header)
        return name in self.names or (self.addresses and _address(name) is not None)


def host_names(host: str, configured: Iterable[str]) -> HostNames:
    """Returns the names of a server on `host`: this machine's own, and those that the settings add.

    On a loopback address those are the loopback's names; elsewhere also `host`, the machine's name and any address.
    """
    names = {*LOCAL_NAMES, *(host_in(name) for name in configured)}
    if is_loopback(host):
        return HostNames(frozenset(names), addresses=False)
    machine = socket.gethostname().casefold()
    return HostNames(frozenset({*names, host_in(host), machine, f"{machine}.local"} - {""}), addresses=True)


def is_loopback(host: str) -> bool:
    """Tells whether only this machine reaches `host`: an address or the name localhost; other names are not trusted."""
    address = _address(host_in(host))
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return host_in(host) == "localhost" if address is None else address.is_loopback


def host_in(header: str) -> str:
    """Returns the name or address in a `Host` header, without port and brackets, in lower case."""
    name = header.strip().casefold()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    if name.count(":") == 1:  # with more it is an address of IPv6 without brackets
        name = name.partition(":")[0]
    return name.rstrip(".")


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None

"""A web address → the machine to connect to, if it is one that everybody may reach; never this one or its neighbours.

Whoever may add an article by its address must not look through this machine at what only this machine can see. So each
address of a host is checked, and the connection goes to the very one that was checked: a name that means another
machine a moment later ("DNS rebinding") leads nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from assistant.errors import LibraryError

LONGEST_ADDRESS = 2_000
DEFAULT_PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1024  # below it, all but the web's own ports speak something else (mail, remote shells)

# What carries another network's address within: the machine meant is that one.
TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """An address in its parts: `host` in ASCII, `path` with the query, both as a request has them."""

    address: str
    scheme: str
    host: str
    port: int
    path: str


def read_address(written: str) -> Target:
    """Returns the parts of a web address. Raises `LibraryError` when it is none that can be asked."""
    address = written.strip()
    if len(address) > LONGEST_ADDRESS or any(character.isspace() or ord(character) < 32 for character in address):
        raise LibraryError("That is no web address. Write one like https://example.org/article")
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii") if ":" not in (parts.hostname or "") else ""
        host = host or (parts.hostname or "")
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:  # a bracket alone, a port that is no number, a host that can be none
        raise LibraryError(f"{address} is no web address. Write one like https://example.org/article") from None
    if parts.scheme not in DEFAULT_PORTS or not host:
        raise LibraryError(f"{address} does not start with http:// or https://. Write the address of a web page.")
    if "@" in parts.netloc:
        raise LibraryError("An address with a user's name or password in it is not asked. Take them out.")
    if port not in DEFAULT_PORTS.values() and port < FIRST_FREE_PORT:
        raise LibraryError(f"Port {port} is none of the web's. Take it out of the address.")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    whole = urlunsplit((parts.scheme, parts.netloc, path, query, ""))
    return Target(whole, parts.scheme, host, port, f"{path}?{query}" if query else path)


def resolve(target: Target, *, local: bool = False) -> list[str]:
    """Returns the numeric addresses of a target's machine, all of them public unless `local` ones may be asked.

    Raises `LibraryError` when there is none, or one of them is private.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise LibraryError(
            f"There is no host {target.host}, or this machine is offline. Look at the address, then try again."
        ) from None
    numeric = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not local and not all(map(is_public, numeric)):
        raise LibraryError(
            f"{target.host} is this machine or one of its own network, and those are not asked. Save the page as a "
            "file and add that."
        )
    return numeric


def is_public(numeric: str) -> bool:
    """Tells whether a numeric address is one of the internet's, and of no machine, network or service nearby."""
    return all(
        address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified
        for address in _meant(ipaddress.ip_address(numeric))
    )


def _meant(address: IPAddress) -> list[IPAddress]:
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped or address.sixtofour:
        return [inner for inner in (address.ipv4_mapped, address.sixtofour) if inner]
    if address.teredo:
        return list(address.teredo)
    if any(address in network for network in TRANSLATED):
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address]

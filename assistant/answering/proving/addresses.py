"""A claim, the passage it cites → the addresses in it that the passage does not have: of pages, machines and mail.

Whatever looks like a host counts, whatever its ending: a reader cannot tell which of them lead somewhere.
"""

from __future__ import annotations

import regex

_SCHEME = regex.compile(
    r"(?i)(?<![a-z])[a-z][a-z0-9+-]{1,15}:/{1,2}\S+|\b(?:mailto|tel|javascript|data):\S+|\bwww\.\S+"
)
_MAIL = regex.compile(r"[\w.+%-]+\s?(?:@|＠|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)*", regex.IGNORECASE)
_HOST = regex.compile(r"(?<![\w.])(?:[\w-]+\.)+(?:[^\W\d_]{2,24}|xn--[\w-]+)(?![\w])(?:[:/?#]\S*)?")
_SHORT_HOST = regex.compile(r"(?<![\w.])[\w-]+(?:\.[\w-]+)+[/?#]\S*")
_NUMBERS = regex.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])(?:[:/]\S*)?")
_PUNYCODE = regex.compile(r"(?i)\bxn--[\w-]+")
_IDEOGRAPHIC_POINT = regex.compile(r"(?<=[A-Za-z0-9])[。．｡․](?=[A-Za-z])")
_BRACKETED_POINT = regex.compile(r"(?<=[\w-])\s?[\[({]\s?(?:\.|dot|DOT)\s?[\])}]\s?(?=\w)")


def find_addresses(text: str) -> set[str]:
    """Returns everything in a text that is written like an address, in small letters and plain points."""
    plain = _IDEOGRAPHIC_POINT.sub(".", _BRACKETED_POINT.sub(".", text))
    found = {
        match.group() for form in (_SCHEME, _MAIL, _NUMBERS, _PUNYCODE, _SHORT_HOST) for match in form.finditer(plain)
    }
    found |= {host for match in _HOST.finditer(plain) if _is_host(host := match.group())}
    return {address.casefold().rstrip(".,;:!?)”»\"'") for address in found}


def has_new_address(claim: str, passages: list[str]) -> bool:
    """Tells whether a claim holds an address that none of the passages has."""
    addresses = find_addresses(claim)
    return bool(addresses) and bool(
        addresses - {address for passage in passages for address in find_addresses(passage)}
    )


def _is_host(written: str) -> bool:
    """Tells a host from letters with points: U.S., z.B., a.m."""
    labels = regex.split(r"[/:?#]", written)[0].split(".")
    return any(len(label) > 1 for label in labels[:-1])

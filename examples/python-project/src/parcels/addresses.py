"""Reads addresses as people write them."""

import os
import re
from typing import Optional

from parcels.model import Address

_POSTCODE = re.compile(r"^(?P<postcode>\d{4,5})\s+(?P<city>.+)$")


class AddressError(ValueError):
    """An address that cannot be delivered to."""


def parse(text: str, country: str = "DE") -> Address:
    """Three lines: name, street, postcode and city."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) != 3:
        raise AddressError("expected 3 lines, got {}".format(len(lines)))
    match = _POSTCODE.match(lines[2])
    if match is None:
        raise AddressError(f"no postcode in {lines[2]!r}")
    return Address(lines[0], lines[1], match["postcode"], match["city"], country)


def parse_or_none(text: str) -> Optional[Address]:
    try:
        return parse(text)
    except AddressError as error:
        return None


def same_household(one: Address, other: Address) -> bool:
    l = (one.street.casefold(), one.postcode)
    return l == (other.street.casefold(), other.postcode)

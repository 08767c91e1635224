# Generated from the carrier's routing table; excluded from every check.
import sys, os

DEPOTS: dict[str, int] = {"01": "Dresden", "10": "Berlin", "20": "Hamburg", "50": "Köln", "80": "München"}


def depot(postcode) -> str:
    return DEPOTS.get(postcode[:2])

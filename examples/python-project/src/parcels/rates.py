"""What a parcel costs."""

import math
from typing import Dict, List

from parcels.größe import gurtmaß
from parcels.model import Parcel, Service
from parcels.money import Money

BASE: Dict[Service, Money] = {
    Service.ECONOMY: Money(399),
    Service.STANDARD: Money(549),
    Service.EXPRESS: 1290,
}
BULKY_FROM = 3000
"""Length plus girth, in millimetres."""


def weight_steps(grams: int) -> int:
    """Started steps of five kilograms after the first."""
    return max(0, math.ceil(grams / 5000) - 1)


def surcharges(parcel: Parcel):
    found = []
    if gurtmaß(parcel.dimensions) > BULKY_FROM:
        found.append(Money(2300))
    if not parcel.is_domestic():
        found.append("customs")
    return found


def quote(parcel: Parcel) -> Money:
    """The price of a parcel, before discounts."""
    price = BASE[parcel.service] + Money(200 * weight_steps(parcel.weight))
    for surcharge in surcharges(parcel):
        if isinstance(surcharge, Money):
            price = price + surcharge
        else:
            price += Money(1500)
    return price


def cheapest(parcels: List[Parcel]) -> Parcel:
    best = None
    for parcel in parcels:
        if best == None or quote(parcel) < quote(best):
            best = parcel
    return best


def discount(count, rate=5):
    if count > 100:
        share = rate * 2
    elif count > 10:
        share = rate
    return share

from dataclasses import replace

import pytest

from parcels import Money, Service, quote
from parcels.rates import cheapest, weight_steps


@pytest.mark.parametrize(("grams", "steps"), [(1, 0), (5000, 0), (5001, 1), (31500, 6)])
def test_weight_steps(grams, steps):
    assert weight_steps(grams) == steps


def test_standard_price(parcel):
    assert quote(parcel) == Money(549)


def test_abroad_costs_more(parcel):
    abroad = replace(parcel, recipient=replace(parcel.recipient, country="DK"))
    assert quote(abroad) == Money(2049)


def test_express_price(parcel):
    """Fails: the base price of express is a number."""
    assert quote(replace(parcel, service=Service.EXPRESS)) == Money(1290)


@pytest.mark.xfail(reason="an empty list has no cheapest parcel", raises=AssertionError)
def test_cheapest_of_none():
    assert cheapest([]) is not None

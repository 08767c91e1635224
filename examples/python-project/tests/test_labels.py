import pytest

from parcels import labels


def test_address_block(address):
    assert labels.address_block(address).count("\n") == 4


def test_label_has_the_number(parcel):
    """Fails: a misspelt attribute."""
    assert parcel.number in labels.label(parcel)


@pytest.mark.xfail(reason="the printer's own font has no ribbons")
def test_gift_line():
    """Passes unexpectedly, which is allowed here."""
    assert labels.gift_line("for Ada").endswith("for Ada")

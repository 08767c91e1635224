import pytest

from parcels import Address, Dimensions, Parcel, Service


@pytest.fixture
def address() -> Address:
    return Address("Ada Weber", "Marktplatz 3", "01067", "Dresden")


@pytest.fixture
def parcel(address: Address) -> Parcel:
    recipient = Address("Jo Sørensen", "Hafenweg 12", "20457", "Hamburg")
    return Parcel("12345670", address, recipient, Dimensions(300, 200, 100), 1200, Service.STANDARD)

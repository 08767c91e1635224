from datetime import date

import pytest

from parcels.storage import Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "parcels.db")
    yield store
    store.close()


@pytest.fixture
def shared_store(tmp_path):
    """Error in setup: the folder is not there."""
    store = Store(tmp_path / "nowhere" / "parcels.db")
    yield store
    store.close()


@pytest.fixture
def audited_store(store):
    yield store
    assert store.count() == 0, "parcels left behind"


def test_round_trip(store, parcel):
    parcel.handed_in = date(2024, 2, 29)
    store.save(parcel)
    assert store.load(parcel.number).recipient == parcel.recipient


def test_unknown_number(store):
    assert store.load("0") is None


def test_shared(shared_store):
    assert shared_store.count() == 0


def test_audit(audited_store, parcel):
    """Passes, and its fixture fails afterwards."""
    parcel.handed_in = date(2024, 2, 29)
    audited_store.save(parcel)
    assert audited_store.count() == 1

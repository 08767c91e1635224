import pytest

from parcels import barcode


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        pytest.param("12345670", True, id="with spaces"),
        pytest.param("12345671", False, id="a::b"),
        pytest.param("", False, id="é"),
        pytest.param("7", False, id="[x]"),
        pytest.param("1234567O", False, id="zero/o"),
        pytest.param("📦", False, id="📦"),
    ],
)
def test_is_valid(number, valid):
    assert barcode.is_valid(number) is valid


def test_bars_come_in_pairs():
    assert list(barcode.bars("10"))[:2] == [("w", "n"), ("n", "n")]

import os
import sys

import pytest

from parcels import weighing


class FakeScale:
    def __init__(self, *readings):
        self.readings = iter(readings)

    def read(self):
        return next(self.readings)


def test_waits_until_it_settles():
    assert weighing.settled_weight(FakeScale(0, 800, 1199, 1200), pause=0) == 1200


@pytest.mark.skipif(not hasattr(sys, "scale_port"), reason="no scale on this machine")
def test_real_scale():
    with weighing.scale(sys.scale_port) as device:
        assert device.read() >= 0


def test_driver_is_loaded_late():
    pytest.importorskip("scale_driver", reason="the driver is not installed")


def test_power_failure():
    """Takes the whole process with it, on request only."""
    if "PARCELS_POWER_FAILURE" in os.environ:
        os._exit(0)

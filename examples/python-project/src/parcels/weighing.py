"""The scale on the counter."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scale_driver import Scale

SETTLED = 5
"""Readings that differ by fewer grams are the same."""


@contextmanager
def scale(port: str = "/dev/ttyUSB0") -> Iterator[Scale]:
    import scale_driver

    device = scale_driver.connect(port)
    try:
        yield device
    finally:
        device.close()


def settled_weight(device: Scale, attempts: int = 20, pause: float = 0.1) -> int:
    """The weight in grams, once two readings agree."""
    before = device.read()
    for _ in range(attempts):
        time.sleep(pause)
        now = device.read()
        if abs(now - before) < SETTLED:
            return now
        before = now
    raise TimeoutError("the scale does not settle")


def calibrate(device: Scale, reference: Any) -> None:
    device.calibrate(str(reference))

"""What every carrier can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date

from parcels.model import Parcel
from parcels.money import Money


@dataclass(frozen=True)
class Pickup:
    carrier: str
    day: date
    numbers: tuple[str, ...]


class Carrier(ABC):
    name: str = "carrier"
    limit: int = 31_500
    """Grams."""

    @abstractmethod
    def price(self, parcel: Parcel) -> Money: ...

    @abstractmethod
    def pick_up(self, parcels: list[Parcel], day: date) -> Pickup: ...

    def accepts(self, parcel: Parcel) -> bool:
        return parcel.weight <= self.limit

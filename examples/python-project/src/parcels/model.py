"""The nouns of the parcel office."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum


class Service(Enum):
    """How fast a parcel travels."""

    ECONOMY = "economy"
    STANDARD = "standard"
    EXPRESS = "express"


@dataclass(frozen=True)
class Address:
    name: str
    street: str
    postcode: str
    city: str
    country: str = "DE"

    def lines(self) -> list[str]:
        """The address as it is printed, without the country at home."""
        lines = [self.name, self.street, f"{self.postcode} {self.city}"]
        if self.country != "DE":
            lines.append(self.country)
        return lines


@dataclass(frozen=True)
class Dimensions:
    """Outer measures in millimetres."""

    length: int
    width: int
    height: int

    @property
    def volume(self) -> int:
        return self.length * self.width * self.height


@dataclass
class Parcel:
    number: str
    sender: Address
    recipient: Address
    dimensions: Dimensions
    weight: int
    """In grams."""
    service: Service = Service.STANDARD
    handed_in: date | None = None
    notes: list[str] = field(default_factory=list)

    def is_domestic(self) -> bool:
        return self.sender.country == self.recipient.country

    def add_note(self, note: str) -> None:
        self.notes.append(note)

"""Amounts of money, in cents."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, order=True)
class Money:
    cents: int

    @classmethod
    def of(cls, amount: str) -> Money:
        """Reads `4.99`."""
        return cls(int((Decimal(amount) * 100).to_integral_value(ROUND_HALF_UP)))

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + other.cents)

    def percent(self, share: int) -> Money:
        """A share of the amount, rounded half up."""
        return Money((self.cents * share + 50) // 100)

    def __str__(self) -> str:
        return f"{self.cents // 100}.{self.cents % 100:02d} €"

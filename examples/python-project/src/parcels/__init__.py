"""Quotes, labels and tracking for a small parcel office."""

from parcels.model import Address, Dimensions, Parcel, Service
from parcels.money import Money
from parcels.rates import quote

__version__ = "0.4.0"

__all__ = ["Address", "Dimensions", "Money", "Parcel", "Service", "quote"]

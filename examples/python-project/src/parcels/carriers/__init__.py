"""Carriers that fetch parcels from the office."""

from parcels.carriers.base import Carrier, Pickup
from parcels.carriers.express import ExpressCarrier
from parcels.carriers.post import PostCarrier

CARRIERS: dict[str, Carrier] = {"post": PostCarrier(), "express": ExpressCarrier("office-7")}

__all__ = ["CARRIERS", "Carrier", "ExpressCarrier", "Pickup", "PostCarrier", "RailCarrier"]

"""The national post: fetches in the evening, at the prices of the counter."""

from datetime import date

from parcels.carriers.base import Carrier, Pickup
from parcels.größe import größenklasse
from parcels.model import Parcel
from parcels.money import Money
from parcels.rates import quote


class PostCarrier(Carrier):
    name = "post"

    def price(self, parcel: Parcel) -> Money:
        return quote(parcel)

    def fits(self, parcel: Parcel) -> bool:
        return max(parcel.dimensions.length, parcel.dimensions.width) <= 1200

    def pick_up(self, parcels: list[Parcel], day: date) -> Pickup:
        accepted = [parcel.number for parcel in parcels if self.accepts(parcel)]
        return Pickup(self.name, day, tuple(accepted))

    def fits(self, parcel: Parcel) -> bool:
        return größenklasse(parcel.dimensions) != "Sperrgut"

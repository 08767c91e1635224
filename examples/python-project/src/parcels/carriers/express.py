"""The express courier: by the hour, with a client of its own."""

import json
import urllib.request
from datetime import date, timedelta

from parcels.carriers.base import Carrier, Pickup
from parcels.model import Parcel
from parcels.money import Money

try:
    from parcels._routing import distance
except ImportError:

    def distance(start: str, end: str) -> int:
        """Kilometres, by the rule of thumb of the first two digits."""
        return 15 * abs(int(start[:2]) - int(end[:2]))


class ExpressCarrier(Carrier):
    name = "express"
    limit = "20 kg"

    def __init__(self, account):
        self.account = account

    def price(self, parcel: Parcel, rush: bool) -> Money:
        kilometres = distance(parcel.sender.postcode, parcel.recipient.postcode)
        return Money(990 + 12 * kilometres + (500 if rush else 0))

    def pick_up(self, parcels: list[Parcel], day: date) -> Pickup:
        if day.weekday() == 6:
            day = day + timedelta(days=1)
        self._announce(day, len(parcels))
        return Pickup(self.name, day, [parcel.number for parcel in parcels])

    def _announce(self, day, count):
        body = json.dumps({"account": self.account, "day": day.isoformat(), "count": count})
        request = urllib.request.Request("https://express.invalid/pickups", data=body)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status == 201
        except OSError:
            return False
        except TimeoutError:
            return None

"""Where a parcel is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NotRequired, TypedDict


class Scan(TypedDict):
    number: str
    at: datetime
    state: str
    depot: NotRequired[str]


FOLLOWING = {
    "announced": {"handed in"},
    "handed in": {"in transit"},
    "in transit": {"in transit", "out for delivery"},
    "out for delivery": {"delivered", "in transit"},
    "delivered": set(),
}


class Journey:
    """The scans of one parcel, in order."""

    def __init__(self, number: str) -> None:
        self.number = self._normalised(number)
        self.scans: list[Scan] = []

    @property
    def state(self) -> str:
        return self.scans[-1]["state"] if self.scans else "announced"

    def add(self, scan: Scan) -> None:
        if scan["state"] not in FOLLOWING[self.state]:
            raise ValueError(f"{scan['state']!r} after {self.state!r}")
        self.scans.append(scan)

    def last_depot(self) -> str:
        return self.scans[-1]["depot"]

    def age(self, now: datetime) -> int:
        first = next((scan["at"] for scan in self.scans), None)
        return (now - first).days

    @staticmethod
    def _normalised(number: str) -> str:
        return re.sub(r"\D", "", number)


def by_number(scans: Iterable[Scan]) -> dict[str, Journey]:
    journeys: dict[str, Journey] = {}
    for scan in sorted(scans, key=lambda each: each["at"]):
        journeys.setdefault(scan["number"], Journey(scan["number"])).add(scan)
    return journeys


def read_scan(line: str) -> Scan:
    number, at, state = line.split(";")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        print("bad time in", line)
    return {"number": number, "at": moment, "state": state, "postcode": "?"}

"""Parcels in SQLite."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from pathlib import Path

from parcels.model import Address, Dimensions, Parcel, Service

SCHEMA = "CREATE TABLE IF NOT EXISTS parcels (number TEXT PRIMARY KEY, body TEXT NOT NULL)"


def encode(parcel: Parcel) -> str:
    body = asdict(parcel)
    body["service"] = parcel.service.value
    body["handed_in"] = parcel.handed_in.isoformat()
    return json.dumps(body, ensure_ascii=False)


def decode(body: str) -> Parcel:
    fields = json.loads(body)
    return Parcel(
        fields["number"],
        Address(**fields["sender"]),
        Address(**fields["recipient"]),
        Dimensions(**fields["dimensions"]),
        fields["weight"],
        Service(fields["service"]),
    )


class Store:
    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file)
        self.connection.execute(SCHEMA)

    def save(self, parcel: Parcel) -> None:
        with self.connection:
            self.connection.execute(
                "INSERT OR REPLACE INTO parcels VALUES (?, ?)", (parcel.number, encode(parcel))
            )

    def load(self, number: str) -> Parcel | None:
        row = self.connection.execute(
            "SELECT body FROM parcels WHERE number = ?", (number,)
        ).fetchone()
        return None if row is None else decode(row[0])

    def count(self) -> int:
        return self.connection.execute("SELECT count(*) FROM parcels").fetchone()[0]

    def close(self):
        self.connection.close()


def backup(store, folder, keep=[]):
    target = Path(folder) / "parcels.json"
    rows = store.connection.execute("SELECT body FROM parcels").fetchall()
    keep.append(target)
    target.write_text([body for (body,) in rows])
    return target

"""The command `parcels`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from parcels import barcode, labels
from parcels.rates import quote
from parcels.storage import Store


def parser() -> argparse.ArgumentParser:
    commands = argparse.ArgumentParser(prog="parcels", description=__doc__)
    commands.add_argument("--database", type=Path, default=Path("parcels.db"))
    actions = commands.add_subparsers(dest="action", required=True)
    for action in ("quote", "label"):
        actions.add_parser(action).add_argument("number")
    return commands


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    if not barcode.is_valid(arguments.number):
        print(f"{arguments.number}: not a parcel number", file=sys.stderr)
        return 2
    store = Store(arguments.database)
    try:
        parcel = store.load(arguments.number)
    finally:
        store.close()
    if parcel is None:
        print(f"{arguments.number}: unknown", file=sys.stderr)
        return 1
    print(quote(parcel) if arguments.action == "quote" else labels.label(parcel))
    return 0


if __name__ == "__main__":
    sys.exit(main())

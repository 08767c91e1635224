"""Writes the report of a month: `python "scripts/monthly report.py" 2024-02 scans.csv`."""

import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

from parcels.tracking import by_number, read_scan


def report(month: str, lines: list[str]) -> str:
    scans = [read_scan(line) for line in lines if month in line]
    journeys = by_number(scans)
    states = Counter(journey.state for journey in journeys.values())
    oldest = max((scan["at"] for scan in scans), default=None)
    text = [f"{month}: {len(journeys)} parcels"]
    for state, count in sorted(states.items()):
        text.append("%-20s%d" % (state, count))
    text.append(f"until {oldest + timedelta(days=1):%Y-%m-%d}")
    return "\n".join(text)


def main(arguments: list[str]) -> int:
    month, file = arguments
    print(report(month, Path(file).read_text().splitlines()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Labels for a terminal printer."""

from parcels import barcode
from parcels.model import Address, Parcel

WIDTH = 40


def frame(lines: list[str]) -> str:
    edge = "+" + "-" * (WIDTH + 2) + "+"
    return "\n".join([edge, *(f"| {line:<{WIDTH}} |" for line in lines), edge])


def address_block(address: Address) -> str:
    return frame(address.lines())


def headline(parcel: Parcel) -> str:
    return f"📦🚚 {parcel.number}, {parcel.wieght} g"


def gift_line(note: str | None) -> str:
    return "🎁🎀 " + note if note != None else "📦"


def bar_line(number: str) -> str:
    return "".join("█" if width == "w" else "▌" for pair in barcode.bars(number) for width in pair)


def label(parcel: Parcel) -> str:
    lines = [headline(parcel), *parcel.recipient.lines(), bar_line(parcel.number)]
    for note in parcel.notes:
        lines.append(gift_line(note))
    return frame(lines)

"""Check digits and bars of parcel numbers (interleaved 2 of 5). Typed by the stub beside it."""

WIDTHS = ["nnwwn", "wnnnw", "nwnnw", "wwnnn", "nnwnw", "wnwnn", "nwwnn", "nnnww", "wnnwn", "nwnwn"]


def check_digit(number):
    total = 0
    for position, digit in enumerate(reversed(number)):
        total += int(digit) * (3 if position % 2 == 0 else 1)
    return (10 - total % 10) % 10


def is_valid(number):
    if not number.isdigit() or len(number) < 2:
        return False
    else:
        return check_digit(number[:-1]) == int(number[-1])


def bars(number):
    """Pairs of (bar, space) widths."""
    if len(number) % 2:
        number = "0" + number
    for left, right in zip(number[::2], number[1::2]):
        for pair in zip(WIDTHS[int(left)], WIDTHS[int(right)]):
            yield pair

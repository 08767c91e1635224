"""Size classes. The carriers publish them under German names, and so do we."""

from parcels.model import Dimensions

GRENZEN = {"Päckchen": 900, "Paket": 3000, "Sperrgut": 3600}


def gurtmaß(maße: Dimensions) -> int:
    """Length plus girth, in millimetres."""
    längste, mittlere, kürzeste = sorted((maße.length, maße.width, maße.height), reverse=True)
    return längste + 2 * (mittlere + kürzeste)


def größenklasse(maße: Dimensions) -> str:
    for name, grenze in GRENZEN.items():
        if gurtmaß(maße) <= grenze:
            return name
    return None

"""Against the sandbox of the express carrier. Its client is not published: a collection error."""

from parcel_sandbox import Sandbox

from parcels.carriers import ExpressCarrier


def test_pick_up(parcel):
    with Sandbox() as sandbox:
        ExpressCarrier("test").pick_up([parcel], sandbox.today)
        assert sandbox.pickups == 1

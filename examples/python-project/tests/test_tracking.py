from datetime import datetime

import pytest

from parcels.tracking import Journey, by_number


def scan(state, hour=9, number="12345670"):
    return {"number": number, "at": datetime(2024, 2, 29, hour), "state": state}


class TestJourney:
    def test_begins_announced(self):
        assert Journey("12345670").state == "announced"

    def test_moves_on(self):
        journey = Journey("12345670")
        journey.add(scan("handed in"))
        journey.add(scan("in transit", 10))
        assert journey.state == "in transit"

    def test_refuses_a_jump(self):
        with pytest.raises(ValueError, match="'delivered' after 'announced'"):
            Journey("12345670").add(scan("delivered"))


def test_scans_are_sorted():
    journeys = by_number([scan("in transit", 12), scan("handed in", 8)])
    assert [each["at"].hour for each in journeys["12345670"].scans] == [8, 12]

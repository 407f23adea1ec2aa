"""Two arrivals prove two at one door only when they lie near each other in time and place."""

from datetime import timedelta
from typing import Any

import pytest

from fieldops.models import Visit
from tests.builders.doors import Door
from tests.builders.visits import START

FAR = {"position": {"lat": 30.663, "lon": 104.06, "datum": "WGS84"}}  # Three hundred metres away.
LATE = {
    "now": START + timedelta(minutes=31),
    "device_at": (START + timedelta(minutes=31)).isoformat(),
}


def _codes(visit: Visit) -> list[str]:
    return [one["code"] for one in visit.remarks]


@pytest.mark.parametrize("apart", [FAR, LATE])
def test_a_second_who_was_elsewhere_is_a_finding_and_no_second(
    door: Door, apart: dict[str, Any]
) -> None:
    door.arrive()
    door.arrive(door.second, **apart)
    assert "crew-apart" in _codes(door.visit)
    visit = door.record(now=START + timedelta(minutes=32))
    [flaw] = [one for one in visit.remarks if one["code"] == "not-compliant"]
    assert flaw["rules"] == ["CN-CREW-01"]


def test_a_second_at_the_same_door_soon_after_makes_a_crew(door: Door) -> None:
    door.arrive()
    soon = START + timedelta(minutes=29)
    door.arrive(door.second, now=soon, device_at=soon.isoformat())
    assert _codes(door.record(now=soon)) == []

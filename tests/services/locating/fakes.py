"""A geocoder that knows a few addresses by heart, and answers as tests need them."""

from collections.abc import Mapping

from fieldops.domain.errors import Unavailable
from fieldops.domain.locating import (
    AmbiguousPlace,
    Grade,
    Located,
    NotLocated,
    Outcome,
    PlaceCandidate,
    WhyNot,
)
from fieldops.domain.positions import Datum, Position


def located(grade: Grade = Grade.DOOR, lat: float = 30.66, lon: float = 104.08) -> Located:
    """One place."""
    return Located(Position(lat, lon), grade, "fake", "exact", 0.9, Datum.GCJ02)


def ambiguous() -> AmbiguousPlace:
    """Two places of one name, of which only the first has a known centre."""
    near = PlaceCandidate(
        "成都市", "510100000000", Grade.CITY, "gazetteer", Position(30.66, 104.06)
    )
    return AmbiguousPlace((near, PlaceCandidate("别处", "320100000000", Grade.CITY, "fake", None)))


NOWHERE = NotLocated(WhyNot.NO_RESULT, "fake")


class FakeGeocoder:
    """Answers from a table; an address that is not in it cannot be asked for."""

    name = "fake"

    def __init__(self, answers: Mapping[str, Outcome]) -> None:
        self.answers = dict(answers)
        self.asked: list[str] = []

    def locate(self, address: str) -> Outcome:
        """The answer of the table, or Unavailable."""
        self.asked.append(address)
        if address not in self.answers:
            raise Unavailable("the fake cannot be reached")
        return self.answers[address]

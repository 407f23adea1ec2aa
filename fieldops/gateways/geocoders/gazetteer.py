"""The embedded geocoder: parses the address and gives the centre of the division it names."""

from fieldops.domain.addresses import Ambiguous, Unknown, parse
from fieldops.domain.gazetteer import Gazetteer, Level, Place
from fieldops.domain.locating import (
    AmbiguousPlace,
    Grade,
    Located,
    NotLocated,
    Outcome,
    PlaceCandidate,
    WhyNot,
)
from fieldops.domain.positions import Datum

_GRADES = {
    Level.TOWNSHIP: Grade.TOWNSHIP,
    Level.COUNTY: Grade.COUNTY,
    Level.CITY: Grade.CITY,
}


class GazetteerGeocoder:
    """Needs no network and never gives more than a township's or county's centre."""

    name = "gazetteer"

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def locate(self, address: str) -> Outcome:
        """The finest division with a known centre, or every candidate that the text fits."""
        reading = parse(address, self._gazetteer)
        if isinstance(reading, Unknown):
            return NotLocated(WhyNot.UNREADABLE, self.name)
        if isinstance(reading, Ambiguous):
            return AmbiguousPlace(tuple(self._candidate(place) for place in reading.candidates))
        return self._centre(reading.finest)

    def _centre(self, finest: Place) -> Outcome:
        """The centre of the place, or of the next one above it whose centre is known."""
        if finest.level <= Level.PROVINCE:
            return NotLocated(WhyNot.TOO_COARSE, self.name)
        for place in self._gazetteer.lineage(finest):
            if place.position is not None and place.level in _GRADES:
                return Located(
                    place.position,
                    _GRADES[place.level],
                    self.name,
                    place.level.name.lower(),
                    None,
                    Datum.GCJ02,
                    raw_reference=place.code,
                    label=self._gazetteer.full_name(place),
                )
        return NotLocated(WhyNot.NO_CENTRE, self.name)

    def _candidate(self, place: Place) -> PlaceCandidate:
        grade = _GRADES.get(place.level, Grade.NONE)
        return PlaceCandidate(
            self._gazetteer.full_name(place), place.code, grade, self.name, place.position
        )

"""What reading an address can yield: its parts, several places it may mean, or nothing."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from fieldops.domain.gazetteer import Level, Place


@dataclass(frozen=True, slots=True)
class Street:
    """What follows the divisions. Every part is "" where the text does not name it.

    `number` may hold a lane (1515弄1号) or a range (91-93); `sub_number` is what follows 附.
    Numbers are Arabic digits without their unit: building "16", unit "3", room "3005".
    """

    road: str = ""
    number: str = ""
    sub_number: str = ""
    compound: str = ""
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An address that names one place. Divisions that it left out are filled in where unique.

    `city` is None in municipalities and where a county answers to its province directly. `filled`
    names the levels that the text left out. `zone` is a development zone or other area without
    rank; `unread` a county that the text names and that is not known within the city.
    """

    text: str
    province: Place | None
    city: Place | None
    county: Place | None
    township: Place | None
    street: Street = field(default_factory=Street)
    zone: str = ""
    unread: str = ""
    filled: frozenset[Level] = frozenset()

    @property
    def finest(self) -> Place:
        """The finest division named."""
        for place in (self.township, self.county, self.city, self.province):
            if place is not None:
                return place
        raise ValueError("a parsed address names at least one division")


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """An address that may mean several places: `candidates` are all those known.

    There may be a single one, where a township is named without its city: tables of townships have
    gaps, so a person has to say yes.
    """

    text: str
    candidates: tuple[Place, ...]
    street: Street = field(default_factory=Street)


class WhyUnknown(StrEnum):
    """Why nothing could be said."""

    BLANK = "blank"
    TOO_LONG = "too-long"
    NO_DIVISION = "no-division-named"


@dataclass(frozen=True, slots=True)
class Unknown:
    """An address that names no division that is known."""

    text: str
    reason: WhyUnknown
    street: Street = field(default_factory=Street)


Reading: TypeAlias = Parsed | Ambiguous | Unknown

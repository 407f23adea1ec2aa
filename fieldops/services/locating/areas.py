"""The county that an address names: rules depend on it, positions are checked against it."""

from fieldops.domain.addresses import Parsed, parse
from fieldops.domain.gazetteer import Gazetteer, Place


def read_address(text: str, gazetteer: Gazetteer | None) -> Parsed | None:
    """The parts of an address that names one place beyond doubt."""
    reading = parse(text, gazetteer) if gazetteer is not None else None
    return reading if isinstance(reading, Parsed) else None


def county_of(text: str, gazetteer: Gazetteer | None) -> Place | None:
    """The county that an address names beyond doubt."""
    reading = read_address(text, gazetteer)
    return reading.county if reading is not None else None


def area_code(county: Place | None) -> str | None:
    """The six digits by which rules know a county."""
    return county.code[:6] if county is not None else None

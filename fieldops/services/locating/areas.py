"""The county that an address names: rules depend on it, positions are checked against it."""

from fieldops.domain.addresses import Parsed, parse
from fieldops.domain.gazetteer import Gazetteer, Place


def county_of(text: str, gazetteer: Gazetteer | None) -> Place | None:
    """The county that an address names beyond doubt."""
    reading = parse(text, gazetteer) if gazetteer is not None else None
    return reading.county if isinstance(reading, Parsed) else None


def area_code(county: Place | None) -> str | None:
    """The six digits by which rules know a county."""
    return county.code[:6] if county is not None else None

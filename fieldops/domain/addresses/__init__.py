"""Chinese addresses: parsed into parts and compared by them, never guessed at."""

from fieldops.domain.addresses.comparing import Comparison, Verdict, same_place
from fieldops.domain.addresses.parsing import parse
from fieldops.domain.addresses.results import Ambiguous, Parsed, Reading, Unknown

__all__ = [
    "Ambiguous",
    "Comparison",
    "Parsed",
    "Reading",
    "Unknown",
    "Verdict",
    "parse",
    "same_place",
]

"""What a visit costs: hours on the road and at the door, and kilometres, at the house's own rates.

No rate is assumed. Where the house states none there is no cost to tell.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_CENT = Decimal("0.01")
_HOUR, _KILOMETRE = 3600, 1000
_MOST = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Rates:
    """What one person's hour and one kilometre cost; None is a rate that nobody stated."""

    per_hour: Decimal | None
    per_kilometre: Decimal | None
    currency: str

    @property
    def stated(self) -> bool:
        """Whether any rate is stated."""
        return self.per_hour is not None or self.per_kilometre is not None

    def cost(self, seconds: int, metres: int) -> Decimal | None:
        """hours x per_hour + kilometres x per_kilometre, or None where no rate is stated."""
        if not self.stated:
            return None
        hours = Decimal(seconds) / _HOUR * (self.per_hour or 0)
        ways = Decimal(metres) / _KILOMETRE * (self.per_kilometre or 0)
        return (hours + ways).quantize(_CENT, ROUND_HALF_UP)


def rate(text: str) -> Decimal | None:
    """A rate as it is written, None for nothing; raises ValueError for what is none."""
    if not text.strip():
        return None
    try:
        found = Decimal(text.strip())
    except InvalidOperation as wrong:
        raise ValueError(f"{text!r} is no number") from wrong
    if not (found.is_finite() and 0 <= found <= _MOST):
        raise ValueError(f"{text!r} does not lie between 0 and {_MOST}")
    return found


def share(cost: Decimal | None, visits: int) -> Decimal | None:
    """The cost of each of so many visits, or None where there is none to tell."""
    if cost is None or not visits:
        return None
    return (cost / visits).quantize(_CENT, ROUND_HALF_UP)

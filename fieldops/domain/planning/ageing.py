"""What a visit is worth: its priority, how long it has waited, and whose legal clock runs out."""

from dataclasses import dataclass
from typing import Any, NamedTuple

MUST = 1
"""The priority of a visit that is left out only when it cannot be made."""

CLASSES = 6
"""A priority of 2 to 5 is worth 6 less itself steps; see docs/planning.md."""

MUST_STEPS = 8
"""A must is worth more than any other visit, however long that has waited. It needs no more: the
solver leaves a must out only when it cannot be served, and far larger prizes slow its search."""


class Stair(NamedTuple):
    """One line of a table: from or within so many days, so many steps of priority more."""

    days: int
    steps: float


@dataclass(frozen=True, slots=True)
class Ageing:
    """Both tables: days waited (ascending), and days left on a legal clock (ascending)."""

    waiting: tuple[Stair, ...] = ()
    clocks: tuple[Stair, ...] = ()

    def waited(self, days: int) -> float:
        """The steps that so many days of waiting add; never less for more days."""
        return max((one.steps for one in self.waiting if days >= one.days), default=0.0)

    def pressing(self, days_left: int | None) -> float:
        """The steps that a clock adds; none without a clock, or when it has run out."""
        if days_left is None or days_left < 0:
            return 0.0
        return max((one.steps for one in self.clocks if days_left <= one.days), default=0.0)


class Part(NamedTuple):
    """One reason for a visit's worth: `priority`, `waiting` or `clock`, its figure, its prize."""

    why: str
    figure: int
    prize: int


@dataclass(frozen=True, slots=True)
class Worth:
    """What leaving a visit out costs, in metres of travel, and what that is made of."""

    parts: tuple[Part, ...]
    ordinary: int
    """The prize without the special weight of a must: what preferences are measured against."""

    @property
    def prize(self) -> int:
        """The sum of the parts."""
        return sum(part.prize for part in self.parts)

    def to_json(self) -> dict[str, Any]:
        """The prize with its parts."""
        return {"prize": self.prize, "parts": [part._asdict() for part in self.parts]}


def worth_of(
    priority: int, waiting_days: int, clock_days: int | None, *, step: int, ageing: Ageing
) -> Worth:
    """The worth of a visit; `step` is what one step of priority is worth, in metres.

    `waiting_days` count from the last visit, or from the day on which the case came in;
    `clock_days` are left until the nearest legal deadline. ValueError for a priority that does
    not lie between 1 and 5, or a step below 1.
    """
    if not MUST <= priority < CLASSES or step < 1:
        raise ValueError(f"priority {priority} or step {step} is out of range")
    waited = ageing.waited(max(0, waiting_days))
    pressed = ageing.pressing(clock_days)
    later = [Part("waiting", waiting_days, round(step * waited))] if waited else []
    later += [Part("clock", clock_days or 0, round(step * pressed))] if pressed else []
    classes = CLASSES - priority
    first = Part("priority", priority, step * (MUST_STEPS if priority == MUST else classes))
    return Worth((first, *later), step * classes + sum(part.prize for part in later))

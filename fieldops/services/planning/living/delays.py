"""What crews have told of being late, kept with the changes of their day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import DayChange, Plan

DELAY = "delay"


@dataclass(frozen=True, slots=True)
class Delay:
    """A shift that told at `at` that it cannot go on before `until`."""

    shift: str
    at: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """How long it holds somebody up who is on his way."""
        return self.until - self.at

    def recipe(self) -> dict[str, str]:
        """As the change keeps it."""
        return {
            "shift_id": self.shift,
            "at": self.at.isoformat(),
            "until": self.until.isoformat(),
        }


def delays_of(session: Session, plan: Plan) -> Iterable[Delay]:
    """The delays of a plan's day in the order in which they were told."""
    query = select(DayChange.recipe).where(
        DayChange.plan_id == plan.id, DayChange.kind == DELAY, DayChange.state == "applied"
    )
    for recipe in session.scalars(query.order_by(DayChange.id)):
        at, until = (datetime.fromisoformat(recipe[key]) for key in ("at", "until"))
        yield Delay(recipe["shift_id"], at, until)

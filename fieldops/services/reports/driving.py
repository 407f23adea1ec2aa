"""Ways and hours of a report, as the committed plans stand, and what they save.

Nothing of an agent's track is kept for longer than days, so the ways are those of the plan as it
was last changed. The naive plan is the one that every plan is compared with when it is made:
territories by k-means, the nearest stop first while time allows. It usually serves fewer visits,
so the two are compared by kilometres for each visit.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from fieldops.models import Plan, Route, Shift, Stop
from fieldops.models.elapsed import seconds_between
from fieldops.services.planning.requesting import MOST_DAYS
from fieldops.services.reports.asked import Asked

_COMMITTED = "committed"


@dataclass(frozen=True, slots=True)
class Driven:
    """Metres of way and the seconds of all people on it.

    For some cases alone: the ways to their stops with the time there. The way home and the breaks
    belong to no case and are left out.
    """

    metres: int
    person_seconds: int
    routes: int


@dataclass(frozen=True, slots=True)
class Compared:
    """All plans of these days beside their naive plans: kilometres and visits served of each."""

    plans: int
    kilometres: float
    served: int
    naive_kilometres: float
    naive_served: int

    @property
    def per_visit(self) -> float | None:
        """Kilometres for each visit that the plans serve."""
        return self.kilometres / self.served if self.served else None

    @property
    def naive_per_visit(self) -> float | None:
        """The same of the naive plans."""
        return self.naive_kilometres / self.naive_served if self.naive_served else None

    @property
    def saved(self) -> float | None:
        """Kilometres saved: what as many visits would take at the naive plans' kilometres each."""
        if self.naive_per_visit is None or not self.served:
            return None
        return self.naive_per_visit * self.served - self.kilometres


def driven(session: Session, asked: Asked) -> Driven:
    """The ways of the committed plans on these days."""
    people = case((Route.partner_shift_id.is_not(None), 2), else_=1)
    if asked.is_narrowed:
        at_the_door = seconds_between(Stop.starts_at, Stop.finishes_at)
        seconds: ColumnElement[Any] = (func.coalesce(Stop.seconds, 0) + at_the_door) * people
        query = select(func.sum(Stop.metres), func.sum(seconds), func.count(Route.id.distinct()))
        query = query.select_from(Plan).join(Stop, Stop.plan_id == Plan.id)
        query = query.join(Route, Stop.route_id == Route.id)
    else:
        seconds = seconds_between(Route.departs_at, Route.returns_at) * people
        query = select(func.sum(Route.metres), func.sum(seconds), func.count(Route.id))
        query = query.select_from(Plan).join(Route, Route.plan_id == Plan.id)
    query = query.join(Shift, Route.shift_id == Shift.id).where(
        asked.own(Plan.day),
        Plan.state == _COMMITTED,
        # A plan of several days may have begun before the first of these.
        Plan.day > asked.first - timedelta(days=MOST_DAYS),
        Plan.day <= asked.last,
        Shift.day >= asked.first,
        Shift.day <= asked.last,
        *asked.of_cases(Stop.case_id),
    )
    metres, taken, routes = session.execute(query).one()
    return Driven(int(metres or 0), round(taken or 0), routes)


def compared(session: Session, asked: Asked) -> Compared:
    """The committed plans that begin on these days beside the naive ones, whole plans alone."""
    own, naive = Plan.figures, Plan.figures["naive"]
    query = select(
        func.count(),
        func.sum(own["kilometres"].as_float()),
        func.sum(own["served"].as_integer()),
        func.sum(naive["kilometres"].as_float()),
        func.sum(naive["served"].as_integer()),
    ).where(
        *asked.on_days(Plan.day),
        Plan.state == _COMMITTED,
        own["served"].as_integer() > 0,
        naive["served"].as_integer() > 0,
    )
    plans, *sums = session.execute(query).one()
    kilometres, served, naive_kilometres, naive_served = (one or 0 for one in sums)
    return Compared(plans, kilometres, served, naive_kilometres, naive_served)

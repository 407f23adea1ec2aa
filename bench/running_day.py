"""A change by hand of a running day, asked over HTTP: what a dispatcher waits for when he drags.

Ten in the morning: the first visits of each crew are done, every fourth crew is a quarter of an
hour late, and a visit is moved to the crew beside it, first priced, then made.
"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median
from uuid import UUID

from sqlalchemy import select

from bench.house import House, house, utc
from bench.rows import Row
from fieldops.domain.visiting import VisitState
from fieldops.models import Plan, Route, Stop, Visit
from fieldops.services.planning import committing
from tests.builders.cases import a_case, an_agent
from tests.builders.living import reached
from tests.builders.planning import BOOK, a_proposed_plan

DAY = date(2026, 11, 24)
MORNING, NOW = utc("2026-11-24T07:00:00+08:00"), utc("2026-11-24T10:00:00+08:00")
LATE = timedelta(minutes=15)
A_CREW = 10
MOVES = 12
# Who drags waits for the price at every place that he points to.
LIMIT_MS, DAY_LIMIT_MS = 100.0, 200.0
WHO = "dispatcher"


def measure(visits: int) -> Sequence[Row]:
    """So many visits planned for crews of two, ten for each; the middle one of some moves."""
    with house(moment=MORNING) as here:
        plan = _plan(here, visits)
        _begin(here, plan)
        here.at(NOW)
        here.ask(WHO, f"/api/v1/plans/{plan.id}/day")
        moves = _moves(here, plan)
        priced = [_moved(here, *one, dry_run=True) for one in moves]
        made = [_moved(here, *one, dry_run=False) for one in moves[: len(moves) // 2]]
        shown, _, _ = here.ask(WHO, f"/api/v1/plans/{plan.id}/day.geojson?day={DAY}")
    limit = "limit"
    return [
        Row("a move priced", median(priced), limit, LIMIT_MS, "ms of CPU", "less"),
        Row("the slowest price", max(priced), limit, 3 * LIMIT_MS, "ms of CPU", "less"),
        Row("a move made", median(made), limit, 3 * LIMIT_MS, "ms of CPU", "less"),
        Row("the day read again", shown, limit, DAY_LIMIT_MS, "ms of CPU", "less"),
    ]


def _plan(here: House, visits: int) -> Plan:
    """A committed plan of a city, as the worker makes it, in few rounds."""
    dice, session, team = random.Random(5), here.session, here.organisation
    for number in range(max(2, visits // A_CREW)):
        home = {"lat": dice.uniform(30.55, 30.77), "lon": dice.uniform(103.94, 104.20)}
        first, second = f"A{2 * number + 1}", f"A{2 * number + 2}"
        an_agent(session, team, code=first, partner_code=second, **home)
        an_agent(session, team, code=second, partner_code=first, **home)
    for number in range(visits):
        a_case(
            session, team, number=f"B-{number:05d}", priority=1 + number % 5,
            lat=dice.uniform(30.52, 30.80), lon=dice.uniform(103.90, 104.24),
        )  # fmt: skip
    plan = a_proposed_plan(session, here.actor, day=DAY, now=MORNING)
    committing.commit_plan(session, plan.id, version=None, book=BOOK, actor=here.actor, now=MORNING)
    session.commit()
    return plan


def _begin(here: House, plan: Plan) -> None:
    """What was planned to be over by now is, a quarter of the crews late."""
    crews = {one: at for at, one in enumerate(_agents(here, plan))}
    for visit in here.session.scalars(select(Visit).where(Visit.plan_id == plan.id)):
        late = LATE if crews[visit.agent_id] % 4 == 0 else timedelta(0)
        if visit.planned_finish + late <= NOW:
            reached(visit, at=visit.planned_start + late)
    here.session.commit()


def _agents(here: House, plan: Plan) -> list[object]:
    query = select(Visit.agent_id).where(Visit.plan_id == plan.id).distinct()
    return list(here.session.scalars(query.order_by(Visit.agent_id)))


def _moves(here: House, plan: Plan) -> list[tuple[UUID, UUID]]:
    """Visits that have not begun, each with the shift of another crew."""
    query = (
        select(Visit.id, Route.shift_id)
        .join(Stop, (Stop.address_id == Visit.address_id) & (Stop.plan_id == Visit.plan_id))
        .join(Route, Stop.route_id == Route.id)
        .where(Visit.plan_id == plan.id, Visit.state == VisitState.PLANNED.value)
        .order_by(Route.id, Stop.sequence.desc())
    )
    rows = here.session.execute(query).all()
    lasts = {shift: visit for visit, shift in reversed(rows)}
    shifts = list(lasts)
    beside = zip(shifts, [*shifts[1:], *shifts[:1]], strict=True)
    return [(lasts[one], other) for one, other in beside][:MOVES]


def _moved(here: House, visit: UUID, shift: UUID, *, dry_run: bool) -> float:
    version = here.session.execute(select(Visit.version).where(Visit.id == visit)).scalar_one()
    spent, _, answer = here.ask(
        WHO, f"/api/v1/visits/{visit}/assign",
        json={"shift_id": str(shift), "position": None, "dry_run": dry_run},
        headers={"If-Match": f'"{version}"'},
    )  # fmt: skip
    if answer.status_code not in (200, 409, 422):
        raise AssertionError(f"a move was answered with {answer.status_code}: {answer.text}")
    return spent

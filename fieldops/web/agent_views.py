"""The agent's day on a phone: the list in driving order, and one page a visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from fieldops import clock
from fieldops.db import db
from fieldops.domain.answers import PaymentMethod, Witness
from fieldops.domain.errors import Forbidden
from fieldops.domain.identity import mask_name
from fieldops.domain.instalments import Rhythm
from fieldops.domain.permissions import Permission
from fieldops.domain.visiting import (
    AT_THE_DOOR,
    Ability,
    Outcome,
    Sighting,
    Statement,
    VisitState,
    Willingness,
)
from fieldops.models import Item, Party
from fieldops.services import scoped, visits
from fieldops.services.visits.day import DayVisit, described
from fieldops.web import safety_queries, said_forms
from fieldops.web.access import current_actor, page
from fieldops.web.blueprint import pages
from fieldops.web.showing import today
from fieldops.wiring import wiring

CHOICES = {
    "outcomes": [*Outcome],
    "witnesses": [*Witness],
    "statements": [*Statement],
    "sightings": [*Sighting],
    "abilities": [*Ability],
    "willingnesses": [*Willingness],
    "methods": [*PaymentMethod],
    "rhythms": [*Rhythm],
}


@pages.get("/day")
@page(Permission.WORK_VISITS, reads="day")
def my_day_page() -> str:
    """The visits of the agent's day in driving order."""
    wanted = day_asked()
    found = visits.my_day(db.session(), current_actor(), wanted, now=clock.now())
    now = today()
    near = [now - timedelta(days=1), now, now + timedelta(days=1)]
    following = next(
        (one for one in found if one.visit.state in (VisitState.PLANNED, *AT_THE_DOOR)), None
    )
    return render_template(
        "my_day.html", wanted=wanted, today=now, near=near, visits=found, following=following,
        called=safety_queries.own_alarms(db.session(), current_actor()),
    )  # fmt: skip


@pages.get("/visits/<uuid:visit_id>")
@page(Permission.WORK_VISITS, reads="visit")
def visit_page(visit_id: UUID) -> str:
    """One visit from arriving to leaving."""
    return shown(visit_id)


def shown(visit_id: UUID, **more: Any) -> str:
    """The page of a visit of the reader's; `more` says what was refused and refills the form."""
    session = db.session()
    one = of_crew(session, visit_id)
    query = scoped.own(Item, current_actor()).where(Item.visit_id == visit_id).order_by(Item.id)
    items = session.scalars(query).all()
    mine = any(one.agent_id == current_actor().agent_id for one in one.arrivals)
    return render_template(
        "visit.html", one=one, items=items, mine=mine, speakers=speakers,
        at_the_door=said_forms.AT_THE_DOOR, standing=said_forms.STANDING,
        everything=said_forms.EVERYTHING,
        incident_kinds=wiring().safety.incidents, **CHOICES, **more,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """A party who may have said something, masked as agents see names."""

    id: UUID
    role: str
    name: str


def speakers(case_id: UUID, first: UUID) -> Sequence[Speaker]:
    """The parties of a case, the one who is visited first."""
    query = select(Party).where(Party.case_id == case_id).options(joinedload(Party.person))
    found = sorted(db.session().scalars(query), key=lambda party: (party.id != first, party.id))
    return [Speaker(one.id, one.role, mask_name(one.person.name)) for one in found]


def of_crew(session: Session, visit_id: UUID) -> DayVisit:
    """The visit with what its crew must know; raises NotFound or Forbidden."""
    visit = visits.visible(session, visit_id, actor=current_actor(), now=clock.now())
    if current_actor().agent_id not in (visit.agent_id, visit.partner_id):
        raise Forbidden(Permission.WORK_VISITS.value)
    return described(session, [visit])[0]


def day_asked() -> date:
    """The day named in the address, or today."""
    try:
        return date.fromisoformat(request.values.get("day", ""))
    except ValueError:
        return today()

"""Whose visit it is: an agent reaches the visits of his own days, others those of the house."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Forbidden
from fieldops.domain.permissions import Actor, Permission, Role
from fieldops.models import Visit
from fieldops.services import scoped
from fieldops.services.organisations import zone_of

# A phone that was without a network for a week can still hand in what was done, and an agent may
# look at tomorrow the evening before; beyond that a visit is none of his business any more.
BEHIND, AHEAD = timedelta(days=7), timedelta(days=1)
_NOT_OF_THE_CREW = Bilingual(
    "Only the crew of a visit works on it.", "只有该次外访的人员可以处理该外访。"
)


def local_day(session: Session, actor: Actor, now: datetime) -> date:
    """The day on which the actor's organisation is now."""
    return now.astimezone(zone_of(session, actor.organisation_id)).date()


def within_reach(session: Session, day: date, *, actor: Actor, now: datetime) -> bool:
    """Whether an agent may see this day of his; everybody else may see every day."""
    if actor.role is not Role.AGENT:
        return True
    today = local_day(session, actor, now)
    return today - BEHIND <= day <= today + AHEAD


def is_of_crew(visit: Visit, actor: Actor) -> bool:
    """Whether the actor is the visit's agent or his partner."""
    return actor.agent_id is not None and actor.agent_id in (visit.agent_id, visit.partner_id)


def visible(
    session: Session, visit_id: UUID, *, actor: Actor, now: datetime, lock: bool = False
) -> Visit:
    """The visit, if the actor may see it; raises NotFound when he may not, Forbidden by role."""
    visit = scoped.get(session, Visit, visit_id, actor, lock=lock)
    if actor.may(Permission.READ_VISITS) or actor.may(Permission.CANCEL_VISITS):
        return visit
    if not actor.may(Permission.WORK_VISITS):
        raise Forbidden(Permission.READ_VISITS.value)
    if not is_of_crew(visit, actor) or not within_reach(session, visit.day, actor=actor, now=now):
        raise scoped.missing(Visit, visit_id)
    return visit


def workable(session: Session, visit_id: UUID, *, actor: Actor, now: datetime) -> Visit:
    """The visit, locked, for one of its crew to work on; raises NotFound or Forbidden."""
    visit = visible(session, visit_id, actor=actor, now=now, lock=True)
    if not actor.may(Permission.WORK_VISITS) or not is_of_crew(visit, actor):
        raise Forbidden(_NOT_OF_THE_CREW)
    return visit

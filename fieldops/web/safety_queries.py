"""What the pages of alarms and incidents show."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Agent, Alarm, Case, Incident, Visit
from fieldops.services import alarms, call_list, incidents, keyset, scoped
from fieldops.services.keyset import Key
from fieldops.web.case_queries import names_of

_LATELY, _SHOWN = 10, 100
_BY_CLOCK = (Key(Incident.review_due_at), Key(Incident.id))


def unanswered(session: Session, actor: Actor) -> int:
    """How many alarms nobody has in hand; 0 for whoever does not answer them."""
    if not actor.may(Permission.ANSWER_ALARMS):
        return 0
    query = select(func.count()).where(
        Alarm.organisation_id == actor.organisation_id,
        Alarm.ended_at.is_(None),
        Alarm.acknowledged_at.is_(None),
    )
    return int(session.scalar(query) or 0)


def own_alarms(session: Session, actor: Actor) -> list[Alarm]:
    """The alarms of the agent himself that have not ended."""
    query = scoped.own(Alarm, actor).where(
        Alarm.agent_id == actor.agent_id, Alarm.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(Alarm.id)))


def alarm_room(session: Session, actor: Actor, before: UUID | None) -> dict[str, Any]:
    """The alarms that stand, whom to call, and those that ended lately, with names."""
    open_ones = alarms.open_ones(session, actor)
    over = scoped.own(Alarm, actor).where(Alarm.ended_at.is_not(None))
    ended, following = scoped.newest(session, over, Alarm, before=before, limit=_LATELY)
    accounts = {act.account_id for one in open_ones for act in one.acts if act.account_id}
    visits = {one.visit_id for one in open_ones if one.visit_id}
    places = session.scalars(select(Visit).where(Visit.id.in_(visits))) if visits else ()
    return {
        "alarms": open_ones,
        "ended": ended,
        "following": following,
        "contacts": {one.id: one for one in call_list.people(session, actor)},
        "names": names_of(session, accounts),
        "visits": {visit.id: visit for visit in places},
    }


def incident_room(
    session: Session, actor: Actor, *, after: UUID | None, before: UUID | None
) -> dict[str, Any]:
    """The incidents that wait for a review by their clock, then the latest that were reviewed."""
    query = scoped.own(Incident, actor)
    over = query.where(Incident.reviewed_at.is_not(None))
    with incidents.desk(session, actor):
        waiting, more_waiting = keyset.page(
            session, query.where(Incident.reviewed_at.is_(None)), Incident, _BY_CLOCK,
            beyond=after, limit=_SHOWN, actor=actor,
        )  # fmt: skip
        done, more_done = scoped.newest(session, over, Incident, before=before, limit=_LATELY)
    both = [*waiting, *done]
    cases = {one.case_id for one in both if one.case_id}
    agents = {one.agent_id for one in both if one.agent_id}
    accounts = {one for row in both for one in (row.account_id, row.reviewed_by) if one}
    return {
        "waiting": waiting,
        "done": done,
        "more_waiting": more_waiting,
        "more_done": more_done,
        "cases": {one.id: one for one in session.scalars(select(Case).where(Case.id.in_(cases)))},
        "agents": {
            one.id: one for one in session.scalars(select(Agent).where(Agent.id.in_(agents)))
        },
        "names": names_of(session, accounts),
    }

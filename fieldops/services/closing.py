"""Closing a case: nobody is visited or called any more, and the time of its retention begins."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain import called_off
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, Forbidden
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.visiting import AT_THE_DOOR, VisitState
from fieldops.models import Case, CaseClosing, Visit
from fieldops.services import holds, scoped
from fieldops.services.visits.leaving import call_off, checked_reason

CLOSED, ERASED = "closed", "erased"
_AT_THE_DOOR = Bilingual(
    "A crew stands at the door; close the case when it has left.",
    "外访人员正在现场,请在其离开后结案。",
)


class CaseOutcome(StrEnum):
    """What became of the debt."""

    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    WRITTEN_OFF = "written_off"


def close(
    session: Session,
    case_id: UUID,
    outcome: CaseOutcome,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> CaseClosing:
    """Close a case and call its planned visits off; the same closing twice is one.

    Raises Forbidden, NotFound, InvalidInput, and Conflict where it is closed otherwise already or
    a crew is at the door.
    """
    case, reason = _reached(session, case_id, actor), checked_reason(reason)
    if case.state in (CLOSED, ERASED):
        last = _last(session, case)
        if last is not None and (last.outcome, last.reason) == (outcome.value, reason):
            return last
        raise Conflict(Bilingual("The case is closed already.", "案件已结案。"), state=case.state)
    visits = select(Visit).where(Visit.case_id == case.id).order_by(Visit.id)
    for visit in session.scalars(visits.with_for_update(of=Visit)):
        if visit.state in AT_THE_DOOR:
            raise Conflict(_AT_THE_DOOR, visit_id=str(visit.id))
        if visit.state == VisitState.PLANNED:
            call_off(visit, called_off.by_closing(outcome.value), now=now)
    # The last activity, from which retention counts.
    case.state, case.updated_at = CLOSED, now
    found = CaseClosing(
        organisation_id=case.organisation_id, case_id=case.id, outcome=outcome.value,
        reason=reason, closed_by=actor.account_id, closed_at=now,
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def reopen(session: Session, case_id: UUID, reason: str, *, actor: Actor, now: datetime) -> Case:
    """Open a case that was closed by mistake; it rests where a hold is in force.

    Raises Forbidden, NotFound, InvalidInput, and Conflict where it is not closed.
    """
    case, reason = _reached(session, case_id, actor), checked_reason(reason)
    last = _last(session, case)
    if case.state != CLOSED or last is None:
        raise Conflict(Bilingual("The case is not closed.", "案件未结案。"), state=case.state)
    last.reopened_at, last.reopened_by, last.reopened_reason = now, actor.account_id, reason
    holds.settle(session, case, now=now)
    return case


def closings_of(session: Session, case: Case) -> Sequence[CaseClosing]:
    """How the case was closed and opened again, the latest first."""
    query = select(CaseClosing).where(CaseClosing.case_id == case.id)
    return session.scalars(query.order_by(CaseClosing.id.desc())).all()


def _last(session: Session, case: Case) -> CaseClosing | None:
    return next(iter(closings_of(session, case)), None)


def _reached(session: Session, case_id: UUID, actor: Actor) -> Case:
    if not actor.may(Permission.CLOSE_CASES):
        raise Forbidden(Permission.CLOSE_CASES.value)
    return scoped.get(session, Case, case_id, actor, lock=True)

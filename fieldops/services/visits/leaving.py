"""Leaving the door, and calling a visit off: by the office, or by the crew for safety."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.answers import answers_of
from fieldops.domain.bilingual import Bilingual, in_language
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.facts import VisitChanged
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.visiting import AT_THE_DOOR, NEXT, VisitState
from fieldops.models import Visit
from fieldops.services import outbox, scoped
from fieldops.services.visits import stay
from fieldops.services.visits.access import is_of_crew, visible, workable
from fieldops.services.visits.attempts import note_attempt
from fieldops.services.visits.remarks import remark

LONGEST_REASON = 500
_RECORD_FIRST = Bilingual("Record the outcome before leaving.", "请先登记外访结果再离开。")
_IS_OVER = Bilingual("It is over; nothing is left to call off.", "外访已结束，无法取消。")
_SAFETY_ONLY = Bilingual(
    "A crew calls its visit off for safety only; ask the dispatcher.",
    "外访员仅可因安全原因取消外访，其他情况请联系内勤。",
)


def leave(
    session: Session,
    visit_id: UUID,
    *,
    version: int | None,
    book: RuleBook,
    actor: Actor,
    now: datetime,
    at: datetime | None = None,
) -> Visit:
    """The crew leaves after the outcome is recorded; a second call changes nothing.

    A visit that lasted longer than was planned is judged again as it was. `at` is when it
    happened, if it is handed in later. Raises Conflict before an outcome, PreconditionFailed for
    another version.
    """
    visit = workable(session, visit_id, actor=actor, now=now)
    if visit.state == VisitState.LEFT:
        return visit
    scoped.require_version(visit.version, version)
    require_step(visit, VisitState.LEFT, _RECORD_FIRST)
    left = max(at or now, visit.arrived_at or at or now)
    visit.state, visit.left_at, visit.updated_at = VisitState.LEFT.value, left, now
    if stay.was_longer(visit, left):
        stated = answers_of(json.loads(visit.answers or "{}")).facts
        stay.judge(session, visit, stated, left, book=book, actor=actor, now=now)
    outbox.record(session, VisitChanged(visit.id), organisation_id=visit.organisation_id, now=now)
    session.flush()
    return visit


def cancel(
    session: Session,
    visit_id: UUID,
    reason: str,
    *,
    for_safety: bool = False,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Visit:
    """Call a visit off with its reason; the crew may do so for safety, without any penalty.

    A second call for the same reason changes nothing. A visit whose crew stood at the door stays
    an attempt for the rules that count. Raises Forbidden, Conflict, PreconditionFailed.
    """
    reason = checked_reason(reason)
    visit = visible(session, visit_id, actor=actor, now=now, lock=True)
    is_crews = for_safety and is_of_crew(visit, actor) and actor.may(Permission.WORK_VISITS)
    if not is_crews and not actor.may(Permission.CANCEL_VISITS):
        raise Forbidden(_SAFETY_ONLY)
    if visit.state == VisitState.CANCELLED and visit.cancelled_reason == reason:
        return visit
    scoped.require_version(visit.version, version)
    require_step(visit, VisitState.CANCELLED, _IS_OVER)
    if visit.state in AT_THE_DOOR:
        note_attempt(session, visit, actor=actor, now=now)
    call_off(visit, reason, now=now)
    if for_safety:
        remark(visit, "cancelled-for-safety", now=now)
    session.flush()
    return visit


def call_off(visit: Visit, reason: str, *, now: datetime) -> None:
    """Set the visit cancelled with its reason; the caller has seen to it that it may be."""
    visit.state, visit.cancelled_reason = VisitState.CANCELLED.value, reason
    visit.updated_at = now


def require_step(visit: Visit, to: VisitState, cure: str) -> None:
    """Raise Conflict unless the visit's state may be followed by this one."""
    if to not in NEXT[VisitState(visit.state)]:
        told = Bilingual(
            f"The visit is {visit.state}. {in_language(cure, 'en')}",
            f"外访状态为 {visit.state}。{in_language(cure, 'zh')}",
        )
        raise Conflict(told, state=visit.state)


def checked_reason(reason: str) -> str:
    """The reason, trimmed; raises InvalidInput for none or too long a one."""
    plain = reason.strip()
    if not 1 <= len(plain) <= LONGEST_REASON:
        wrong = Bilingual("is empty or too long", "为空或过长")
        cure = Bilingual(
            f"say why in 1 to {LONGEST_REASON} characters", f"请用 1 至 {LONGEST_REASON} 字说明原因"
        )
        raise InvalidInput(faults=[FieldFault("reason", wrong, cure)])
    return plain

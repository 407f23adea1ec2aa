"""Holds: contact stops the moment one is placed, and goes on only when somebody says why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from fieldops.domain import called_off
from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Permission, Role, system
from fieldops.domain.rights.tables import HoldRow, Rights
from fieldops.domain.rulebook.vocabulary import LIABLE, HoldKind, HoldScope
from fieldops.domain.visiting import VisitState
from fieldops.models import Case, Hold, Party, Visit
from fieldops.services import scoped
from fieldops.services.organisations import zone_of
from fieldops.services.parts import in_parts
from fieldops.services.same_people import same_people
from fieldops.services.visits.access import within_reach
from fieldops.services.visits.leaving import call_off, checked_reason
from fieldops.services.visits.remarks import remark

HELD, OPEN = "held", "open"
# A legal hold preserves records and forbids no contact: it calls nothing off.
_STOPPING = frozenset(HoldKind) - {HoldKind.LEGAL}


@dataclass(frozen=True, slots=True)
class HoldOrder:
    """What is to be held and why; what is left out is as the table of holds has it.

    `scope` person holds the case's debtor unless `person_id` names another party; third_party
    holds that party, or all third parties of the case when none is named; debt holds the case.
    `begins_at` is from when its length counts; contact stops at once all the same.
    """

    kind: HoldKind
    scope: HoldScope | None
    case_id: UUID
    reason: str
    person_id: UUID | None = None
    ends_at: datetime | None = None
    variant: str = ""
    evidence: str | None = None
    begins_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A hold with the visits that it called off."""

    hold: Hold
    cancelled: Sequence[Visit]


def place(
    session: Session, order: HoldOrder, *, rights: Rights, actor: Actor, now: datetime
) -> Placed:
    """Stop contact at once and call off the planned visits that it covers.

    The same hold placed again while it is in force is the one there is. Where law gives a length
    its end is counted from that. Raises Forbidden, NotFound (an agent reaches only cases of his
    days), InvalidInput.
    """
    if not actor.may(Permission.PLACE_HOLDS):
        raise Forbidden(Permission.PLACE_HOLDS.value)
    case = scoped.get(session, Case, order.case_id, actor, lock=True)
    require_of_his_days(session, case, actor=actor, now=now)
    reason, row = checked_reason(order.reason), rights.hold(order.kind, order.variant)
    scope, ends_at = _scope(order, row), _ends_at(session, order, row, actor=actor, now=now)
    person_id = _person(session, order, scope)
    found = Hold(
        organisation_id=actor.organisation_id,
        kind=row.kind.value,
        variant=row.variant,
        scope=scope.value,
        person_id=person_id,
        case_id=order.case_id if person_id is None else None,
        starts_at=min(now, order.begins_at or now),
        ends_at=ends_at,
        reason=reason,
        evidence=order.evidence or None,
        placed_by=actor.account_id,
        placed_at=now,
    )
    hold = _in_force(session, found, actor=actor, now=now)
    if hold is None:
        hold = found
        session.add(hold)
        session.flush()
    cancelled: list[Visit] = []
    if order.kind in _STOPPING:
        cancelled = _call_off(session, hold, actor=actor, now=now)
        _hold_cases(session, hold, now=now)
    session.flush()
    return Placed(hold, cancelled)


def let_go_on(session: Session, hold: Hold, *, now: datetime) -> None:
    """Open the cases that rested under a hold which is over, unless another holds them."""
    session.flush()
    for case in session.scalars(select(Case).where(_cases(session, hold), Case.state == HELD)):
        _let_go_on(session, case, now=now)
    session.flush()


def settle(session: Session, case: Case, *, now: datetime) -> None:
    """Let a case that was closed rest or go on, as the holds in force say."""
    case.state, case.updated_at = HELD, now
    session.flush()
    _let_go_on(session, case, now=now)
    session.flush()


def follow_people(
    session: Session, organisation_id: UUID, people: Collection[UUID], *, now: datetime
) -> None:
    """Who is the same as whom has changed for these persons: let holds reach whom they now cover.

    Planned visits under a hold are called off, and the persons' cases rest or go on.
    """
    if not people:
        return
    actor, everybody = system(organisation_id), same_people(session, people).everybody(people)
    for part in in_parts(everybody):
        query = scoped.own(Hold, actor).where(Hold.person_id.in_(part), _standing(now))
        for hold in session.scalars(query.order_by(Hold.id)):
            if HoldKind(hold.kind) in _STOPPING:
                _call_off(session, hold, actor=actor, now=now)
                _hold_cases(session, hold, now=now)
        debts = select(Party.case_id).where(Party.person_id.in_(part), Party.role == "debtor")
        for case in session.scalars(select(Case).where(Case.id.in_(debts), Case.state == HELD)):
            _let_go_on(session, case, now=now)
    session.flush()


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    case_id: UUID | None = None,
    in_force_at: datetime | None = None,
) -> tuple[Sequence[Hold], UUID | None]:
    """One page of holds, oldest first; of a case and its parties, or in force at a time."""
    query = scoped.own(Hold, actor)
    if case_id is not None:
        parties = select(Party.person_id).where(Party.case_id == case_id)
        query = query.where(or_(Hold.case_id == case_id, Hold.person_id.in_(parties)))
    if in_force_at is not None:
        query = query.where(_standing(in_force_at))
    return scoped.page(session, query, Hold, after=after, limit=limit)


def require_of_his_days(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """Raise NotFound where an agent asks for a case that is of none of his days."""
    if actor.role is Role.AGENT and not _is_of_his_days(session, case, actor=actor, now=now):
        raise NotFound(f"There is no case {case.id}.")


def _scope(order: HoldOrder, row: HoldRow) -> HoldScope:
    scope = order.scope or row.scopes[0]
    if scope not in row.scopes:
        cure = "write one of " + ", ".join(row.scopes)
        fault = FieldFault("scope", f"does not fit {row.kind.value}", cure)
        raise InvalidInput(faults=[fault])
    return scope


def _ends_at(
    session: Session, order: HoldOrder, row: HoldRow, *, actor: Actor, now: datetime
) -> datetime | None:
    faults = []
    if order.ends_at is not None and order.ends_at <= now:
        faults.append(FieldFault("ends_at", "is over already", "name a later time"))
    counted = row.ends(order.begins_at or now, zone_of(session, actor.organisation_id))
    if counted is not None and order.ends_at is not None:
        told = f"is counted: {row.days} days"
        faults.append(FieldFault("ends_at", told, "leave it out and say when it begins"))
    if counted is not None and counted <= now:
        faults.append(FieldFault("begins_at", "so long ago that it is over", "check the day"))
    if faults:
        raise InvalidInput(faults=faults)
    return counted or order.ends_at


def _person(session: Session, order: HoldOrder, scope: HoldScope) -> UUID | None:
    """The person on whom the hold lies, or None when it lies on the case."""
    if scope is HoldScope.DEBT:
        return None
    query = select(Party).where(Party.case_id == order.case_id).order_by(Party.id)
    parties = session.scalars(query).all()
    if order.person_id is None:
        if scope is HoldScope.THIRD_PARTY:
            return None
        debtor = next((one for one in parties if one.role == "debtor"), None)
        return debtor.person_id if debtor else None
    if all(one.person_id != order.person_id for one in parties):
        fault = FieldFault("person_id", "is no party of the case", "name a party of the case")
        raise InvalidInput(faults=[fault])
    return order.person_id


def _in_force(session: Session, hold: Hold, *, actor: Actor, now: datetime) -> Hold | None:
    """The same hold, if it was placed before and stands."""
    query = scoped.own(Hold, actor).where(
        Hold.kind == hold.kind,
        Hold.variant == hold.variant,
        Hold.scope == hold.scope,
        Hold.person_id == hold.person_id if hold.person_id else Hold.case_id == hold.case_id,
        _standing(now),
    )
    known = session.scalars(query.order_by(Hold.id)).all()
    return next((one for one in known if one.ends_at == hold.ends_at), None)


def _standing(at: datetime) -> ColumnElement[bool]:
    return (
        Hold.lifted_at.is_(None)
        & (Hold.starts_at <= at)
        & or_(Hold.ends_at.is_(None), Hold.ends_at > at)
    )


def _cases(session: Session, hold: Hold) -> ColumnElement[bool]:
    """The cases that rest altogether under the hold; one on third parties leaves them open."""
    if hold.scope == HoldScope.THIRD_PARTY:
        return Case.id.is_(None)
    if hold.person_id is None:
        return Case.id == hold.case_id
    people = _everybody(session, hold.person_id)
    debts = select(Party.case_id).where(Party.person_id.in_(people), Party.role == "debtor")
    return Case.id.in_(debts)


def _everybody(session: Session, person_id: UUID) -> set[UUID]:
    """The person on whom a hold lies, by whatever records the house knows him."""
    return same_people(session, [person_id]).everybody([person_id])


def _hold_cases(session: Session, hold: Hold, *, now: datetime) -> None:
    for case in session.scalars(select(Case).where(_cases(session, hold), Case.state == OPEN)):
        case.state, case.updated_at = HELD, now


def _let_go_on(session: Session, case: Case, *, now: datetime) -> None:
    if not _stopped(session, case, now=now):
        case.state, case.updated_at = OPEN, now


def _stopped(session: Session, case: Case, *, now: datetime) -> bool:
    query_of = select(Party.person_id).where(Party.case_id == case.id, Party.role == "debtor")
    named = session.scalars(query_of).all()
    debtors = same_people(session, named).everybody(named)
    query = select(Hold.id).where(
        Hold.organisation_id == case.organisation_id,
        or_(Hold.case_id == case.id, Hold.person_id.in_(debtors)),
        Hold.scope != HoldScope.THIRD_PARTY.value,
        Hold.kind.in_([kind.value for kind in _STOPPING]),
        _standing(now),
    )
    return session.scalar(query.limit(1)) is not None


def _call_off(session: Session, hold: Hold, *, actor: Actor, now: datetime) -> list[Visit]:
    query = (
        scoped.own(Visit, actor)
        .join(Party, Visit.party_id == Party.id)
        .where(Visit.state == VisitState.PLANNED.value, _covered(session, hold))
        .order_by(Visit.id)
        .with_for_update(of=Visit)
    )
    if hold.ends_at is not None:
        query = query.where(Visit.planned_start < hold.ends_at)
    found = list(session.scalars(query))
    for visit in found:
        call_off(visit, called_off.by_hold(hold.kind, hold.reason), now=now)
        remark(visit, "cancelled-by-hold", now=now, hold_id=str(hold.id), kind=hold.kind)
    return found


def _covered(session: Session, hold: Hold) -> ColumnElement[bool]:
    if hold.scope == HoldScope.DEBT or hold.person_id is None:
        whose = Visit.case_id == hold.case_id
        debtor = whose
    else:
        people = _everybody(session, hold.person_id)
        whose = Party.person_id.in_(people)
        debtor = or_(Visit.debtor_id.in_(people), whose)
    if hold.scope == HoldScope.THIRD_PARTY:
        return whose & Party.role.not_in([role.value for role in LIABLE])
    return debtor


def _is_of_his_days(session: Session, case: Case, *, actor: Actor, now: datetime) -> bool:
    query = select(Visit.day).where(
        Visit.case_id == case.id,
        or_(Visit.agent_id == actor.agent_id, Visit.partner_id == actor.agent_id),
    )
    days = session.scalars(query).all()
    return any(within_reach(session, day, actor=actor, now=now) for day in days)

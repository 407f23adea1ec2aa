"""Court and preservation events that counsel records: they start, renew and end clocks.

The law does not wait for somebody who is restricted: counsel finds the events and clocks of his
cases too, and nothing else of them.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence import trace
from evidence.trace.clock_rules import BOOK
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Case, Deadline, Flag, LegalEvent, Organisation, Party
from fieldops.models import restriction as restricted
from fieldops.services import deadlines, raised_flags, scoped, tracing
from fieldops.services.organisations import House
from fieldops.services.visits.leaving import checked_reason

KINDS = tuple(BOOK.events)
# What concerns one thing: each account, vehicle or house has a clock of its own.
OF_A_THING = tuple(kind for kind in KINDS if kind.startswith("seizure_"))
# Days that a contract or a judgment sets are known before they come.
_MAY_LIE_AHEAD = ("claim_due", "performance_due")
_AHEAD = timedelta(days=10 * 365)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_COUNTED = (Case, LegalEvent, Deadline, Flag)


@dataclass(frozen=True, slots=True)
class EventReport:
    """What happened, when, and to which one thing; `subject` is "" for the whole case."""

    case_id: UUID
    kind: str
    at: datetime
    subject: str = ""
    note: str = ""


def record(session: Session, report: EventReport, *, actor: Actor, now: datetime) -> LegalEvent:
    """Write an event, and count every clock of the case again.

    The same event of the same time told twice is one. Raises Forbidden, NotFound, InvalidInput.
    """
    _require(actor)
    subject = report.subject.strip()
    with _desk(session, actor):
        case = scoped.get(session, Case, report.case_id, actor, lock=True)
        if faults := faults_of(report, now):
            raise InvalidInput("The event cannot be taken so.", faults=faults)
        known = _known(session, report, subject)
    if known is not None:
        return known
    row = LegalEvent(
        organisation_id=case.organisation_id,
        case_id=case.id,
        kind=report.kind,
        subject=subject,
        at=report.at,
        note=report.note.strip() or None,
        account_id=actor.account_id,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    _count_again(session, case, now=now)
    return row


def withdraw(
    session: Session, event_id: UUID, reason: str, *, actor: Actor, now: datetime
) -> LegalEvent:
    """Withdraw an event with its reason: the clocks run as if it had not been recorded.

    Raises Forbidden, NotFound, InvalidInput, Conflict when it was withdrawn for another reason.
    """
    _require(actor)
    reason = checked_reason(reason)
    with _desk(session, actor):
        row = scoped.get(session, LegalEvent, event_id, actor, lock=True)
        case = session.get_one(Case, row.case_id)
    if row.withdrawn_at is not None:
        if row.withdrawn_reason == reason:
            return row
        raise Conflict("The event was withdrawn before, for another reason.")
    row.withdrawn_at, row.withdrawn_reason = now, reason
    session.flush()
    _count_again(session, case, now=now)
    return row


def of_case(session: Session, case_id: UUID, *, actor: Actor) -> Sequence[LegalEvent]:
    """All events of a case, the latest first, those withdrawn among them."""
    with _desk(session, actor):
        case = scoped.get(session, Case, case_id, actor)
        query = select(LegalEvent).where(LegalEvent.case_id == case.id)
        return session.scalars(query.order_by(LegalEvent.at.desc(), LegalEvent.id.desc())).all()


def clocks_of(session: Session, case_id: UUID, *, actor: Actor) -> Sequence[trace.Clock]:
    """The clocks of a case that anything has started; raises NotFound."""
    with _desk(session, actor):
        return deadlines.of_case(session, scoped.get(session, Case, case_id, actor))


def _desk(session: Session, actor: Actor) -> AbstractContextManager[None]:
    if actor.may(Permission.RECORD_LEGAL_EVENTS):
        return restricted.seeing(session, *_COUNTED)
    return nullcontext()


def _count_again(session: Session, case: Case, *, now: datetime) -> None:
    with restricted.seeing(session, *_COUNTED):
        deadlines.keep_of_case(session, case, now=now)
        _count_resting(session, case, now=now)
    people = select(Party.person_id).where(Party.case_id == case.id).order_by(Party.person_id)
    for person_id in dict.fromkeys(session.scalars(people)):
        tracing.believe_and_flag(session, person_id, now=now)


def _count_resting(session: Session, case: Case, *, now: datetime) -> None:
    """Count the clocks of flags about somebody restricted: nothing is believed of him anew."""
    query = select(Flag).where(Flag.case_id == case.id).order_by(Flag.id).with_for_update()
    flags = session.scalars(query).all()
    resting = restricted.resting(session, case.id, *(one.person_id for one in flags))
    if found := [one for one in flags if case.id in resting or one.person_id in resting]:
        own = session.get_one(Organisation, case.organisation_id)
        house = House(own.id, own.timezone, own.jurisdictions)
        events = deadlines.events_of(session, [case.id], ZoneInfo(house.timezone))
        raised_flags.count_again(session, house, found, events, now=now)
        session.flush()


def _known(session: Session, report: EventReport, subject: str) -> LegalEvent | None:
    query = select(LegalEvent).where(
        LegalEvent.case_id == report.case_id,
        LegalEvent.kind == report.kind,
        LegalEvent.subject == subject,
        LegalEvent.at == report.at,
        LegalEvent.withdrawn_at.is_(None),
    )
    return session.scalars(query.limit(1)).one_or_none()


def faults_of(report: EventReport, now: datetime) -> list[FieldFault]:
    """Everything that is wrong with what a report says, each with its field."""
    faults = []
    if report.kind not in KINDS:
        faults.append(FieldFault("kind", "is no event that is known", ", ".join(KINDS)))
    if report.at > now + (_AHEAD if report.kind in _MAY_LIE_AHEAD else timedelta(days=1)):
        faults.append(FieldFault("at", "lies in the future", "record it when it has happened"))
    elif report.at < _EARLIEST:
        faults.append(FieldFault("at", "lies before 1990", "state the day that is in the document"))
    subject = report.subject.strip()
    if report.kind in OF_A_THING and not subject:
        cure = "name the account, plate or house, without a person's name"
        faults.append(FieldFault("subject", "is missing", cure))
    if len(subject) > 200 or not subject.isprintable():
        faults.append(FieldFault("subject", "is longer than 200 characters or not plain text"))
    if len(report.note) > 500:
        faults.append(FieldFault("note", "is longer than 500 characters"))
    return faults


def _require(actor: Actor) -> None:
    if not actor.may(Permission.RECORD_LEGAL_EVENTS):
        raise Forbidden(Permission.RECORD_LEGAL_EVENTS.value)

"""What persons ask of those who contact them: taken down in their words, heeded at once.

A debtor's or guarantor's request stands until he withdraws it. A third person who asks to be left
alone, by any channel, is left alone for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from fieldops.domain import called_off
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.rights.tables import Rights
from fieldops.domain.rights.vocabulary import CameBy, RequestKind
from fieldops.domain.rulebook.reading import Reader
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import LIABLE, Channel, HoldKind, HoldScope, Role
from fieldops.domain.visiting import VisitState
from fieldops.models import Case, ContactRequest, Hold, Party, Visit
from fieldops.services import hold_ending, holds, scoped
from fieldops.services.rights import desk
from fieldops.services.rights.judging_again import call_off_forbidden
from fieldops.services.rights.parties import spoken
from fieldops.services.same_people import same_people

_FOR_EVER = (RequestKind.CEASE.value, RequestKind.CHANNEL.value)


@dataclass(frozen=True, slots=True)
class RequestOrder:
    """What a party asked.

    `channel` is what he wants to be spared of (needed for the kind channel; None with hours is
    every channel), `windows` are local times to be spared as [["12:00", "14:00"]], `attorney`
    names who speaks for him and how to reach that person.
    """

    party_id: UUID
    kind: RequestKind
    words: str
    came_by: CameBy
    channel: Channel | None = None
    windows: Sequence[Sequence[str]] = ()
    attorney: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request that was taken down, and the planned visits that it called off."""

    request: ContactRequest
    cancelled: Sequence[Visit]


def record(
    session: Session,
    order: RequestOrder,
    *,
    book: RuleBook,
    rights: Rights,
    actor: Actor,
    now: datetime,
) -> Recorded:
    """Take a request down; planned visits that it forbids are called off.

    Raises Forbidden, NotFound (an agent reaches only cases of his days), InvalidInput.
    """
    if not actor.may(Permission.RECORD_REQUESTS):
        raise Forbidden(Permission.RECORD_REQUESTS.value)
    with desk.of(session, actor):
        return _record(session, order, book=book, rights=rights, actor=actor, now=now)


def _record(
    session: Session,
    order: RequestOrder,
    *,
    book: RuleBook,
    rights: Rights,
    actor: Actor,
    now: datetime,
) -> Recorded:
    party = scoped.get(session, Party, order.party_id, actor, lock=True)
    case = session.get_one(Case, party.case_id)
    holds.require_of_his_days(session, case, actor=actor, now=now)
    _check(order)
    request = ContactRequest(
        organisation_id=actor.organisation_id,
        case_id=party.case_id,
        party_id=party.id,
        party=party,
        person_id=party.person_id,
        kind=order.kind.value,
        channel=order.channel.value if order.channel else None,
        windows=[list(window) for window in order.windows],
        attorney=order.attorney.strip() or None,
        words=spoken(order.words),
        came_by=order.came_by.value,
        recorded_by=actor.account_id,
        recorded_at=now,
    )
    session.add(request)
    cancelled: list[Visit] = []
    if party.role not in LIABLE and order.kind.value in _FOR_EVER:
        _leave_alone(session, party, now=now)
    elif order.kind is RequestKind.CEASE:
        cancelled += _cease(session, request, party, rights=rights, actor=actor, now=now)
    session.flush()
    cancelled += _call_off_forbidden(session, request, book, actor=actor, now=now)
    return Recorded(request, cancelled)


def withdraw(
    session: Session, request_id: UUID, words: str, *, actor: Actor, now: datetime
) -> ContactRequest:
    """Take down that somebody no longer asks for it; the request itself stays on the file.

    Raises Forbidden, and Conflict for a third person's, which is for ever.
    """
    if not actor.may(Permission.HANDLE_COMPLAINTS):
        raise Forbidden(Permission.HANDLE_COMPLAINTS.value)
    with desk.of(session, actor):
        return _withdraw(session, request_id, words, actor=actor, now=now)


def _withdraw(
    session: Session, request_id: UUID, words: str, *, actor: Actor, now: datetime
) -> ContactRequest:
    request = scoped.get(session, ContactRequest, request_id, actor, lock=True)
    if request.party.role not in LIABLE and request.kind in _FOR_EVER:
        raise Conflict("A third person who asked to be left alone is left alone for ever.")
    said = spoken(words)
    if request.withdrawn_at is not None:
        if request.withdrawn_words == said:
            return request
        raise Conflict("The request was withdrawn before, in other words.")
    request.withdrawn_at, request.withdrawn_by = now, actor.account_id
    request.withdrawn_words = said
    session.flush()
    if request.hold_id is not None and not _asked_again(session, request):
        hold = session.get_one(Hold, request.hold_id)
        hold_ending.end(session, hold, reference(request.id), actor=actor, now=now)
    return request


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    case_id: UUID | None = None,
    in_force: bool = False,
) -> tuple[Sequence[ContactRequest], UUID | None]:
    """One page of requests, oldest first."""
    query = scoped.own(ContactRequest, actor, {ContactRequest.case_id: case_id})
    if in_force:
        query = query.where(ContactRequest.withdrawn_at.is_(None))
    # Whether a request stands for ever lies with the party who made it.
    query = query.options(joinedload(ContactRequest.party))
    with desk.of(session, actor, ContactRequest, Party):
        return scoped.page(session, query, ContactRequest, after=after, limit=limit)


def of_case(session: Session, case: Case) -> Sequence[ContactRequest]:
    """What the parties of a case asked, those requests first that stand."""
    query = (
        select(ContactRequest)
        .where(ContactRequest.case_id == case.id)
        .options(joinedload(ContactRequest.party))
        .order_by(ContactRequest.withdrawn_at.is_not(None), ContactRequest.id)
    )
    return session.scalars(query).all()


def is_for_ever(request: ContactRequest) -> bool:
    """Whether nobody can withdraw it."""
    return request.party.role not in LIABLE and request.kind in _FOR_EVER


def reference(request_id: UUID) -> str:
    """A neutral name that says nothing of the person or of what he said."""
    return f"R-{request_id.hex[-10:].upper()}"


def _check(order: RequestOrder) -> None:
    faults = []
    if order.kind is RequestKind.CHANNEL and order.channel is None:
        faults.append(FieldFault("channel", "is missing", f"write one of {', '.join(Channel)}"))
    if order.kind is RequestKind.HOURS and not order.windows:
        faults.append(FieldFault("windows", "is missing", 'write [["12:00", "14:00"]]'))
    if order.kind is not RequestKind.HOURS and order.windows:
        faults.append(FieldFault("windows", f"fits no {order.kind.value}", "leave it out"))
    if order.kind is RequestKind.ATTORNEY and not order.attorney.strip():
        faults.append(FieldFault("attorney", "is missing", "name the lawyer and how to reach him"))
    if faults:
        raise InvalidInput(faults=faults)
    reader = Reader({"windows": [list(window) for window in order.windows]})
    reader.windows("windows")


def _cease(
    session: Session,
    request: ContactRequest,
    party: Party,
    *,
    rights: Rights,
    actor: Actor,
    now: datetime,
) -> list[Visit]:
    whose = None if party.role == Role.DEBTOR else party.person_id
    order = holds.HoldOrder(
        HoldKind.CEASE, HoldScope.PERSON, party.case_id, request.words[:500], person_id=whose
    )
    placed = holds.place(session, order, rights=rights, actor=actor, now=now)
    request.hold_id = placed.hold.id
    return list(placed.cancelled)


def _leave_alone(session: Session, party: Party, *, now: datetime) -> None:
    """Mark every record of a third person, in every case in which he is one."""
    people = same_people(session, [party.person_id]).everybody([party.person_id])
    query = select(Party).where(
        Party.organisation_id == party.organisation_id,
        Party.person_id.in_(people),
        Party.role.not_in([role.value for role in LIABLE]),
    )
    for row in session.scalars(query):
        row.opted_out_at = row.opted_out_at or now


def _call_off_forbidden(
    session: Session, request: ContactRequest, book: RuleBook, *, actor: Actor, now: datetime
) -> list[Visit]:
    """Judge the person's planned visits again, and call off what may not be made any more."""
    people = same_people(session, [request.person_id]).everybody([request.person_id])
    query = (
        scoped.own(Visit, actor)
        .join(Party, Visit.party_id == Party.id)
        .where(
            Visit.state == VisitState.PLANNED.value,
            or_(Visit.debtor_id.in_(people), Party.person_id.in_(people)),
        )
    )
    return call_off_forbidden(
        session, query, called_off.by_request(request.kind, reference(request.id)),
        "cancelled-by-request", book, actor=actor, now=now,
    )  # fmt: skip


def _asked_again(session: Session, request: ContactRequest) -> bool:
    query = select(ContactRequest.id).where(
        ContactRequest.hold_id == request.hold_id, ContactRequest.withdrawn_at.is_(None)
    )
    return session.scalar(query.limit(1)) is not None

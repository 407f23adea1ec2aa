"""Hearing somebody restricted: which part of his is meant, what he asked, which clocks run.

Nothing else of him is told here. What he asks is taken down by `services/rights`, what happens in
court by `services/legal_events`, which find who is restricted for whoever handles it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import (
    Case,
    Complaint,
    ContactRequest,
    Deadline,
    Dispute,
    Flag,
    LegalEvent,
    Party,
    Restriction,
)
from fieldops.models import restriction as restricted
from fieldops.services import scoped
from fieldops.services.protection import scope

_Said = TypeVar("_Said", Complaint, Dispute, ContactRequest)
_SHOWN = 200
_HAS_ENDED = Bilingual(
    "The restriction has ended: the person is found in his cases again.",
    "限制处理已解除，请在其案件中办理。",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of somebody restricted in a case, by its ids and his role alone."""

    party_id: UUID
    case_id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody restricted complained of, disputed and asked, the latest first."""

    complaints: Sequence[Complaint] = ()
    disputes: Sequence[Dispute] = ()
    requests: Sequence[ContactRequest] = ()


@dataclass(frozen=True, slots=True)
class Clocks:
    """The legal clocks that run in the cases of somebody restricted, and what was recorded."""

    running: Sequence[Deadline] = ()
    events: Sequence[LegalEvent] = ()


def get(session: Session, restriction_id: UUID, *, actor: Actor) -> Restriction:
    """A restriction of the house."""
    return scoped.get(session, Restriction, restriction_id, actor)


def parts(
    session: Session, restriction_id: UUID, *, number: str = "", actor: Actor
) -> Sequence[Part]:
    """The parts of whoever rests in cases, or in the case of this number alone.

    Raises Forbidden, NotFound, and Conflict where the restriction has ended.
    """
    if not actor.may(Permission.OPEN_RESTRICTED):
        raise Forbidden(Permission.OPEN_RESTRICTED.value)
    row = get(session, restriction_id, actor=actor)
    if row.lifted_at is not None:
        raise Conflict(_HAS_ENDED)
    his = scope.of_person(session, row.person_id, actor).parties
    query = select(Party.id, Party.case_id, Party.role).where(Party.id.in_(his))
    if number.strip():
        query = query.join(Case, Case.id == Party.case_id).where(Case.number == number.strip())
    with restricted.seeing(session):
        return [Part(*one) for one in session.execute(query.order_by(Party.id))]


def part(session: Session, restriction_id: UUID, number: str, *, actor: Actor) -> Part:
    """The one part that is meant: that in the case of this number, or the only one.

    Raises InvalidInput where it is none of his, or where none is named of several.
    """
    found = parts(session, restriction_id, number=number, actor=actor)
    if len({one.case_id for one in found}) == 1:
        return found[0]
    told = "is missing: this person has several cases" if found else "is no case of this person"
    raise InvalidInput(faults=[FieldFault("number", told)])


def asked(session: Session, row: Restriction, *, actor: Actor) -> Asked:
    """What he asked under his rights, for whoever handles that."""
    if not actor.may(Permission.HANDLE_COMPLAINTS):
        return Asked()
    his = scope.of_person(session, row.person_id, actor).parties
    with restricted.seeing(session, Complaint, Dispute, ContactRequest, Party):
        return Asked(
            _latest(session, Complaint, his),
            _latest(session, Dispute, his),
            _latest(session, ContactRequest, his, joinedload(ContactRequest.party)),
        )


def clocks(session: Session, row: Restriction, *, actor: Actor) -> Clocks:
    """The clocks that run in his cases, the nearest end first, for whoever records events."""
    if not actor.may(Permission.RECORD_LEGAL_EVENTS):
        return Clocks()
    found = scope.of_person(session, row.person_id, actor)
    about = or_(Deadline.case_id.in_(found.debts), Flag.person_id.in_(found.people))
    running = (
        select(Deadline)
        .outerjoin(Flag, Flag.id == Deadline.flag_id)
        .where(about, or_(Flag.id.is_(None), Flag.state != "dismissed"))
        .order_by(Deadline.ends_at, Deadline.id)
    )
    events = select(LegalEvent).where(LegalEvent.case_id.in_(found.debts))
    with restricted.seeing(session, Deadline, Flag, LegalEvent):
        return Clocks(
            session.scalars(running.limit(_SHOWN)).all(),
            session.scalars(events.order_by(LegalEvent.at.desc()).limit(_SHOWN)).all(),
        )


def _latest(
    session: Session, model: type[_Said], his: Sequence[UUID], *along: ORMOption
) -> Sequence[_Said]:
    query = select(model).where(model.party_id.in_(his)).options(*along)
    return session.scalars(query.order_by(model.id.desc()).limit(_SHOWN)).all()

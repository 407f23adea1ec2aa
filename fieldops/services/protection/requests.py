"""What persons ask of their data: recorded with its clock, identity checked, and answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.data_rights import (
    DataRights,
    IdentityMethod,
    RequestChannel,
    RequestKind,
)
from fieldops.domain.errors import Conflict, FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models import DataRequest
from fieldops.services import keyset, organisations, scoped
from fieldops.services.keyset import Key
from fieldops.services.protection import scope

RECEIVED, CHECKED, ANSWERED, REFUSED = "received", "checked", "answered", "refused"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: of whom, what, how, in his words, and when it was received."""

    person_id: UUID
    kind: RequestKind
    channel: RequestChannel
    words: str
    received_at: datetime


def record(
    session: Session, asked: Asked, *, rights: DataRights, actor: Actor, now: datetime
) -> DataRequest:
    """Keep a request; its clock is that of the organisation's first jurisdiction that has one.

    Raises NotFound for a person of another house and InvalidInput for a time to come.
    """
    if asked.received_at > now:
        raise InvalidInput(faults=[FieldFault("received_at", "lies in the future")])
    scope.of_person(session, asked.person_id, actor)
    clock = rights.clock(organisations.of(session, actor).jurisdictions)
    row = DataRequest(
        organisation_id=actor.organisation_id, person_id=asked.person_id, kind=asked.kind.value,
        jurisdiction=clock.jurisdiction, state=RECEIVED, channel=asked.channel.value,
        words=asked.words.strip() or None, received_at=asked.received_at,
        due_at=clock.within.after(asked.received_at), recorded_by=actor.account_id, answer={},
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def check_identity(
    session: Session, request_id: UUID, method: IdentityMethod, *, actor: Actor, now: datetime
) -> DataRequest:
    """Note that the person is who he says, by which proof, and who looked at it."""
    row = _open(session, request_id, actor)
    row.identity_method, row.identity_by, row.identity_at = method.value, actor.account_id, now
    row.state = CHECKED
    return row


def extend(
    session: Session, request_id: UUID, reason: str, *, rights: DataRights, actor: Actor
) -> DataRequest:
    """Take the longer time that the law allows once, with the reason that the person is told."""
    row = _open(session, request_id, actor)
    clock = rights.clock([row.jurisdiction])
    if clock.extension is None or row.extended_reason is not None:
        raise Conflict("The time to answer cannot be made longer.")
    if not reason.strip():
        raise InvalidInput(faults=[FieldFault("reason", "is empty", "say why")])
    row.due_at, row.extended_reason = clock.extension.after(row.due_at), reason.strip()
    return row


def refuse(
    session: Session, request_id: UUID, ground: str, *, actor: Actor, now: datetime
) -> DataRequest:
    """Answer no, with the ground that the person is told."""
    row = _open(session, request_id, actor)
    if not ground.strip():
        raise InvalidInput(faults=[FieldFault("ground", "is empty", "name the law")])
    close(row, REFUSED, {"refused": [{"what": row.kind, "ground": ground.strip()[:300]}]},
          actor=actor, now=now)  # fmt: skip
    return row


def checked(session: Session, request_id: UUID, *, actor: Actor, kind: RequestKind) -> DataRequest:
    """A request of this kind, locked, that is open and whose identity was checked."""
    row = _open(session, request_id, actor)
    if row.kind != kind.value:
        raise Conflict(f"The request asks for {row.kind}.")
    if row.state != CHECKED:
        raise Conflict("Check first that the person is who he says.")
    return row


def close(
    row: DataRequest, state: str, answer: dict[str, Any], *, actor: Actor, now: datetime
) -> None:
    """Note the answer that was given."""
    row.state, row.answer = state, answer
    row.answered_by, row.answered_at = actor.account_id, now


def get(session: Session, request_id: UUID, *, actor: Actor) -> DataRequest:
    """A request of the house."""
    return scoped.get(session, DataRequest, request_id, actor)


def listed(
    session: Session, actor: Actor, *, after: UUID | None = None, limit: int = 50
) -> tuple[Sequence[DataRequest], UUID | None]:
    """Requests page by page, oldest first."""
    query = scoped.own(DataRequest, actor)
    return scoped.page(session, query, DataRequest, after=after, limit=limit)


def waiting(
    session: Session, actor: Actor, *, beyond: UUID | None = None, limit: int = 100
) -> tuple[Sequence[DataRequest], UUID | None]:
    """A page of the requests that are to be answered, the most pressing first."""
    query = scoped.own(DataRequest, actor).where(DataRequest.state.in_((RECEIVED, CHECKED)))
    keys = (Key(DataRequest.due_at), Key(DataRequest.id))
    return keyset.page(session, query, DataRequest, keys, beyond=beyond, limit=limit, actor=actor)


def answered(
    session: Session, actor: Actor, *, before: UUID | None = None, limit: int = 50
) -> tuple[Sequence[DataRequest], UUID | None]:
    """A page of the requests that were answered or refused, the latest first."""
    query = scoped.own(DataRequest, actor).where(DataRequest.state.in_((ANSWERED, REFUSED)))
    return scoped.newest(session, query, DataRequest, before=before, limit=limit)


def of_people(session: Session, people: Sequence[UUID]) -> Sequence[DataRequest]:
    """All that these persons asked."""
    query = select(DataRequest).where(DataRequest.person_id.in_(people))
    return session.scalars(query.order_by(DataRequest.id)).all()


def _open(session: Session, request_id: UUID, actor: Actor) -> DataRequest:
    row = scoped.get(session, DataRequest, request_id, actor, lock=True)
    if row.state in (ANSWERED, REFUSED):
        raise Conflict("The request was answered.")
    return row

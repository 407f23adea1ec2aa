"""The registers that the law asks for: impact assessments, breaches, purposes of processing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import case
from sqlalchemy.orm import Session

from fieldops.domain.data_rights import DataRights
from fieldops.domain.errors import Conflict, FieldFault, InvalidInput, NotFound
from fieldops.domain.permissions import Actor
from fieldops.models import ProtectionRecord
from fieldops.services import keyset, organisations, scoped
from fieldops.services.keyset import Key

OPEN, CLOSED = "open", "closed"


class Register(StrEnum):
    """The registers."""

    DPIA = "dpia"
    BREACH = "breach"
    PURPOSE = "purpose"


FIELDS: Mapping[Register, tuple[str, ...]] = {
    Register.DPIA: ("purpose", "necessity", "risks", "measures"),
    Register.BREACH: ("what", "cause", "harm", "measures"),
    Register.PURPOSE: ("purpose", "basis", "data", "retention"),
}
"""What an entry of each register says."""


def named(register: str) -> Register:
    """The register of this name; raises NotFound."""
    if register not in set(Register):
        raise NotFound(f"There is no register {register}.")
    return Register(register)


def enter(
    session: Session,
    register: Register,
    title: str,
    contents: Mapping[str, str],
    happened_at: datetime,
    *,
    replaces_id: UUID | None = None,
    rights: DataRights,
    actor: Actor,
    now: datetime,
) -> ProtectionRecord:
    """Add an entry; one that replaces another closes it. A breach gets its clock.

    Raises InvalidInput for a field that is missing, Conflict where the other is closed.
    """
    told = {name: str(contents.get(name, "")).strip()[:2000] for name in FIELDS[register]}
    missing = [name for name, text in {"title": title.strip(), **told}.items() if not text]
    if missing:
        raise InvalidInput(faults=[FieldFault(name, "is empty", "write it") for name in missing])
    if happened_at > now:
        raise InvalidInput(faults=[FieldFault("happened_at", "lies in the future")])
    due = None
    if register is Register.BREACH:
        due = rights.breach(organisations.of(session, actor).jurisdictions).due(happened_at)
    if replaces_id is not None:
        close(session, replaces_id, actor=actor)
    row = ProtectionRecord(
        organisation_id=actor.organisation_id, register=register.value, state=OPEN,
        title=title.strip()[:200], contents=told, happened_at=happened_at, due_at=due,
        replaces_id=replaces_id, account_id=actor.account_id, recorded_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def close(session: Session, record_id: UUID, *, actor: Actor) -> ProtectionRecord:
    """Close an entry: what it was about is over, or a newer one says it better."""
    row = scoped.get(session, ProtectionRecord, record_id, actor, lock=True)
    if row.state == CLOSED:
        raise Conflict("The entry is closed already.")
    row.state = CLOSED
    return row


def told(session: Session, record_id: UUID, *, actor: Actor, now: datetime) -> ProtectionRecord:
    """Note that authority and persons were told of a breach; the first time counts."""
    row = scoped.get(session, ProtectionRecord, record_id, actor, lock=True)
    if row.register != Register.BREACH.value:
        raise Conflict("Only of a breach is somebody told.")
    if row.told_at is None:
        row.told_at = now
    return row


def listed(
    session: Session, actor: Actor, register: Register, *, after: UUID | None = None,
    limit: int = 100,
) -> tuple[Sequence[ProtectionRecord], UUID | None]:  # fmt: skip
    """The entries of a register page by page, oldest first."""
    query = scoped.own(ProtectionRecord, actor)
    query = query.where(ProtectionRecord.register == register.value)
    return scoped.page(session, query, ProtectionRecord, after=after, limit=limit)


def latest(
    session: Session, actor: Actor, beyond: Mapping[str, UUID | None]
) -> tuple[dict[str, Sequence[ProtectionRecord]], dict[str, UUID | None]]:
    """A page of the entries of every register, those that are open first, and what follows."""
    found: dict[str, Sequence[ProtectionRecord]] = {}
    following: dict[str, UUID | None] = {}
    keys = (
        Key(case((ProtectionRecord.state == OPEN, 0), else_=1)),
        Key(ProtectionRecord.id, falls=True),
    )
    for register in Register:
        name = register.value
        query = scoped.own(ProtectionRecord, actor).where(ProtectionRecord.register == name)
        found[name], following[name] = keyset.page(
            session, query, ProtectionRecord, keys, beyond=beyond[name], limit=100, actor=actor
        )
    return found, following

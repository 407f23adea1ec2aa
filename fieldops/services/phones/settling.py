"""Entries that a person must look at, and what he says of them; nothing is settled by itself."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func
from sqlalchemy.orm import Session, joinedload

from fieldops.domain import phones
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, Forbidden
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.phones import EntryState, Settlement
from fieldops.models import Device, DeviceEntry, Visit
from fieldops.models import restriction as restricted
from fieldops.services import scoped
from fieldops.services.phones import journal
from fieldops.services.phones.acts import Means
from fieldops.services.rulings import ContactForbidden
from fieldops.services.visits.leaving import checked_reason
from fieldops.services.visits.remarks import remark

_SETTLED = Bilingual("The entry was settled before, otherwise.", "该条记录已另行处理。")
_NOTHING = Bilingual(
    "There is nothing to apply: it is applied already, or was lost.",
    "无可执行内容：该条记录已执行或已丢失。",
)


def doubtful(actor: Actor, asked: scoped.Asked | None = None) -> Select[DeviceEntry]:
    """The entries that a person must or did look at, with their phones and agents.

    What is told of a visit that rests under a restriction rests with it.
    """
    return (
        scoped.own(DeviceEntry, actor, asked)
        .where(DeviceEntry.question.is_not(None))
        .where(restricted.free_along(DeviceEntry.visit_id, Visit))
        .options(joinedload(DeviceEntry.device).joinedload(Device.agent))
    )


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    is_open: bool | None = None,
    device_id: UUID | None = None,
) -> tuple[Sequence[DeviceEntry], UUID | None]:
    """One page of the entries that a person must or did look at, the oldest first."""
    asked: scoped.Asked = {
        DeviceEntry.settled_at.is_(None): is_open,
        DeviceEntry.device_id: device_id,
    }
    return scoped.page(session, doubtful(actor, asked), DeviceEntry, after=after, limit=limit)


def open_count(session: Session, actor: Actor) -> int:
    """How many entries wait for a person."""
    query = doubtful(actor).where(DeviceEntry.settled_at.is_(None))
    return session.scalar(query.with_only_columns(func.count())) or 0


def settle(
    session: Session,
    entry_id: UUID,
    settlement: Settlement,
    words: str,
    *,
    means: Means,
    actor: Actor,
    now: datetime,
) -> DeviceEntry | ContactForbidden:
    """Say what becomes of an entry, and why; the same word twice is one.

    `apply` does now what the entry says, as its agent and at its own time; a refusal of the
    rulebook comes as a value and leaves the entry open. Raises Forbidden, NotFound, InvalidInput,
    Conflict, and what the act raises.
    """
    if not actor.may(Permission.MANAGE_PHONES):
        raise Forbidden(Permission.MANAGE_PHONES.value)
    words = checked_reason(words)
    query = doubtful(actor).where(DeviceEntry.id == entry_id)
    row = session.scalars(query.with_for_update(of=DeviceEntry)).one_or_none()
    if row is None:
        raise scoped.missing(DeviceEntry, entry_id)
    if row.settled_at is not None:
        if (row.settlement, row.settled_words) == (settlement.value, words):
            return row
        raise Conflict(_SETTLED)
    if settlement is Settlement.APPLY:
        refused = _apply(session, row, means, now=now)
        if refused is not None:
            return refused
    if settlement is Settlement.BOTH:
        _remark_both(session, row, actor, now=now)
    row.settlement, row.settled_words = settlement.value, words
    row.settled_at, row.settled_by = now, actor.account_id
    session.flush()
    return row


def _apply(
    session: Session, row: DeviceEntry, means: Means, *, now: datetime
) -> ContactForbidden | None:
    kinds = {kind.value for kind in phones.EntryKind}
    if row.state not in (EntryState.CONFLICT, EntryState.REFUSED) or row.kind not in kinds:
        raise Conflict(_NOTHING)
    done = journal.do(session, row, means, actor=journal.agent_of(row.device), now=now)
    if isinstance(done, ContactForbidden):
        return done
    row.state, row.decided_at = EntryState.APPLIED.value, now
    row.version = done.version if done is not None else None
    return None


def _remark_both(session: Session, row: DeviceEntry, actor: Actor, *, now: datetime) -> None:
    """Whoever reads the visit must know that there is a second account of it."""
    query = scoped.own(Visit, actor).where(Visit.id == row.visit_id).with_for_update()
    visit = session.scalars(query).one_or_none() if row.visit_id is not None else None
    if visit is not None:
        remark(visit, "second-account", now=now, entry_id=str(row.id), kind=row.kind)
        visit.updated_at = now

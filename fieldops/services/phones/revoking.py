"""The end of a phone, at once: lost, stolen, or no longer the agent's."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.errors import Forbidden
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Device
from fieldops.services import scoped, sign_in
from fieldops.services.phones import journal
from fieldops.services.visits.leaving import checked_reason


def revoke(session: Session, device_id: UUID, reason: str, *, actor: Actor, at: datetime) -> Device:
    """End a phone at once: its tokens end, its key opens nothing; the first word stands.

    What it had handed in stays. Raises Forbidden, NotFound, InvalidInput.
    """
    if not actor.may(Permission.MANAGE_PHONES):
        raise Forbidden(Permission.MANAGE_PHONES.value)
    reason = checked_reason(reason)
    device = scoped.get(session, Device, device_id, actor, lock=True)
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by = at, actor.account_id
        device.revoked_reason = reason
        sign_in.end_family(session, device.family, now=at)
        journal.leave_to_a_person(session, device, now=at)
    session.flush()
    return device

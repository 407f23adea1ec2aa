"""Whether somebody else changed a visit between what a phone had read and what it then did."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fieldops.domain.phones import EntryKind
from fieldops.models import DeviceEntry

_EDITS = frozenset({EntryKind.OUTCOME.value, EntryKind.CANCEL.value})
"""What a person wrote of a visit; that somebody stands at a door contradicts nothing."""


def was_changed_meanwhile(session: Session, row: DeviceEntry, before: int) -> bool:
    """Whether the visit's version moved from what the entry was based on by another's act.

    The phone's own entries moved it too, and so did the arrivals of the crew: a phone that was
    offline bases all of them on the one version that it had.
    """
    if row.based_on is None or row.kind not in _EDITS:
        return False
    query = select(DeviceEntry.version_before, DeviceEntry.version).where(
        DeviceEntry.organisation_id == row.organisation_id,
        DeviceEntry.visit_id == row.visit_id,
        DeviceEntry.id != row.id,
        DeviceEntry.version.is_not(None),
        or_(DeviceEntry.device_id == row.device_id, DeviceEntry.kind == EntryKind.ARRIVE.value),
    )
    steps = {old: new for old, new in session.execute(query) if old != new}
    at: int | None = row.based_on
    while at in steps and at != before:
        at = steps.pop(at)
    return at != before

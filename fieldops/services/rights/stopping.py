"""One way to stop contact: a hold, and where it is a complaint or a dispute its record with it."""

from datetime import datetime

from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.domain.rights.tables import Rights
from fieldops.domain.rights.vocabulary import CameBy
from fieldops.domain.rulebook.vocabulary import HoldKind
from fieldops.services import holds
from fieldops.services.rights import complaints, disputes


def stop(
    session: Session,
    order: holds.HoldOrder,
    *,
    came_by: CameBy,
    rights: Rights,
    actor: Actor,
    now: datetime,
) -> holds.Placed:
    """Place a hold; a complaint or dispute is opened with it, the reason as the person's words.

    Raises what `holds.place` raises, and InvalidInput for an end: that is the outcome.
    """
    if order.kind in (HoldKind.COMPLAINT, HoldKind.DISPUTE) and order.ends_at is not None:
        fault = FieldFault("ends_at", "is not known: it ends with its outcome", "leave it out")
        raise InvalidInput(faults=[fault])
    if order.kind is HoldKind.COMPLAINT:
        complaint = complaints.open_complaint(
            session,
            complaints.ComplaintOrder(order.case_id, order.reason, came_by, scope=order.scope),
            rights=rights,
            actor=actor,
            now=now,
        )
        return holds.Placed(complaint.hold, complaint.cancelled)
    if order.kind is HoldKind.DISPUTE:
        dispute = disputes.open_dispute(
            session,
            disputes.DisputeOrder(order.case_id, order.reason, came_by, scope=order.scope),
            rights=rights,
            actor=actor,
            now=now,
        )
        return holds.Placed(dispute.hold, dispute.cancelled)
    return holds.place(session, order, rights=rights, actor=actor, now=now)

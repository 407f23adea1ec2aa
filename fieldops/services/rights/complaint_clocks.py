"""The clocks of complaints: compliance is told before each ends, by the one way of notices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.rights.tables import Rights
from fieldops.models import Complaint
from fieldops.models import restriction as restricted
from fieldops.services import notices

_AT_ONCE = 200


def go_round(session: Session, organisation_id: UUID, *, rights: Rights, at: datetime) -> int:
    """Tell of the clocks whose next word is due. Returns how many were told of."""
    query = (
        select(Complaint)
        .where(Complaint.organisation_id == organisation_id, Complaint.next_at <= at)
        .order_by(Complaint.next_at, Complaint.id)
        .limit(_AT_ONCE)
    )
    # The answer is owed to somebody who is restricted as well.
    with restricted.seeing(session, Complaint):
        due = session.scalars(query).all()
    for complaint in due:
        # Where several words were missed the last of them says it all.
        passed = [one for one in rights.alerts if complaint.due_at - one.before <= at]
        if passed:
            notices.of_complaint(session, complaint, passed[-1].name, passed[-1].way, at=at)
        following = rights.step_after(complaint.due_at, at)
        complaint.next_at = following[0] if following else None
        complaint.next_step = following[1].name if following else None
    session.flush()
    return len(due)

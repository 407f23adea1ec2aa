"""The record of who looked at whose data, or changed an account, and for what purpose."""

from datetime import datetime

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import AccessRecord

_LONGEST = 200


def note(session: Session, subject: str, purpose: str, *, actor: Actor, now: datetime) -> None:
    """Keep that the actor had this in hand: `subject` is a kind, mostly with an id behind it."""
    session.add(
        AccessRecord(
            organisation_id=actor.organisation_id,
            account_id=actor.account_id,
            role=actor.role.value,
            purpose=purpose[:_LONGEST],
            subject=subject,
            at=now,
        )
    )

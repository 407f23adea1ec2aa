"""The contact that a visit is: one row a visit, which the rules on frequency count."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.vocabulary import Channel, Purpose, Result
from fieldops.models import Contact, Visit


def note_attempt(
    session: Session,
    visit: Visit,
    *,
    actor: Actor,
    now: datetime,
    result: Result = Result.NO_ANSWER,
) -> Contact:
    """Write the visit's contact, or set the result of the one there is."""
    query = select(Contact).where(Contact.visit_id == visit.id)
    contact = session.scalars(query).one_or_none()
    if contact is None:
        contact = Contact(
            organisation_id=visit.organisation_id,
            case_id=visit.case_id,
            person_id=visit.party.person_id,
            debtor_id=visit.debtor_id,
            channel=Channel.VISIT.value,
            purpose=Purpose.COLLECT.value,
            at=visit.arrived_at or now,
            visit_id=visit.id,
            account_id=actor.account_id,
            recorded_at=now,
            result=result.value,
        )
        session.add(contact)
    contact.result = result.value
    session.flush()
    return contact

"""Whose word it is and how it is written down: a party of the case, in his own words."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.rulebook.vocabulary import Role
from fieldops.models import Party

LONGEST_WORDS = 4_000


def party_of(session: Session, case_id: UUID, party_id: UUID | None) -> Party:
    """The party named, or the debtor of the case; raises InvalidInput for anybody else."""
    query = select(Party).where(Party.case_id == case_id).order_by(Party.id)
    parties = session.scalars(query).all()
    if party_id is not None:
        found = next((one for one in parties if one.id == party_id), None)
    else:
        debtors = [one for one in parties if one.role == Role.DEBTOR.value]
        found = next(iter(debtors or parties), None)
    if found is None:
        fault = FieldFault("party_id", "is no party of the case", "name a party of the case")
        raise InvalidInput(faults=[fault])
    return found


def spoken(text: str, field: str = "words") -> str:
    """Words, trimmed; raises InvalidInput for none or too many."""
    plain = text.strip()
    if not 1 <= len(plain) <= LONGEST_WORDS:
        cure = f"write 1 to {LONGEST_WORDS} characters"
        raise InvalidInput(faults=[FieldFault(field, "is empty or too long", cure)])
    return plain

"""Who must not handle a complaint: whoever has a direct interest in it."""

from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldopsError
from fieldops.domain.rights.vocabulary import Interest
from fieldops.models import Account, Complaint, Contact, Visit
from fieldops.models import restriction as restricted


class Recused(FieldopsError):
    """The chosen handler has a direct interest; `interests` says which."""

    slug = "handler-recused"
    status = 409
    title_en = "Somebody with a direct interest cannot handle the complaint"
    title_zh = "有直接利害关系的人员不得处理该投诉"


def interests(session: Session, complaint: Complaint, account: Account) -> list[Interest]:
    """The direct interests of an account in a complaint; none lets it be handled."""
    found = []
    agent_id = account.agent_id
    if account.id == complaint.about_account_id or (
        agent_id is not None and agent_id == complaint.about_agent_id
    ):
        found.append(Interest.COMPLAINED_ABOUT)
    if agent_id is not None:
        worked = select(Visit.id).where(
            Visit.case_id == complaint.case_id,
            or_(Visit.agent_id == agent_id, Visit.partner_id == agent_id),
        )
        if _is_any(session, worked):
            found.append(Interest.WORKED_VISITS)
    made = select(Contact.id).where(
        Contact.case_id == complaint.case_id, Contact.account_id == account.id
    )
    if _is_any(session, made):
        found.append(Interest.MADE_CONTACTS)
    return found


def _is_any(session: Session, query: Select[UUID]) -> bool:
    # An interest stays one while the person who complained is restricted.
    with restricted.seeing(session):
        return session.scalar(query.limit(1)) is not None


def require_free(session: Session, complaint: Complaint, account: Account) -> None:
    """Raise Recused, with every interest, for somebody who has one."""
    if found := interests(session, complaint, account):
        names = [one.value for one in found]
        raise Recused(f"Choose somebody else: {', '.join(names)}.", interests=names)

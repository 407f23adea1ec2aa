"""Whose data a request is about: all records of one person, his parts in cases, and his debts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, null, or_, select
from sqlalchemy.orm import Session

from fieldops.domain.errors import NotFound
from fieldops.domain.permissions import Actor
from fieldops.domain.retention import Period, RecordKind, RetentionRule, applying, period
from fieldops.domain.rulebook.vocabulary import HoldKind
from fieldops.models import (
    Case,
    Complaint,
    Contact,
    Dispute,
    Hold,
    Organisation,
    Party,
    Payment,
    Person,
    Visit,
)
from fieldops.models import restriction as restricted
from fieldops.services import scoped
from fieldops.services.same_people import same_people

DEBTOR, CLOSED, ERASED = "debtor", "closed", "erased"
_PLACES = ("lat", "lon", "seen_lat", "seen_lon", "seen_at")
NO_TRACK: Final = dict.fromkeys(_PLACES, None) | {"given_position": null()}
"""What is left of where an agent stood once his track is pruned."""
ACTS: Final[tuple[tuple[Any, Any], ...]] = (
    (Visit.case_id, Visit.updated_at),
    (Contact.case_id, Contact.at),
    (Payment.case_id, Payment.paid_at),
    (Complaint.case_id, Complaint.closed_at),
    (Dispute.case_id, Dispute.resolved_at),
)
"""From what the period of a case runs besides the case itself: of which case, and when.

Who complained may still take it further, so that the end of a complaint is something done in it.
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything that is one person: records of persons, parts in cases, and cases he owes in."""

    people: Sequence[UUID]
    parties: Sequence[UUID]
    debts: Sequence[UUID]
    cases: Sequence[UUID]

    @property
    def subjects(self) -> set[UUID]:
        """The ids under which a restriction hides him: other people's cases stay as they are."""
        return {*self.people, *self.parties, *self.debts}


def of_person(session: Session, person_id: UUID, actor: Actor) -> Scope:
    """What is of a person of the actor's organisation; raises NotFound."""
    with restricted.seeing(session):
        scoped.get(session, Person, person_id, actor)
        people = same_people(session, [person_id]).everybody([person_id])
        parties = session.scalars(select(Party).where(Party.person_id.in_(people))).all()
    return Scope(
        people=sorted(people),
        parties=sorted(one.id for one in parties),
        debts=sorted({one.case_id for one in parties if one.role == DEBTOR}),
        cases=sorted({one.case_id for one in parties}),
    )


def of_case(session: Session, case_id: UUID) -> Scope:
    """A case with its parties: those who are in no other case go with it."""
    with restricted.seeing(session):
        parties = session.scalars(select(Party).where(Party.case_id == case_id)).all()
        people = {one.person_id for one in parties}
        elsewhere = (
            select(Party.person_id)
            .join(Case, Case.id == Party.case_id)
            .where(Party.person_id.in_(people), Case.id != case_id, Case.state != ERASED)
        )
        people -= set(session.scalars(elsewhere))
    return Scope(
        people=sorted(people),
        parties=sorted(one.id for one in parties if one.person_id in people),
        debts=[case_id],
        cases=[case_id],
    )


def person_known(session: Session, number: str, actor: Actor) -> UUID:
    """The debtor of the case of this number; raises NotFound."""
    with restricted.seeing(session):
        query = (
            select(Party.person_id)
            .join(Case, Case.id == Party.case_id)
            .where(
                Case.organisation_id == actor.organisation_id,
                Case.number == number.strip(),
                Party.role == DEBTOR,
            )
        )
        found = session.scalars(query.order_by(Party.id).limit(1)).one_or_none()
    if found is None:
        raise NotFound(f"There is no case {number} with a debtor.")
    return found


def legally_held(session: Session, scope: Scope, *, at: datetime) -> list[Hold]:
    """The legal holds that stand over any of it: they come before every erasure."""
    with restricted.seeing(session):
        query = select(Hold).where(
            is_legal_at(at),
            or_(Hold.case_id.in_(scope.cases), Hold.person_id.in_(scope.people)),
        )
        return list(session.scalars(query.order_by(Hold.id)))


def is_legal_at(at: datetime) -> ColumnElement[bool]:
    """That a hold is a legal one which nobody lifted and whose time, if it has one, is not over."""
    runs = or_(Hold.ends_at.is_(None), Hold.ends_at > at)
    return (Hold.kind == HoldKind.LEGAL.value) & Hold.lifted_at.is_(None) & runs


def last_activity(session: Session, case_id: UUID) -> datetime:
    """When something was last done in a case: from then its periods run."""
    with restricted.seeing(session):
        case = session.get_one(Case, case_id)
        found: list[datetime | None] = [
            session.scalar(select(func.max(at)).where(of == case_id)) for of, at in ACTS
        ]
    return max([case.updated_at, *(one for one in found if one is not None)])


def period_of(session: Session, rules: Sequence[RetentionRule], case_id: UUID) -> Period:
    """What the rules of its organisation say of a case."""
    with restricted.seeing(session):
        case = session.get_one(Case, case_id)
        house = session.get_one(Organisation, case.organisation_id)
    mine = applying(rules, house.jurisdictions, house.kind)
    return period(mine, RecordKind.CASE, last_activity(session, case_id))

"""Showing a masked value once: the reader says why, and that is kept before he is answered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fieldops.domain.data_rights import RevealField, RevealReason
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models import AccessRecord, Address, Item, Party, Person, Reveal, Visit
from fieldops.models import restriction as restricted
from fieldops.services import scoped
from fieldops.services.protection.scope import Scope

RECORD = "record"


def reveal(
    session: Session,
    person_id: UUID,
    field: RevealField,
    reason: RevealReason,
    words: str,
    *,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """The values of one field in full. Raises NotFound, and InvalidInput without words."""
    person = scoped.get(session, Person, person_id, actor)
    note(session, person_id, field.value, reason, words, actor=actor, now=now)
    if field is RevealField.NAME:
        return [person.name]
    if field is RevealField.ID_NUMBER:
        return [person.id_number] if person.id_number else []
    if field is RevealField.PHONES:
        phones = [person.phone, *(person.other_phones or "").split("/")]
        return [one for one in phones if one]
    query = select(Address).join(Party, Party.id == Address.party_id)
    found = session.scalars(query.where(Party.person_id == person_id).order_by(Address.id))
    return list(dict.fromkeys(one.text for one in found))


def note(
    session: Session, person_id: UUID, field: str, reason: RevealReason, words: str, *,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Keep who is shown what, and why."""
    if not words.strip():
        raise InvalidInput(faults=[FieldFault("words", "is empty", "say what it is needed for")])
    session.add(
        Reveal(
            organisation_id=actor.organisation_id, person_id=person_id,
            account_id=actor.account_id, role=actor.role.value, field=field,
            reason=reason.value, words=words.strip()[:200], at=now,
        )
    )  # fmt: skip
    session.flush()


def access_log(
    session: Session, actor: Actor, *, scope: Scope | None = None, before: UUID | None = None,
    limit: int = 100,
) -> tuple[Sequence[AccessRecord], UUID | None]:  # fmt: skip
    """Who read what, the newest first, and the id before which the next page begins.

    With a scope, what was read of that person: of his cases, visits, evidence, and of himself.
    """
    query = select(AccessRecord).where(AccessRecord.organisation_id == actor.organisation_id)
    if scope is not None:
        query = query.where(AccessRecord.subject.in_(subjects(session, scope)))
    return scoped.newest(session, query, AccessRecord, before=before, limit=limit)


def reveals(
    session: Session, actor: Actor, *, people: Sequence[UUID] = (), limit: int = 100
) -> Sequence[Reveal]:
    """The last values that were shown, of these persons or of all."""
    query = scoped.own(Reveal, actor)
    if people:
        query = query.where(Reveal.person_id.in_(people))
    return session.scalars(query.order_by(Reveal.id.desc()).limit(limit)).all()


def subjects(session: Session, scope: Scope) -> list[str]:
    """The names under which readings of a person are kept."""
    with restricted.seeing(session):
        whose = or_(Visit.party_id.in_(scope.parties), Visit.case_id.in_(scope.debts))
        visits = session.scalars(select(Visit.id).where(whose)).all()
        items = session.scalars(select(Item.id).where(Item.case_id.in_(scope.debts))).all()
    named = [f"{kind}:{one}" for kind in ("case", "basket") for one in scope.debts]
    named += [f"person:{one}" for one in scope.people]
    named += [f"visit:{one}" for one in visits]
    return [*named, *(f"item:{one}" for one in items)]

"""Whom the cases name beside a debtor, as hints at links compare them, and what follows for flags.

Only the cases in which he is a party are looked at, and those records that are held to be his own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.rulebook.vocabulary import Role
from fieldops.models import Address, IdentityMove, Party, Person
from fieldops.services.observation_values import folded
from fieldops.services.same_people import same_people_at

_KIN: Mapping[str, str] = {Role.SPOUSE: "spouse", Role.RELATIVE: "kin"}


def with_links(
    session: Session, person_id: UUID, seen: Sequence[trace.Observation], as_of: datetime
) -> list[trace.Observation]:
    """What was observed of a person and, behind it, what hints at links stand for."""
    if not any(o.values for o in seen):
        return list(seen)
    return [*seen, *trace.derived(seen, members(session, person_id, as_of))]


def own_records(session: Session, person_id: UUID, as_of: datetime) -> set[UUID]:
    """The person's own records, as they were held to be his at a time."""
    return same_people_at(session, [person_id], as_of).everybody([person_id])


def changed_at(session: Session, person_id: UUID, now: datetime) -> datetime | None:
    """When it last changed by now whom the cases name: links compare from then on with others."""
    own = own_records(session, person_id, now)
    cases = select(Party.case_id).where(Party.person_id.in_(own))
    parties = select(Party.id).where(Party.case_id.in_(cases))
    asked = (
        select(func.max(Party.created_at)).where(Party.case_id.in_(cases), Party.created_at <= now),
        select(func.max(Address.created_at)).where(
            Address.party_id.in_(parties), Address.created_at <= now
        ),
        select(func.max(IdentityMove.at)).where(
            IdentityMove.person_id.in_(own), IdentityMove.at <= now
        ),
    )
    found = [session.scalar(one) for one in asked]
    return max((at for at in found if at is not None), default=None)


def members(session: Session, person_id: UUID, as_of: datetime) -> list[trace.Member]:
    """The person himself, by all his records, and the kin whom his cases named by a date."""
    own = own_records(session, person_id, as_of)
    cases = select(Party.case_id).where(Party.person_id.in_(own))
    query = select(Party).where(Party.case_id.in_(cases), Party.created_at <= as_of)
    found = []
    for party in session.scalars(query.order_by(Party.id)):
        relation = "self" if party.person_id in own else _KIN.get(party.role)
        if relation is not None:
            found.append(trace.Member(relation, _marks(session, party, as_of)))
    return found


def _marks(session: Session, party: Party, as_of: datetime) -> frozenset[tuple[str, str]]:
    person = session.get_one(Person, party.person_id)
    phones = [person.phone, *(person.other_phones or "").split("/")]
    places = session.scalars(
        select(Address.text).where(Address.party_id == party.id, Address.created_at <= as_of)
    )
    told: Iterable[tuple[str, str | None]] = [
        ("name", person.name),
        ("id_number", person.id_number),
        *(("phone", one) for one in phones),
        *(("address", one) for one in places),
    ]
    return frozenset((kind, read) for kind, text in told if text and (read := folded(kind, text)))

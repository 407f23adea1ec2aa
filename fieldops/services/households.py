"""Whom the cases name beside a debtor, as hints at links compare them, and what follows for flags.

Only the cases in which he is a party are looked at, and those records that are held to be his own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.rulebook.vocabulary import Role
from fieldops.models import Address, Party, Person
from fieldops.services.observation_values import folded
from fieldops.services.same_people import same_people

_KIN: Mapping[str, str] = {Role.SPOUSE: "spouse", Role.RELATIVE: "kin"}


def with_links(
    session: Session, person_id: UUID, seen: Sequence[trace.Observation], as_of: datetime
) -> list[trace.Observation]:
    """What was observed of a person and, behind it, what hints at links stand for."""
    if not any(o.values for o in seen):
        return list(seen)
    return [*seen, *trace.derived(seen, members(session, person_id, as_of))]


def members(session: Session, person_id: UUID, as_of: datetime) -> list[trace.Member]:
    """The person himself, by all his records, and the kin whom his cases named by a date."""
    own = same_people(session, [person_id]).everybody([person_id])
    cases = select(Party.case_id).where(Party.person_id.in_(own))
    query = select(Party).where(Party.case_id.in_(cases), Party.created_at <= as_of)
    found = []
    for party in session.scalars(query.order_by(Party.id)):
        relation = "self" if party.person_id in own else _KIN.get(party.role)
        if relation is not None:
            found.append(trace.Member(relation, _marks(session, party)))
    return found


def _marks(session: Session, party: Party) -> frozenset[tuple[str, str]]:
    person = session.get_one(Person, party.person_id)
    phones = [person.phone, *(person.other_phones or "").split("/")]
    places = session.scalars(select(Address.text).where(Address.party_id == party.id))
    told: Iterable[tuple[str, str | None]] = [
        ("name", person.name),
        ("id_number", person.id_number),
        *(("phone", one) for one in phones),
        *(("address", one) for one in places),
    ]
    return frozenset((kind, read) for kind, text in told if text and (read := folded(kind, text)))

"""What else the house knows of a telephone, a door, a vehicle or a firm: who has it as well."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.linkage import SHARED_KINDS
from fieldops.domain.permissions import Actor
from fieldops.models import IdentityKey
from fieldops.services.identity.blocks import shared_by_few
from fieldops.services.identity.records import cases_of
from fieldops.services.identity.scope import across_creditors
from fieldops.services.parts import in_parts
from fieldops.services.same_people import same_people_at


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody who has the same thing; `same` where he is held to be the same person."""

    person_id: UUID
    same: bool
    cases: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Shared:
    """A thing by its kind, with the others who have it."""

    kind: str
    others: Sequence[Other]


def shared_things(
    session: Session, person_id: UUID, *, as_of: datetime, actor: Actor
) -> list[Shared]:
    """The things of a person that others had by then as well, within one creditor's files.

    Things are known by their blind indexes alone. What too many have is nobody's in particular and
    is left out; files of other creditors are looked at only where the organisation compares them.
    """
    kinds = [kind.value for kind in SHARED_KINDS]
    mine = select(IdentityKey.digest).where(
        IdentityKey.person_id == person_id,
        IdentityKey.kind.in_(kinds),
        IdentityKey.since <= as_of,
    )
    few, _ = shared_by_few(session, mine)
    holders: defaultdict[tuple[str, str], list[UUID]] = defaultdict(list)
    for part in in_parts(few):
        query = select(IdentityKey.kind, IdentityKey.digest, IdentityKey.person_id).where(
            IdentityKey.digest.in_(part),
            IdentityKey.organisation_id == actor.organisation_id,
            IdentityKey.person_id != person_id,
            IdentityKey.since <= as_of,
        )
        for kind, digest, other in session.execute(query):
            holders[kind, digest].append(other)
    everybody = {person_id, *(one for found in holders.values() for one in found)}
    cases = cases_of(session, everybody)
    allowed = _allowed(session, person_id, cases, actor)
    same = same_people_at(session, everybody, as_of)
    return [
        Shared(kind, [Other(one, same.of(one) == same.of(person_id), cases[one]) for one in others])
        for (kind, _), found in sorted(holders.items())
        if (others := sorted(one for one in found if one in allowed))
    ]


def _allowed(
    session: Session,
    person_id: UUID,
    cases: Mapping[UUID, Sequence[Mapping[str, Any]]],
    actor: Actor,
) -> set[UUID]:
    if across_creditors(session, actor.organisation_id):
        return set(cases)
    own = {one["creditor"] for one in cases[person_id]}
    return {who for who, known in cases.items() if own & {one["creditor"] for one in known}}

"""What else the house knows of a telephone, a door, a vehicle or a firm: who has it as well."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.linkage import MODEL, SHARED_KINDS, Key, Kind
from fieldops.domain.permissions import Actor
from fieldops.models import IdentityKey
from fieldops.services.identity.blocks import shared_by_few
from fieldops.services.identity.keeping import digest_of
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


def people_with_phones(
    session: Session, organisation_id: UUID, phones: Iterable[str], *, as_of: datetime
) -> set[UUID]:
    """Whose telephone by a file one of these was by then; what many have is left out."""
    digests = [digest_of(organisation_id, Key(Kind.PHONE, one)) for one in sorted(set(phones))]
    most = MODEL.blocks[Kind.PHONE]
    found: set[UUID] = set()
    for digest in digests:
        query = select(IdentityKey.person_id).where(
            IdentityKey.digest == digest, IdentityKey.since <= as_of
        )
        people = session.scalars(query.limit(most + 1)).all()
        found |= set(people) if len(people) <= most else set()
    return found


def comparable(
    session: Session, person_id: UUID, others: Collection[UUID], actor: Actor
) -> dict[UUID, Sequence[Mapping[str, Any]]]:
    """The cases of those of these people whose files may be laid beside a person's."""
    cases = cases_of(session, {person_id, *others})
    allowed = _allowed(session, person_id, cases, actor)
    return {one: cases[one] for one in sorted(others) if one in allowed and one != person_id}


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

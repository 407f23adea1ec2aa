"""Who is concerned where records were found to be of one person, or not to be any more."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import IdentityMove
from fieldops.services import scoped
from fieldops.services.parts import in_parts


@dataclass(frozen=True, slots=True)
class Concerned:
    """The persons in order of id, and when the last of the moves was."""

    people: tuple[UUID, ...]
    at: datetime | None


def concerned(session: Session, first_id: UUID, last_id: UUID, actor: Actor) -> Concerned:
    """Whoever moved from the first to the last of these moves, and whoever he ever was held to be.

    Those from whom he parted did not move themselves, and have a record less.
    """
    query = scoped.own(IdentityMove, actor).where(
        IdentityMove.id >= first_id, IdentityMove.id <= last_id
    )
    moves = session.scalars(query).all()
    people = {move.person_id for move in moves}
    entities = set[UUID | None]()
    for part in in_parts(people):
        told = select(IdentityMove.entity_id).where(IdentityMove.person_id.in_(part))
        entities |= set(session.scalars(told.distinct()))
    for some in in_parts(one for one in entities if one is not None):
        others = select(IdentityMove.person_id).where(IdentityMove.entity_id.in_(some))
        people |= set(session.scalars(others))
    return Concerned(tuple(sorted(people)), max((move.at for move in moves), default=None))

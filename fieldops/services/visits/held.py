"""What a phone is told of holds: those that bear on a visit of its day, begun or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.vocabulary import LIABLE, HoldScope
from fieldops.models import Hold, Visit
from fieldops.services import scoped
from fieldops.services.same_people import Same, same_people


@dataclass(frozen=True, slots=True)
class HeldVisits:
    """One hold, and the visits of the day on which it bears."""

    id: UUID
    kind: str
    scope: str
    starts_at: datetime
    ends_at: datetime | None
    lifted_at: datetime | None
    visits: Sequence[UUID]


def held_since(
    session: Session, actor: Actor, visits: Sequence[Visit], *, since: datetime
) -> list[HeldVisits]:
    """The holds that were placed or ended since then and bear on any of these visits."""
    if not visits:
        return []
    named = {who for one in visits for who in (one.debtor_id, one.party.person_id)}
    same = same_people(session, named)
    query = (
        scoped.own(Hold, actor)
        .where(
            or_(Hold.placed_at >= since, Hold.lifted_at >= since, Hold.ended_at >= since),
            or_(
                Hold.person_id.in_(same.everybody(named)),
                Hold.case_id.in_({one.case_id for one in visits}),
            ),
        )
        .order_by(Hold.id)
    )
    found = []
    for hold in session.scalars(query):
        borne = [one.id for one in visits if _bears(hold, one, same)]
        if borne:
            found.append(
                HeldVisits(
                    hold.id, hold.kind, hold.scope, hold.starts_at, hold.ends_at,
                    hold.lifted_at, borne,
                )
            )  # fmt: skip
    return found


def _bears(hold: Hold, visit: Visit, same: Same) -> bool:
    if hold.scope == HoldScope.THIRD_PARTY and visit.party.role in LIABLE:
        return False
    if hold.person_id is None:
        return hold.case_id == visit.case_id
    who = same.of(hold.person_id)
    return who in (same.of(visit.debtor_id), same.of(visit.party.person_id))

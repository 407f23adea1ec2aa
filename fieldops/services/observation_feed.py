"""The feed of observations recorded and withdrawn, by number; see migrations/observation_guard.py.

Who has read up to a number has missed nothing up to it: numbers are given under a lock that is held
until the writer commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Observation, ObservationChange


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the feed: what happened under which number to which observation."""

    seq: int
    what: str
    observation: Observation


def changes(
    session: Session, actor: Actor, *, after: int, limit: int
) -> tuple[Sequence[Change], int | None]:
    """One page of changes after a number, and the number to continue after (None at the end)."""
    # The page is cut before the join: else PostgreSQL would join the whole feed to find its start.
    page = (
        select(ObservationChange)
        .where(
            ObservationChange.organisation_id == actor.organisation_id,
            ObservationChange.seq > after,
        )
        .order_by(ObservationChange.seq)
        .limit(limit + 1)
        .subquery()
    )
    same = and_(Observation.id == page.c.observation_id, Observation.person_id == page.c.person_id)
    query = select(page.c.seq, page.c.what, Observation).join(Observation, same)
    found = session.execute(query.order_by(page.c.seq)).all()
    rows = [Change(seq, what, row) for seq, what, row in found]
    return rows[:limit], rows[limit - 1].seq if len(rows) > limit else None

"""Pairs as people work through them: the heaviest first, and none that the purpose hides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, selectinload

from fieldops.domain.errors import NotFound
from fieldops.domain.linkage import Verdict
from fieldops.domain.permissions import Actor
from fieldops.models import IdentityPair
from fieldops.models.restriction import free
from fieldops.services import keyset, scoped
from fieldops.services.identity.scope import across_creditors
from fieldops.services.keyset import Key

# Wait for a judgement; joined by their score alone; judged; linked, but kept apart by a judgement.
QUEUES: Mapping[str, Any] = {
    "possible": and_(
        IdentityPair.verdict == Verdict.POSSIBLE.value, IdentityPair.standing.is_(None)
    ),
    "joined": and_(IdentityPair.verdict == Verdict.SAME.value, IdentityPair.standing.is_(None)),
    "judged": IdentityPair.standing.is_not(None),
    "cut": IdentityPair.cut_low_id.is_not(None),
}
_HEAVIEST = (Key(IdentityPair.decibans, falls=True), Key(IdentityPair.id))


@dataclass(frozen=True, slots=True)
class Told:
    """What compliance is told: how many pairs are merely possible, and which links are cut."""

    possible: int
    cuts: Sequence[IdentityPair]


def pairs_to_judge(
    session: Session, actor: Actor, *, queue: str, after: UUID | None, limit: int
) -> tuple[Sequence[IdentityPair], UUID | None]:
    """One page of a queue, the heaviest score first, and the id after which the next begins."""
    query = _visible(session, actor).where(QUEUES[queue])
    query = query.options(selectinload(IdentityPair.judgements))
    return keyset.page(
        session, query, IdentityPair, _HEAVIEST, beyond=after, limit=limit, actor=actor
    )


def get_pair(session: Session, pair_id: UUID, actor: Actor) -> IdentityPair:
    """One pair; raises NotFound, also for two creditors' files while comparing across is off."""
    query = _visible(session, actor).where(IdentityPair.id == pair_id)
    pair = session.scalars(query).one_or_none()
    if pair is None:
        raise NotFound(f"There is no pair {pair_id}.")
    return pair


def told_to_compliance(session: Session, actor: Actor, limit: int = 20) -> Told:
    """Pairs that may be one person and do not count as one, and links that judgements cut."""
    waiting = _visible(session, actor).where(QUEUES["possible"]).subquery()
    count = session.scalar(select(func.count()).select_from(waiting)) or 0
    cuts, _ = pairs_to_judge(session, actor, queue="cut", after=None, limit=limit)
    return Told(count, cuts)


def _visible(session: Session, actor: Actor) -> Select[IdentityPair]:
    # Of whoever is restricted nobody judges whether he is another: his side could not be shown.
    query = scoped.own(IdentityPair, actor).where(free(IdentityPair.low_id, IdentityPair.high_id))
    if not across_creditors(session, actor.organisation_id):
        query = query.where(IdentityPair.across.is_(False))
    return query

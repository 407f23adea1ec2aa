"""Judgements of people on pairs: same, not the same, withdrawn. Rows are added, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.gazetteer import Gazetteer
from fieldops.domain.linkage import Cut
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import IdentityJudgement, IdentityPair, Person
from fieldops.models.identity import pair_of
from fieldops.services import scoped
from fieldops.services.identity import entities
from fieldops.services.identity.linking import keep_pair
from fieldops.services.identity.queue import get_pair
from fieldops.services.identity.records import known
from fieldops.services.identity.scope import across_creditors
from fieldops.services.visits.leaving import checked_reason

WITHDRAWN = "withdrawn"
VERDICTS = (entities.SAME, entities.NOT_SAME, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair with what was said of it, and the links that this cut."""

    pair: IdentityPair
    cuts: Sequence[Cut[UUID]]


def judge(
    session: Session, pair_id: UUID, verdict: str, reason: str, *, actor: Actor, now: datetime
) -> Judged:
    """Say of a pair that it is one person, is not, or that this is withdrawn; entities follow.

    "Not the same" holds against every way by which the two could meet. It is ended by withdrawing
    it alone, never by saying the opposite. The same word by the same person twice is one.
    Raises Forbidden, NotFound, InvalidInput, Conflict.
    """
    if not actor.may(Permission.JUDGE_IDENTITY) or actor.account_id is None:
        raise Forbidden(Permission.JUDGE_IDENTITY.value)
    if verdict not in VERDICTS:
        cure = f"write one of {', '.join(VERDICTS)}"
        raise InvalidInput(faults=[FieldFault("verdict", "is not a verdict", cure)])
    reason = checked_reason(reason)
    entities.lock(session, actor.organisation_id)
    pair = get_pair(session, pair_id, actor)
    last = _last(session, pair)
    said = (verdict, reason, actor.account_id)
    if last is not None and (last.verdict, last.reason, last.account_id) == said:
        return Judged(pair, ())
    _refuse_contradiction(pair, verdict)
    session.add(
        IdentityJudgement(
            organisation_id=pair.organisation_id,
            pair_id=pair.id,
            verdict=verdict,
            reason=reason,
            account_id=actor.account_id,
            at=now,
        )
    )
    pair.standing = None if verdict == WITHDRAWN else verdict
    across = across_creditors(session, actor.organisation_id)
    people = {pair.low_id, pair.high_id}
    found = entities.regroup(session, actor.organisation_id, people, across=across, now=now)
    session.expire(pair, ["judgements"])
    return Judged(pair, found.cuts)


def propose(
    session: Session,
    one_id: UUID,
    other_id: UUID,
    gazetteer: Gazetteer | None,
    *,
    actor: Actor,
    now: datetime,
) -> IdentityPair:
    """The pair of two persons whom somebody wants to judge although no score brought them up.

    Raises Forbidden, NotFound, InvalidInput for one person alone, Conflict for two creditors' files
    while comparing across is off.
    """
    if not actor.may(Permission.JUDGE_IDENTITY):
        raise Forbidden(Permission.JUDGE_IDENTITY.value)
    if one_id == other_id:
        fault = FieldFault("other_id", "is the same record", "name another person")
        raise InvalidInput(faults=[fault])
    entities.lock(session, actor.organisation_id)
    for person_id in (one_id, other_id):
        scoped.get(session, Person, person_id, actor)
    low, high = pair_of(one_id, other_id)
    records = known(session, [low, high], gazetteer)
    apart = not records[low].creditors & records[high].creditors
    if apart and not across_creditors(session, actor.organisation_id):
        raise Conflict("The two are known for different creditors, and comparing across is off.")
    query = scoped.own(IdentityPair, actor).where(
        IdentityPair.low_id == low, IdentityPair.high_id == high
    )
    row = session.scalars(query).one_or_none()
    return keep_pair(session, actor.organisation_id, (low, high), row, records, now=now)


def _last(session: Session, pair: IdentityPair) -> IdentityJudgement | None:
    query = select(IdentityJudgement).where(IdentityJudgement.pair_id == pair.id)
    return session.scalars(query.order_by(IdentityJudgement.id.desc()).limit(1)).one_or_none()


def _refuse_contradiction(pair: IdentityPair, verdict: str) -> None:
    if verdict == WITHDRAWN and pair.standing is None:
        raise Conflict("No judgement stands that could be withdrawn.")
    if verdict != WITHDRAWN and pair.standing not in (None, verdict):
        raise Conflict("The opposite judgement stands; withdraw it first.", standing=pair.standing)

"""What compliance found out about agents whose evidence does not fit; a suspension bars visits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.team.doubting import ReviewOutcome
from fieldops.models import Agent, AgentReview
from fieldops.services import scoped
from fieldops.services.evidence_fit import Fit

LEAST_REASON: Final = 10
LONGEST: Final = 500


def note(
    session: Session,
    agent_id: UUID,
    outcome: ReviewOutcome,
    reason: str,
    *,
    fit: Fit | None,
    actor: Actor,
    now: datetime,
) -> AgentReview:
    """Note what came of looking at an agent; the same word twice running is one.

    Whoever is suspended is given no visits until a later word says otherwise. Raises Forbidden,
    NotFound, InvalidInput.
    """
    if not actor.may(Permission.REVIEW_AGENTS):
        raise Forbidden(Permission.REVIEW_AGENTS.value)
    agent, plain = scoped.get(session, Agent, agent_id, actor, lock=True), reason.strip()
    if not LEAST_REASON <= len(plain) <= LONGEST:
        raise InvalidInput(faults=[_TOO_SHORT])
    last = next(iter(of_agent(session, agent, actor)), None)
    if last is not None and (last.outcome, last.reason) == (outcome.value, plain):
        return last
    found = AgentReview(
        organisation_id=actor.organisation_id, agent_id=agent.id, outcome=outcome.value,
        reason=plain, grounds=fit.told() if fit is not None else {},
        noted_by=actor.account_id, noted_at=now,
    )  # fmt: skip
    session.add(found)
    is_suspended = outcome is ReviewOutcome.SUSPENDED
    agent.suspended_at = (agent.suspended_at or now) if is_suspended else None
    session.flush()
    return found


def of_agent(session: Session, agent: Agent, actor: Actor) -> Sequence[AgentReview]:
    """The reviews of an agent, the latest first."""
    query = scoped.own(AgentReview, actor).where(AgentReview.agent_id == agent.id)
    return session.scalars(query.order_by(AgentReview.id.desc())).all()


_TOO_SHORT = FieldFault(
    "reason",
    Bilingual("says too little or too much", "内容过短或过长"),
    Bilingual(
        f"say why in {LEAST_REASON} to {LONGEST} signs",
        f"请用 {LEAST_REASON} 至 {LONGEST} 字说明理由",
    ),
)

"""Planned visits judged again when something changed: what is forbidden now is called off."""

from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.models import Agent, Visit
from fieldops.services.contact_facts import proposal_for_visit
from fieldops.services.rulings import judge_and_keep
from fieldops.services.visits.leaving import call_off
from fieldops.services.visits.remarks import remark


def call_off_forbidden(
    session: Session,
    visits: Select[Visit],
    reason: str,
    mark: str,
    book: RuleBook,
    *,
    actor: Actor,
    now: datetime,
) -> list[Visit]:
    """Judge these planned visits as they stand; those that are forbidden now are called off.

    `mark` is the remark that says what called them off.
    """
    found = []
    for visit in session.scalars(visits.order_by(Visit.id).with_for_update(of=Visit)).all():
        crew = [one for one in (visit.agent_id, visit.partner_id) if one is not None]
        proposal = proposal_for_visit(
            session, visit, visit.planned_start, visit.planned_finish,
            [session.get_one(Agent, one) for one in crew], gate=Gate.COMMIT,
        )  # fmt: skip
        ruling = judge_and_keep(
            session, Gate.COMMIT, f"visit:{visit.id}", proposal, book,
            case_id=visit.case_id, actor=actor, now=now,
        )  # fmt: skip
        if not ruling.allowed:
            call_off(visit, reason, now=now)
            remark(visit, mark, now=now, rules=list(ruling.rules))
            found.append(visit)
    session.flush()
    return found

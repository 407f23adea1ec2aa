"""A visit as it was, by those who came and from the arrival to its end: judged as a close is.

It is judged when its outcome is recorded, and again when the crew leaves later than it had planned.
What is found wanting becomes a remark and never loses the agent's work.
"""

from dataclasses import fields, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.proposal import LONGEST_CONTACT, DoorFacts, Proposal
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.models import Arrival, Item, Visit
from fieldops.services.contact_facts import proposal_for_visit
from fieldops.services.rulings import judge_and_keep
from fieldops.services.visits.presence import arrivals_of, there
from fieldops.services.visits.remarks import remark

NOT_COMPLIANT = "not-compliant"
_SHORTEST = timedelta(minutes=1)
_RECORDINGS = ("audio", "video")


def judge(
    session: Session,
    visit: Visit,
    stated: DoorFacts,
    until: datetime,
    *,
    book: RuleBook,
    actor: Actor,
    now: datetime,
) -> Proposal:
    """Judge the visit until then and remark the rules that it broke and nobody had named yet.

    `stated` is what was said of it at the close. Gives back what was judged.
    """
    arrivals = arrivals_of(session, visit)
    start = visit.arrived_at or until
    # A phone may hand in days later; no visit is judged to have lasted that long.
    end = min(max(until, start + _SHORTEST), start + LONGEST_CONTACT)
    proposal = proposal_for_visit(
        session,
        visit,
        start,
        end,
        there(session, visit, arrivals),
        gate=Gate.CLOSE,
        facts=_facts(session, visit, arrivals, stated),
    )
    subject = f"visit:{visit.id}"
    ruling = judge_and_keep(
        session, Gate.CLOSE, subject, proposal, book, case_id=visit.case_id, actor=actor, now=now
    )
    if fresh := [rule for rule in ruling.rules if rule not in _named(visit)]:
        remark(visit, NOT_COMPLIANT, now=now, rules=fresh)
    return proposal


def was_longer(visit: Visit, left: datetime) -> bool:
    """Whether the crew stayed longer than it had planned and was let in for."""
    planned = visit.planned_finish - visit.planned_start
    return visit.arrived_at is not None and left - visit.arrived_at > planned


def _named(visit: Visit) -> set[str]:
    told = (one for one in visit.remarks if one["code"] == NOT_COMPLIANT)
    return {rule for one in told for rule in one.get("rules", ())}


def _facts(session: Session, visit: Visit, arrivals: list[Arrival], stated: DoorFacts) -> DoorFacts:
    """What was stated at the close, and where nothing was, what was found at the door."""
    door: dict[str, bool] = {}
    for name in ("badge_shown", "authorisation_shown", "recorder_on"):
        if any(getattr(arrival, name) for arrival in arrivals):
            door[name] = True
    if _has_recording(session, visit):
        door["recording_kept"] = True
    open_names = [one.name for one in fields(DoorFacts) if stated.stated(one.name) is None]
    return replace(stated, **{name: door[name] for name in open_names if name in door})


def _has_recording(session: Session, visit: Visit) -> bool:
    query = select(Item.id).where(Item.visit_id == visit.id, Item.kind.in_(_RECORDINGS)).limit(1)
    return session.scalar(query) is not None

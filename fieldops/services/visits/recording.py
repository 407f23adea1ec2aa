"""Recording what came of a visit: structured answers, money, the contact, and the close's ruling.

What the close finds wanting becomes a remark and never loses the agent's work.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.answers import Answers, read_answers, read_outcome
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict
from fieldops.domain.facts import OutcomeRecorded
from fieldops.domain.instalments import Terms
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.proposal import LONGEST_CONTACT, DoorFacts, Proposal
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import LIABLE, Gate, HoldKind, Result
from fieldops.domain.visiting import MET, Outcome, VisitState
from fieldops.models import Agent, Arrival, Item, Payment, Visit
from fieldops.services import outbox, scoped
from fieldops.services.contact_facts import proposal_for_visit
from fieldops.services.organisations import zone_of
from fieldops.services.promises import following, making
from fieldops.services.rulings import judge_and_keep
from fieldops.services.visits.access import workable
from fieldops.services.visits.attempts import note_attempt
from fieldops.services.visits.leaving import require_step
from fieldops.services.visits.remarks import remark

_SHORTEST = timedelta(minutes=1)
_RECORDINGS = ("audio", "video")
_ANOTHER_STANDS = Bilingual(
    "Another outcome is recorded already; it stands.", "已登记其他外访结果，以其为准。"
)
_ARRIVE_FIRST = Bilingual("Arrive first.", "请先签到。")


def record_outcome(
    session: Session,
    visit_id: UUID,
    outcome: str,
    answers: Mapping[str, Any],
    *,
    version: int | None,
    book: RuleBook,
    terms: Terms,
    actor: Actor,
    now: datetime,
    at: datetime | None = None,
) -> Visit:
    """Record the outcome by one of the crew; the same content twice is recorded once.

    `answers` is the form of `fieldops.domain.answers`; `terms` say which instalments an agent may
    agree to; `at` is when it happened, if it is handed in later. Raises InvalidInput with fields
    and cures, PreconditionFailed for another version, Conflict before an arrival or where another
    outcome stands.
    """
    visit = workable(session, visit_id, actor=actor, now=now)
    happened = at or now
    word = read_outcome(outcome)
    # Days count from the arrival, so that a repeated call is read as the first one was.
    on = (visit.arrived_at or happened).astimezone(zone_of(session, visit.organisation_id)).date()
    read = read_answers(answers, word, on)
    text = json.dumps(read.to_json(), ensure_ascii=False, sort_keys=True)
    if visit.outcome is not None and visit.state != VisitState.CANCELLED:
        return _same(visit, word, text)
    scoped.require_version(visit.version, version)
    require_step(visit, VisitState.RECORDED, _ARRIVE_FIRST)
    _close(session, visit, read, book, happened, actor=actor, now=now)
    visit.state, visit.outcome, visit.answers = VisitState.RECORDED.value, word.value, text
    visit.recorded_at = visit.updated_at = now
    _write_money(session, visit, read, now=now)
    if read.promise is not None:
        making.take_down(session, visit, read.promise, terms=terms, on=on, actor=actor, now=now)
    if read.payment is not None:
        # Also what is paid together with the promise: the first of its instalments.
        following.credit(session, visit.case_id, now=now)
    note_attempt(session, visit, actor=actor, now=now, result=_result(visit, word))
    _spare_third_party(visit, word, now=now)
    fact = OutcomeRecorded(visit_id=visit.id)
    outbox.record(session, fact, organisation_id=visit.organisation_id, now=now)
    session.flush()
    return visit


def _same(visit: Visit, word: Outcome, text: str) -> Visit:
    if (visit.outcome, visit.answers) != (word.value, text):
        raise Conflict(_ANOTHER_STANDS, outcome=visit.outcome)
    return visit


def _result(visit: Visit, word: Outcome) -> Result:
    """Only a meeting with the person visited counts as one; a third party's refusal is none."""
    met = word in MET and not (word is Outcome.REFUSED and visit.party.role not in LIABLE)
    return Result.MET if met else Result.NO_ANSWER


def _spare_third_party(visit: Visit, word: Outcome, *, now: datetime) -> None:
    if word is not Outcome.REFUSED or visit.party.role in LIABLE:
        return
    visit.party.opted_out_at = visit.party.opted_out_at or now


def _close(
    session: Session,
    visit: Visit,
    answers: Answers,
    book: RuleBook,
    happened: datetime,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Judge the visit as it was: by those who came, from the arrival until now."""
    query = select(Arrival).where(Arrival.visit_id == visit.id).order_by(Arrival.received_at)
    arrivals = session.scalars(query).all()
    start = visit.arrived_at or happened
    # Who arrived far from his partner, or hours after him, was no second at the door.
    apart = {str(one.get("agent_id")) for one in visit.remarks if one["code"] == "crew-apart"}
    # A phone may hand in days later; no visit is judged to have lasted that long.
    end = min(max(happened, start + _SHORTEST), start + LONGEST_CONTACT)
    proposal = proposal_for_visit(
        session,
        visit,
        start,
        end,
        [
            session.get_one(Agent, one.agent_id)
            for one in arrivals
            if str(one.agent_id) not in apart
        ],
        gate=Gate.CLOSE,
        facts=_facts(session, visit, list(arrivals), answers.facts),
    )
    subject = f"visit:{visit.id}"
    ruling = judge_and_keep(
        session, Gate.CLOSE, subject, proposal, book, case_id=visit.case_id, actor=actor, now=now
    )
    if not ruling.allowed:
        remark(visit, "not-compliant", now=now, rules=list(ruling.rules))
    if placed := _placed_meanwhile(proposal):
        remark(visit, "held-meanwhile", now=now, kinds=placed)


def _placed_meanwhile(proposal: Proposal) -> list[str]:
    """The kinds of hold that were placed on this contact while the crew was there."""
    start, end = proposal.contact.start, proposal.contact.end
    return sorted(
        {
            hold.kind.value
            for hold in proposal.holds
            if hold.kind is not HoldKind.LEGAL
            and hold.covers(proposal.contact.party.role)
            and isinstance(hold.start, datetime)
            and end is not None
            and start < hold.start <= end
        }
    )


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


def _write_money(session: Session, visit: Visit, answers: Answers, *, now: datetime) -> None:
    paid = answers.payment
    if paid is None:
        return
    session.add(
        Payment(
            organisation_id=visit.organisation_id, case_id=visit.case_id, visit_id=visit.id,
            currency=visit.case.currency, amount=paid.amount, method=paid.method.value,
            receipt_number=receipt_number(visit), paid_at=now,
        )
    )  # fmt: skip
    session.flush()


def receipt_number(visit: Visit) -> str:
    """The number of the receipt that the payer is given: one a visit, the same at every call."""
    return f"R{visit.day:%Y%m%d}-{visit.id.hex[-10:].upper()}"

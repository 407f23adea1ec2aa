"""Recording what came of a visit: structured answers, money, the contact, and the close's ruling.

What the close finds wanting becomes a remark and never loses the agent's work.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.answers import Answers, read_answers, read_outcome
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict
from fieldops.domain.facts import OutcomeRecorded
from fieldops.domain.instalments import Terms
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.proposal import Proposal
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import LIABLE, HoldKind, Result
from fieldops.domain.visiting import MET, Outcome, VisitState
from fieldops.models import Payment, Visit
from fieldops.services import outbox, scoped
from fieldops.services.organisations import zone_of
from fieldops.services.promises import following, making, owing
from fieldops.services.visits import stay
from fieldops.services.visits.access import workable
from fieldops.services.visits.attempts import note_attempt
from fieldops.services.visits.leaving import require_step
from fieldops.services.visits.remarks import has_remark, remark

_ANOTHER_STANDS = Bilingual(
    "Another outcome is recorded already; it stands.", "已登记其他外访结果，以其为准。"
)
PAID_TOO_MUCH = "paid-too-much"
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
    if read.promise is not None:
        making.take_down(session, visit, read.promise, terms=terms, on=on, actor=actor, now=now)
    # What is paid at once was owed when the promise was made.
    _write_money(session, visit, read, now=now)
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
    proposal = stay.judge(session, visit, answers.facts, happened, book=book, actor=actor, now=now)
    if placed := _placed_meanwhile(proposal):
        remark(visit, "held-meanwhile", now=now, kinds=placed)


def judge_again(
    session: Session, visit: Visit, book: RuleBook, *, actor: Actor, now: datetime
) -> None:
    """Judge a recorded visit anew when the partner's phone tells only now that he was there too.

    Until then the close had counted one alone. Both rulings are kept.
    """
    if visit.answers is None or visit.outcome is None or not has_remark(visit, stay.NOT_COMPLIANT):
        return
    word = read_outcome(visit.outcome)
    begun = visit.arrived_at or now
    on = begun.astimezone(zone_of(session, visit.organisation_id)).date()
    answers = read_answers(json.loads(visit.answers), word, on)
    visit.remarks = [one for one in visit.remarks if one["code"] != stay.NOT_COMPLIANT]
    ended = visit.left_at or visit.recorded_at or now
    _close(session, visit, answers, book, ended, actor=actor, now=now)


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


def _write_money(session: Session, visit: Visit, answers: Answers, *, now: datetime) -> None:
    paid = answers.payment
    if paid is None:
        return
    owed = owing.outstanding(session, [visit.case]).get(visit.case_id)
    if owed is not None and paid.amount > owed:
        # Money that was taken is never refused: the office sees to what is too much of it.
        remark(visit, PAID_TOO_MUCH, now=now, owed=str(owed))
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

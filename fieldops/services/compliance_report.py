"""The report of a period to a regulator: what was asked, refused, near, complained of and held."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.rights.near import NEAR, Part
from fieldops.domain.rights.vocabulary import ComplaintState
from fieldops.domain.team.policy import Doubts
from fieldops.models import (
    Complaint,
    Contact,
    ContactRequest,
    Dispute,
    Hold,
    Organisation,
    RuleOverride,
    RulingRecord,
    RulingRule,
)
from fieldops.services.evidence_fit import Fit
from fieldops.services.kept_fit import fit_of_period

LONGEST_DAYS = 400


class Counted(NamedTuple):
    """How many there are of what these words of our vocabularies say together."""

    words: tuple[str, ...]
    number: int


Counts = Sequence[Counted]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How the clocks of the complaints that came in during the period stand or ended."""

    received: int
    answered_in_time: int
    answered_late: int
    waiting: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Report:
    """All counts of one period, `[since, until)`.

    `rulings` by gate and whether allowed; `refused` and `near` by rule and gate, or rule and how;
    `contacts` by channel and result; complaints, disputes and requests by what became of them;
    holds by kind, overrides by rule and office. Each ruling counts once for each rule that had a
    part in it. What does not fit may have been counted before, and says when.
    """

    house: str
    since: datetime
    until: datetime
    made_at: datetime
    rule_packs: Sequence[str]
    contacts: Counts
    rulings: Counts
    refused: Counts
    near: Counts
    deadlines: Deadlines
    complaints: Counts
    disputes: Counts
    requests: Counts
    holds_placed: Counts
    holds_lifted: Counts
    overridden: Counts
    fit: Sequence[Fit]


def of_period(
    session: Session,
    since: datetime,
    until: datetime,
    *,
    doubts: Doubts,
    actor: Actor,
    now: datetime,
) -> Report:
    """Count everything of a period; raises Forbidden, InvalidInput for one that cannot be."""
    if not actor.may(Permission.READ_AUDIT):
        raise Forbidden(Permission.READ_AUDIT.value)
    if not 0 < (until - since).days <= LONGEST_DAYS:
        cure = f"let it end after it begins, {LONGEST_DAYS} days later at most"
        raise InvalidInput(faults=[FieldFault("until", "makes no period", cure)])
    house = session.get_one(Organisation, actor.organisation_id)
    counting = _Counting(session, actor, since, until)
    rulings = counting.by(
        RulingRecord.at, RulingRecord.gate, RulingRecord.allowed, RulingRecord.rule_pack
    )
    rule, of_rulings = RulingRule.rule, [RulingRule.ruling_id == RulingRecord.id]
    return Report(
        house=house.name,
        since=since,
        until=until,
        made_at=now,
        rule_packs=sorted({pack for (*_, pack), _ in rulings}),
        contacts=counting.by(
            Contact.at, Contact.channel, Contact.result, where=[Contact.house_id.is_(None)]
        ),
        rulings=_allowed(rulings),
        refused=counting.by(
            RulingRule.at, rule, RulingRecord.gate,
            where=[*of_rulings, RulingRule.part == Part.REFUSED.value],
        ),
        near=counting.by(
            RulingRule.at, rule, RulingRule.part,
            where=[*of_rulings, RulingRule.part.in_([part.value for part in NEAR])],
        ),
        deadlines=_deadlines(counting.rows(Complaint, Complaint.received_at), now),
        complaints=counting.by(Complaint.closed_at, Complaint.outcome),
        disputes=counting.by(Dispute.resolved_at, Dispute.outcome),
        requests=counting.by(ContactRequest.recorded_at, ContactRequest.kind),
        holds_placed=counting.by(Hold.placed_at, Hold.kind, Hold.variant),
        holds_lifted=counting.by(Hold.lifted_at, Hold.kind, Hold.variant),
        overridden=counting.by(RuleOverride.placed_at, RuleOverride.rule, RuleOverride.office),
        fit=fit_of_period(session, actor, doubts=doubts, since=since, until=until, now=now),
    )  # fmt: skip


Column = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class _Counting:
    """Counts the rows of one organisation within one period."""

    session: Session
    actor: Actor
    since: datetime
    until: datetime

    def by(self, at: Column, *words: Column, where: Sequence[ColumnElement[bool]] = ()) -> Counts:
        """How many rows there are for each combination of words."""
        query = select(*words, func.count()).where(*self._within(at), *where)
        rows = self.session.execute(query.group_by(*words).order_by(*words))
        return [Counted(tuple(str(word) for word in row[:-1]), row[-1]) for row in rows]

    def rows(self, model: type[Complaint], at: Column) -> Sequence[Complaint]:
        """The rows themselves."""
        return self.session.scalars(select(model).where(*self._within(at))).all()

    def _within(self, at: Column) -> list[ColumnElement[bool]]:
        own: ColumnElement[bool] = at.class_.organisation_id == self.actor.organisation_id
        return [own, at >= self.since, at < self.until]


def _allowed(counts: Counts) -> Counts:
    """By gate and whether it allows, in a word: databases write truth in different ways."""
    words = {"True": "allowed", "1": "allowed"}
    found: Counter[tuple[str, str]] = Counter()
    for (gate, let, _), number in counts:
        found[gate, words.get(let, "refused")] += number
    return [Counted(key, number) for key, number in found.items()]


def _deadlines(complaints: Iterable[Complaint], now: datetime) -> Deadlines:
    kinds = Counter(_standing(one, now) for one in complaints)
    return Deadlines(
        received=sum(kinds.values()),
        answered_in_time=kinds["in_time"],
        answered_late=kinds["late"],
        waiting=kinds["waiting"],
        overdue=kinds["overdue"],
    )


def _standing(complaint: Complaint, now: datetime) -> str:
    if complaint.answered_at is not None:
        return "in_time" if complaint.answered_at <= complaint.due_at else "late"
    is_over = complaint.due_at <= now and complaint.state != ComplaintState.CLOSED
    return "overdue" if is_over else "waiting"

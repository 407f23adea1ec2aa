"""Records of agents and evaluations of agencies: kept and withdrawn by whoever keeps the team."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain import alerting
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission, Role
from fieldops.domain.team.policy import TeamPolicy
from fieldops.domain.team.standing import until
from fieldops.models import AgencyEvaluation, Agent, TeamRecord
from fieldops.services import notices, scoped
from fieldops.services.contact_facts import rulebook_agent
from fieldops.services.organisations import zone_of

LONGEST = 200
Row = TypeVar("Row", TeamRecord, AgencyEvaluation)
_TOLD = (Role.COMPLIANCE, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class RecordOrder:
    """A certificate, check or undertaking: its issuer and number, its first and last day."""

    agent_id: UUID
    kind: str
    issuer: str
    reference: str
    begins_on: date
    ends_on: date | None = None
    passed: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class EvaluationOrder:
    """How an agency did, from 0 to 100 by each criterion."""

    agency: str
    held_on: date
    scores: Mapping[str, int]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """An agent, until when he holds each kind of record, and his records, the latest first.

    `until` has None where he lacks it; `declared` are the kinds that only the agent file states.
    """

    agent: Agent
    until: Mapping[str, date | None]
    declared: frozenset[str]
    records: Sequence[TeamRecord] = field(default=())


def record(
    session: Session, order: RecordOrder, *, policy: TeamPolicy, actor: Actor, now: datetime
) -> TeamRecord:
    """Keep a record; the same one twice is one. Raises Forbidden, NotFound, InvalidInput."""
    _require(actor)
    agent = scoped.get(session, Agent, order.agent_id, actor, lock=True)
    _check_record(order, policy, now)
    values = {
        "kind": order.kind, "passed": order.passed, "issuer": order.issuer.strip(),
        "reference": order.reference.strip(), "begins_on": order.begins_on,
        "ends_on": order.ends_on or policy.kinds[order.kind].latest_end(order.begins_on),
    }  # fmt: skip
    for known in agent.records:
        if known.withdrawn_at is None and values == {name: getattr(known, name) for name in values}:
            return known
    found = TeamRecord(
        organisation_id=actor.organisation_id, note=order.note.strip() or None,
        recorded_by=actor.account_id, recorded_at=now, **values,
    )  # fmt: skip
    agent.records.append(found)
    session.flush()
    return found


def withdraw(
    session: Session, record_id: UUID, reason: str, *, actor: Actor, now: datetime
) -> TeamRecord:
    """Withdraw a record and say why; the first time stays. Raises Forbidden, NotFound."""
    _require(actor)
    row = scoped.get(session, TeamRecord, record_id, actor, lock=True)
    return _withdrawn(session, row, reason, actor, now)


def evaluate(
    session: Session, order: EvaluationOrder, *, policy: TeamPolicy, actor: Actor, now: datetime
) -> AgencyEvaluation:
    """Keep how an agency did. Raises Forbidden, and InvalidInput with every fault."""
    _require(actor)
    faults = []
    names = {one.name for one in policy.criteria}
    if set(order.scores) != names or not all(0 <= one <= 100 for one in order.scores.values()):
        cure = Bilingual("give each criterion 0 to 100", "请为每项给出 0 至 100 分")
        faults.append(FieldFault("scores", Bilingual("are not whole", "不完整"), cure))
    if not 1 <= len(order.agency.strip()) <= LONGEST:
        faults.append(_blank("agency"))
    if order.held_on > now.date() + timedelta(days=1):
        faults.append(_ahead("held_on"))
    if faults:
        raise InvalidInput(faults=faults)
    total = policy.total(order.scores)
    found = AgencyEvaluation(
        organisation_id=actor.organisation_id, agency=order.agency.strip(), held_on=order.held_on,
        scores=dict(order.scores), total=total, passed=total >= policy.pass_mark,
        note=order.note.strip() or None, recorded_by=actor.account_id, recorded_at=now,
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def withdraw_evaluation(
    session: Session, evaluation_id: UUID, reason: str, *, actor: Actor, now: datetime
) -> AgencyEvaluation:
    """Withdraw an evaluation and say why; the first time stays."""
    _require(actor)
    row = scoped.get(session, AgencyEvaluation, evaluation_id, actor, lock=True)
    return _withdrawn(session, row, reason, actor, now)


def team(session: Session, actor: Actor, *, policy: TeamPolicy, now: datetime) -> list[Standing]:
    """Every agent who has not retired, with what he holds."""
    query = scoped.own(Agent, actor).where(Agent.retired_at.is_(None)).order_by(Agent.code)
    today = now.astimezone(zone_of(session, actor.organisation_id)).date()
    return [standing(agent, policy, today) for agent in session.scalars(query)]


def standing(agent: Agent, policy: TeamPolicy, today: date) -> Standing:
    """Until when an agent holds each kind of record."""
    seen = rulebook_agent(agent)
    kept = {one.kind for one in agent.records if one.withdrawn_at is None}
    return Standing(
        agent=agent,
        until={kind: until(kind, seen, today) for kind in policy.kinds},
        declared=frozenset(one.kind for one in seen.records or () if one.kind not in kept),
        records=agent.records[::-1],
    )


def evaluations(session: Session, actor: Actor) -> Sequence[AgencyEvaluation]:
    """The evaluations, the latest first."""
    query = scoped.own(AgencyEvaluation, actor)
    order = (AgencyEvaluation.held_on.desc(), AgencyEvaluation.id.desc())
    return session.scalars(query.order_by(*order).limit(200)).all()


def go_round(session: Session, organisation_id: UUID, *, policy: TeamPolicy, at: datetime) -> None:
    """Tell of records and evaluations that end soon or have ended, each once a way."""
    today = at.astimezone(zone_of(session, organisation_id)).date()
    query = select(Agent).where(
        Agent.organisation_id == organisation_id, Agent.retired_at.is_(None)
    )
    words = []
    for agent in session.scalars(query):
        held = standing(agent, policy, today)
        words += [
            _word(f"team#agent-{agent.id}", f"team.{kind}", role, ends, at, agent.id)
            for kind, ends in held.until.items()
            if ends is not None and ends <= today + policy.warn
            for role in _TOLD
        ]
    for agency, held_on in _last_held(session, organisation_id).items():
        ends = held_on + policy.evaluate_every
        if ends <= today + policy.warn:
            words += [
                _word("team#evaluations", "team.evaluation", role, ends, at, agency)
                for role in _TOLD
            ]
    if words:
        notices.tell(session, organisation_id, words, at=at)


def _last_held(session: Session, organisation_id: UUID) -> dict[str, date]:
    query = select(AgencyEvaluation.agency, AgencyEvaluation.held_on).where(
        AgencyEvaluation.organisation_id == organisation_id,
        AgencyEvaluation.withdrawn_at.is_(None),
    )
    return dict(session.execute(query.order_by(AgencyEvaluation.held_on)).all())


def _word(
    about: str, code: str, role: Role, ends: date, at: datetime, subject: object
) -> notices.Word:
    return notices.Word(
        about=about, code=code, occasion=alerting.ENDING, role=role.value,
        version=(code, subject, ends, role.value), way=alerting.DIGEST,
        deadline_at=datetime.combine(ends, datetime.max.time(), at.tzinfo),
    )  # fmt: skip


def _check_record(order: RecordOrder, policy: TeamPolicy, now: datetime) -> None:
    faults = []
    kind = policy.kinds.get(order.kind)
    if kind is None:
        cure = ", ".join(policy.kinds)
        faults.append(FieldFault("kind", Bilingual("is not kept", "不在档案种类之内"), cure))
    for name in ("issuer", "reference"):
        if not 1 <= len(getattr(order, name).strip()) <= LONGEST:
            faults.append(_blank(name))
    if order.begins_on > now.date() + timedelta(days=1):
        faults.append(_ahead("begins_on"))
    latest = kind.latest_end(order.begins_on) if kind else None
    if order.ends_on is not None and not order.begins_on <= order.ends_on <= (
        latest or order.ends_on
    ):
        told = f"{latest}" if latest else ""
        cure = Bilingual(f"end it by {told}", f"最迟 {told}")
        what = Bilingual("is before its first day or too long after it", "早于起始日或期限过长")
        faults.append(FieldFault("ends_on", what, cure))
    if kind is not None and kind.signed and not order.passed:
        what = Bilingual("fits no undertaking", "承诺书没有不合格")
        faults.append(FieldFault("passed", what, Bilingual("withdraw it instead", "请改为撤回")))
    if faults:
        raise InvalidInput("The record cannot be kept so.", faults=faults)


def _withdrawn(session: Session, row: Row, reason: str, actor: Actor, now: datetime) -> Row:
    if not 1 <= len(reason.strip()) <= LONGEST:
        raise InvalidInput(faults=[_blank("reason")])
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = now, actor.account_id
        row.withdrawn_reason = reason.strip()
        session.flush()
    return row


def _require(actor: Actor) -> None:
    if not actor.may(Permission.KEEP_TEAM_RECORDS):
        raise Forbidden(Permission.KEEP_TEAM_RECORDS.value)


def _blank(name: str) -> FieldFault:
    cure = Bilingual(f"write 1 to {LONGEST} characters", f"请填写 1 至 {LONGEST} 字")
    return FieldFault(name, Bilingual("is empty or too long", "为空或过长"), cure)


def _ahead(name: str) -> FieldFault:
    cure = Bilingual("write the day on which it was", "请填写实际日期")
    return FieldFault(name, Bilingual("lies ahead", "在将来"), cure)

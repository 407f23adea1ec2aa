"""Records of agents and evaluations of agencies: kept and withdrawn by whoever keeps the team."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain import alerting
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission, Role
from fieldops.domain.team.policy import TeamPolicy
from fieldops.domain.team.standing import EVALUATION, until
from fieldops.models import Agency, AgencyEvaluation, Agent, TeamRecord
from fieldops.services import notices, scoped
from fieldops.services.contact_facts import agency_holds, rulebook_agent
from fieldops.services.organisations import zone_of

LONGEST = 200
Row = TypeVar("Row", TeamRecord, AgencyEvaluation)
_TOLD = (Role.COMPLIANCE, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class RecordOrder:
    """A certificate, check or undertaking: its issuer and number, its first and last day.

    It is of an agent, or of an agency.
    """

    agent_id: UUID | None
    kind: str
    issuer: str
    reference: str
    begins_on: date
    ends_on: date | None = None
    passed: bool = True
    note: str = ""
    agency_id: UUID | None = None


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


@dataclass(frozen=True, slots=True)
class Firm:
    """An agency, until when it holds each kind of record, and how many agents it sends."""

    agency: Agency
    until: Mapping[str, date | None]
    agents: int


def record(
    session: Session, order: RecordOrder, *, policy: TeamPolicy, actor: Actor, now: datetime
) -> TeamRecord:
    """Keep a record; the same one twice is one. Raises Forbidden, NotFound, InvalidInput."""
    _require(actor)
    holder = _holder(session, order, actor)
    _check_record(order, policy, now)
    values = {
        "kind": order.kind, "passed": order.passed, "issuer": order.issuer.strip(),
        "reference": order.reference.strip(), "begins_on": order.begins_on,
        "ends_on": order.ends_on or policy.kinds[order.kind].latest_end(order.begins_on),
    }  # fmt: skip
    for known in holder.records:
        if known.withdrawn_at is None and values == {name: getattr(known, name) for name in values}:
            return known
    found = TeamRecord(
        organisation_id=actor.organisation_id, note=order.note.strip() or None,
        recorded_by=actor.account_id, recorded_at=now, **values,
    )  # fmt: skip
    holder.records.append(found)
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
    """Keep how an agency did, which becomes known by it. Raises Forbidden, InvalidInput."""
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
    agency = _agency(session, order.agency.strip(), actor, now)
    found = AgencyEvaluation(
        organisation_id=actor.organisation_id, held_on=order.held_on,
        ends_on=order.held_on + policy.evaluate_every,
        scores=dict(order.scores), total=total, passed=total >= policy.pass_mark,
        note=order.note.strip() or None, recorded_by=actor.account_id, recorded_at=now,
    )  # fmt: skip
    agency.evaluations.append(found)
    session.flush()
    return found


def send_for(
    session: Session, agent_id: UUID, agency: str, *, actor: Actor, now: datetime
) -> Agent:
    """Say which agency sends an agent, or with "" that he is the house's own.

    Raises Forbidden, NotFound, InvalidInput.
    """
    _require(actor)
    agent, name = scoped.get(session, Agent, agent_id, actor, lock=True), agency.strip()
    if len(name) > LONGEST:
        raise InvalidInput(faults=[_blank("agency")])
    agent.agency = _agency(session, name, actor, now) if name else None
    session.flush()
    return agent


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
        until={kind: until(kind, seen.records or (), today) for kind in policy.of("agent")},
        declared=frozenset(one.kind for one in seen.records or () if one.kind not in kept),
        records=agent.records[::-1],
    )


def firms(session: Session, actor: Actor, *, policy: TeamPolicy, now: datetime) -> list[Firm]:
    """Every agency that is known, with what it holds."""
    today = now.astimezone(zone_of(session, actor.organisation_id)).date()
    sent = select(Agent.agency_id, func.count()).where(
        Agent.organisation_id == actor.organisation_id, Agent.retired_at.is_(None)
    )
    counts = dict(session.execute(sent.group_by(Agent.agency_id)).all())
    query = scoped.own(Agency, actor).order_by(Agency.name)
    return [
        Firm(agency, _held(agency, policy, today), counts.get(agency.id, 0))
        for agency in session.scalars(query)
    ]


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
    agencies = select(Agency).where(Agency.organisation_id == organisation_id)
    for agency in session.scalars(agencies):
        words += [
            _word(f"team#agency-{agency.id}", f"team.{kind}", role, ends, at, agency.id)
            for kind, ends in _held(agency, policy, today).items()
            if ends is not None and ends <= today + policy.warn
            for role in _TOLD
        ]
    if words:
        notices.tell(session, organisation_id, words, at=at)


def _held(agency: Agency, policy: TeamPolicy, today: date) -> dict[str, date | None]:
    known = agency_holds(agency)
    kinds = (EVALUATION, *policy.of("agency"))
    return {kind: until(kind, known, today) for kind in kinds}


def _holder(session: Session, order: RecordOrder, actor: Actor) -> Agent | Agency:
    if order.agent_id is not None and order.agency_id is None:
        return scoped.get(session, Agent, order.agent_id, actor, lock=True)
    if order.agency_id is not None and order.agent_id is None:
        return scoped.get(session, Agency, order.agency_id, actor, lock=True)
    what = Bilingual("is of nobody, or of two", "未注明或重复注明归属")
    cure = Bilingual("name an agent or an agency", "请注明外访员或机构之一")
    raise InvalidInput(faults=[FieldFault("agent_id", what, cure)])


def _agency(session: Session, name: str, actor: Actor, now: datetime) -> Agency:
    query = scoped.own(Agency, actor).where(Agency.name == name)
    found = session.scalars(query).one_or_none()
    if found is None:
        found = Agency(organisation_id=actor.organisation_id, name=name, created_at=now)
        session.add(found)
        session.flush()
    return found


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
    kinds = policy.of("agency" if order.agency_id is not None else "agent")
    kind = kinds.get(order.kind)
    if kind is None:
        cure = ", ".join(kinds)
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
    if kind is not None and kind.must_end and order.ends_on is None:
        cure = Bilingual("write its last day", "请填写到期日")
        faults.append(FieldFault("ends_on", Bilingual("is missing", "缺失"), cure))
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

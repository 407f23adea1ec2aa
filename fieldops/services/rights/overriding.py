"""Overrides: placed by the office that a rule names, for one contact, with reason and paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from fieldops.domain import called_off
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission, Role
from fieldops.domain.rulebook.overriding import offices_of
from fieldops.domain.rulebook.records import Rule, RuleBook
from fieldops.domain.rulebook.vocabulary import Channel, Effect, Lift
from fieldops.domain.visiting import VisitState
from fieldops.models import Case, Party, RuleOverride, Visit
from fieldops.services import scoped
from fieldops.services.closing import CLOSED, ERASED
from fieldops.services.rights.judging_again import call_off_forbidden

ROLE_OF: Final[Mapping[Lift, Role]] = {
    Lift.CASE_WORKER: Role.COMPLIANCE,
    Lift.COUNSEL: Role.COUNSEL,
    Lift.COURT_ORDER: Role.COUNSEL,
}
"""Who speaks for each office; the order of a court is put before the rule by counsel."""

LONGEST: Final = timedelta(days=7)
"""How long one may stand: it is one contact's, and no standing permission."""
FARTHEST: Final = timedelta(days=30)
LEAST_REASON: Final = 10
_MOST = 500


@dataclass(frozen=True, slots=True)
class OverrideOrder:
    """Which rule is overridden, for whom and by what channel, from when until when, and why."""

    party_id: UUID
    rule: str
    channel: Channel
    starts_at: datetime
    ends_at: datetime
    reason: str
    reference: str


def place(
    session: Session, order: OverrideOrder, *, book: RuleBook, actor: Actor, now: datetime
) -> RuleOverride:
    """Let one contact through against one rule; the same one twice is one while it stands unused.

    Raises Forbidden where the rule names another office, NotFound, Conflict for a closed case, and
    InvalidInput, above all for a rule that names nobody who may override it.
    """
    if not actor.may(Permission.OVERRIDE_RULES):
        raise Forbidden(Permission.OVERRIDE_RULES.value)
    party = scoped.get(session, Party, order.party_id, actor, lock=True)
    _check(order, book, now)
    office = _office(order, book, actor)
    if party.case.state in (CLOSED, ERASED):
        raise Conflict(Bilingual("The case is closed.", "案件已结束。"), state=party.case.state)
    known = _standing(session, order, actor, now)
    if known is not None:
        return known
    if actor.account_id is None:
        raise Forbidden(Permission.OVERRIDE_RULES.value)
    found = RuleOverride(
        organisation_id=actor.organisation_id,
        case_id=party.case_id,
        party_id=party.id,
        rule=order.rule,
        office=office.value,
        channel=order.channel.value,
        starts_at=order.starts_at,
        ends_at=order.ends_at,
        reason=order.reason.strip(),
        reference=order.reference.strip(),
        placed_by=actor.account_id,
        placed_at=now,
    )
    session.add(found)
    session.flush()
    return found


def revoke(
    session: Session,
    override_id: UUID,
    reason: str,
    *,
    book: RuleBook,
    actor: Actor,
    now: datetime,
) -> RuleOverride:
    """End an override at once and say why; a planned visit that rests on it is called off.

    A second call changes nothing. Raises Forbidden for another office, NotFound, InvalidInput.
    """
    if not actor.may(Permission.OVERRIDE_RULES):
        raise Forbidden(Permission.OVERRIDE_RULES.value)
    if not LEAST_REASON <= len(reason.strip()) <= _MOST:
        raise InvalidInput(faults=[_too_short("reason")])
    row = scoped.get(session, RuleOverride, override_id, actor, lock=True)
    if actor.role is not ROLE_OF[Lift(row.office)]:
        raise _of_another((Lift(row.office),))
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = now, actor.account_id
        row.revoked_reason = reason.strip()
        session.flush()
        _call_off(session, row, book, actor=actor, now=now)
    return row


def may_revoke(row: RuleOverride, actor: Actor, now: datetime) -> bool:
    """Whether it is the actor's to end and has not ended by itself."""
    mine = actor.role is ROLE_OF[Lift(row.office)]
    return mine and row.revoked_at is None and row.ends_at > now


def offered(book: RuleBook, actor: Actor, now: datetime) -> list[Rule]:
    """The rules in force that the actor's office may override."""
    today = now.date()
    return [
        rule
        for rule in book
        if rule.in_force_on(today)
        and rule.effect is not Effect.WARN
        and any(ROLE_OF[office] is actor.role for office in offices_of(rule))
    ]


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    case_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Sequence[RuleOverride], UUID | None]:
    """One page of overrides, oldest first: of a case, or that bear on `[since, until)`."""
    query = scoped.own(RuleOverride, actor, {RuleOverride.case_id: case_id})
    if since is not None:
        query = query.where(_after(since))
    if until is not None:
        query = query.where(or_(RuleOverride.placed_at < until, RuleOverride.starts_at < until))
    return scoped.page(session, query, RuleOverride, after=after, limit=limit)


def of_case(session: Session, case: Case) -> Sequence[RuleOverride]:
    """The overrides of a case, the latest first."""
    query = select(RuleOverride).where(RuleOverride.case_id == case.id)
    return session.scalars(query.order_by(RuleOverride.id.desc())).all()


def of_period(
    session: Session, actor: Actor, since: datetime, until: datetime
) -> Sequence[RuleOverride]:
    """Every override that was placed, used or good in `[since, until)`, the latest first."""
    query = scoped.own(RuleOverride, actor).where(
        _after(since),
        or_(RuleOverride.placed_at < until, RuleOverride.starts_at < until),
    )
    return session.scalars(query.order_by(RuleOverride.id.desc())).all()


def _after(since: datetime) -> ColumnElement[bool]:
    good = RuleOverride.revoked_at.is_(None) & (RuleOverride.ends_at > since)
    times = (RuleOverride.placed_at, RuleOverride.revoked_at, RuleOverride.used_at)
    return or_(good, *(at >= since for at in times))


def _check(order: OverrideOrder, book: RuleBook, now: datetime) -> None:
    faults = []
    rules = [rule for rule in book.versions(order.rule) if rule.effect is not Effect.WARN]
    if not any(offices_of(rule) for rule in rules):
        faults.append(_NOBODY if rules else _UNKNOWN)
    if not order.starts_at < order.ends_at <= order.starts_at + LONGEST:
        faults.append(_fault("ends_at", *_WINDOW))
    elif order.ends_at <= now:
        faults.append(_fault("ends_at", *_PAST))
    elif order.starts_at > now + FARTHEST:
        faults.append(_fault("starts_at", *_FAR))
    if not LEAST_REASON <= len(order.reason.strip()) <= _MOST:
        faults.append(_too_short("reason"))
    if not 1 <= len(order.reference.strip()) <= _MOST:
        faults.append(_fault("reference", *_PAPER))
    if faults:
        raise InvalidInput("The rule cannot be overridden so.", faults=faults)


def _office(order: OverrideOrder, book: RuleBook, actor: Actor) -> Lift:
    offices = {one for rule in book.versions(order.rule) for one in offices_of(rule)}
    mine = sorted(one for one in offices if ROLE_OF[one] is actor.role)
    if not mine:
        raise _of_another(sorted(offices))
    return mine[0]


def _of_another(offices: Sequence[Lift]) -> Forbidden:
    roles = sorted({ROLE_OF[one].value for one in offices})
    zh = {"compliance": "合规", "counsel": "法务"}
    return Forbidden(
        Bilingual(
            f"Only {' or '.join(roles)} may override this rule.",
            f"只有{'或'.join(zh[one] for one in roles)}可以豁免此规则。",
        )
    )


def _standing(
    session: Session, order: OverrideOrder, actor: Actor, now: datetime
) -> RuleOverride | None:
    query = scoped.own(RuleOverride, actor).where(
        RuleOverride.party_id == order.party_id,
        RuleOverride.rule == order.rule,
        RuleOverride.channel == order.channel.value,
        RuleOverride.starts_at == order.starts_at,
        RuleOverride.ends_at == order.ends_at,
        RuleOverride.revoked_at.is_(None),
        RuleOverride.used_at.is_(None),
    )
    return session.scalars(query.order_by(RuleOverride.id)).first()


def _call_off(
    session: Session, row: RuleOverride, book: RuleBook, *, actor: Actor, now: datetime
) -> None:
    if row.visit_id is None:
        return
    visits = scoped.own(Visit, actor).where(
        Visit.id == row.visit_id, Visit.state == VisitState.PLANNED.value
    )
    call_off_forbidden(
        session, visits, called_off.by_revocation(row.rule), "cancelled-by-revocation", book,
        actor=actor, now=now,
    )  # fmt: skip


def _fault(field: str, what: Bilingual, cure: Bilingual) -> FieldFault:
    return FieldFault(field, what, cure)


def _too_short(field: str) -> FieldFault:
    return _fault(
        field,
        Bilingual("says too little or too much", "内容过短或过长"),
        Bilingual(
            f"say why in {LEAST_REASON} to {_MOST} signs",
            f"请用 {LEAST_REASON} 至 {_MOST} 字说明理由",
        ),
    )


_NOBODY = _fault(
    "rule",
    Bilingual("names no office that may override it", "该规则没有可以豁免的职位"),
    Bilingual(
        "wait for the lawful time, or ask for the consent it names",
        "请等待合法时间,或取得规则所列的同意",
    ),
)
_UNKNOWN = _fault(
    "rule",
    Bilingual("is no rule that forbids", "不是禁止性规则"),
    Bilingual("write an id of the rulebook", "请填写规则编号"),
)
_WINDOW = (
    Bilingual("is not within seven days after its beginning", "不在起始后七日之内"),
    Bilingual(
        "let it end after it begins, seven days later at most", "请使结束晚于开始,且最多七日"
    ),
)
_PAST = (
    Bilingual("is over already", "已经过去"),
    Bilingual("name a later time", "请填写以后的时间"),
)
_FAR = (
    Bilingual("is more than thirty days away", "在三十日之后"),
    Bilingual("place it nearer to the contact", "请在临近时再登记"),
)
_PAPER = (
    Bilingual("is empty or too long", "为空或过长"),
    Bilingual("name the paper on which it rests", "请写明所依据的文件"),
)

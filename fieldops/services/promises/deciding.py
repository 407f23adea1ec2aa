"""The office's word on promises: offers are agreed or declined, instalments paid or released."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, Forbidden
from fieldops.domain.instalments import ArrangementState, Instalment, Standing, Terms
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Arrangement, Case, Promise
from fieldops.services import scoped
from fieldops.services.organisations import zone_of
from fieldops.services.promises import making
from fieldops.services.promises.following import finish
from fieldops.services.visits.leaving import checked_reason

_DECIDED = Bilingual("It was decided otherwise before.", "该分期已另行处理。")
_SETTLED = Bilingual("It stands otherwise already.", "该还款承诺已另行处理。")
_BEYOND = Bilingual(
    "These instalments go beyond what your office may agree to.", "该分期超出您的审批权限。"
)
_SHOWN = 200
_SOON = timedelta(days=7)


class Decision(StrEnum):
    """What the office says of an arrangement."""

    AGREE = "agree"
    DECLINE = "decline"
    END = "end"


class Word(StrEnum):
    """What the office says of one promised sum."""

    PAID = "paid"
    RELEASED = "released"


_OF_DECISION = {
    Decision.AGREE: (ArrangementState.OFFERED, ArrangementState.AGREED),
    Decision.DECLINE: (ArrangementState.OFFERED, ArrangementState.DECLINED),
    Decision.END: (ArrangementState.AGREED, ArrangementState.ENDED),
}
_OF_WORD = {Word.PAID: Standing.KEPT, Word.RELEASED: Standing.RELEASED}


@dataclass(frozen=True, slots=True)
class ToFollow:
    """What the office has to do about promises: offers, missed days, and days that come."""

    offers: Sequence[Arrangement]
    missed: Sequence[Promise]
    coming: Sequence[Promise]


def decide(
    session: Session,
    arrangement_id: UUID,
    decision: Decision,
    words: str,
    *,
    terms: Terms,
    actor: Actor,
    now: datetime,
) -> Arrangement:
    """Agree to an offer, decline it, or end what was agreed; the same word twice is one.

    Raises Forbidden, also where the offer goes beyond the bounds of the actor's role, NotFound,
    InvalidInput, and Conflict where it is in another state.
    """
    _require(actor)
    words = checked_reason(words)
    row = scoped.get(session, Arrangement, arrangement_id, actor, lock=True)
    before, after = _OF_DECISION[decision]
    if row.state == after and row.decided_words == words:
        return row
    if row.state != before:
        raise Conflict(_DECIDED, state=row.state)
    if decision is Decision.AGREE:
        on = row.made_at.astimezone(zone_of(session, row.organisation_id)).date()
        offered = [Instalment(one.amount, one.due_on) for one in row.promises]
        if not terms.may_agree(actor.role, offered, on):
            raise Forbidden(_BEYOND)
    else:
        making.release(session, row, now=now)
    row.state, row.decided_words, row.decided_at = after.value, words, now
    row.decided_by, row.decided_role = actor.account_id, actor.role.value
    making.tell(session, row, now=now)
    session.flush()
    return row


def settle(
    session: Session, promise_id: UUID, word: Word, words: str, *, actor: Actor, now: datetime
) -> Promise:
    """Say that a promised sum came by another way, or that it binds no more; twice is once.

    Raises Forbidden, NotFound, InvalidInput, and Conflict where it stands otherwise.
    """
    _require(actor)
    words = checked_reason(words)
    row = scoped.get(session, Promise, promise_id, actor, lock=True)
    standing = _OF_WORD[word]
    if row.standing == standing and row.settled_words == words:
        return row
    if row.standing not in making.BINDING:
        raise Conflict(_SETTLED, standing=row.standing)
    row.standing, row.stands_since = standing.value, now
    row.settled_by, row.settled_words = actor.account_id, words
    session.flush()
    finish(session, row.arrangement, now=now)
    return row


def of_case(session: Session, case: Case) -> Sequence[Promise]:
    """Every promise of a case with its arrangement, the latest made first."""
    query = (
        select(Promise)
        .where(Promise.case_id == case.id)
        .options(joinedload(Promise.arrangement))
        .order_by(Promise.made_at.desc(), Promise.number, Promise.id)
    )
    return session.scalars(query).all()


def to_follow(session: Session, actor: Actor, *, now: datetime) -> ToFollow:
    """What waits for the office: offers, missed days and the days of the coming week."""
    offers = (
        scoped.own(Arrangement, actor)
        .where(Arrangement.state == ArrangementState.OFFERED.value)
        .options(joinedload(Arrangement.case), selectinload(Arrangement.promises))
        .order_by(Arrangement.id)
        .limit(_SHOWN)
    )
    today = now.astimezone(zone_of(session, actor.organisation_id)).date()
    return ToFollow(
        session.scalars(offers).all(),
        _standing(session, actor, Standing.MISSED),
        _standing(session, actor, Standing.OPEN, until=today + _SOON),
    )


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    case_id: UUID | None = None,
    standing: str | None = None,
) -> tuple[Sequence[Promise], UUID | None]:
    """One page of promises, of a case or of a standing if asked."""
    query = scoped.own(Promise, actor, {Promise.case_id: case_id, Promise.standing: standing})
    return scoped.page(session, query, Promise, after=after, limit=limit)


def arrangements(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    case_id: UUID | None = None,
    state: str | None = None,
) -> tuple[Sequence[Arrangement], UUID | None]:
    """One page of arrangements, of a case or in a state if asked."""
    query = scoped.own(Arrangement, actor, {Arrangement.case_id: case_id, Arrangement.state: state})
    query = query.options(selectinload(Arrangement.promises))
    return scoped.page(session, query, Arrangement, after=after, limit=limit)


def _standing(
    session: Session, actor: Actor, standing: Standing, until: date | None = None
) -> Sequence[Promise]:
    query = scoped.own(Promise, actor).where(Promise.standing == standing.value)
    if until is not None:
        query = query.where(Promise.due_on <= until)
    query = query.options(joinedload(Promise.arrangement), joinedload(Promise.case))
    return session.scalars(query.order_by(Promise.due_on, Promise.id).limit(_SHOWN)).all()


def _require(actor: Actor) -> None:
    if not actor.may(Permission.SETTLE_PROMISES):
        raise Forbidden(Permission.SETTLE_PROMISES.value)

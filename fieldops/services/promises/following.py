"""Following promises up: money that came keeps them, a day that passed without it is missed."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fieldops.domain import alerting
from fieldops.domain.instalments import ArrangementState, Standing, Terms
from fieldops.domain.permissions import Role
from fieldops.models import Arrangement, Case, Payment, Promise
from fieldops.services import notices
from fieldops.services.organisations import zone_of
from fieldops.services.promises.making import BINDING, tell

MISSED = "promise.missed"
_CLOSED = ("closed", "erased")
_AT_ONCE = 500


def credit(session: Session, case_id: UUID, *, now: datetime) -> None:
    """Let the money that came since it was promised keep what is promised, the first first."""
    query = select(Promise).where(Promise.case_id == case_id, Promise.standing.in_(BINDING))
    binding = session.scalars(query.order_by(Promise.id).with_for_update()).all()
    if not binding:
        return
    promised = _whole(session, binding[0])
    money = _paid_since(session, case_id, promised[0].made_at)
    for one in promised:
        # What a person said was paid came by another way than through our hands.
        if one.settled_by is not None:
            continue
        if money < one.amount:
            break
        money -= one.amount
        if one.standing in BINDING:
            one.standing, one.stands_since = Standing.KEPT.value, now
    session.flush()
    finish(session, promised[0].arrangement, now=now)


def finish(session: Session, arrangement: Arrangement | None, *, now: datetime) -> None:
    """An arrangement of which every instalment was kept is kept."""
    if arrangement is None or arrangement.state != ArrangementState.AGREED:
        return
    session.refresh(arrangement, ["promises"])
    if all(one.standing == Standing.KEPT for one in arrangement.promises):
        arrangement.state = ArrangementState.KEPT.value
        tell(session, arrangement, now=now)
        session.flush()


def go_round(session: Session, organisation_id: UUID, *, terms: Terms, at: datetime) -> None:
    """Tell the office of promised days that passed without their money, each once."""
    today = at.astimezone(zone_of(session, organisation_id)).date()
    query = (
        select(Promise)
        .join(Case, Promise.case_id == Case.id)
        .outerjoin(Arrangement, Promise.arrangement_id == Arrangement.id)
        .where(
            Promise.organisation_id == organisation_id,
            Promise.standing == Standing.OPEN.value,
            Promise.due_on < today - terms.grace,
            Case.state.not_in(_CLOSED),
            or_(Arrangement.id.is_(None), Arrangement.state == ArrangementState.AGREED.value),
        )
        .order_by(Promise.due_on, Promise.id)
        .limit(_AT_ONCE)
        .with_for_update(of=Promise)
    )
    words = []
    for one in session.scalars(query).all():
        one.standing, one.stands_since = Standing.MISSED.value, at
        words.append(_word(one))
    session.flush()
    if words:
        notices.tell(session, organisation_id, words, at=at)


def _word(one: Promise) -> notices.Word:
    return notices.Word(
        about=f"cases/{one.case_id}#promises", code=MISSED, occasion=alerting.MISSED,
        role=Role.DISPATCHER.value, version=(MISSED, one.id), case_id=one.case_id,
        way=alerting.DIGEST,
    )  # fmt: skip


def _whole(session: Session, one: Promise) -> Sequence[Promise]:
    """All instalments of the arrangement of a promise, or the promise alone."""
    if one.arrangement_id is None:
        return [one]
    query = select(Promise).where(Promise.arrangement_id == one.arrangement_id)
    return session.scalars(query.order_by(Promise.number)).all()


def _paid_since(session: Session, case_id: UUID, at: datetime) -> Decimal:
    query = select(func.sum(Payment.amount)).where(
        Payment.case_id == case_id, Payment.paid_at >= at
    )
    return session.scalar(query) or Decimal(0)

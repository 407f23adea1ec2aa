"""Promises and payments of a report, by currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from fieldops.models import Payment, Promise
from fieldops.services.reports.asked import Asked


@dataclass(frozen=True, slots=True)
class Sum:
    """How many there were in one currency and what they come to."""

    currency: str
    number: int
    amount: Decimal


def promises(session: Session, asked: Asked) -> Sequence[Sum]:
    """What was promised on these days, whenever it is due."""
    # Instalments were promised in one word, which is counted once.
    words = func.sum(case((or_(Promise.number.is_(None), Promise.number == 1), 1), else_=0))
    query = select(Promise.currency, words, func.sum(Promise.amount))
    query = query.where(*asked.within(Promise.made_at), *asked.of_cases(Promise.case_id))
    query = query.group_by(Promise.currency).order_by(Promise.currency)
    return [Sum(*row) for row in session.execute(query)]


def payments(session: Session, asked: Asked) -> Sequence[Sum]:
    """What was paid to agents on these days."""
    query = select(Payment.currency, func.count(), func.sum(Payment.amount))
    query = query.where(*asked.within(Payment.paid_at), *asked.of_cases(Payment.case_id))
    query = query.group_by(Payment.currency).order_by(Payment.currency)
    return [Sum(*row) for row in session.execute(query)]

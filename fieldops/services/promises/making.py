"""Taking down what a debtor promised at the door: a sum by a day, or instalments.

A later promise takes the place of an earlier one: one at a time binds a debtor in a case.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.answers import Promised
from fieldops.domain.facts import ArrangementChanged
from fieldops.domain.instalments import ArrangementState, Instalment, Standing, Terms
from fieldops.domain.permissions import Actor
from fieldops.models import Arrangement, Promise, Visit
from fieldops.services import outbox
from fieldops.services.promises import owing

STANDING = (ArrangementState.OFFERED.value, ArrangementState.AGREED.value)
BINDING = (Standing.OPEN.value, Standing.MISSED.value)


def take_down(
    session: Session,
    visit: Visit,
    promised: Promised,
    *,
    terms: Terms,
    on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep a promise that was made at a visit, in the place of those before it.

    Instalments beyond the actor's own bounds are an offer. Raises InvalidInput, by field, for
    those beyond everybody's, and for more than is still owed.
    """
    owing.check(session, visit.case, promised)
    if promised.instalments:
        terms.check(promised.instalments, on)
    _replace(session, visit, now=now)
    arrangement = None
    if promised.instalments:
        agreed = terms.may_agree(actor.role, promised.instalments, on)
        arrangement = _arranged(session, visit, promised, agreed, actor=actor, now=now)
    lines = promised.instalments or (Instalment(promised.amount, promised.due_on),)
    session.add_all(
        Promise(
            organisation_id=visit.organisation_id, case_id=visit.case_id, visit_id=visit.id,
            arrangement_id=arrangement.id if arrangement else None,
            number=number if arrangement else None, amount=one.amount,
            currency=visit.case.currency, due_on=one.due_on, made_at=now,
            standing=Standing.OPEN.value, stands_since=now,
        )
        for number, one in enumerate(lines, 1)
    )  # fmt: skip
    session.flush()


def tell(session: Session, arrangement: Arrangement, *, now: datetime) -> None:
    """Let follow what follows when an arrangement came to another state."""
    fact = ArrangementChanged(arrangement.id)
    outbox.record(session, fact, organisation_id=arrangement.organisation_id, now=now)


def release(session: Session, arrangement: Arrangement, *, now: datetime) -> None:
    """What is open of an arrangement binds no more."""
    for one in arrangement.promises:
        if one.standing in BINDING:
            one.standing, one.stands_since = Standing.RELEASED.value, now
    session.flush()


def _arranged(
    session: Session, visit: Visit, promised: Promised, agreed: bool, *, actor: Actor,
    now: datetime,
) -> Arrangement:  # fmt: skip
    state = ArrangementState.AGREED if agreed else ArrangementState.OFFERED
    row = Arrangement(
        organisation_id=visit.organisation_id, case_id=visit.case_id, visit_id=visit.id,
        amount=promised.amount, currency=visit.case.currency, count=len(promised.instalments),
        state=state.value, made_at=now,
    )  # fmt: skip
    if agreed:
        row.decided_by, row.decided_role, row.decided_at = actor.account_id, actor.role.value, now
    session.add(row)
    session.flush()
    tell(session, row, now=now)
    return row


def _replace(session: Session, visit: Visit, *, now: datetime) -> None:
    earlier = select(Arrangement).where(
        Arrangement.case_id == visit.case_id, Arrangement.state.in_(STANDING)
    )
    for row in session.scalars(earlier.order_by(Arrangement.id).with_for_update()):
        row.state = ArrangementState.REPLACED.value
        tell(session, row, now=now)
    binding = select(Promise).where(Promise.case_id == visit.case_id, Promise.standing.in_(BINDING))
    for one in session.scalars(binding.order_by(Promise.id)):
        one.standing, one.stands_since = Standing.RELEASED.value, now
    session.flush()

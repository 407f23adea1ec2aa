"""What is still owed in a case: what the lender last said, less the money that came since.

Where the lender named no amount nothing is known, and nothing is held against a promise.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.answers import Promised
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.models import Case, Import, Payment

NOTHING = Decimal("0.00")


def outstanding(session: Session, cases: Iterable[Case]) -> Mapping[UUID, Decimal]:
    """What is still owed in each of these cases of which that is known."""
    stated = {case.id: case.amount for case in cases if case.amount > 0}
    said_at = func.coalesce(Import.created_at, Case.created_at)
    query = (
        select(Payment.case_id, func.sum(Payment.amount))
        .join(Case, Case.id == Payment.case_id)
        .outerjoin(Import, Import.id == Case.import_id)
        .where(Payment.case_id.in_(stated), Payment.paid_at >= said_at)
        .group_by(Payment.case_id)
    )
    came = dict(session.execute(query).all()) if stated else {}
    return {one: max(amount - came.get(one, NOTHING), NOTHING) for one, amount in stated.items()}


def check(session: Session, case: Case, promised: Promised) -> None:
    """Raise InvalidInput where more is promised than is still owed."""
    owed = outstanding(session, [case]).get(case.id)
    if owed is None or promised.amount <= owed:
        return
    what = Bilingual(f"is more than is still owed, {owed}", f"超过尚欠金额 {owed}")
    cure = Bilingual(f"write {owed} or less", f"请填写不超过 {owed} 的金额")
    raise InvalidInput(faults=[FieldFault("promise.amount", what, cure)])

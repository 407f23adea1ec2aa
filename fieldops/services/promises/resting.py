"""Contact rests while instalments are offered or kept, and goes on when that is over."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.instalments import ArrangementState
from fieldops.domain.permissions import Actor
from fieldops.domain.rights.tables import Rights
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.models import Arrangement, Hold
from fieldops.services import hold_ending, holds, scoped

_VARIANTS = {ArrangementState.OFFERED.value: "offer", ArrangementState.AGREED.value: "plan"}
_REASONS = {"offer": "分期还款提议待答复", "plan": "分期还款协议履行中"}


def rest_or_go_on(
    session: Session, arrangement_id: UUID, *, rights: Rights, actor: Actor, now: datetime
) -> None:
    """Bring the hold of an arrangement to what its state asks; doing it again changes nothing."""
    row = scoped.get(session, Arrangement, arrangement_id, actor, lock=True)
    wanted = _VARIANTS.get(row.state)
    held = session.get(Hold, row.hold_id) if row.hold_id else None
    if held is not None and (held.variant != wanted or held.lifted_at is not None):
        # One that a person lifted stays lifted, whatever becomes of the instalments.
        if held.variant == wanted:
            return
        # One that a person had placed before is his to end.
        if held.placed_by is None:
            hold_ending.end(session, held, row.decided_words or row.state, actor=actor, now=now)
        held = None
    if wanted is None or held is not None:
        return
    order = holds.HoldOrder(
        HoldKind.HARDSHIP, HoldScope.DEBT, row.case_id, _REASONS[wanted], variant=wanted
    )
    row.hold_id = holds.place(session, order, rights=rights, actor=actor, now=now).hold.id
    session.flush()

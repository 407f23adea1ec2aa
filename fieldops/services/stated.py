"""What other houses state of a case, as a reader may see it: their word, beside our own record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Case, StatedFlag, StatedItem, StatedReview, StatedVisit
from fieldops.models.stated import Stated
from fieldops.services import scoped

_MOST = 50


@dataclass(frozen=True, slots=True)
class StatedFile:
    """The newest of each kind, as far as the reader's role reaches; reviews by their flag."""

    visits: Sequence[StatedVisit]
    items: Sequence[StatedItem]
    flags: Sequence[StatedFlag]
    reviews: Sequence[StatedReview]

    @property
    def houses(self) -> tuple[str, ...]:
        """Who states it, by name."""
        rows: tuple[Stated, ...] = (*self.visits, *self.items, *self.flags)
        return tuple(sorted({row.house_name for row in rows}))


def of_case(session: Session, case_id: UUID, *, actor: Actor) -> StatedFile:
    """What others state of one case; raises NotFound for another's case."""
    case = scoped.get(session, Case, case_id, actor)

    def newest(model: Any, order: Any, permission: Permission) -> Sequence[Any]:
        if not actor.may(permission):
            return ()
        query = select(model).where(model.case_id == case.id)
        return session.scalars(query.order_by(order.desc(), model.id).limit(_MOST)).all()

    return StatedFile(
        newest(StatedVisit, StatedVisit.arrived_at, Permission.READ_CASES),
        newest(StatedItem, StatedItem.received_at, Permission.READ_EVIDENCE),
        newest(StatedFlag, StatedFlag.raised_at, Permission.READ_TRACE),
        newest(StatedReview, StatedReview.at, Permission.READ_TRACE),
    )

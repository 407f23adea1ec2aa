"""The desk at which somebody restricted is answered: his rights do not rest with his data.

Whoever handles complaints, disputes and requests takes them down from him and finds them, and
nothing else of him: to answer what he asks is not to use his data.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Complaint, Dispute
from fieldops.models import restriction as restricted
from fieldops.models.base import Base


def of(session: Session, actor: Actor, *models: type[Base]) -> AbstractContextManager[None]:
    """Who handles what persons ask finds in these tables, or in all, who is restricted too."""
    if actor.may(Permission.HANDLE_COMPLAINTS):
        return restricted.seeing(session, *models)
    return nullcontext()


def resting(session: Session, found: Sequence[Complaint] | Sequence[Dispute]) -> set[UUID]:
    """Of these those of whoever is restricted: of them nothing else may be shown."""
    subjects = {one for row in found for one in (row.case_id, row.party_id)}
    hidden = restricted.resting(session, *subjects)
    return {row.id for row in found if row.case_id in hidden or row.party_id in hidden}

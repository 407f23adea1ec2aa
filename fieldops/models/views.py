"""What people keep for themselves: views of timelines under a name."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from fieldops.models.base import Base, Owned
from fieldops.models.types import Moment, Note, SealedJson


class SavedView(Owned, Base):
    """A filter of timelines that one account keeps under a name, for one case or for all."""

    __tablename__ = "saved_view"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    # Set where the filter names a person or an address, which other cases do not have.
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), index=True)
    name: Mapped[Note]
    # The names and values of an address: kind, person, address, from, to, q.
    asked: Mapped[Any] = mapped_column(SealedJson("saved-view"))
    kept_at: Mapped[Moment]

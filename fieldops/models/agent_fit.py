"""How much of what agents handed in did not fit, as it was counted last and is read at once."""

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldops.models.base import Base, Owned
from fieldops.models.types import Json, Moment


class AgentFit(Owned, Base):
    """The counts of one agent within `[since, until)`, as they stood at `counted_at`.

    The rows of an organisation are of one count, and the next one replaces them all. They tell of
    agents alone: of debtors they hold neither name nor id, so that no erasure has anything to take
    from them, and what was erased is gone from the next count. Grounds and reviews are not kept
    here: whoever reads judges by the thresholds and the words of now.
    """

    __tablename__ = "agent_fit"
    __table_args__ = (UniqueConstraint("organisation_id", "agent_id"),)

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id"), index=True)
    since: Mapped[Moment]
    until: Mapped[Moment]
    counted_at: Mapped[Moment]
    items: Mapped[int]
    doubtful: Mapped[int]
    # How many items failed each check: {"fix-to-address": 3, ...}
    checks: Mapped[Json]
    visits: Mapped[int]
    remarked: Mapped[int]
    compared: Mapped[int]
    nobody: Mapped[int]
    expected: Mapped[float]
    surplus: Mapped[float]

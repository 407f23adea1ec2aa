"""What road engines said: remembered for the next plan, and the whole table of each plan."""

from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from fieldops.models.base import Base, Owned
from fieldops.models.types import Digest, Moment, Word


class TravelRow(Base):
    """What an engine said of the ways from one place to many others, all organisations together.

    The row is found by a blind index of engine and place, and its legs are sealed: the table names
    nobody's home.
    """

    __tablename__ = "travel_row"

    id: Mapped[Digest] = mapped_column(primary_key=True)
    engine: Mapped[Word]
    # Sealed and compressed: for each target its place, seconds, metres and the day of the answer.
    legs: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[Moment] = mapped_column(index=True)


class PlanTravel(Owned, Base):
    """The table of travel that a plan was made with, where a road engine was asked for all of it.

    It stands apart from the plan's problem because it has two numbers for each pair of places.
    """

    __tablename__ = "plan_travel"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), unique=True)
    # Compressed: seconds and metres by rows, in the order of the problem's places.
    cells: Mapped[bytes] = mapped_column(LargeBinary)

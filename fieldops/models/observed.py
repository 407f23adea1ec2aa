"""What stands beside observations: keys by which values are found, and the feed of changes."""

from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from fieldops.models.base import Base
from fieldops.models.types import Word


class ObservationKey(Base):
    """A blind index of one value that an observation names: who else has this phone, this plate?

    The key holds kind and organisation, so that equal values of two organisations share nothing.
    On PostgreSQL the table is cut by hash of the key, as observations are by person.
    """

    __tablename__ = "observation_key"

    # The first 16 bytes of the blind index.
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    observation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(Uuid)
    person_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[Word]


class ObservationFeed(Base):
    """The last number of an organisation's feed; its row is locked until the writer commits."""

    __tablename__ = "observation_feed"

    organisation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    last_seq: Mapped[int] = mapped_column(BigInteger)


class ObservationChange(Base):
    """One step of the feed, numbered by the database in the order of commits, without gaps."""

    __tablename__ = "observation_change"

    organisation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    observation_id: Mapped[UUID] = mapped_column(Uuid)
    person_id: Mapped[UUID] = mapped_column(Uuid)
    # recorded or withdrawn
    what: Mapped[Word]

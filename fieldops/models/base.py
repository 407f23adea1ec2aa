"""Our own declarative base, with constraint names that migrations can rely on."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from fieldops.models.types import Id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


class Owned:
    """What belongs to one organisation and is seen by no other."""

    id: Mapped[Id]

    @declared_attr
    @classmethod
    def organisation_id(cls) -> Mapped[UUID]:
        """The organisation to which the row belongs."""
        return mapped_column(Uuid, ForeignKey("organisation.id"), index=True)

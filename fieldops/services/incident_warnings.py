"""What the next crew is warned of at a door: kinds of incidents, nobody's words."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import Incident

# What the next crew is told of, unless a manager has said that it need not be.
_WARNING = ("threat", "assault", "animal", "property_damage")


def warnings(session: Session, addresses: Collection[UUID]) -> dict[UUID, list[str]]:
    """What the next crew is warned of at each address: kinds of incidents, no person's words."""
    query = (
        select(Incident.address_id, Incident.kind)
        .where(Incident.address_id.in_(addresses))
        .where(Incident.warns.is_(True) | (Incident.warns.is_(None) & Incident.kind.in_(_WARNING)))
        .distinct()
        .order_by(Incident.address_id, Incident.kind)
    )
    found: dict[UUID, list[str]] = {}
    for address_id, kind in session.execute(query):
        if address_id is not None:
            found.setdefault(address_id, []).append(kind)
    return found

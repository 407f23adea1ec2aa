"""Locating the addresses that wait: which they are, and keeping what a geocoder said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.gazetteer import Gazetteer
from fieldops.domain.locating import AmbiguousPlace, Located, Outcome, PlaceCandidate
from fieldops.domain.permissions import Actor
from fieldops.models import Address, Case
from fieldops.services import scoped
from fieldops.services.locating import moving
from fieldops.services.locating.areas import area_code, county_of


@dataclass(frozen=True, slots=True)
class Pending:
    """An address to be asked for."""

    id: UUID
    text: str


def count_pending(session: Session, import_id: UUID, actor: Actor) -> int:
    """How many addresses of an import's cases wait to be located."""
    query = select(func.count(Address.id)).where(*_waiting(import_id, actor))
    return session.scalar(query) or 0


def pending(
    session: Session, import_id: UUID, actor: Actor, *, after: UUID | None, limit: int
) -> Sequence[Pending]:
    """The next addresses that wait, in the order of their ids."""
    query = select(Address.id, Address.text).where(*_waiting(import_id, actor))
    if after is not None:
        query = query.where(Address.id > after)
    rows = session.execute(query.order_by(Address.id).limit(limit))
    return [Pending(address_id, text) for address_id, text in rows]


def keep_answers(
    session: Session,
    answers: Mapping[UUID, Outcome],
    *,
    gazetteer: Gazetteer | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Write what was found; an address that somebody settled meanwhile is left alone.

    Returns how many addresses were written.
    """
    query = scoped.own(Address, actor).where(
        Address.id.in_(answers.keys()), Address.state == "pending"
    )
    rows = session.scalars(query.with_for_update()).all()
    for address in rows:
        for name, value in _columns(answers[address.id]).items():
            setattr(address, name, value)
        address.located_at = now
        address.version += 1
        if address.area_code is None:
            address.area_code = area_code(county_of(address.text, gazetteer))
    moving.tell(session, [address.id for address in rows], actor=actor, now=now)
    session.flush()
    return len(rows)


def _waiting(import_id: UUID, actor: Actor) -> tuple[Any, ...]:
    return (
        Address.organisation_id == actor.organisation_id,
        Address.state == "pending",
        Address.case_id.in_(select(Case.id).where(Case.import_id == import_id)),
    )


def _columns(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Located):
        return {
            "state": "located",
            "grade": outcome.grade.value,
            "provider": outcome.provider,
            "lat": outcome.position.lat,
            "lon": outcome.position.lon,
            "candidates": [],
        }
    nowhere = {"lat": None, "lon": None, "grade": "none"}
    if isinstance(outcome, AmbiguousPlace):
        candidates = [_candidate(each) for each in outcome.candidates]
        provider = outcome.candidates[0].provider if candidates else ""
        return {**nowhere, "state": "ambiguous", "provider": provider, "candidates": candidates}
    return {**nowhere, "state": "unlocated", "provider": outcome.provider, "candidates": []}


def _candidate(candidate: PlaceCandidate) -> dict[str, Any]:
    position = candidate.position
    return {
        "label": candidate.label,
        "reference": candidate.reference,
        "grade": candidate.grade.value,
        "provider": candidate.provider,
        "lat": position.lat if position else None,
        "lon": position.lon if position else None,
    }

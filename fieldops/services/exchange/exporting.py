"""Writing the trace record of an organisation as lines, a part at a time."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.errors import Forbidden
from fieldops.domain.followthemoney import Entity, write_line
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import (
    Address,
    DataKey,
    Organisation,
    Party,
    Person,
    RestrictedSubject,
    StatedFlag,
    StatedItem,
    StatedVisit,
    restriction,
)
from fieldops.services import observed, scoped
from fieldops.services.exchange import plain
from fieldops.services.exchange.rows import SCHEMATA, House, carried, entity_of
from fieldops.services.exchange.stating import own_rows, pages
from fieldops.services.organisations import zone_of
from fieldops.services.parts import in_parts

END = "FieldopsEnd"
"""The schema of the last line, which says how many entities stand before it."""


def export_record(session: Session, *, actor: Actor, now: datetime) -> Iterator[str]:
    """The lines: all rows in our own schemata, the same in those of FollowTheMoney, and the end.

    Raises Forbidden before the first line.
    """
    if not actor.may(Permission.MOVE_TRACE):
        raise Forbidden(Permission.MOVE_TRACE.value)
    return map(write_line, _closed(_entities(session, actor, now)))


def _closed(entities: Iterator[Entity]) -> Iterator[Entity]:
    count = 0
    for entity in entities:
        count += 1  # The number is wanted after the loop.
        yield entity
    yield Entity("fieldops-end", END, {"entities": (str(count),)})


def _entities(session: Session, actor: Actor, now: datetime) -> Iterator[Entity]:
    own = session.get_one(Organisation, actor.organisation_id)
    house, hidden = House(own.id, own.name), _hidden(session)
    for schema, model in SCHEMATA.items():
        for row in _stated(session, model, actor, house, hidden):
            yield entity_of(schema, row, house)
    yield from _plain(session, actor, hidden, now)
    persons = select(Party.person_id)
    for row in _stated(session, StatedVisit, actor, house, hidden):
        yield plain.visit(row, session.scalars(persons.where(Party.id == row.party_id)).one())
    yield from map(plain.item, _stated(session, StatedItem, actor, house, hidden))
    yield from map(plain.flag, _stated(session, StatedFlag, actor, house, hidden))


def _stated(
    session: Session, model: Any, actor: Actor, house: House, hidden: set[UUID]
) -> Iterator[Any]:
    """The rows of a table that are told: our own in the form of stated ones, then those of it."""
    columns = ["id", *(one.column.name for one in carried(model) if one.refers_to)]
    for row in chain(own_rows(session, model, actor, house), _rows(session, model, actor)):
        if not hidden or not any(getattr(row, name) in hidden for name in columns):
            yield row


def _plain(session: Session, actor: Actor, hidden: set[UUID], now: datetime) -> Iterator[Entity]:
    zone = zone_of(session, actor.organisation_id)
    for person in _shown(session, Person, actor, hidden):
        yield plain.person(person)
        rows = observed.of_person(session, person.id)
        values = {str(row.id): row.values for row in rows if row.values}
        found = trace.ownership(observed.as_read(person.id, rows, now, zone))
        yield from plain.holdings(person.id, found, values)
    for place in _shown(session, Address, actor, hidden):
        yield plain.address(place)
    for party in _shown(session, Party, actor, hidden):
        debtor = select(Party.person_id).where(
            Party.case_id == party.case_id, Party.role == "debtor"
        )
        debtor_id = session.scalar(debtor.order_by(Party.id).limit(1))
        if debtor_id is not None and debtor_id not in hidden:
            yield from plain.family(party, debtor_id)


def _shown(session: Session, model: Any, actor: Actor, hidden: set[UUID]) -> Iterator[Any]:
    return (row for row in _rows(session, model, actor) if row.id not in hidden)


def _rows(session: Session, model: Any, actor: Actor) -> Iterator[Any]:
    for rows in pages(session, scoped.own(model, actor), model):
        yield from rows


def _hidden(session: Session) -> set[UUID]:
    """The ids of what is told to nobody: persons and debts that rest or were erased, and theirs.

    A row that nobody hides may refer to one that is: an observation of one person may name the
    door or the contact of another who rests.
    """
    found = set(session.scalars(select(RestrictedSubject.subject_id)))
    found |= set(session.scalars(select(DataKey.id).where(DataKey.destroyed_at.is_not(None))))
    with restriction.seeing(session):
        for model in SCHEMATA.values():
            columns = [getattr(model, name) for name in restriction.HIDDEN.get(model, ())]
            for part in in_parts(found) if columns else ():
                named = or_(*(column.in_(part) for column in columns))
                found |= set(session.scalars(select(model.id).where(named)))
    return found

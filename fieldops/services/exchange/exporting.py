"""Writing the trace record of an organisation as lines, in constant memory."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.errors import Forbidden
from fieldops.domain.followthemoney import Entity, write_line
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Address, Party, Person
from fieldops.services import observed, scoped
from fieldops.services.exchange import plain
from fieldops.services.exchange.rows import SCHEMATA, entity_of
from fieldops.services.organisations import zone_of

_AT_ONCE = 500


def export_record(session: Session, *, actor: Actor, now: datetime) -> Iterator[str]:
    """The lines: all rows in our own schemata, then the same in those of FollowTheMoney.

    Raises Forbidden before the first line.
    """
    if not actor.may(Permission.MOVE_TRACE):
        raise Forbidden(Permission.MOVE_TRACE.value)
    return map(write_line, _entities(session, actor, now))


def _entities(session: Session, actor: Actor, now: datetime) -> Iterator[Entity]:
    for schema, model in SCHEMATA.items():
        for row in _rows(session, model, actor):
            yield entity_of(schema, row)
    zone = zone_of(session, actor.organisation_id)
    for person in _rows(session, Person, actor):
        yield plain.person(person)
        rows = observed.of_person(session, person.id)
        values = {str(row.id): row.values for row in rows if row.values}
        found = trace.ownership(observed.as_read(person.id, rows, now, zone))
        yield from plain.holdings(person.id, found, values)
    for place in _rows(session, Address, actor):
        yield plain.address(place)
    for party in _rows(session, Party, actor):
        debtor = select(Party.person_id).where(
            Party.case_id == party.case_id, Party.role == "debtor"
        )
        if (debtor_id := session.scalar(debtor.order_by(Party.id).limit(1))) is not None:
            yield from plain.family(party, debtor_id)


def _rows(session: Session, model: Any, actor: Actor) -> Iterator[Any]:
    """All rows in order of id, some at a time, and none of them kept."""
    after = None
    while True:
        query = scoped.own(model, actor)
        rows, after = scoped.page(session, query, model, after=after, limit=_AT_ONCE)
        yield from rows
        if after is None:
            return

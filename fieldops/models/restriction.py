"""Restricted persons and cases are left out of every reading, by the session itself.

What rests under a restriction is stored and secured, and nothing else: no list, page, plan, job or
search finds it, whoever asks. Only the few services that store, secure, keep to a legal clock or
answer to the person himself read inside of `seeing`, where it suffices of some tables alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, event, exists, or_, select
from sqlalchemy.orm import (
    InstrumentedAttribute,
    ORMExecuteState,
    Session,
    SessionTransaction,
    with_loader_criteria,
)

from fieldops.models.alerts import Deadline, LegalEvent, Notice
from fieldops.models.base import Base
from fieldops.models.cases import Address, Case, Party, Person
from fieldops.models.closing import CaseClosing
from fieldops.models.custody import Item, Pack
from fieldops.models.overriding import RuleOverride
from fieldops.models.plans import Stop
from fieldops.models.promises import Arrangement, Promise
from fieldops.models.protection import RestrictedSubject
from fieldops.models.requests import Complaint, ContactRequest, Dispute
from fieldops.models.rights import Contact, Hold, RulingRecord
from fieldops.models.safety import Incident
from fieldops.models.stated import StatedFlag, StatedItem, StatedReview, StatedVisit
from fieldops.models.trace import Belief, Flag, Observation
from fieldops.models.views import SavedView
from fieldops.models.visits import Payment, Visit

HIDDEN: Mapping[type[Base], tuple[str, ...]] = {
    Case: ("id",),
    Person: ("id",),
    Party: ("id", "case_id", "person_id"),
    Address: ("case_id", "party_id"),
    Visit: ("case_id", "party_id"),
    Observation: ("case_id", "person_id"),
    Belief: ("case_id", "person_id"),
    Flag: ("case_id", "person_id"),
    Contact: ("case_id", "person_id"),
    Hold: ("case_id", "person_id"),
    RulingRecord: ("case_id",),
    CaseClosing: ("case_id",),
    RuleOverride: ("case_id", "party_id"),
    Arrangement: ("case_id",),
    Promise: ("case_id",),
    Payment: ("case_id",),
    Deadline: ("case_id",),
    Notice: ("case_id",),
    LegalEvent: ("case_id",),
    Complaint: ("case_id", "party_id"),
    Dispute: ("case_id", "party_id"),
    ContactRequest: ("case_id", "person_id"),
    Incident: ("case_id",),
    Stop: ("case_id",),
    Item: ("case_id",),
    Pack: ("case_id",),
    SavedView: ("case_id",),
    StatedVisit: ("case_id", "party_id"),
    StatedItem: ("case_id",),
    StatedFlag: ("case_id", "person_id"),
    StatedReview: ("case_id", "person_id"),
}
"""Rows of these tables are left out where one of the columns names a restricted subject. Neither
the custody log nor the record of who read what is among them: they secure."""

_Columns = TypeVarTuple("_Columns")
_SEES, _ANY = "sees_restricted", "any_restricted"


@contextmanager
def seeing(session: Session, *models: type[Base]) -> Iterator[None]:
    """Readings inside find what is restricted too: of these tables, or of all if none is named."""
    before = _seen(session)
    session.info[_SEES] = before | (frozenset(models) or _ALL)
    try:
        yield
    finally:
        session.info[_SEES] = before


def resting(session: Session, *subjects: UUID) -> dict[UUID, UUID]:
    """Which of these persons, parts and cases are restricted now, each with its restriction."""
    marks = select(RestrictedSubject).where(RestrictedSubject.subject_id.in_(subjects))
    return {one.subject_id: one.restriction_id for one in session.scalars(marks)}


def changed(session: Session) -> None:
    """What is restricted changed in this transaction."""
    session.info.pop(_ANY, None)


def free(*columns: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """That none of these columns names a restricted person, part or case."""
    named = RestrictedSubject.__table__.c.subject_id
    is_named = or_(*(named == column for column in columns))
    return ~exists(select(named).where(is_named).correlate_except(RestrictedSubject))


def free_along(column: InstrumentedAttribute[Any], model: type[Base]) -> ColumnElement[bool]:
    """That a column names no row of this table that is left out; it may name none at all."""
    rows = model.__table__
    named = (rows.c[each] for each in HIDDEN[model])
    resting = select(rows.c.id).where(rows.c.id == column, ~free(*named))
    return ~exists(resting.correlate_except(rows))


def _option(model: type[Base], columns: tuple[str, ...]) -> Any:
    criteria = free(*(getattr(model, column) for column in columns))
    # What is loaded along with a row by the same statement is left out only by what propagates.
    return with_loader_criteria(model, criteria, propagate_to_loaders=True, include_aliases=True)


_OPTIONS = {model: _option(model, columns) for model, columns in HIDDEN.items()}
_OURS: Final[frozenset[Any]] = frozenset(_OPTIONS.values())
_ALL: Final[frozenset[type[Base]]] = frozenset(HIDDEN)


def _seen(session: Session) -> frozenset[type[Base]]:
    """The tables of which this session finds everything now."""
    found: frozenset[type[Base]] = session.info.get(_SEES, frozenset())
    return found


def _is_any(session: Session) -> bool:
    """Whether anything is restricted at all: mostly nothing is, and no reading is made dearer."""
    if _ANY not in session.info:
        query = select(RestrictedSubject.__table__.c.subject_id).limit(1)
        session.info[_ANY] = session.connection().scalar(query) is not None
    return bool(session.info[_ANY])


def rows(
    session: Session, query: Select[*_Columns], values: Mapping[str, Any]
) -> Sequence[Row[*_Columns]]:
    """The rows of a query for columns, which leaves out what is restricted as every reading does.

    Where nothing is, the connection reads them without the session: that costs half as much.
    """
    if _seen(session) != _ALL and _is_any(session):
        return session.execute(query, values).all()
    if session.autoflush:
        session.flush()
    return session.connection().execute(query, values).all()


@event.listens_for(Session, "do_orm_execute")
def _leave_out(state: ORMExecuteState) -> None:
    if not state.is_select or state.is_column_load:
        return
    if state.is_relationship_load:
        _forget_how_it_was_read(state)
    seen = _seen(state.session)
    if seen != _ALL and _is_any(state.session):
        hiding = (option for model, option in _OPTIONS.items() if model not in seen)
        state.statement = state.statement.options(*hiding)


def _forget_how_it_was_read(state: ORMExecuteState) -> None:
    """What a row is asked for later follows what is seen then, not when the row was read."""
    carried = state.statement._with_options
    if not _OURS.isdisjoint(carried):
        state.statement = state.statement.options()
        state.statement._with_options = tuple(one for one in carried if one not in _OURS)


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    # What a flush opens inside of a transaction undoes nothing that the session has seen.
    if transaction.parent is None or transaction.nested:
        changed(session)

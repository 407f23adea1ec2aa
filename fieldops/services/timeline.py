"""All that happened in a case as one line of events, page by page, the newest first."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import (
    Case,
    Contact,
    Flag,
    FlagReview,
    Hold,
    Item,
    LegalEvent,
    Observation,
    Pack,
    RulingRecord,
    Visit,
)
from fieldops.services import scoped


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of event: its table, the column of its time, who may see it, and which rows count."""

    model: Any
    at: Any
    permission: Permission
    facts: tuple[str, ...]
    only: Any = None


_KINDS: Final[Mapping[str, _Kind]] = {
    "visit": _Kind(
        Visit,
        func.coalesce(Visit.arrived_at, Visit.planned_start),
        Permission.READ_CASES,
        ("state", "outcome", "address_id"),
    ),
    # A visit's own contact is the visit.
    "contact": _Kind(
        Contact,
        Contact.at,
        Permission.READ_CASES,
        ("channel", "purpose", "result", "person_id"),
        Contact.visit_id.is_(None),
    ),
    "observation": _Kind(
        Observation,
        Observation.observed_at,
        Permission.READ_TRACE,
        ("kind", "polarity", "asset", "address_id", "source_class", "recorded_at", "withdrawn_at"),
    ),
    "item": _Kind(
        Item, Item.received_at, Permission.READ_EVIDENCE, ("kind", "filename", "size", "sha256")
    ),
    "flag": _Kind(
        Flag, Flag.raised_at, Permission.READ_TRACE, ("code", "subject", "severity", "state")
    ),
    "review": _Kind(FlagReview, FlagReview.at, Permission.READ_TRACE, ("verdict", "flag_id")),
    "legal_event": _Kind(
        LegalEvent, LegalEvent.at, Permission.READ_TRACE, ("kind", "subject", "withdrawn_at")
    ),
    "hold": _Kind(Hold, Hold.placed_at, Permission.READ_CASES, ("kind", "scope", "lifted_at")),
    # What the rulebook let through is the visit or the contact itself.
    "ruling": _Kind(
        RulingRecord,
        RulingRecord.at,
        Permission.READ_VISITS,
        ("gate", "violations"),
        RulingRecord.allowed.is_(False),
    ),
    "pack": _Kind(Pack, Pack.created_at, Permission.READ_TRACE, ("purpose", "state", "profile")),
}
KINDS: Final = tuple(_KINDS)


@dataclass(frozen=True, slots=True)
class Event:
    """One line: when, what kind of thing, and the row itself."""

    at: datetime
    kind: str
    row: Any

    @property
    def id(self) -> UUID:
        """The id of the row."""
        found: UUID = self.row.id
        return found

    @property
    def facts(self) -> dict[str, Any]:
        """What the row says that names no person."""
        return {name: getattr(self.row, name) for name in _KINDS[self.kind].facts}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the next begins behind it. Written `TIME/kind/id`."""

    at: datetime
    kind: str
    id: UUID

    def __str__(self) -> str:
        """As a caller hands it back."""
        at = self.at.astimezone(UTC).replace(tzinfo=None)
        return f"{at.isoformat()}Z/{self.kind}/{self.id}"


def place(text: str) -> Place:
    """Read where a page ended; raises InvalidInput."""
    at, _, rest = text.partition("/")
    kind, _, row_id = rest.partition("/")
    try:
        found = Place(datetime.fromisoformat(at), kind, UUID(row_id))
    except ValueError:
        found = None
    if found is None or kind not in KINDS or found.at.tzinfo is None:
        fault = FieldFault("after", "is no place in a timeline", "give back `next` as it came")
        raise InvalidInput(faults=[fault])
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """Which kinds of event of which time: from `since` and before `until`; all where left out."""

    kinds: Collection[str] = KINDS
    since: datetime | None = None
    until: datetime | None = None


def of_case(
    session: Session,
    case_id: UUID,
    asked: Asked,
    *,
    after: Place | None = None,
    limit: int,
    actor: Actor,
) -> tuple[Sequence[Event], Place | None]:
    """One page of the events that the reader's role reaches, and where it ended; None at the end.

    Raises NotFound for another's case.
    """
    case = scoped.get(session, Case, case_id, actor)
    seen = [one for one in KINDS if one in asked.kinds and actor.may(_KINDS[one].permission)]
    if not seen:
        return [], None
    line = union_all(*(_of_kind(kind, case.id, asked, after, limit) for kind in seen)).subquery()
    order = (line.c.at.desc(), line.c.kind, line.c.id)
    found = session.execute(select(line).order_by(*order).limit(limit + 1)).all()
    rows = _rows(session, found[:limit])
    events = [Event(one.at, one.kind, rows[one.kind, one.id]) for one in found[:limit]]
    last = events[-1] if len(found) > limit else None
    return events, Place(last.at, last.kind, last.id) if last is not None else None


def _of_kind(
    kind: str, case_id: UUID, asked: Asked, after: Place | None, limit: int
) -> Select[Any]:
    """The first of one kind: no table is read further than the page may reach."""
    one = _KINDS[kind]
    query = select(one.at.label("at"), literal(kind).label("kind"), one.model.id.label("id"))
    if one.model is FlagReview:
        query = query.join(Flag, FlagReview.flag_id == Flag.id).where(Flag.case_id == case_id)
    else:
        query = query.where(one.model.case_id == case_id)
    if one.only is not None:
        query = query.where(one.only)
    if asked.since is not None:
        query = query.where(one.at >= asked.since)
    if asked.until is not None:
        query = query.where(one.at < asked.until)
    if after is not None:
        query = query.where(_behind(kind, one, after))
    first = query.order_by(one.at.desc(), one.model.id).limit(limit + 1).subquery()
    return select(first.c.at, first.c.kind, first.c.id)


def _behind(kind: str, one: _Kind, after: Place) -> ColumnElement[bool]:
    """What comes after a place in the order of time downwards, kind and id upwards."""
    if kind > after.kind:
        same: ColumnElement[bool] = one.at == after.at
    elif kind == after.kind:
        same = and_(one.at == after.at, one.model.id > after.id)
    else:
        return one.at < after.at  # type: ignore[no-any-return]  # Columns of many tables.
    return or_(one.at < after.at, same)


def _rows(session: Session, found: Sequence[Any]) -> dict[tuple[str, UUID], Any]:
    """The rows of a page, by one query a kind."""
    ids: defaultdict[str, list[UUID]] = defaultdict(list)
    for one in found:
        ids[one.kind].append(one.id)
    return {
        (kind, row.id): row
        for kind, wanted in ids.items()
        for row in session.scalars(
            select(_KINDS[kind].model).where(_KINDS[kind].model.id.in_(wanted))
        )
    }

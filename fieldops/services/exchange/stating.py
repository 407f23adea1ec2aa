"""What this house states of its own visits, items and flags, in the form in which others keep it.

Of a visit neither what was said at the door nor where anybody stood is told, and its crew by ids
alone; of an item its hash and its place in the custody log, and never its content.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import Session

from evidence.custody.entry import RECEIVED
from fieldops.domain.permissions import Actor, Permission, Role
from fieldops.domain.visiting import VisitState
from fieldops.models import (
    Account,
    Arrival,
    CustodyEntry,
    CustodyLog,
    Flag,
    FlagReview,
    Item,
    StatedFlag,
    StatedItem,
    StatedReview,
    StatedVisit,
    Visit,
)
from fieldops.services import scoped
from fieldops.services.exchange.rows import House

AT_ONCE = 500
OBSERVER = Role.AGENT.value
DOUBTS: Final = frozenset(
    {
        "clock-differs", "crew-apart", "far-from-address", "handed-in-later", "mock-position",
        "no-address-position", "old-position", "vague-position",
    }
)  # fmt: skip
"""The remarks on a visit that speak of its place and time."""
_DONE = [VisitState.RECORDED.value, VisitState.LEFT.value, VisitState.CANCELLED.value]


def pages(session: Session, query: Select[Any], model: Any) -> Iterator[Sequence[Any]]:
    """The rows of a query in order of id, some at a time, and none of them kept."""
    after = None
    while True:
        rows, after = scoped.page(session, query, model, after=after, limit=AT_ONCE)
        yield rows
        if after is None:
            return


def own_rows(session: Session, model: Any, actor: Actor, house: House) -> Iterator[Any]:
    """Our own rows as rows of this table of stated ones, as far as the actor's role reaches."""
    if model in _TELLERS:
        permission, tell = _TELLERS[model]
        if actor.may(permission):
            yield from tell(session, actor, house)


def _visits(session: Session, actor: Actor, house: House) -> Iterator[StatedVisit]:
    """Visits that are over and at which somebody stood at the door."""
    query = scoped.own(Visit, actor).where(_is_told())
    for rows in pages(session, query, Visit):
        fixes = _arrivals(session, [row.id for row in rows])
        for row in rows:
            found = fixes[row.id]
            far = [one.distance_metres for one in found if one.distance_metres is not None]
            yield StatedVisit(
                **_of_house(row, house),
                party_id=row.party_id,
                address_id=row.address_id,
                arrived_at=row.arrived_at,
                left_at=row.left_at,
                recorded_at=row.recorded_at,
                outcome=row.outcome,
                observer_role=OBSERVER,
                observer=str(row.agent_id),
                partner=str(row.partner_id) if row.partner_id else None,
                accuracy_metres=max((one.accuracy_metres for one in found), default=None),
                distance_metres=max(far, default=None),
                doubts=sorted({one["code"] for one in row.remarks} & DOUBTS),
            )


def _is_told() -> Any:
    return Visit.arrived_at.is_not(None) & Visit.state.in_(_DONE)


def _arrivals(session: Session, visits: Sequence[UUID]) -> Mapping[UUID, list[Arrival]]:
    found: defaultdict[UUID, list[Arrival]] = defaultdict(list)
    for one in session.scalars(select(Arrival).where(Arrival.visit_id.in_(visits))):
        found[one.visit_id].append(one)
    return found


def _items(session: Session, actor: Actor, house: House) -> Iterator[StatedItem]:
    """What was received at the visits that are told."""
    log = session.get(CustodyLog, actor.organisation_id)
    query = scoped.own(Item, actor).join(Visit, Item.visit_id == Visit.id).where(_is_told())
    for rows in pages(session, query, Item):
        receipts = select(CustodyEntry).where(
            CustodyEntry.item_id.in_([row.id for row in rows]), CustodyEntry.action == RECEIVED
        )
        entries = {one.item_id: one for one in session.scalars(receipts)}
        for row in rows:
            entry = entries.get(row.id)
            yield StatedItem(
                **_of_house(row, house),
                visit_id=row.visit_id,
                kind=row.kind,
                media_type=row.media_type,
                size=row.size,
                content_hash=row.sha256,
                device_at=row.device_at,
                received_at=row.received_at,
                custody_log=log.origin if log and entry else None,
                custody_position=entry.position if entry else None,
                custody_leaf=entry.leaf_hash if entry else None,
            )


_SHARED: Final = frozenset(
    {column.key for column in inspect(StatedFlag).columns}
    & {column.key for column in inspect(Flag).columns}
) - {"id", "organisation_id", "case_id"}


def _flags(session: Session, actor: Actor, house: House) -> Iterator[StatedFlag]:
    for rows in pages(session, scoped.own(Flag, actor), Flag):
        for row in rows:
            shared = {name: getattr(row, name) for name in _SHARED}
            yield StatedFlag(**_of_house(row, house), **shared)


def _reviews(session: Session, actor: Actor, house: House) -> Iterator[StatedReview]:
    query = scoped.own(FlagReview, actor).join(Flag, FlagReview.flag_id == Flag.id)
    for rows in pages(session, query, FlagReview):
        wanted = select(Flag).where(Flag.id.in_([row.flag_id for row in rows]))
        flags = {flag.id: flag for flag in session.scalars(wanted)}
        accounts = [row.account_id for row in rows]
        named = select(Account.id, Account.role).where(Account.id.in_(accounts))
        roles = dict(session.execute(named).all())
        for row in rows:
            flag = flags[row.flag_id]
            yield StatedReview(
                **{**_of_house(flag, house), "id": row.id},
                flag_id=flag.id,
                person_id=flag.person_id,
                verdict=row.verdict,
                reason=row.reason,
                reviewer_role=roles[row.account_id],
                at=row.at,
            )


def _of_house(row: Any, house: House) -> dict[str, Any]:
    return {"id": row.id, "case_id": row.case_id, "house_id": house.id, "house_name": house.name}


_TELLERS: Final[Mapping[Any, tuple[Permission, Callable[..., Iterator[Any]]]]] = {
    StatedVisit: (Permission.READ_VISITS, _visits),
    StatedItem: (Permission.READ_EVIDENCE, _items),
    StatedFlag: (Permission.READ_TRACE, _flags),
    StatedReview: (Permission.READ_TRACE, _reviews),
}
OWN_OF: Final[Mapping[Any, Any]] = {
    StatedVisit: Visit,
    StatedItem: Item,
    StatedFlag: Flag,
    StatedReview: FlagReview,
}
"""The table in which a house keeps what it states itself."""

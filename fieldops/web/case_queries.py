"""The cases of the house, and one case from all its tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from evidence import trace
from fieldops import clock
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import (
    Account,
    Address,
    Case,
    Flag,
    Hold,
    Item,
    LegalEvent,
    Observation,
    Pack,
    Party,
)
from fieldops.services import (
    beliefs,
    deadlines,
    identity,
    keyset,
    legal_events,
    scoped,
    stated,
    timeline,
)
from fieldops.services.beliefs import Held
from fieldops.services.keyset import Key
from fieldops.services.link_graph import graph_from
from fieldops.services.ownerships import OwnershipRecord, ownership_of
from fieldops.web import graph_drawing
from fieldops.web.graph_drawing import GraphDrawing
from fieldops.web.paging import id_in
from fieldops.web.timeline_filter import USUAL

_ITEMS = 50
_CASES = 100
_MOST_NODES = 40
_NEWEST = 12
_BY_PRESSURE = (Key(Case.priority), Key(Case.number))


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything that the reader may see of it."""

    case: Case
    parties: Sequence[Party]
    addresses: dict[UUID, Address]
    timeline: Sequence[timeline.Event]
    flags: Sequence[Flag]
    beliefs: Sequence[Held]
    observations: dict[str, Observation]
    items: Sequence[Item]
    more_items: UUID | None
    packs: int
    holds: Sequence[Hold]
    clocks: Sequence[trace.Clock]
    events: Sequence[LegalEvent]
    shared: Sequence[identity.Shared]
    stated: stated.StatedFile


def cases(
    session: Session, actor: Actor, sought: str, beyond: UUID | None
) -> tuple[Sequence[Case], UUID | None]:
    """A page of cases whose number or creditor holds what was sought, the pressing ones first."""
    query = scoped.own(Case, actor)
    if sought:
        query = query.where(
            or_(
                Case.number.contains(sought, autoescape=True),
                Case.creditor.contains(sought, autoescape=True),
            )
        )
    return keyset.page(session, query, Case, _BY_PRESSURE, beyond=beyond, limit=_CASES, actor=actor)


def names_of(session: Session, accounts: set[UUID]) -> dict[UUID, str]:
    """What the people of these accounts are called."""
    query = select(Account).where(Account.id.in_(accounts))
    return {one.id: one.name for one in session.scalars(query)}


@dataclass(frozen=True, slots=True)
class AskedDays:
    """As of which day ownership is shown, and as known when; now where nobody asked."""

    as_of: date | None = None
    known_at: datetime | None = None


def links(
    session: Session, case_id: UUID, asked: AskedDays, actor: Actor
) -> tuple[OwnershipRecord, GraphDrawing | None]:
    """Who held what as of a day, and the drawing of the links; None where there are none."""
    owned = ownership_of(
        session,
        case_id,
        as_of=asked.as_of,
        known_at=asked.known_at,
        actor=actor,
        now=clock.now(),
    )
    return owned, graph_drawing.draw(graph_from(session, owned, limit=_MOST_NODES, actor=actor))


def case_file(
    session: Session, actor: Actor, case_id: UUID, from_item: UUID | None = None
) -> CaseFile:
    """One case; raises NotFound. What the reader's role does not reach is left empty.

    Its items come page by page, the newest first, or from one of them on.
    """
    case = scoped.get(session, Case, case_id, actor)
    parties = session.scalars(
        select(Party).where(Party.case_id == case_id).options(joinedload(Party.person))
    ).all()
    addresses = session.scalars(select(Address).where(Address.case_id == case_id)).all()
    people = [party.person_id for party in parties]
    traced = actor.may(Permission.READ_TRACE)
    flags = _flags(session, case_id) if traced else []
    reads = actor.may(Permission.READ_EVIDENCE)
    items, more_items = _items(session, case_id, from_item) if reads else ([], None)
    return CaseFile(
        case=case,
        parties=parties,
        addresses={one.id: one for one in addresses},
        timeline=_newest(session, case_id, actor),
        flags=flags,
        beliefs=beliefs.latest(session, case_id) if traced else [],
        observations=_grounds(session, case_id, flags),
        items=items,
        more_items=more_items,
        packs=_packs(session, case_id) if traced else 0,
        holds=session.scalars(
            scoped.own(Hold, actor)
            .where(or_(Hold.case_id == case_id, Hold.person_id.in_(people)))
            .order_by(Hold.id.desc())
        ).all(),
        clocks=deadlines.of_case(session, case) if traced else [],
        events=legal_events.of_case(session, case_id, actor=actor) if traced else [],
        shared=_shared(session, parties, actor) if traced else [],
        stated=stated.of_case(session, case_id, actor=actor),
    )


def _shared(session: Session, parties: Sequence[Party], actor: Actor) -> Sequence[identity.Shared]:
    """What the debtor has in common with others whom the house knows."""
    debtor = next((one.person_id for one in parties if one.role == "debtor"), None)
    if debtor is None:
        return []
    return identity.shared_things(session, debtor, as_of=clock.now(), actor=actor)


def _newest(session: Session, case_id: UUID, actor: Actor) -> Sequence[timeline.Event]:
    """What happened last, as far as the reader's role reaches."""
    asked = timeline.Asked(USUAL)
    events, _ = timeline.of_case(session, case_id, asked, limit=_NEWEST, actor=actor)
    return events


def _items(
    session: Session, case_id: UUID, first: UUID | None
) -> tuple[Sequence[Item], UUID | None]:
    """A page of the items, the newest first, and with which one the next begins."""
    query = select(Item).where(Item.case_id == case_id)
    if first is not None:
        query = query.where(Item.id <= first)
    found = session.scalars(query.order_by(Item.id.desc()).limit(_ITEMS + 1)).all()
    return found[:_ITEMS], found[_ITEMS].id if len(found) > _ITEMS else None


def _packs(session: Session, case_id: UUID) -> int:
    return session.scalar(select(func.count()).where(Pack.case_id == case_id)) or 0


def _grounds(session: Session, case_id: UUID, flags: Sequence[Flag]) -> dict[str, Observation]:
    """The observations on which the flags rest."""
    named = {one for flag in flags for ground in flag.grounds if (one := id_in(str(ground)))}
    query = select(Observation).where(Observation.case_id == case_id, Observation.id.in_(named))
    return {str(one.id): one for one in session.scalars(query)} if named else {}


def _flags(session: Session, case_id: UUID) -> Sequence[Flag]:
    query = select(Flag).where(Flag.case_id == case_id).options(selectinload(Flag.reviews))
    order = (Flag.state != "open", Flag.earliest_deadline.is_(None), Flag.earliest_deadline)
    return session.scalars(query.order_by(*order, Flag.id)).all()

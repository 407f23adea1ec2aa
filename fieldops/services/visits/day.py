"""The day as an agent carries it, and the visits as the office lists them; debtors are masked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from fieldops.domain.bilingual import in_language
from fieldops.domain.called_off import in_words
from fieldops.domain.errors import Forbidden, NotFound
from fieldops.domain.identity import mask_name, mask_phone
from fieldops.domain.navigation import links
from fieldops.domain.permissions import Actor
from fieldops.domain.positions import Position
from fieldops.domain.rulebook.vocabulary import LIABLE
from fieldops.domain.visiting import VisitState
from fieldops.models import Agent, Arrival, Contact, Party, Payment, Stop, Visit
from fieldops.services import scoped
from fieldops.services.incident_warnings import warnings
from fieldops.services.promises.owing import outstanding
from fieldops.services.visits.access import within_reach
from fieldops.services.visits.recording import receipt_number


@dataclass(frozen=True, slots=True)
class DayVisit:
    """One visit with what its crew must know, ready to be shown.

    `to_know` masks the debtor; `windows` are the lawful spans that the plan was given;
    `may_speak_to` are the parties' roles and masked names, with whether the debt may be named;
    `earlier` are the last contacts about the debtor.
    """

    visit: Visit
    to_know: dict[str, Any]
    windows: list[list[str]]
    may_speak_to: list[dict[str, Any]]
    earlier: list[dict[str, Any]]
    crew: list[dict[str, Any]]
    arrivals: list[Arrival]
    payment: dict[str, Any] | None

    @property
    def answers(self) -> dict[str, Any] | None:
        """The structured answers behind the outcome."""
        kept = self.visit.answers
        found: dict[str, Any] | None = None if kept is None else json.loads(kept)
        return found

    @property
    def called_off(self) -> dict[str, str] | None:
        """Why it was called off, in both languages."""
        kept = self.visit.cancelled_reason
        why = in_words(kept) if kept is not None else None
        return None if why is None else {one: in_language(why, one) for one in ("zh", "en")}

    @property
    def navigation(self) -> dict[str, str]:
        """Links that open a navigator at the address; none for one without a position."""
        lat, lon = self.visit.address.lat, self.visit.address.lon
        return {} if lat is None or lon is None else links(Position(lat, lon))


def my_day(session: Session, actor: Actor, day: date, *, now: datetime) -> list[DayVisit]:
    """The visits where the actor is agent or partner, in driving order, cancelled ones included.

    Raises Forbidden for somebody who is no field agent, NotFound for a day out of his reach.
    """
    if actor.agent_id is None:
        raise Forbidden("Only a field agent has a day of visits.")
    if not within_reach(session, day, actor=actor, now=now):
        raise NotFound(f"No visits of {day} can be shown to you.")
    mine = or_(Visit.agent_id == actor.agent_id, Visit.partner_id == actor.agent_id)
    query = (
        scoped.own(Visit, actor)
        .where(Visit.day == day, mine)
        .options(joinedload(Visit.case), joinedload(Visit.address), joinedload(Visit.party))
        .order_by(Visit.sequence, Visit.planned_start, Visit.id)
    )
    return described(session, session.scalars(query).unique().all())


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    day: date | None = None,
    case_id: UUID | None = None,
    updated_since: datetime | None = None,
) -> tuple[Sequence[Visit], UUID | None]:
    """One page of the organisation's visits in the order of ids.

    Of a day, of a case, or changed since a time (inclusive), if asked.
    """
    query = scoped.own(Visit, actor, {Visit.day: day, Visit.case_id: case_id})
    if updated_since is not None:
        query = query.where(Visit.updated_at >= updated_since)
    return scoped.page(session, query, Visit, after=after, limit=limit)


def described(session: Session, visits: Sequence[Visit]) -> list[DayVisit]:
    """The visits with what their crews must know, in a fixed number of queries."""
    cases = {visit.case_id for visit in visits}
    parties = _parties(session, cases)
    agents = _agents(session, visits)
    windows, earlier = _windows(session, visits), _earlier(session, visits)
    arrivals, payments = _arrivals(session, visits), _payments(session, visits)
    owed = outstanding(session, [visit.case for visit in visits])
    warned = warnings(session, {visit.address_id for visit in visits})
    return [
        DayVisit(
            visit=visit,
            to_know={
                **_to_know(visit, parties.get(visit.case_id, [])),
                "warnings": warned.get(visit.address_id, []),
                "outstanding": str(owed[visit.case_id]) if visit.case_id in owed else None,
            },
            windows=windows.get((visit.plan_id, visit.address_id), []),
            may_speak_to=[_speaking(party) for party in _spoken_to(visit, parties)],
            earlier=earlier.get(visit.debtor_id, []),
            crew=[
                {"agent_id": agent.id, "code": agent.code, "name": agent.name}
                for agent_id in (visit.agent_id, visit.partner_id)
                if agent_id is not None and (agent := agents.get(agent_id))
            ],
            arrivals=arrivals.get(visit.id, []),
            payment=payments.get(visit.id),
        )
        for visit in visits
    ]


def _parties(session: Session, cases: set[UUID]) -> dict[UUID, list[Party]]:
    query = select(Party).where(Party.case_id.in_(cases)).options(joinedload(Party.person))
    found: dict[UUID, list[Party]] = {}
    for party in session.scalars(query.order_by(Party.id)).unique():
        found.setdefault(party.case_id, []).append(party)
    return found


def _agents(session: Session, visits: Sequence[Visit]) -> dict[UUID, Agent]:
    wanted = {one for visit in visits for one in (visit.agent_id, visit.partner_id) if one}
    return {agent.id: agent for agent in session.scalars(select(Agent).where(Agent.id.in_(wanted)))}


def _windows(session: Session, visits: Sequence[Visit]) -> dict[tuple[UUID, UUID], list[list[str]]]:
    plans = {visit.plan_id for visit in visits}
    addresses = {visit.address_id for visit in visits}
    query = select(Stop.plan_id, Stop.address_id, Stop.windows).where(
        Stop.plan_id.in_(plans), Stop.address_id.in_(addresses)
    )
    return {(plan, address): windows for plan, address, windows in session.execute(query)}


def _earlier(session: Session, visits: Sequence[Visit]) -> dict[UUID, list[dict[str, Any]]]:
    debtors = {visit.debtor_id for visit in visits}
    ours = select(Contact).where(Contact.debtor_id.in_(debtors), Contact.house_id.is_(None))
    query = ours.order_by(Contact.at.desc())
    found: dict[UUID, list[dict[str, Any]]] = {}
    for contact in session.scalars(query.limit(20 * max(len(debtors), 1))):
        lines = found.setdefault(contact.debtor_id, [])
        if len(lines) < 5:
            lines.append(
                {
                    "channel": contact.channel,
                    "at": contact.at.isoformat(),
                    "result": contact.result,
                }
            )
    return found


def _arrivals(session: Session, visits: Sequence[Visit]) -> dict[UUID, list[Arrival]]:
    wanted = {visit.id for visit in visits}
    query = select(Arrival).where(Arrival.visit_id.in_(wanted)).order_by(Arrival.received_at)
    found: dict[UUID, list[Arrival]] = {}
    for arrival in session.scalars(query):
        found.setdefault(arrival.visit_id, []).append(arrival)
    return found


def _payments(session: Session, visits: Sequence[Visit]) -> dict[UUID, dict[str, Any]]:
    query = select(Payment).where(Payment.visit_id.in_([visit.id for visit in visits]))
    return {
        row.visit_id: {
            "amount": str(row.amount),
            "currency": row.currency,
            "method": row.method,
            "receipt_number": row.receipt_number,
            "paid_at": row.paid_at.isoformat(),
        }
        for row in session.scalars(query)
        if row.visit_id is not None
    }


def _to_know(visit: Visit, parties: list[Party]) -> dict[str, Any]:
    debtor = next((one for one in parties if one.person_id == visit.debtor_id), visit.party)
    phone = debtor.person.phone
    return {
        "case_number": visit.case.number,
        "creditor": visit.case.creditor,
        "product": visit.case.product,
        "amount": str(visit.case.amount),
        "currency": visit.case.currency,
        "overdue_days": visit.case.overdue_days,
        "debtor": mask_name(debtor.person.name),
        "phone": mask_phone(phone) if phone else None,
        "party": mask_name(visit.party.person.name),
        "party_role": visit.party.role,
        "is_done": visit.state in (VisitState.LEFT, VisitState.CANCELLED),
        # A phone writes the receipt of a payment while it is offline.
        "receipt_number": receipt_number(visit),
    }


def _spoken_to(visit: Visit, parties: dict[UUID, list[Party]]) -> list[Party]:
    """Those the crew may address: who owes, and the one who is visited; never who opted out."""
    return [
        party
        for party in parties.get(visit.case_id, [])
        if party.opted_out_at is None and (party.role in LIABLE or party.id == visit.party_id)
    ]


def _speaking(party: Party) -> dict[str, Any]:
    return {
        "party_id": party.id,
        "role": party.role,
        "name": mask_name(party.person.name),
        # A third party may be asked where the debtor is and is never told of the debt.
        "may_name_debt": party.role in LIABLE,
    }

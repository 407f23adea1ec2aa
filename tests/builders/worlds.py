"""A small world for the pages: a plan, a visit at the door, a flag, a hold, a refusal."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rights.vocabulary import CameBy, DisputeGround, RequestKind
from fieldops.domain.rulebook.vocabulary import HoldScope
from fieldops.models import (
    Account,
    Belief,
    Complaint,
    Drill,
    Flag,
    Hold,
    Observation,
    Organisation,
    Plan,
    Restriction,
    Route,
    RulingRecord,
    RulingRule,
    Stop,
    Visit,
)
from fieldops.models.cases import Case
from fieldops.services import accounts
from fieldops.services.rights import complaints, disputes, requests
from tests.builders.cases import a_case, a_shift, an_agent
from tests.builders.doors import BOOK
from tests.builders.drills import a_drill
from tests.builders.rights import RIGHTS
from tests.builders.visits import START, a_visit

PASSWORD = "a long enough password"  # Of test accounts alone.
_PLACES = ((30.66, 104.06), (30.672, 104.045), (30.655, 104.09), (30.684, 104.075))
FIGURES = {
    "kilometres": 18.4, "hours": 5.25, "travel_hours": 1.4, "routes": 1, "served": 4,
    "unserved": 1, "naive": {"kilometres": 27.9, "hours": 6.5, "travel_hours": 2.2, "served": 3},
}  # fmt: skip


@dataclass
class World:
    """What the tests of the pages look for."""

    organisation: Organisation
    people: dict[str, Account]
    plan: Plan
    visits: list[Visit]
    case: Case
    flag: Flag
    hold: Hold
    doubtful: UUID
    drill: Drill
    complaint: Complaint
    restriction: Restriction


def a_world(session: Session, organisation: Organisation) -> World:
    """One organisation with an account of each role and something on every page."""
    first = an_agent(session, organisation, code="A1", name="李四", partner_code="A2")
    second = an_agent(session, organisation, code="A2", name="王五", partner_code="A1")
    shifts = [a_shift(session, one, START.date()) for one in (first, second)]
    cases = [
        a_case(session, organisation, number=f"HT-{n:03d}", lat=lat, lon=lon, phone="13800138000")
        for n, (lat, lon) in enumerate(_PLACES, 1)
    ]
    visits = [
        a_visit(
            session, organisation, case=case, agent=first, partner=second,
            start=START + timedelta(minutes=40 * n), sequence=n + 1,
        )
        for n, case in enumerate(cases)
    ]  # fmt: skip
    plan = _routed(session, visits, [shift.id for shift in shifts])
    left_out = a_case(session, organisation, number="HT-099", lat=30.64, lon=104.03)
    _unserved(session, plan, left_out)
    doubtful = a_case(session, organisation, number="HT-100", lat=None, lon=None)
    doubtful.addresses[0].state = "ambiguous"
    doubtful.addresses[0].candidates = [
        {"label": "成都市鼓楼街", "lat": 30.66, "lon": 104.06, "grade": "street", "provider": "x"}
    ]
    world = World(
        organisation, _people(session, organisation, first.id), plan, visits, cases[0],
        _flag(session, cases[0]), _hold(session, left_out), doubtful.addresses[0].id,
        a_drill(session, organisation), _complaint(session, left_out),
        _restriction(session, doubtful),
    )  # fmt: skip
    _refusal(session, cases[1])
    session.commit()
    return world


def _people(session: Session, organisation: Organisation, agent_id: UUID) -> dict[str, Account]:
    actor = Actor(organisation.id, Role.SYSTEM)
    return {
        role.value: accounts.create(
            session, username=f"{role.value}.{organisation.id.hex[-6:]}", role=role.value,
            name="赵六", password=PASSWORD, actor=actor, now=START, language="en",
            agent_id=agent_id if role is Role.AGENT else None,
        )
        for role in Role
        if role is not Role.SYSTEM
    }  # fmt: skip


def _routed(session: Session, visits: list[Visit], shifts: list[UUID]) -> Plan:
    plan = session.get_one(Plan, visits[0].plan_id)
    plan.figures = FIGURES
    route = Route(
        organisation_id=plan.organisation_id, plan_id=plan.id, shift_id=shifts[0],
        partner_shift_id=shifts[1], departs_at=START - timedelta(minutes=20),
        returns_at=START + timedelta(hours=4), metres=18_400, seconds=5_000, breaks=[],
    )  # fmt: skip
    session.add(route)
    session.flush()
    for visit in visits:
        session.add(
            _stop(plan, visit.case_id, visit.address_id, route_id=route.id,
                  sequence=visit.sequence, arrives_at=visit.planned_start,
                  starts_at=visit.planned_start, finishes_at=visit.planned_finish)
        )  # fmt: skip
    session.flush()
    return plan


def _unserved(session: Session, plan: Plan, case: Case) -> None:
    why = {"code": "shift-full", "detail": "", "would_fit_if": "a shift were longer"}
    session.add(_stop(plan, case.id, case.addresses[0].id, reasons=[why]))
    session.flush()


def _stop(plan: Plan, case_id: UUID, address_id: UUID, **more: Any) -> Stop:
    windows = [[START.isoformat(), (START + timedelta(hours=8)).isoformat()]]
    return Stop(
        organisation_id=plan.organisation_id, plan_id=plan.id, case_id=case_id,
        address_id=address_id, windows=windows, **{"reasons": [], **more},
    )  # fmt: skip


def _flag(session: Session, case: Case) -> Flag:
    person_id, address = case.parties[0].person_id, case.addresses[0]
    own = {"organisation_id": case.organisation_id, "case_id": case.id, "person_id": person_id}
    seen = Observation(
        **own, address_id=address.id, kind="visit.new_occupant", observed_at=START,
        recorded_at=START, source_class="agent", source_id="A1", basis="observed", grade={},
        data={}, evidence=[], origin=f"visit:{address.id}",
    )  # fmt: skip
    session.add(seen)
    session.flush()
    lines = [[str(seen.id), 11.5, 1.0, "moved", False, None]]
    session.add(
        Belief(
            **own, address_id=address.id, as_of=START, p_home=0.2, p_away=0.1, p_moved=0.7,
            model_version="residence-1", prior=-6.0, drift=0.0, lines=lines, whole_at=START,
        )
    )  # fmt: skip
    clock = {"name": "revocation-1y", "basis": "民法典 541", "ends": "2027-11-24"}
    flag = Flag(
        **own, code="RL-MOVED", subject=str(address.id), severity="high", state="open",
        shown=["belief"], missing=["independent_grounds"], contradicted=[], basis="民法典 541",
        grounds=[str(seen.id)], clocks=[clock], probability=0.7, model_version="residence-1",
        known_at=START, earliest_deadline=START + timedelta(days=365), raised_at=START,
        updated_at=START,
    )  # fmt: skip
    session.add(flag)
    session.flush()
    return flag


def _hold(session: Session, case: Case) -> Hold:
    hold = Hold(
        organisation_id=case.organisation_id, kind="dispute", scope="debt", case_id=case.id,
        starts_at=START, reason="金额有争议", placed_at=START,
    )  # fmt: skip
    session.add(hold)
    session.flush()
    return hold


def _complaint(session: Session, case: Case) -> Complaint:
    """A complaint, a dispute and a request of one debtor, taken down in the office."""
    actor = Actor(case.organisation_id, Role.SYSTEM)
    own: dict[str, Any] = {"rights": RIGHTS, "actor": actor, "now": START}
    order = complaints.ComplaintOrder(case.id, "踢门", CameBy.CALL)
    found = complaints.open_complaint(session, order, **own).complaint
    disputed = disputes.DisputeOrder(
        case.id, "早还清了", CameBy.LETTER, DisputeGround.PAID, scope=HoldScope.PERSON
    )
    disputes.open_dispute(session, disputed, **own)
    asked = requests.RequestOrder(
        case.parties[0].id, RequestKind.HOURS, "午休别来", CameBy.DOOR, windows=[["12:00", "14:00"]]
    )
    requests.record(session, asked, book=BOOK, **own)
    return found


def _restriction(session: Session, case: Case) -> Restriction:
    """A restriction without its marks: its page stands, and nothing is hidden from the others."""
    row = Restriction(
        organisation_id=case.organisation_id, person_id=case.parties[0].person_id,
        ground="request", source="个人信息保护法第四十四条", placed_at=START,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _refusal(session: Session, case: Case) -> None:
    ruling = RulingRecord(
        organisation_id=case.organisation_id, gate="door", subject="visit:x", case_id=case.id,
        allowed=False, violations=[{"rule": "CN-TIME-01"}], rule_pack="cn", inputs_hash="0",
        at=START,
    )  # fmt: skip
    session.add(ruling)
    session.flush()
    for rule, part in (("CN-TIME-01", "refused"), ("CN-FREQ-01", "near_cap")):
        session.add(
            RulingRule(
                organisation_id=case.organisation_id, ruling_id=ruling.id, rule=rule, part=part,
                at=START,
            )
        )  # fmt: skip

"""Whatever went before and comes between, no visit is fixed or begun that breaks a rule.

The rules are checked here by a reading of their own, a dozen lines that share nothing with the
rulebook: hours and noon of home visits, caps over all debts, holds, and two who go.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.models import Case, Contact, Hold, Organisation, Person, Visit
from fieldops.services import visits
from fieldops.services.planning import committing
from fieldops.services.planning.committing import Committed
from fieldops.services.rulings import ContactForbidden
from tests.builders.cases import NOW, a_case
from tests.builders.doors import arrival
from tests.builders.planning import BOOK, a_proposed_plan, a_team

SHANGHAI = ZoneInfo("Asia/Shanghai")
STOPPED = ("vulnerable", "cease", "no_contact_order", "complaint")


@dataclass
class Life:
    """What happened to one person: visits with their results, and holds with their ends."""

    person: Person
    seen: list[tuple[datetime, str]] = field(default_factory=list)
    held: list[datetime | None] = field(default_factory=list)


pasts = st.tuples(
    st.integers(1, 34 * 24), st.sampled_from(["met", "no_answer"])
)  # so many hours ago
happenings = st.lists(pasts, max_size=3)
holds = st.lists(st.tuples(st.sampled_from(STOPPED), st.none() | st.integers(1, 48)), max_size=1)


def happen(session: Session, case: Case, life: Life, told: Sequence[tuple[int, str]]) -> None:
    """Visits of the past."""
    for hours, result in told:
        at = NOW - timedelta(hours=hours)
        life.seen.append((at, result))
        session.add(
            Contact(
                organisation_id=case.organisation_id, case_id=case.id, person_id=life.person.id,
                debtor_id=life.person.id, channel="visit", purpose="collect", at=at,
                result=result, recorded_at=NOW,
            )
        )  # fmt: skip


def stop(session: Session, case: Case, life: Life, told: Sequence[tuple[str, int | None]]) -> None:
    """Holds from now on, some with an end so many hours ahead."""
    for kind, hours in told:
        ends = None if hours is None else NOW + timedelta(hours=hours)
        life.held.append(ends)
        session.add(
            Hold(
                organisation_id=case.organisation_id, kind=kind, scope="person",
                person_id=life.person.id, starts_at=NOW, ends_at=ends, reason="a test",
                placed_at=NOW,
            )
        )  # fmt: skip


def faults(start: datetime, end: datetime, life: Life, crew: int) -> list[str]:
    """What is wrong with a visit, read afresh from the texts."""
    begins, closes = start.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
    before = [(at.astimezone(SHANGHAI), result) for at, result in life.seen if at < start]
    found = {
        "hours": begins.time() < time(8, 30) or closes.time() > time(20, 30),
        "noon": begins.time() < time(14) and closes.time() > time(12),
        "a day": any(at.date() == begins.date() for at, _ in before),
        "a week": any(begins - at < timedelta(days=7) and result == "met" for at, result in before),
        "a month": sum(begins - at < timedelta(days=30) for at, _ in before) >= 3,
        "held": any(ends is None or ends > start for ends in life.held),
        "alone": crew < 2,
    }
    return [name for name, is_wrong in found.items() if is_wrong]


def arrive(session: Session, visit: Visit) -> Any:
    """The first of the crew at the door, at the planned time."""
    at = visit.planned_start
    return visits.arrive(
        session,
        visit.id,
        visits.read_arrival(arrival(device_at=at.isoformat())),
        book=BOOK,
        radius_metres=300.0,
        actor=Actor(visit.organisation_id, Role.AGENT, None, visit.agent_id),
        now=at,
    )


def a_week_of(data: st.DataObject, session: Session, house: Organisation, admin: Actor) -> None:
    """Two people with three cases; things happen before the plan, before the commit, and after."""
    a_team(session, house)
    first, second = a_case(session, house), a_case(session, house, lat=30.67)
    again = a_case(session, house, lat=30.68, person=first.parties[0].person)
    lives = {case.parties[0].person_id: Life(case.parties[0].person) for case in (first, second)}
    cases = (first, second, again)

    def between(what: str) -> None:
        for case in cases:
            life = lives[case.parties[0].person_id]
            happen(session, case, life, data.draw(happenings, label=what))
            stop(session, case, life, data.draw(holds, label=what))
        session.flush()

    between("before the plan")
    plan = a_proposed_plan(session, admin)
    if data.draw(st.booleans()):
        between("before the commit")
    done = committing.commit_plan(
        session, plan.id, version=None, book=BOOK, actor=admin, now=NOW, drop_forbidden=True
    )
    assert isinstance(done, Committed)
    fixed = session.scalars(select(Visit).order_by(Visit.planned_start)).all()
    for visit in fixed:
        life = lives[visit.debtor_id]
        assert (
            faults(visit.planned_start, visit.planned_finish, life, 1 + bool(visit.partner_id))
            == []
        )
        life.seen.append((visit.planned_start, ""))
    for life in lives.values():
        life.seen = [one for one in life.seen if one[1]]
    if data.draw(st.booleans()):
        between("before the door")
    for visit in fixed:
        found = arrive(session, visit)
        wrong = faults(visit.planned_start, visit.planned_finish, lives[visit.debtor_id], 2)
        assert isinstance(found, ContactForbidden) == bool(wrong), wrong


@given(data=st.data())
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_commit_and_no_arrival_breaks_a_rule(
    session: Session, organisation: Organisation, admin: Actor, data: st.DataObject
) -> None:
    example = session.begin_nested()
    try:
        a_week_of(data, session, organisation, admin)
    finally:
        example.rollback()

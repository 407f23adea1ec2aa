"""The rest of a day planned again: proposed, made true, recorded, and lawful."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, InvalidInput, NotFound, PreconditionFailed
from fieldops.domain.permissions import Actor
from fieldops.domain.visiting import VisitState
from fieldops.models import DayChange, Hold, Organisation, OutboxFact, Plan, Shift, Visit
from fieldops.services import organisations
from fieldops.services.planning import requesting
from fieldops.services.planning.living import replanning
from fieldops.services.rulings import ContactForbidden
from tests.builders.cases import NOW
from tests.builders.living import a_running_day, reached, shift_of, visits_of
from tests.builders.planning import BOOK


@pytest.fixture
def plan(session: Session, organisation: Organisation, admin: Actor) -> Plan:
    """Two crews, six visits, ten o'clock."""
    return a_running_day(session, organisation, admin)


def _propose(session: Session, plan: Plan, admin: Actor, **more: object) -> DayChange:
    asked = {"reason": "traffic", "version": None, "book": BOOK, "now": NOW, "budget": 0.2, **more}
    return replanning.propose(session, plan.id, actor=admin, **asked)  # type: ignore[arg-type]  # Values of one test.


def _apply(
    session: Session, plan: Plan, change: DayChange, admin: Actor, **more: object
) -> DayChange | ContactForbidden:
    asked = {"version": plan.version, "book": BOOK, "now": NOW, **more}
    return replanning.apply(session, plan.id, change.id, actor=admin, **asked)  # type: ignore[arg-type]  # Values of one test.


def test_a_proposal_changes_nothing(session: Session, plan: Plan, admin: Actor) -> None:
    before = [(one.id, one.planned_start, one.agent_id) for one in visits_of(session, plan)]
    version = plan.version
    change = _propose(session, plan, admin)
    assert change.state == "proposed"
    assert [(one.id, one.planned_start, one.agent_id) for one in visits_of(session, plan)] == before
    assert plan.version == version


def test_the_visits_of_an_absent_crew_go_to_the_other(
    session: Session, plan: Plan, admin: Actor
) -> None:
    first = visits_of(session, plan)[0]
    gone = {first.agent_id, first.partner_id}
    lost = session.scalars(select(Shift).where(Shift.agent_id.in_(gone))).all()
    change = _propose(session, plan, admin, absent=[one.id for one in lost])
    applied = _apply(session, plan, change, admin)
    assert isinstance(applied, DayChange)
    assert applied.state == "applied"
    assert not [one for one in visits_of(session, plan) if one.agent_id in gone]
    assert {one.absent_reason for one in lost} == {"traffic"}


def test_what_was_done_stays_as_it_was(session: Session, plan: Plan, admin: Actor) -> None:
    first = reached(visits_of(session, plan)[0])
    session.flush()
    kept = (first.agent_id, first.sequence, first.planned_start)
    change = _propose(session, plan, admin, absent=[shift_of(session, first).id])
    _apply(session, plan, change, admin)
    assert (first.agent_id, first.sequence, first.planned_start) == kept
    assert first.state == VisitState.LEFT.value


def test_who_is_late_is_planned_from_where_he_is(
    session: Session, plan: Plan, admin: Actor
) -> None:
    visits = visits_of(session, plan)
    first = reached(visits[0], at=NOW - timedelta(minutes=5), left=False)
    session.flush()
    change = _propose(session, plan, admin)
    _apply(session, plan, change, admin)
    own = [one for one in visits_of(session, plan) if one.agent_id == first.agent_id]
    open_ = [one for one in own if one.state == VisitState.PLANNED.value]
    assert all(one.planned_start >= NOW + timedelta(minutes=10) for one in open_)
    assert [one.sequence for one in own] == list(range(1, len(own) + 1))


def test_a_change_is_kept_with_who_and_why_and_made_known(
    session: Session, plan: Plan, admin: Actor
) -> None:
    change = _propose(session, plan, admin)
    _apply(session, plan, change, admin)
    kept = session.scalars(select(DayChange)).one()
    assert (kept.reason, kept.kind, kept.applied_at) == ("traffic", "replan", NOW)
    facts = session.scalars(select(OutboxFact).where(OutboxFact.name == "day-changed")).all()
    assert [fact.payload["change_id"] for fact in facts] == [str(kept.id)]


def test_a_proposal_of_another_version_is_refused(
    session: Session, plan: Plan, admin: Actor
) -> None:
    first, second = _propose(session, plan, admin), _propose(session, plan, admin)
    _apply(session, plan, first, admin)
    with pytest.raises(PreconditionFailed):
        _apply(session, plan, second, admin)


def test_a_proposal_is_made_true_once(session: Session, plan: Plan, admin: Actor) -> None:
    change = _propose(session, plan, admin)
    _apply(session, plan, change, admin)
    with pytest.raises(Conflict):
        _apply(session, plan, change, admin)


def test_a_proposal_that_was_thrown_away_stays_so(
    session: Session, plan: Plan, admin: Actor
) -> None:
    change = _propose(session, plan, admin)
    replanning.discard(session, plan.id, change.id, actor=admin, now=NOW)
    with pytest.raises(Conflict):
        _apply(session, plan, change, admin)


def _hold(session: Session, visit: Visit) -> None:
    session.add(
        Hold(
            organisation_id=visit.organisation_id,
            kind="cease",
            scope="debt",
            case_id=visit.case_id,
            starts_at=NOW - timedelta(minutes=1),
            reason="asked to stop",
            placed_at=NOW - timedelta(minutes=1),
        )
    )
    session.flush()


def test_what_is_forbidden_by_now_is_left_out_with_its_reasons(
    session: Session, plan: Plan, admin: Actor
) -> None:
    visits = visits_of(session, plan)
    for one in visits:
        _hold(session, one)
    change = _propose(session, plan, admin, absent=[shift_of(session, visits[0]).id])
    _apply(session, plan, change, admin)
    moved = {str(one.address_id) for one in visits if one.state == VisitState.CANCELLED.value}
    assert set(change.recipe["forbidden"]) == moved
    stops = {str(one.address_id): one for one in requesting.stops_of(session, plan)}
    assert all(stops[one].reasons[0]["code"] == "contact-forbidden" for one in moved)


def test_a_hold_placed_after_the_proposal_refuses_it(
    session: Session, plan: Plan, admin: Actor
) -> None:
    visits = visits_of(session, plan)
    change = _propose(session, plan, admin, absent=[shift_of(session, visits[0]).id])
    for one in visits:
        _hold(session, one)
    assert isinstance(_apply(session, plan, change, admin), ContactForbidden)
    assert change.state == "proposed"


def test_the_day_of_another_organisation_is_not_found(
    session: Session, plan: Plan, admin: Actor
) -> None:
    other = organisations.found(session, "Other agency", now=NOW)
    stranger = Actor(other.id, admin.role)
    with pytest.raises(NotFound):
        _propose(session, plan, stranger)


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"budget": 11.0}, {"budget": float("nan")}])
def test_what_is_asked_wrongly_is_refused(
    session: Session, plan: Plan, admin: Actor, wrong: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput):
        _propose(session, plan, admin, **wrong)


def test_an_unknown_shift_is_not_found(session: Session, plan: Plan, admin: Actor) -> None:
    with pytest.raises(NotFound):
        _propose(session, plan, admin, absent=[uuid4()])

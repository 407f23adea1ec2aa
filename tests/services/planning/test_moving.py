"""Plans changed by hand: judged, fitted, and with their cost."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from fieldops.domain.errors import Conflict, NotFound
from fieldops.domain.permissions import Actor
from fieldops.models import Hold, Organisation, Plan, RulingRecord, Stop, Visit
from fieldops.services.planning import committing, moving, redrawing, requesting
from fieldops.services.planning.living import moving as living
from fieldops.services.planning.moving import Change
from fieldops.services.rulings import ContactForbidden
from tests.builders.cases import NOW
from tests.builders.planning import BOOK, a_proposed_plan, a_team, some_cases


@pytest.fixture
def plan(session: Session, organisation: Organisation, admin: Actor) -> Plan:
    """Two crews and six visits."""
    a_team(session, organisation, crews=2)
    some_cases(session, organisation, 6)
    return a_proposed_plan(session, admin)


def _served(session: Session, plan: Plan) -> list[Stop]:
    return [stop for stop in requesting.stops_of(session, plan) if stop.route_id]


def _move(session: Session, plan: Plan, stop: Stop, admin: Actor, **values: object) -> object:
    wanted = {"shift_id": None, "version": plan.version, "book": BOOK, "now": NOW, **values}
    return moving.move_stop(session, plan.id, stop.id, actor=admin, **wanted)  # type: ignore[arg-type]  # Values of one test.


def test_taking_a_stop_out_shortens_the_plan(session: Session, plan: Plan, admin: Actor) -> None:
    stop = _served(session, plan)[0]
    served = plan.figures["served"]
    change = _move(session, plan, stop, admin)
    assert isinstance(change, Change)
    assert change.delta_metres <= 0
    assert stop.route_id is None
    assert plan.figures["served"] == served - 1


def test_what_was_changed_still_passes_the_judge(
    session: Session, plan: Plan, admin: Actor
) -> None:
    before = plan.version
    _move(session, plan, _served(session, plan)[0], admin)
    drawn = redrawing.drawn(session, plan)
    faults = [one for one in routing.check(drawn.problem, drawn.plan) if one.path != "$.cost"]
    assert faults == []
    assert plan.version == before + 1


def test_a_dry_run_tells_the_cost_and_changes_nothing(
    session: Session, plan: Plan, admin: Actor
) -> None:
    stop = _served(session, plan)[0]
    route, version = stop.route_id, plan.version
    change = _move(session, plan, stop, admin, dry_run=True)
    assert isinstance(change, Change)
    assert change.dry_run
    assert (stop.route_id, plan.version) == (route, version)


def test_a_stop_that_was_taken_out_can_be_put_back(
    session: Session, plan: Plan, admin: Actor
) -> None:
    stop = _served(session, plan)[0]
    metres = sum(route.metres for route in requesting.routes_of(session, plan))
    shift = requesting.routes_of(session, plan)[0].shift_id
    _move(session, plan, stop, admin)
    _move(session, plan, stop, admin, shift_id=shift)
    assert sum(route.metres for route in requesting.routes_of(session, plan)) <= metres
    assert stop.route_id is not None


def test_a_move_that_a_hold_forbids_is_refused_and_kept(
    session: Session, plan: Plan, admin: Actor
) -> None:
    stop = _served(session, plan)[0]
    shift = requesting.routes_of(session, plan)[0].shift_id
    _move(session, plan, stop, admin)
    session.add(
        Hold(
            organisation_id=plan.organisation_id,
            kind="complaint",
            scope="debt",
            case_id=stop.case_id,
            starts_at=NOW,
            reason="complaint 12",
            placed_at=NOW,
        )
    )
    session.flush()
    refused = _move(session, plan, stop, admin, shift_id=shift)
    assert isinstance(refused, ContactForbidden)
    assert refused.ruling.rules == ("GL-COMP-01",)
    assert stop.route_id is None
    assert session.scalars(select(RulingRecord)).one().allowed is False


def test_an_unknown_shift_is_not_found(session: Session, plan: Plan, admin: Actor) -> None:
    with pytest.raises(NotFound):
        _move(session, plan, _served(session, plan)[0], admin, shift_id=uuid4())


def test_a_committed_plan_is_not_moved_as_a_proposal(
    session: Session, plan: Plan, admin: Actor
) -> None:
    committing.commit_plan(session, plan.id, version=None, book=BOOK, actor=admin, now=NOW)
    with pytest.raises(Conflict):
        _move(session, plan, _served(session, plan)[0], admin)


def _assigned(
    session: Session, plan: Plan, visit: Visit, admin: Actor, shift: object, **more: object
) -> object:
    wanted = {"shift_id": shift, "version": visit.version, "book": BOOK, "now": NOW, **more}
    return living.assign_visit(session, visit.id, actor=admin, **wanted)  # type: ignore[arg-type]  # Values of one test.


def _other_shift(session: Session, plan: Plan, visit: Visit) -> object:
    stop = next(s for s in _served(session, plan) if s.address_id == visit.address_id)
    own = next(r for r in requesting.routes_of(session, plan) if r.id == stop.route_id)
    mine = {own.shift_id, own.partner_shift_id}
    drawn = redrawing.drawn(session, plan)
    paired = (s.id for s in drawn.problem.shifts if s.crew_with)
    return next(UUID(s) for s in paired if UUID(s) not in mine)


def test_a_visit_is_given_to_another_crew_in_a_crew_of_two(
    session: Session, plan: Plan, admin: Actor
) -> None:
    committing.commit_plan(session, plan.id, version=None, book=BOOK, actor=admin, now=NOW)
    visit = session.scalars(select(Visit).order_by(Visit.id)).first()
    assert visit is not None
    before = visit.agent_id
    shift = _other_shift(session, plan, visit)
    change = _assigned(session, plan, visit, admin, shift)
    assert isinstance(change, Change)
    assert visit.agent_id != before
    assert visit.partner_id is not None


def test_a_visit_that_has_begun_is_not_given_away(
    session: Session, plan: Plan, admin: Actor
) -> None:
    committing.commit_plan(session, plan.id, version=None, book=BOOK, actor=admin, now=NOW)
    visit = session.scalars(select(Visit)).first()
    assert visit is not None
    visit.state = "arrived"
    session.flush()
    shift = requesting.routes_of(session, plan)[0].shift_id
    with pytest.raises(Conflict):
        _assigned(session, plan, visit, admin, shift)

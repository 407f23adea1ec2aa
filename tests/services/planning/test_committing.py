"""Gate 2: a plan becomes visits, or is refused with every broken rule."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, PreconditionFailed
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.vocabulary import HoldKind
from fieldops.models import Case, Hold, Organisation, Plan, RulingRecord, Visit
from fieldops.services import holds
from fieldops.services.planning import committing, requesting
from fieldops.services.planning.committing import Committed
from fieldops.services.rulings import ContactForbidden
from tests.builders.cases import NOW, a_case
from tests.builders.planning import BOOK, a_proposed_plan, a_team, some_cases
from tests.builders.rights import RIGHTS


def _commit(
    session: Session, plan: Plan, admin: Actor, *, drop_forbidden: bool = False
) -> Committed | ContactForbidden:
    return committing.commit_plan(
        session,
        plan.id,
        version=plan.version,
        book=BOOK,
        actor=admin,
        now=NOW,
        drop_forbidden=drop_forbidden,
    )


def _hold(session: Session, case: Case) -> None:
    session.add(
        Hold(
            organisation_id=case.organisation_id,
            kind="vulnerable",
            scope="person",
            person_id=case.parties[0].person_id,
            starts_at=NOW,
            reason="in hospital",
            placed_at=NOW,
        )
    )
    session.flush()


def _visits(session: Session) -> list[Visit]:
    return list(session.scalars(select(Visit).order_by(Visit.sequence)))


def test_a_committed_plan_becomes_visits_with_both_agents(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    some_cases(session, organisation, 4)
    plan = a_proposed_plan(session, admin)
    done = _commit(session, plan, admin)
    assert isinstance(done, Committed)
    assert (done.visits, plan.state) == (4, "committed")
    visits = _visits(session)
    assert [visit.sequence for visit in visits] == [1, 2, 3, 4]
    assert {visit.state for visit in visits} == {"planned"}
    assert all(visit.partner_id for visit in visits)


def test_the_ruling_for_every_visit_is_kept(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    some_cases(session, organisation, 3)
    _commit(session, a_proposed_plan(session, admin), admin)
    kept = session.scalars(select(RulingRecord)).all()
    assert [(one.gate, one.allowed) for one in kept] == [("commit", True)] * 3


def test_a_hold_placed_meanwhile_stops_the_whole_plan_and_is_kept(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    held, *_ = some_cases(session, organisation, 3)
    plan = a_proposed_plan(session, admin)
    _hold(session, held)
    refused = _commit(session, plan, admin)
    assert isinstance(refused, ContactForbidden)
    assert [one["rule"] for one in refused.extra["violations"]] == ["GL-VULN-01"]
    assert [one["case_id"] for one in refused.extra["stops"]] == [str(held.id)]
    assert _visits(session) == []
    assert plan.state == "proposed"
    kept = session.scalars(select(RulingRecord)).one()
    assert (kept.allowed, kept.case_id) == (False, held.id)


def test_what_is_forbidden_can_be_left_out(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    held, *_ = some_cases(session, organisation, 3)
    plan = a_proposed_plan(session, admin)
    _hold(session, held)
    done = _commit(session, plan, admin, drop_forbidden=True)
    assert isinstance(done, Committed)
    assert (done.visits, len(done.dropped)) == (2, 1)
    stop = next(one for one in requesting.stops_of(session, plan) if one.case_id == held.id)
    assert stop.route_id is None
    assert stop.reasons[0]["rules"] == ["GL-VULN-01"]


def test_a_case_that_rests_since_then_is_left_out_and_keeps_no_other_from_being_visited(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    held, *_ = some_cases(session, organisation, 3)
    plan = a_proposed_plan(session, admin)
    order = holds.HoldOrder(HoldKind.VULNERABLE, None, held.id, "she is ill")
    holds.place(session, order, rights=RIGHTS, actor=admin, now=NOW)
    assert held.state == "held"
    done = _commit(session, plan, admin, drop_forbidden=True)
    assert isinstance(done, Committed)
    assert (done.visits, [one.ruling.rules for one in done.dropped]) == (2, [("GL-VULN-01",)])


def test_the_shifts_of_a_committed_plan_cannot_be_committed_again(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    some_cases(session, organisation, 3)
    first, second = (a_proposed_plan(session, admin) for _ in range(2))
    _commit(session, first, admin)
    with pytest.raises(Conflict):
        _commit(session, second, admin)
    assert len(_visits(session)) == 3


def test_a_debtor_with_a_planned_visit_is_not_planned_again(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    a_case(session, organisation)
    _commit(session, a_proposed_plan(session, admin), admin)
    a_team_of_others = a_proposed_plan(session, admin)
    (stop,) = requesting.stops_of(session, a_team_of_others)
    # The day of the committed visit is closed to him by the rules themselves.
    assert stop.route_id is None
    assert stop.reasons[0]["rules"] == ["CN-FREQ-03"]


def test_a_case_closed_meanwhile_asks_for_a_new_plan(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = a_case(session, organisation)
    plan = a_proposed_plan(session, admin)
    case.state = "closed"
    session.flush()
    with pytest.raises(Conflict, match="open no longer"):
        _commit(session, plan, admin)


def test_a_plan_read_in_another_version_is_not_committed(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    plan = a_proposed_plan(session, admin)
    with pytest.raises(PreconditionFailed):
        committing.commit_plan(
            session, plan.id, version=plan.version + 1, book=BOOK, actor=admin, now=NOW
        )


def test_a_discarded_plan_is_neither_committed_nor_discarded_again(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    plan = a_proposed_plan(session, admin)
    later = NOW + timedelta(minutes=1)
    requesting.discard_plan(session, plan.id, version=plan.version, actor=admin, now=later)
    with pytest.raises(Conflict):
        _commit(session, plan, admin)
    with pytest.raises(Conflict):
        requesting.discard_plan(session, plan.id, version=None, actor=admin, now=later)

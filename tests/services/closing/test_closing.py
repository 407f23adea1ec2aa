"""A case is closed by an act with its reason: nobody is reached any more, and retention begins."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rulebook.vocabulary import Channel, HoldKind
from fieldops.models import Case, Organisation
from fieldops.services import closing, contacts, holds, organisations
from fieldops.services.closing import CaseOutcome
from tests.builders.cases import NOW, a_case
from tests.builders.doors import BOOK, a_door
from tests.builders.overriding import an_officer
from tests.builders.planning import a_proposed_plan, a_team
from tests.builders.rights import RIGHTS


def _close(session: Session, actor: Actor, case: Case, reason: str = "paid in full") -> None:
    closing.close(session, case.id, CaseOutcome.SETTLED, reason, actor=actor, now=NOW)


def test_a_closed_case_is_planned_no_more_and_its_visits_are_called_off(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    door = a_door(session, organisation)
    a_team(session, organisation)
    for _ in range(2):
        _close(session, admin, door.case)
    assert (door.case.state, door.case.updated_at) == ("closed", NOW)
    assert (door.visit.state, door.visit.cancelled_reason) == ("cancelled", "case closed: settled")
    assert a_proposed_plan(session, admin).figures["unserved"] == 0
    order = contacts.ContactOrder(door.case.parties[0].id, Channel.CALL)
    with pytest.raises(Conflict):
        contacts.open_contact(session, order, book=BOOK, actor=admin, now=NOW)


def test_another_closing_of_a_closed_case_is_refused(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    case = a_case(session, organisation)
    _close(session, admin, case)
    with pytest.raises(Conflict):
        _close(session, admin, case, reason="sold")


def test_a_case_at_whose_door_a_crew_stands_is_not_closed(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    door = a_door(session, organisation)
    door.both_arrive()
    with pytest.raises(Conflict):
        _close(session, admin, door.case)


def test_it_takes_a_reason_and_somebody_who_may(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    case = a_case(session, organisation)
    with pytest.raises(InvalidInput):
        _close(session, admin, case, reason=" ")
    with pytest.raises(Forbidden):
        _close(session, an_officer(organisation, Role.AUDITOR), case)
    other = a_case(session, organisations.found(session, "Another agency", now=NOW))
    with pytest.raises(NotFound):
        _close(session, admin, other)


@pytest.mark.parametrize(("is_held", "state"), [(False, "open"), (True, "held")])
def test_a_case_that_is_opened_again_rests_where_a_hold_is_in_force(
    session: Session, organisation: Organisation, admin: Actor, is_held: bool, state: str
) -> None:
    case = a_case(session, organisation)
    _close(session, admin, case)
    if is_held:
        order = holds.HoldOrder(HoldKind.CEASE, None, case.id, "leave me alone")
        holds.place(session, order, rights=RIGHTS, actor=admin, now=NOW)
    later = NOW + timedelta(hours=1)
    closing.reopen(session, case.id, "closed by mistake", actor=admin, now=later)
    assert case.state == state
    [last] = closing.closings_of(session, case)
    assert (last.reopened_at, last.reopened_reason) == (later, "closed by mistake")
    with pytest.raises(Conflict):
        closing.reopen(session, case.id, "again", actor=admin, now=later)

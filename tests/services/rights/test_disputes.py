"""A dispute freezes collection until somebody records what was found."""

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rights.vocabulary import CameBy, DisputeGround, DisputeOutcome
from fieldops.models import Dispute, Hold
from fieldops.services import hold_ending
from fieldops.services.rights import disputes
from fieldops.services.rulings import ContactForbidden
from tests.builders.doors import Door
from tests.builders.rights import RIGHTS
from tests.builders.visits import START
from tests.services.rights.conftest import Handler


def _open(door: Door) -> Dispute:
    order = disputes.DisputeOrder(
        door.case.id, "早就还清了", CameBy.LETTER, ground=DisputeGround.PAID
    )
    return disputes.open_dispute(
        door.session, order, rights=RIGHTS, actor=door.first, now=START
    ).dispute


def _resolve(
    door: Door, found: Dispute, outcome: DisputeOutcome, actor: Actor, evidence: str = "流水"
) -> Dispute:
    resolution = disputes.Resolution(outcome, evidence, "查过流水")
    return disputes.resolve(door.session, found.id, resolution, actor=actor, now=START)


def test_contact_freezes_while_it_is_open(door: Door) -> None:
    found = _open(door)
    assert door.case.state == "held"
    assert door.visit.state == "cancelled"
    assert found.outcome is None
    refusal = door.arrive()
    assert isinstance(refusal, ContactForbidden)
    assert "GL-DISP-01" in refusal.ruling.rules


@pytest.mark.parametrize("outcome", [DisputeOutcome.UNFOUNDED, DisputeOutcome.PARTLY])
def test_a_finding_against_it_lets_collection_go_on(
    door: Door, handler: Handler, outcome: DisputeOutcome
) -> None:
    found = _open(door)
    _resolve(door, found, outcome, handler.actor)
    assert door.session.get_one(Hold, found.hold_id).lifted_outcome == outcome.value
    assert door.case.state == "open"


def test_one_that_is_valid_stays_held_until_compliance_says_otherwise(
    door: Door, handler: Handler
) -> None:
    found = _open(door)
    _resolve(door, found, DisputeOutcome.VALID, handler.actor)
    assert door.case.state == "held"
    hold_ending.lift(
        door.session, found.hold_id, "the lender corrected the sum",
        rights=RIGHTS, actor=handler.actor, now=START,
    )  # fmt: skip
    assert door.case.state == "open"


def test_a_finding_names_its_evidence(door: Door, handler: Handler) -> None:
    with pytest.raises(InvalidInput):
        _resolve(door, _open(door), DisputeOutcome.UNFOUNDED, handler.actor, evidence=" ")


def test_a_finding_stands(door: Door, handler: Handler) -> None:
    found = _open(door)
    _resolve(door, found, DisputeOutcome.UNFOUNDED, handler.actor)
    _resolve(door, found, DisputeOutcome.UNFOUNDED, handler.actor)
    with pytest.raises(Conflict):
        _resolve(door, found, DisputeOutcome.VALID, handler.actor)


def test_whoever_collects_does_not_resolve(door: Door, session: Session) -> None:
    dispatcher = Actor(door.case.organisation_id, Role.DISPATCHER)
    with pytest.raises(Forbidden):
        _resolve(door, _open(door), DisputeOutcome.UNFOUNDED, dispatcher)

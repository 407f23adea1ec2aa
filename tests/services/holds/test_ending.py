"""Holds end by the word that the table names, or when the time is over that law gives them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fieldops.domain.errors import Conflict, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rulebook.vocabulary import HoldKind
from fieldops.models import Hold
from fieldops.services import hold_ending, holds
from tests.builders.doors import Door
from tests.builders.rights import RIGHTS
from tests.builders.visits import START

ASSESSMENT = "走访评估,家属陪同,已能正常沟通,可恢复联系"
COURT = (
    HoldKind.NO_CONTACT_ORDER,
    HoldKind.BREATHING_SPACE,
    HoldKind.BANKRUPTCY,
    HoldKind.DECEASED,
    HoldKind.LEGAL,
)
CARE = (HoldKind.VULNERABLE, HoldKind.HARDSHIP, HoldKind.BEREAVEMENT)


def _place(door: Door, kind: HoldKind, **more: Any) -> Hold:
    order = holds.HoldOrder(kind, None, door.case.id, "as told", **more)
    actor = Actor(door.case.organisation_id, Role.SYSTEM)
    return holds.place(door.session, order, rights=RIGHTS, actor=actor, now=START).hold


def _lift(door: Door, hold: Hold, role: Role, reason: str = ASSESSMENT) -> Hold:
    actor = Actor(hold.organisation_id, role)
    return hold_ending.lift(door.session, hold.id, reason, rights=RIGHTS, actor=actor, now=START)


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        *((kind, Role.COUNSEL) for kind in COURT),
        *((kind, Role.COMPLIANCE) for kind in CARE),
        (HoldKind.CEASE, Role.COMPLIANCE),
    ],
)
def test_whose_word_it_is_lifts_it_and_no_other(door: Door, kind: HoldKind, role: Role) -> None:
    hold = _place(door, kind)
    for other in (Role.AGENT, Role.DISPATCHER, Role.ADMIN, Role.AUDITOR, *_not(role)):
        with pytest.raises(Forbidden):
            _lift(door, hold, other)
    assert _lift(door, hold, role).lifted_reason == ASSESSMENT


def _not(role: Role) -> list[Role]:
    return [one for one in (Role.COUNSEL, Role.COMPLIANCE) if one is not role]


def test_a_case_worker_writes_an_assessment(door: Door) -> None:
    hold = _place(door, HoldKind.VULNERABLE)
    with pytest.raises(InvalidInput):
        _lift(door, hold, Role.COMPLIANCE, "fine")


def test_breathing_space_ends_by_itself_and_the_case_goes_on(door: Door) -> None:
    hold = _place(door, HoldKind.BREATHING_SPACE, evidence="BS-1")
    assert hold.ends_at == datetime(2027, 1, 23, 16, 0, tzinfo=UTC)
    house = hold.organisation_id
    before = hold.ends_at - timedelta(seconds=1)
    assert hold_ending.end_by_time(door.session, house, at=before) == 0
    assert door.case.state == "held"
    assert hold_ending.end_by_time(door.session, house, at=hold.ends_at) == 1
    assert hold_ending.end_by_time(door.session, house, at=hold.ends_at) == 0
    assert (door.case.state, hold.lifted_at) == ("open", None)


def test_a_case_under_another_hold_stays_held_when_one_is_over(door: Door) -> None:
    hold = _place(door, HoldKind.BREATHING_SPACE)
    _place(door, HoldKind.DECEASED)
    assert hold.ends_at is not None
    hold_ending.end_by_time(door.session, hold.organisation_id, at=hold.ends_at)
    assert door.case.state == "held"


def test_its_length_counts_from_the_day_on_which_it_began(door: Door) -> None:
    hold = _place(door, HoldKind.BREATHING_SPACE, begins_at=START - timedelta(days=10))
    assert hold.ends_at == datetime(2027, 1, 13, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "more",
    [
        {"ends_at": START + timedelta(days=5)},  # Law gives the length.
        {"begins_at": START - timedelta(days=90)},  # It is over already.
        {"variant": "mood"},
    ],
)
def test_a_breathing_space_that_cannot_be_is_refused(door: Door, more: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        _place(door, HoldKind.BREATHING_SPACE, **more)


def test_a_crisis_lasts_until_so_long_after_its_treatment(door: Door, admin: Actor) -> None:
    hold = _place(door, HoldKind.BREATHING_SPACE, variant="crisis")
    assert hold.ends_at is None

    def over(on: date) -> Hold:
        return hold_ending.record_over(
            door.session, hold.id, on, rights=RIGHTS, actor=admin, now=START
        )

    assert over(date(2026, 12, 1)).ends_at == datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert over(date(2026, 12, 1)).id == hold.id
    with pytest.raises(Conflict):
        over(date(2026, 12, 2))


def test_what_waits_for_nothing_has_no_such_day(door: Door, admin: Actor) -> None:
    hold = _place(door, HoldKind.DECEASED)
    with pytest.raises(Conflict):
        hold_ending.record_over(
            door.session, hold.id, date(2026, 12, 1), rights=RIGHTS, actor=admin, now=START
        )


def test_an_offer_that_is_considered_holds_until_it_is_decided(door: Door) -> None:
    hold = _place(door, HoldKind.HARDSHIP, variant="offer")
    assert (hold.variant, hold.scope, door.case.state) == ("offer", "debt", "held")


def test_the_paper_is_named_afterwards_and_stands(door: Door, admin: Actor) -> None:
    hold = _place(door, HoldKind.NO_CONTACT_ORDER)
    for _ in range(2):
        hold_ending.record_evidence(door.session, hold.id, " No. 7 ", actor=admin)
    assert hold.evidence == "No. 7"
    with pytest.raises(Conflict):
        hold_ending.record_evidence(door.session, hold.id, "No. 8", actor=admin)
    with pytest.raises(InvalidInput):
        hold_ending.record_evidence(door.session, hold.id, " ", actor=admin)
    with pytest.raises(Forbidden):
        hold_ending.record_evidence(door.session, hold.id, "No. 7", actor=door.first)

"""Links through the files of others: for a purpose that is kept, with grounds, as of a time."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from fieldops.domain.errors import InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models import AccessRecord, Case, Flag, Organisation
from fieldops.services import links_across, tracing
from tests.builders.cases import a_case
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.visits import START

TAKER = {"phone": "13700137000"}


@pytest.fixture
def other(door: Door) -> Case:
    """Another debtor of the same creditor."""
    house = door.session.get_one(Organisation, door.case.organisation_id)
    return a_case(door.session, house, number="C-other", creditor=door.case.creditor)


def _sold_by(door: Door, admin: Actor, case: Case, *, now: datetime = START) -> str:
    row = a_disposal(door, admin, case_id=case.id, asset="川B00001", values=TAKER, now=now)
    return str(row.id)


def _look(
    door: Door, actor: Actor, purpose: str = "who took the car", **asked: datetime
) -> links_across.Across:
    now = START + timedelta(days=9)
    return links_across.look(
        door.session, door.case.id, purpose=purpose, **asked, actor=actor, now=now
    )


def test_who_took_of_another_debtor_is_shown_with_grounds_in_both_files(
    door: Door, admin: Actor, other: Case
) -> None:
    own, theirs = a_disposal(door, admin, values=TAKER), _sold_by(door, admin, other)
    found = _look(door, admin)
    (one,) = found.hints
    assert one.hint.grounds == (str(own.id), theirs)
    assert [case["number"] for case in one.cases] == ["C-other"]
    assert found.files == 1


def test_a_look_is_kept_with_its_purpose_and_without_one_there_is_none(
    door: Door, admin: Actor
) -> None:
    with pytest.raises(InvalidInput):
        _look(door, admin, purpose=" ")
    _look(door, admin)
    (kept,) = door.session.scalars(
        select(AccessRecord).where(AccessRecord.subject == f"links-across:{door.case.id}")
    )
    assert kept.purpose == "who took the car"


def test_the_files_of_another_creditor_stay_closed(door: Door, admin: Actor) -> None:
    house = door.session.get_one(Organisation, door.case.organisation_id)
    other = a_case(door.session, house, number="C-other", creditor="Another Bank")
    a_disposal(door, admin, values=TAKER)
    _sold_by(door, admin, other)
    found = _look(door, admin)
    assert (found.files, found.hints) == (0, [])


def test_what_was_recorded_later_was_no_hint_before(door: Door, admin: Actor, other: Case) -> None:
    a_disposal(door, admin, values=TAKER)
    _sold_by(door, admin, other, now=START + timedelta(days=3))
    assert _look(door, admin, known_at=START + timedelta(days=2)).hints == []
    assert len(_look(door, admin, known_at=START + timedelta(days=3)).hints) == 1


def test_a_flag_counts_nothing_of_it(door: Door, admin: Actor, other: Case) -> None:
    unknown = {"asset_kind": "vehicle", "disposed_on": "2026-10-01", "counterparty": "unknown"}
    a_disposal(door, admin, values=TAKER, data=unknown)
    _sold_by(door, admin, other)
    tracing.believe_and_flag(door.session, door.visit.debtor_id, now=START)
    assert _look(door, admin).hints
    assert "AT-RELATIVE" not in set(door.session.scalars(select(Flag.code)))

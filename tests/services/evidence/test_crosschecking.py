"""Findings follow the visit: what its crew does later changes them, and never the sealed record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.disclosure import commitment
from fieldops.domain.permissions import Actor, Role
from fieldops.jobs import publishing
from fieldops.models import Arrival, Item, Organisation, OutboxFact, Visit
from fieldops.services import crosschecking, custody, locating, pack_records
from fieldops.services.phones import nonces
from fieldops.wiring import wiring
from tests.builders.cases import NOW, a_case, an_agent
from tests.builders.evidence import a_photo, a_sound, an_item
from tests.builders.journals import a_device
from tests.conftest import Person


def _finding(item: Item, check: str) -> Any:
    return next(one for one in item.findings if one["check"] == check)


def _followed(session: Session, item: Item) -> Item:
    publishing.publish(wiring(), inline=True)
    session.refresh(item)
    return item


def _fix(minute: int, lat: str = "30.66", **more: str) -> dict[str, str]:
    at = (NOW + timedelta(minutes=minute)).isoformat()
    return {"lat": lat, "lon": "104.06", "datum": "WGS84", "accuracy": "8", "device_at": at, **more}


def test_an_item_is_held_against_the_check_in(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    _checked_in(session, visit, lat=30.70, accuracy_metres=0.0, is_mock=True, behind=600)
    item = an_item(session, visit, actor=uploader)
    wrong = {one["check"] for one in item.findings if one["holds"] is False}
    assert {"exif-to-arrival", "accuracy-not-zero", "position-not-mocked", "arrival-clock"} <= wrong


def test_a_check_in_that_comes_later_changes_what_was_found(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    assert _finding(item, "exif-to-arrival")["holds"] is None
    _checked_in(session, visit, lat=30.70)
    _recheck(session, visit, uploader)
    session.refresh(item)
    assert _finding(item, "exif-to-arrival")["holds"] is False


def test_the_record_that_was_sealed_at_receipt_stays(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    sealed = commitment(item.record)
    _checked_in(session, visit, lat=30.70)
    _recheck(session, visit, uploader)
    session.refresh(item)
    assert commitment(item.record) == sealed
    entry = custody.entry_of(custody.entries_of(session, visit.case_id)[0])
    assert entry.detail["record_sha256"] == sealed


def test_a_jump_between_two_fixes_is_found_once_both_are_there(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    visit.arrived_at = NOW
    first = an_item(session, visit, actor=uploader, told=_fix(0))
    an_item(session, visit, actor=uploader, data=a_photo(colour=(1, 1, 1)), told=_fix(1, "30.80"))
    found = _finding(_followed(session, first), "possible-speed")
    assert (found["holds"], found["threshold"], found["unit"]) == (False, 150, "km/h")
    assert found["value"] > 800


def test_a_position_that_never_trembles_is_found(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    visit.arrived_at = NOW
    items = [
        an_item(session, visit, actor=uploader, data=a_photo(colour=(n, 0, 0)), told=_fix(n))
        for n in range(3)
    ]
    assert _finding(_followed(session, items[0]), "position-trembles")["holds"] is False


def test_a_recording_is_held_against_the_length_of_the_visit(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    visit.arrived_at = NOW
    item = an_item(session, visit, actor=uploader, data=a_sound(300))
    assert _finding(item, "recording-not-longer")["holds"] is None
    visit.left_at = NOW + timedelta(seconds=100)
    session.commit()
    _recheck(session, visit, uploader)
    session.refresh(item)
    assert _finding(item, "recording-not-longer")["value"] == 200
    assert _finding(item, "recordings-cover-visit")["holds"] is True


def test_checking_again_gives_the_same(session: Session, visit: Visit, uploader: Actor) -> None:
    item = _followed(session, an_item(session, visit, actor=uploader, told=_fix(0)))
    before = list(item.findings)
    _recheck(session, visit, uploader)
    session.refresh(item)
    assert item.findings == before


def test_a_pack_says_what_was_found(session: Session, visit: Visit, uploader: Actor) -> None:
    item = an_item(session, visit, actor=uploader, told={"capture": "gallery"})
    told = pack_records.findings([item])
    assert {"item": str(item.id), **_finding(item, "taken-on-site")} in told
    assert _finding(item, "taken-on-site")["holds"] is False


def _recheck(session: Session, visit: Visit, actor: Actor) -> None:
    crosschecking.check_visit(session, visit.id, radius_metres=300, actor=actor)
    session.commit()


def _checked_in(
    session: Session, visit: Visit, *, lat: float = 30.66, behind: int = 0, **said: Any
) -> None:
    visit.arrived_at = NOW
    position = {"lat": lat, "lon": 104.06, "datum": "WGS84"}
    values = {"accuracy_metres": 12.0, "fix_age_seconds": 1.0, "is_mock": False, **said}
    session.add(
        Arrival(
            organisation_id=visit.organisation_id, visit_id=visit.id, agent_id=visit.agent_id,
            device_at=NOW - timedelta(seconds=behind), received_at=NOW, lat=lat, lon=104.06,
            given_position=position, distance_metres=None, **values,
        )
    )  # fmt: skip
    session.commit()


def test_an_address_that_is_settled_elsewhere_changes_what_was_found_at_it(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = _followed(session, an_item(session, visit, actor=uploader))
    assert _finding(item, "exif-to-address")["holds"] is True
    person = Actor(uploader.organisation_id, Role.DISPATCHER, uploader.account_id)
    settled = {"reason": "asked", "expected_version": None, "actor": person, "now": NOW}
    away = locating.given_position("30.70", "104.06", "WGS84")
    locating.settle_address(session, visit.address_id, position=away, **settled)
    session.commit()
    assert _finding(_followed(session, item), "exif-to-address")["holds"] is False


def test_an_address_that_stays_where_it_was_or_that_nobody_visited_moves_nothing(
    session: Session, visit: Visit, uploader: Actor, organisation: Organisation
) -> None:
    other = a_case(session, organisation, number="HT-2").addresses[0]
    person = Actor(uploader.organisation_id, Role.DISPATCHER, uploader.account_id)
    for address, lat in ((visit.address, str(visit.address.lat)), (other, "30.70")):
        here = locating.given_position(lat, str(visit.address.lon), "WGS84")
        locating.settle_address(
            session, address.id, position=here, reason="asked", expected_version=None,
            actor=person, now=NOW,
        )  # fmt: skip
    session.commit()
    assert "address-moved" not in session.scalars(select(OutboxFact.name)).all()


@pytest.mark.parametrize(
    ("seconds", "whose", "holds"),
    [
        (60, "own", True),
        (3_600, "own", None),  # An offline phone had no newer one.
        (-600, "own", False),  # It cannot have been made before its number.
        (60, "another", False),
        (60, "none", False),
    ],
)
def test_the_number_for_the_camera_is_told_from_one_that_is_not_ours(
    session: Session, visit: Visit, uploader: Actor, signed_in: Callable[..., Person],
    organisation: Organisation, seconds: int, whose: str, holds: bool | None,
) -> None:  # fmt: skip
    other = an_agent(session, organisation, code="D9")
    colleague = signed_in("agent", organisation, agent_id=other.id)
    device = a_device(session, colleague.actor if whose == "another" else uploader)
    nonce = nonces.issue(device.id, at=NOW) if whose != "none" else "e30.AAAA"
    made = NOW + timedelta(seconds=seconds)
    item = an_item(
        session, visit, actor=uploader, told={"nonce": nonce, "device_at": made.isoformat()}
    )
    finding = _finding(item, "fresh-number")
    assert finding["holds"] is holds
    ours = {"device": str(device.id), "seconds": seconds}
    assert finding["value"] == (ours if whose == "own" else "not-ours")

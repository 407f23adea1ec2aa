"""Fixity scans: they name what is changed or missing, go on where they stopped, and keep pace."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.domain.permissions import Actor
from fieldops.jobs import fixity as reading_again
from fieldops.jobs import publishing
from fieldops.models import BlobFault, CustodyEntry, FixityScan, Item, Visit
from fieldops.services import custody, fixity, pack_records
from fieldops.wiring import wiring
from tests.builders import rounds
from tests.builders.evidence import a_photo, an_item


def _items(session: Session, visit: Visit, uploader: Actor, count: int = 3) -> list[Item]:
    return [
        an_item(session, visit, actor=uploader, data=a_photo(colour=(n, 7, 7)))
        for n in range(count)
    ]


def _file(item: Item) -> Path:
    root = wiring().settings.data_dir / "blobs" / str(item.organisation_id)
    return root / item.sha256[:2] / item.sha256


def _damage(item: Item) -> None:
    file = _file(item)
    file.chmod(0o600)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def _scan(session: Session, visit: Visit) -> FixityScan:
    scan = fixity.begin(session, visit.organisation_id, at=clock.wall_time())
    session.commit()
    found = reading_again.go_on(wiring(), scan.id, reading_again.Pace(0))
    session.expire_all()
    return found


def _checked(session: Session, item: Item) -> list[Any]:
    query = select(CustodyEntry).where(
        CustodyEntry.item_id == item.id, CustodyEntry.action == "fixity-checked"
    )
    rows = session.scalars(query.order_by(CustodyEntry.position))
    return [custody.entry_of(row).detail["result"] for row in rows]


def test_a_scan_of_whole_blobs_finds_nothing(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    items = _items(session, visit, uploader)
    scan = _scan(session, visit)
    assert (scan.state, scan.checked, scan.broken) == ("done", 3, 0)
    assert scan.bytes_read == sum(item.size for item in items)
    assert not fixity.open_faults(session, visit.organisation_id)


def test_a_changed_blob_is_found_and_named(session: Session, visit: Visit, uploader: Actor) -> None:
    good, bad, other = _items(session, visit, uploader)
    _damage(bad)
    assert _scan(session, visit).broken == 1
    (fault,) = fixity.open_faults(session, visit.organisation_id)
    assert (fault.blob_id, fault.kind) == (bad.blob_id, "changed")
    assert [_checked(session, item) for item in (good, bad, other)] == [[], ["changed"], []]
    finding = bad.findings[-1]
    assert (finding["check"], finding["holds"], finding["threshold"]) == (
        "fixity",
        False,
        bad.sha256,
    )


def test_a_missing_blob_is_told_from_a_changed_one(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    (item,) = _items(session, visit, uploader, 1)
    _file(item).unlink()
    _scan(session, visit)
    assert [one.kind for one in fixity.open_faults(session, visit.organisation_id)] == ["missing"]


def test_every_item_of_a_broken_blob_is_told_of(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    first = an_item(session, visit, actor=uploader)
    again = an_item(session, visit, actor=uploader, told={"filename": "again.jpg"})
    assert first.blob_id == again.blob_id
    _damage(first)
    _scan(session, visit)
    assert [_checked(session, item) for item in (first, again)] == [["changed"], ["changed"]]


def test_the_same_fault_is_told_once_and_its_mending_too(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    (item,) = _items(session, visit, uploader, 1)
    whole = _file(item).read_bytes()
    _damage(item)
    _scan(session, visit)
    _scan(session, visit)
    assert _checked(session, item) == ["changed"]
    _file(item).write_bytes(whole)
    _scan(session, visit)
    assert _checked(session, item) == ["changed", "whole-again"]
    assert not fixity.open_faults(session, visit.organisation_id)
    assert session.scalars(select(BlobFault)).one().mended_at


def test_a_scan_goes_on_after_the_last_blob_it_noted(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    items = _items(session, visit, uploader)
    scan = fixity.begin(session, visit.organisation_id, at=clock.wall_time())
    first = fixity.Read(items[0].blob_id, items[0].size)
    fixity.advance(session, scan.id, [first], at=clock.wall_time())
    # What another worker notes once more is not counted twice.
    fixity.advance(session, scan.id, [first], at=clock.wall_time())
    session.commit()
    _damage(items[0])  # Behind the scan: the next one will find it.
    again = _scan(session, visit)
    assert (again.id, again.checked, again.broken) == (scan.id, 3, 0)
    assert _scan(session, visit).broken == 1


def test_a_turn_that_is_over_hands_the_rest_on(
    session: Session, visit: Visit, uploader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_again, "_AT_ONCE", 1)
    monkeypatch.setattr(reading_again, "_TURN", timedelta(0))
    _items(session, visit, uploader)
    scan = fixity.begin(session, visit.organisation_id, at=clock.wall_time())
    fixity.ask(session, scan, at=clock.wall_time())
    session.commit()
    publishing.publish(wiring(), inline=True)
    session.expire_all()
    assert (scan.state, scan.checked) == ("done", 3)


def test_the_round_begins_a_scan_when_it_is_due_and_not_before(
    session: Session, visit: Visit, uploader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _items(session, visit, uploader, 1)
    rounds.go("fixity")
    publishing.publish(wiring(), inline=True)
    rounds.go("fixity")
    publishing.publish(wiring(), inline=True)
    assert len(fixity.latest(session, visit.organisation_id)) == 1
    then = clock.wall_time() + timedelta(days=31)
    monkeypatch.setattr(clock, "wall_time", lambda: then)
    rounds.go("fixity")
    assert len(fixity.latest(session, visit.organisation_id)) == 2


def test_a_scan_whose_worker_died_is_taken_up_again(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    _items(session, visit, uploader, 1)
    at = clock.wall_time()
    organisation_id = visit.organisation_id
    fixity.begin(session, organisation_id, at=at)
    assert not fixity.hand_out(session, organisation_id, days=30, at=at + timedelta(minutes=5))
    assert fixity.hand_out(session, organisation_id, days=30, at=at + timedelta(minutes=30))
    assert len(fixity.latest(session, organisation_id)) == 1


def test_a_destroyed_blob_is_not_looked_for(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    (item,) = _items(session, visit, uploader, 1)
    item.blob.wrapped_key = None
    os.unlink(_file(item))  # noqa: PTH108  # As the destruction does it.
    session.commit()
    assert (_scan(session, visit).checked, _scan(session, visit).broken) == (0, 0)


def test_reading_is_held_back_to_the_pace_that_is_set() -> None:
    slept: list[float] = []
    times = iter([0.0, 0.5, 4.0])
    pace = reading_again.Pace(100.0, sleep=slept.append, monotonic=lambda: next(times))
    pace.read(200)
    pace.read(100)
    assert slept == [1.5]


def test_a_scan_and_what_it_found_stand_in_the_record_of_the_system(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    bad, good = _items(session, visit, uploader, 2)
    _damage(bad)
    _scan(session, visit)
    log = custody.ensure_log(session, visit.organisation_id, at=clock.wall_time())
    told = pack_records.system(session, log, [bad.blob_id], version="1", is_rehearsal=False)
    (scan,) = [one for one in told if one["record"] == "fixity-scan"]
    (fault,) = [one for one in told if one["record"] == "fixity-fault"]
    assert (scan["checked"], scan["broken"], scan["state"]) == (2, 1, "done")
    assert (fault["sha256"], fault["kind"], fault["mended_at"]) == (bad.sha256, "changed", None)
    others = pack_records.system(session, log, [good.blob_id], version="1", is_rehearsal=False)
    assert "fixity-fault" not in {one["record"] for one in others}

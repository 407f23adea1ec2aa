"""Receiving an item: blob, record, custody entry, receipt, and what is checked on the way."""

import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evidence.custody.disclosure import commitment
from evidence.custody.entry import chain_faults
from evidence.custody.receipt import parse_document
from fieldops.domain.blobs import BlobBroken
from fieldops.domain.datums import wgs84_to_gcj02
from fieldops.domain.errors import NotFound
from fieldops.domain.permissions import Actor
from fieldops.models import Blob, CustodyEntry, Item, Organisation, OutboxFact, Upload, Visit
from fieldops.services import custody, evidence, uploads
from fieldops.wiring import wiring
from tests.builders.cases import NOW, a_case
from tests.builders.evidence import a_photo, an_item
from tests.builders.visits import a_visit


def _finding(item: Item, check: str) -> Any:
    return next(found for found in item.findings if found["check"] == check)


def _fix(lat: str = "30.66", lon: str = "104.06", **more: str) -> dict[str, str]:
    return {"lat": lat, "lon": lon, "datum": "WGS84", **more}


def test_the_custody_entry_commits_to_the_items_record(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    entry = custody.entry_of(custody.entries_of(session, visit.case_id)[0])
    assert (entry.action, entry.item, entry.sha256) == ("received", str(item.id), item.sha256)
    assert entry.detail["record_sha256"] == commitment(item.record)


def test_the_receipt_names_the_items_place_in_the_log(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    first, second = (
        an_item(session, visit, actor=uploader, data=a_photo(colour=(n, 0, 0))) for n in (1, 99)
    )
    receipts = [parse_document(item.receipt.encode())[0] for item in (first, second)]
    assert [(r.index, r.case_seq) for r in receipts] == [(0, 1), (1, 2)]
    assert receipts[1].sha256 == second.sha256


def test_every_case_has_a_chain_of_its_own_in_one_log(
    session: Session, visit: Visit, uploader: Actor, organisation: Organisation
) -> None:
    other = a_visit(session, organisation, case=a_case(session, organisation), agent=_agent(visit))
    for place in (visit, other, visit):
        an_item(session, place, actor=uploader)
    rows = session.scalars(select(CustodyEntry).order_by(CustodyEntry.position)).all()
    assert [(row.position, row.case_sequence) for row in rows] == [(0, 1), (1, 1), (2, 2)]
    chain = [custody.entry_of(row) for row in custody.entries_of(session, visit.case_id)]
    assert not list(chain_faults(chain))


def test_a_clock_that_was_set_back_does_not_turn_the_chain_round(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    evidence.open_item(session, item.id, actor=uploader, at=NOW - timedelta(hours=1))
    chain = [custody.entry_of(row) for row in custody.entries_of(session, visit.case_id)]
    assert not list(chain_faults(chain))


def test_receiving_twice_gives_the_same_item(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    upload = session.scalars(select(Upload)).one()
    from fieldops.gateways import media

    again = evidence.receive(
        session, wiring().blobs, upload.id, media.examine(io.BytesIO(a_photo())),
        radius_metres=300, actor=uploader, now=NOW, at=NOW,
    )  # fmt: skip
    assert again is item
    assert session.scalar(select(func.count()).select_from(CustodyEntry)) == 1


def test_the_fact_goes_into_the_outbox(session: Session, visit: Visit, uploader: Actor) -> None:
    item = an_item(session, visit, actor=uploader)
    fact = session.scalars(select(OutboxFact).where(OutboxFact.name == "item-received")).one()
    assert fact.payload == {"item_id": str(item.id)}


def test_the_same_bytes_are_stored_once_and_told(
    session: Session, visit: Visit, uploader: Actor, organisation: Organisation
) -> None:
    first = an_item(session, visit, actor=uploader)
    other = a_visit(session, organisation, case=a_case(session, organisation), agent=_agent(visit))
    second = an_item(session, other, actor=uploader)
    assert session.scalar(select(func.count()).select_from(Blob)) == 1
    found = _finding(second, "not-used-elsewhere")
    assert found["holds"] is False
    assert found["value"] == [str(first.id)]


def test_a_photo_taken_at_the_door_raises_no_finding(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    visit.arrived_at = NOW
    told = _fix(mock="false", accuracy="8", device_at="2026-11-24T10:00:31+08:00")
    item = an_item(session, visit, actor=uploader, told=told)
    assert [found["check"] for found in item.findings if found["holds"] is False] == []


def test_a_fix_in_another_datum_is_compared_after_conversion(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    lat, lon = wgs84_to_gcj02(30.66, 104.06)
    shifted = _fix(f"{float(lat):.7f}", f"{float(lon):.7f}") | {"datum": "GCJ02"}
    item = an_item(session, visit, actor=uploader, told=shifted)
    assert _finding(item, "fix-to-address")["value"] < 5
    assert item.fix is not None
    assert item.fix["datum"] == "GCJ02"


@pytest.mark.parametrize(
    ("check", "photo", "told"),
    [
        ("exif-to-address", {"lat": 30.70}, {}),
        ("fix-to-address", {}, _fix("30.70")),
        ("exif-to-fix", {}, _fix("30.70")),
        ("exif-to-device-clock", {}, {"device_at": "2026-11-24T09:50:00+08:00"}),
        ("device-clock-not-ahead", {}, {"device_at": "2026-11-24T10:05:00+08:00"}),
        ("after-arrival", {"taken_at": "2026:11:24 09:30:00"}, {}),
        ("position-not-mocked", {}, _fix(mock="true")),
    ],
)
def test_what_does_not_fit_together_is_found(
    session: Session, visit: Visit, uploader: Actor, check: str, photo: Any, told: Any
) -> None:
    visit.arrived_at = NOW
    item = an_item(session, visit, actor=uploader, data=a_photo(**photo), told=told)
    assert _finding(item, check)["holds"] is False


def test_without_anything_to_compare_a_check_says_neither(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader, data=a_photo(lat=None))
    assert _finding(item, "exif-to-address")["holds"] is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ" + bytes(200),  # A program.
        b"\xff\xd8\xff\xe0 not really a photo",
        b"<svg onload=alert(1)>",
    ],
)
def test_what_should_not_be_opened_is_kept_and_quarantined(
    session: Session, visit: Visit, uploader: Actor, data: bytes
) -> None:
    item = an_item(session, visit, actor=uploader, data=data)
    assert item.properties["quarantined"]
    assert item.size == len(data)


def test_reading_an_item_is_in_the_log_before_its_bytes_leave(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    opened = evidence.open_item(session, item.id, actor=uploader, at=NOW)
    chunks = opened.chunks(wiring().blobs)
    assert b"".join(chunks) == a_photo()
    actions = [row.action for row in custody.entries_of(session, visit.case_id)]
    assert actions == ["received", "read"]


def test_a_byte_flipped_on_the_disk_is_found_on_reading(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    organisation = str(item.organisation_id)
    folder = wiring().settings.data_dir / "blobs" / organisation / item.sha256[:2]
    file = folder / item.sha256
    changed = bytearray(file.read_bytes())
    changed[100] ^= 1
    file.chmod(0o600)
    file.write_bytes(changed)
    opened = evidence.open_item(session, item.id, actor=uploader, at=NOW)
    with pytest.raises(BlobBroken):
        list(opened.chunks(wiring().blobs))


def test_an_item_whose_key_was_destroyed_is_gone(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    item.blob.wrapped_key = None
    with pytest.raises(evidence.ContentGone):
        evidence.open_item(session, item.id, actor=uploader, at=NOW)


def test_another_organisations_item_is_not_found(
    session: Session, visit: Visit, uploader: Actor, admin: Actor
) -> None:
    from fieldops.services import organisations

    item = an_item(session, visit, actor=uploader)
    other = organisations.found(session, "Other agency", now=NOW)
    stranger = Actor(other.id, admin.role)
    with pytest.raises(NotFound):
        evidence.get(session, item.id, actor=stranger)


def test_expired_uploads_are_swept_away(session: Session, visit: Visit, uploader: Actor) -> None:
    from fieldops.domain.evidence import read_claims

    store, claimed = wiring().blobs, read_claims({"visit": str(visit.id)})
    uploads.create(session, store, claimed, 5, largest=9, hours=1, actor=uploader, now=NOW, at=NOW)
    later: datetime = NOW + timedelta(hours=2)
    assert uploads.sweep(session, store, now=NOW) == 0
    assert uploads.sweep(session, store, now=later) == 1


def test_the_record_can_be_told_to_a_court(session: Session, visit: Visit, uploader: Actor) -> None:
    item = an_item(session, visit, actor=uploader, told=_fix(accuracy="12.5"))
    shown = {name: field["value"] for name, field in item.record.items()}
    assert shown["fix"]["lat"] == "30.66"
    assert shown["properties"]["exif"]["taken_at"] == "2026-11-24T10:00:30"
    assert json.dumps(shown)


def _agent(visit: Visit) -> Any:
    from fieldops.db import db
    from fieldops.models import Agent

    return db.session.get_one(Agent, visit.agent_id)

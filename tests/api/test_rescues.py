"""Rescue files: what a phone could not send comes in by the office's hand, once."""

import io
import json
import zipfile
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.rescue import FORM, seal
from fieldops.models import DeviceEntry, Item, Visit
from fieldops.services.phones import revoking
from tests.builders.doors import Door
from tests.builders.evidence import a_photo
from tests.builders.journals import JournalPhone
from tests.builders.visits import START
from tests.conftest import NOW, Person

PHOTO = a_photo()


def _file(phone: JournalPhone, visit: Visit, **changed: Any) -> bytes:
    """A rescue file as the phone's page writes it."""
    metadata = {
        "visit": str(visit.id), "filename": "a.jpg", "filetype": "image/jpeg", "key": "f1",
        "sha256": sha256(PHOTO).hexdigest(), "capture": "camera", "device_at": START.isoformat(),
    }  # fmt: skip
    told = {
        "format": FORM, "device_id": str(phone.device.id), "written_at": NOW.isoformat(),
        "drift_ms": 0, "oldest": 1, "entries": phone.written,
        "files": [{"file": "files/f1/a.jpg", "metadata": metadata}],
    }  # fmt: skip
    index = json.dumps({**told, **changed}).encode()
    digest = sha256(index).hexdigest()
    mark = {"sha256": digest, "mac": seal(sha256(phone.key.encode()).hexdigest(), digest)}
    return _zip({"entries.json": index, "seal.json": json.dumps(mark), "files/f1/a.jpg": PHOTO})


def _zip(members: dict[str, Any], how: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _hand_in(office: Person, file: bytes) -> Any:
    return office.post("/api/v1/devices/rescues", data=file)


def _statuses(answer: Any) -> tuple[list[str], list[str]]:
    assert answer.status_code == 200, answer.json
    entries = [one["status"] for one in answer.json["answers"]]
    return entries, [one["status"] for one in answer.json["files"]]


def test_everything_in_it_comes_in_once_as_its_agents(
    session: Session, door: Door, enrolled: JournalPhone, office: Person
) -> None:
    enrolled.whole_visit(door.visit)
    file = _file(enrolled, door.visit)
    assert _statuses(_hand_in(office, file)) == (["applied"] * 3, ["received"])
    assert _statuses(_hand_in(office, file)) == (["known"] * 3, ["known"])
    # The phone found a network after all.
    assert [status for _, status in enrolled.answers(*enrolled.written)] == ["known"] * 3
    session.expire_all()
    assert session.get_one(Visit, door.visit.id).state == "left"
    item = session.scalars(select(Item)).one()
    assert (item.account_id, item.sha256) == (
        enrolled.person.account.id, sha256(PHOTO).hexdigest(),
    )  # fmt: skip


def test_what_a_phone_that_ended_had_written_goes_to_a_person(
    session: Session, door: Door, enrolled: JournalPhone, office: Person
) -> None:
    enrolled.whole_visit(door.visit)
    revoking.revoke(session, enrolled.device.id, "lost", actor=office.actor, at=NOW)
    session.commit()
    entries, files = _statuses(_hand_in(office, _file(enrolled, door.visit)))
    assert (entries, files) == (["conflict"] * 3, ["received"])
    open_ones = office.get("/api/v1/phone-entries?open=true").json["items"]
    for one in open_ones:
        url = f"/api/v1/phone-entries/{one['id']}/settle"
        done = office.post(url, json={"settlement": "apply", "words": "应急文件"})
        assert done.status_code == 200, done.json
    session.expire_all()
    assert session.get_one(Visit, door.visit.id).state == "left"


def _changed(file: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    return _zip({**members, name: content})


@pytest.mark.parametrize("wrong", ["text", "empty", "seal", "index", "form", "compressed", "json"])
def test_what_no_phone_of_ours_wrote_is_refused_and_nothing_is_kept(
    session: Session, door: Door, enrolled: JournalPhone, office: Person, wrong: str
) -> None:
    enrolled.whole_visit(door.visit)
    file = _file(enrolled, door.visit)
    index = zipfile.ZipFile(io.BytesIO(file)).read("entries.json")
    told = {
        "text": b"no archive",
        "empty": _zip({}),
        # Another phone's seal.
        "seal": _file(JournalPhone(enrolled.person, enrolled.device, "x"), door.visit),
        "index": _changed(file, "entries.json", index.replace(b"no_answer", b"met_debtr")),
        "form": _file(enrolled, door.visit, format="fieldops-rescue-1"),
        "compressed": _zip({"entries.json": b"{}" * 1_000}, zipfile.ZIP_DEFLATED),
        "json": _changed(file, "entries.json", b"["),
    }[wrong]
    answer = _hand_in(office, told)
    assert answer.status_code == 422
    assert answer.json["type"].endswith("rescue-invalid")
    assert session.scalar(select(func.count()).select_from(DeviceEntry)) == 0


def test_a_file_that_was_changed_is_refused_by_itself(
    session: Session, door: Door, enrolled: JournalPhone, office: Person
) -> None:
    enrolled.whole_visit(door.visit)
    file = _changed(_file(enrolled, door.visit), "files/f1/a.jpg", a_photo() + b"x")
    entries, files = _statuses(_hand_in(office, file))
    assert (entries, files) == (["applied"] * 3, ["refused"])


def test_nobody_else_takes_one_in(
    door: Door, enrolled: JournalPhone, counsel: Person, stranger: Person
) -> None:
    file = _file(enrolled, door.visit)
    assert _hand_in(counsel, file).status_code == 403
    assert _hand_in(enrolled.person, file).status_code == 403

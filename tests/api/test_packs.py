"""Evidence and packs over HTTP, as counsel meets them."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from evidence.custody.verify.judge import verify
from evidence.pack.fonts import FontMissingError, chinese_font
from fieldops.jobs import publishing
from fieldops.models import Item, Organisation, Visit
from fieldops.services import custody
from fieldops.wiring import wiring
from tests.builders.cases import NOW, an_agent
from tests.builders.evidence import a_photo, a_sound, an_item
from tests.conftest import Person

try:
    chinese_font()
    HAS_FONT = True
except FontMissingError:
    HAS_FONT = False

needs_font = pytest.mark.skipif(not HAS_FONT, reason="no Chinese TrueType typeface is installed")


def _ask(counsel: Person, item: Item, **more: Any) -> Any:
    body = {"case_id": str(item.case_id), "purpose": "诉讼", **more}
    return counsel.post("/api/v1/packs", json=body)


def test_counsel_lists_the_evidence_of_a_case(counsel: Person, item: Item) -> None:
    answer = counsel.get(f"/api/v1/evidence?case={item.case_id}")
    assert [found["id"] for found in answer.json["items"]] == [str(item.id)]
    assert counsel.get(f"/api/v1/evidence?visit={item.visit_id}").json["items"]
    assert not counsel.get(f"/api/v1/evidence?visit={item.id}").json["items"]


def test_an_item_shows_its_findings_and_properties(counsel: Person, item: Item) -> None:
    shown = counsel.get(f"/api/v1/evidence/{item.id}").json
    assert shown["properties"]["exif"]["datum"] == "WGS84"
    assert {"check", "holds", "value", "threshold", "unit"} == set(shown["findings"][0])


def test_the_content_is_the_original_and_cannot_run(counsel: Person, item: Item) -> None:
    answer = counsel.get(f"/api/v1/evidence/{item.id}/content")
    assert answer.data == a_photo()
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_reading_the_content_is_in_the_custody_log(counsel: Person, item: Item) -> None:
    counsel.get(f"/api/v1/evidence/{item.id}/content")
    entries = counsel.get(f"/api/v1/evidence/{item.id}/custody").json
    assert [entry["action"] for entry in entries] == ["received", "read"]
    assert entries[1]["entry"]["actor"] == f"counsel:{counsel.account.id}"


def test_a_quarantined_file_is_served_as_bytes_alone(
    session: Session, visit: Visit, agent: Person, counsel: Person
) -> None:
    item = an_item(session, visit, actor=agent.actor, data=b"<html><script>alert(1)</script>")
    answer = counsel.get(f"/api/v1/evidence/{item.id}/content")
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_a_thumbnail_shows_the_photo_and_is_in_the_custody_log(counsel: Person, item: Item) -> None:
    answer = counsel.get(f"/api/v1/evidence/{item.id}/thumbnail")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert "no-store" in answer.headers["Cache-Control"]
    entries = counsel.get(f"/api/v1/evidence/{item.id}/custody").json
    assert entries[-1]["action"] == "read"
    assert entries[-1]["entry"]["detail"] == {"what": "thumbnail"}
    assert counsel.get(f"/api/v1/evidence/{item.id}/content").data == a_photo()


@pytest.mark.parametrize("data", [b"<html>", a_sound(1)], ids=["set apart", "no photo"])
def test_what_is_no_photo_has_no_thumbnail_and_no_entry(
    session: Session, visit: Visit, agent: Person, counsel: Person, data: bytes
) -> None:
    item = an_item(session, visit, actor=agent.actor, data=data)
    answer = counsel.get(f"/api/v1/evidence/{item.id}/thumbnail")
    assert (answer.status_code, answer.json["type"].endswith("no-preview")) == (404, True)
    assert len(counsel.get(f"/api/v1/evidence/{item.id}/custody").json) == 1


@pytest.mark.parametrize("path", ["", "/content", "/thumbnail", "/custody", "/receipt"])
def test_another_organisations_item_is_not_found(stranger: Person, item: Item, path: str) -> None:
    assert stranger.get(f"/api/v1/evidence/{item.id}{path}").status_code == 404


def test_an_agent_gets_his_receipt_and_not_the_content(agent: Person, item: Item) -> None:
    assert agent.get(f"/api/v1/evidence/{item.id}/receipt").status_code == 200
    assert agent.get(f"/api/v1/evidence/{item.id}/content").status_code == 403


def test_another_agent_finds_no_receipt(
    item: Item, session: Session, organisation: Organisation, signed_in: Callable[..., Person]
) -> None:
    other = an_agent(session, organisation, code="A2")
    person = signed_in("agent", organisation, agent_id=other.id)
    assert person.get(f"/api/v1/evidence/{item.id}/receipt").status_code == 404


@needs_font
def test_counsel_draws_downloads_and_verifies_a_pack(
    counsel: Person, item: Item, tmp_path: Path
) -> None:
    asked = _ask(counsel, item)
    assert asked.status_code == 202
    assert counsel.get(f"{asked.headers['Location']}/file").status_code == 409
    publishing.publish(wiring(), inline=True)
    shown = counsel.get(asked.headers["Location"]).json
    assert (shown["state"], shown["summary"]["ok"]) == ("ready", True)
    (run,) = counsel.get(f"/api/v1/jobs/pack/{shown['id']}").json
    assert (run["state"], run["done"]) == ("done", run["total"])
    pack, trust = tmp_path / "pack.zip", tmp_path / "trust.pem"
    pack.write_bytes(counsel.get(f"{asked.headers['Location']}/file", buffered=True).data)
    trust.write_bytes(counsel.get("/api/v1/trust.pem").data)
    assert verify(pack, trust, now=NOW).ok


@needs_font
def test_a_pack_whose_file_was_lost_is_built_again(counsel: Person, item: Item) -> None:
    url = _ask(counsel, item).headers["Location"]
    publishing.publish(wiring(), inline=True)
    first = counsel.get(f"{url}/file", buffered=True).data
    wiring().pack_files.path(counsel.get(url).json["id"]).unlink()
    assert counsel.get(f"{url}/file").status_code == 409
    assert counsel.post(f"{url}/build").status_code == 202
    publishing.publish(wiring(), inline=True)
    again = counsel.get(f"{url}/file", buffered=True).data
    assert again == first
    assert zipfile.ZipFile(io.BytesIO(again)).testzip() is None


def test_the_same_idempotency_key_asks_once(counsel: Person, item: Item) -> None:
    key = {"Idempotency-Key": "pack-1"}
    body = {"case_id": str(item.case_id), "purpose": "诉讼"}
    first = counsel.post("/api/v1/packs", json=body, headers=key).json
    assert counsel.post("/api/v1/packs", json=body, headers=key).json == first
    assert len(counsel.get("/api/v1/packs").json["items"]) == 1


@pytest.mark.parametrize(
    "more",
    [{"purpose": ""}, {"purpose": "   "}, {"case_id": "none"}, {"unknown": 1}],
)
def test_a_pack_cannot_be_asked_for_wrongly(counsel: Person, item: Item, more: Any) -> None:
    assert _ask(counsel, item, **more).status_code == 422


def test_another_organisations_case_is_not_found(stranger: Person, item: Item) -> None:
    assert _ask(stranger, item).status_code == 404


def test_an_agent_draws_no_packs(agent: Person, item: Item) -> None:
    assert _ask(agent, item).status_code == 403


def test_trust_comes_with_the_first_evidence(
    counsel: Person, session: Session, organisation: Organisation
) -> None:
    assert counsel.get("/api/v1/trust.pem").status_code == 404
    custody.ensure_log(session, organisation.id, at=NOW)
    session.commit()
    assert counsel.get("/api/v1/trust.pem").data.count(b"BEGIN CERTIFICATE") == 2


def _log(session: Session, item: Item) -> list[tuple[str, Any]]:
    rows = custody.entries_of(session, item.case_id)
    entries = [custody.entry_of(row) for row in rows]
    return [(entry.action, entry.detail.get("what")) for entry in entries]


def test_looking_at_an_item_and_opening_it_are_in_the_custody_log(
    session: Session, counsel: Person, item: Item
) -> None:
    assert counsel.get(f"/api/v1/evidence/{item.id}").status_code == 200
    assert counsel.get(f"/api/v1/evidence/{item.id}/content").status_code == 200
    assert _log(session, item)[1:] == [("read", "record"), ("read", "content")]


def test_whoever_may_not_look_leaves_no_entry(
    session: Session, stranger: Person, agent: Person, item: Item
) -> None:
    assert stranger.get(f"/api/v1/evidence/{item.id}").status_code == 404
    assert agent.get(f"/api/v1/evidence/{item.id}").status_code == 403
    assert len(_log(session, item)) == 1


@needs_font
def test_every_fetching_of_a_pack_is_in_the_custody_log(
    session: Session, counsel: Person, item: Item
) -> None:
    pack = _ask(counsel, item).json["id"]
    publishing.publish(wiring(), inline=True)
    for _ in range(2):
        with counsel.get(f"/api/v1/packs/{pack}/file") as answer:
            assert answer.status_code == 200
    assert [one for one in _log(session, item) if one[1] == "download"] == [
        ("exported", "download"),
        ("exported", "download"),
    ]

"""Saved views and checks of packs over HTTP."""

from typing import Any

import pytest

from fieldops.models import Pack
from fieldops.services import packs
from tests.builders.cases import NOW
from tests.builders.doors import Door
from tests.conftest import Person


def _view(door: Door, **changed: Any) -> dict[str, Any]:
    asked = {"kind": ["flag"], "from": "2026-11-01", "q": "moved"}
    return {"name": "Flags", "case_id": str(door.case.id), "asked": asked, **changed}


def test_a_view_is_kept_listed_and_removed(door: Door, counsel: Person) -> None:
    made = counsel.post("/api/v1/views", json=_view(door))
    assert (made.status_code, made.json["case_id"]) == (201, None)
    assert made.json["asked"] == {"kind": ["flag"], "from": "2026-11-01", "q": "moved"}
    assert counsel.get("/api/v1/views").json["items"] == [made.json]
    assert counsel.delete(f"/api/v1/views/{made.json['id']}").status_code == 204
    assert counsel.get("/api/v1/views").json["items"] == []
    assert counsel.delete(f"/api/v1/views/{made.json['id']}").status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},  # No name.
        {"asked": {"kind": ["nothing"]}},  # No kind of event.
        {"asked": {}},  # Asks for nothing.
        {"asked": {"to": "soon"}},  # No day.
    ],
)
def test_what_is_no_view_is_refused(door: Door, counsel: Person, changed: Any) -> None:
    assert counsel.post("/api/v1/views", json=_view(door, **changed)).status_code == 422


def test_a_finished_pack_is_checked_once_at_a_time(door: Door, counsel: Person) -> None:
    pack = Pack(
        organisation_id=door.case.organisation_id, case_id=door.case.id,
        account_id=counsel.actor.account_id, state=packs.READY, purpose="诉讼", summary={},
        created_at=NOW,
    )  # fmt: skip
    door.session.add(pack)
    door.session.commit()
    url = f"/api/v1/packs/{pack.id}/check"
    assert counsel.post(url).status_code == 202
    assert counsel.post(url).status_code == 409


def test_the_timeline_is_asked_for_an_address_and_words(door: Door, counsel: Person) -> None:
    url = f"/api/v1/trace/{door.case.id}/timeline"
    found = counsel.get(f"{url}?address={door.visit.address_id}&q=planned").json["items"]
    assert [one["id"] for one in found] == [str(door.visit.id)]
    assert counsel.get(f"{url}?address={door.case.id}").json["items"] == []
    assert counsel.get(f"{url}?person=me").status_code == 422

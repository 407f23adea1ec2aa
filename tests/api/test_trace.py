"""Observations, the trace record and flags over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from fieldops.jobs import publishing
from fieldops.models import Organisation
from tests.builders.doors import Door
from tests.conftest import Person


def _report(door: Door, **changed: Any) -> dict[str, Any]:
    return {
        "case_id": str(door.case.id),
        "kind": "asset.disposed",
        "observed_at": "2026-11-20T09:00:00+08:00",
        "source_class": "registry",
        "source_id": "register",
        "basis": "PUBLIC_REGISTER",
        "asset": "川A12345",
        "data": {"disposed_on": "2026-10-01", "counterparty": "related", "price_ratio": 0.4},
        **changed,
    }


def _publish(app: Flask) -> None:
    publishing.publish(app.extensions["fieldops"], inline=True)


def test_an_observation_raises_flags_that_counsel_judges(
    app: Flask, door: Door, counsel: Person
) -> None:
    assert counsel.post("/api/v1/observations", json=_report(door)).status_code == 201
    _publish(app)
    flags = counsel.get("/api/v1/flags?state=open").json["items"]
    assert "AT-UNDERVALUE-REL" in {flag["code"] for flag in flags}
    review = {"verdict": "confirmed", "reason": "The register shows the price"}
    judged = counsel.post(f"/api/v1/flags/{flags[0]['id']}/review", json=review)
    assert (judged.status_code, judged.json["state"]) == (200, "confirmed")
    assert judged.json["reviews"][0]["reason"] == review["reason"]


def test_flags_are_paged_by_deadline(app: Flask, door: Door, counsel: Person) -> None:
    counsel.post("/api/v1/observations", json=_report(door))
    _publish(app)
    whole = counsel.get("/api/v1/flags").json["items"]
    first = counsel.get("/api/v1/flags?limit=1")
    assert 'rel="next"' in first.headers["Link"]
    rest = counsel.get(f"/api/v1/flags?after={first.json['next']}").json["items"]
    assert first.json["items"] + rest == whole


def test_a_withdrawn_observation_still_counts_for_the_days_before(
    app: Flask, door: Door, counsel: Person, frozen_clock: Any
) -> None:
    moved = _report(
        door,
        kind="registry.other_address",
        address_id=str(door.visit.address_id),
        asset=None,
        data={},
    )
    row = counsel.post("/api/v1/observations", json=moved).json
    url = f"/api/v1/trace/{door.case.id}"
    before = counsel.get(url).json["beliefs"][0]["p_moved"]
    counsel.post(f"/api/v1/observations/{row['id']}/withdraw", json={"reason": "wrong person"})
    assert counsel.get(url).json["beliefs"][0]["p_moved"] < before
    past = counsel.get(f"{url}?as_of=2026-11-24T01:59:59Z")
    assert past.json["observations"] == []


def test_the_record_of_a_time_to_come_is_refused(door: Door, counsel: Person) -> None:
    answer = counsel.get(f"/api/v1/trace/{door.case.id}?as_of=2030-01-01T00:00:00Z")
    assert answer.json["errors"][0]["field"] == "as_of"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "gossip.heard"}, "kind"),
        ({"basis": "PURCHASED_LIST"}, "basis"),
        ({"source_class": "neighbour", "basis": "THIRD_PARTY_VOLUNTARY"}, "contact_id"),
        ({"evidence": ["ABC"]}, "evidence.0"),
        ({"grade": {"reliability": "Z", "credibility": 9}}, "grade.reliability"),
    ],
)
def test_a_faulty_observation_names_its_field(
    door: Door, counsel: Person, changed: dict[str, Any], field: str
) -> None:
    answer = counsel.post("/api/v1/observations", json=_report(door, **changed))
    assert answer.status_code == 422
    assert field in [fault["field"] for fault in answer.json["errors"]]


def test_a_dispatcher_reads_no_trace(
    door: Door, signed_in: Callable[..., Person], organisation: Organisation
) -> None:
    dispatcher = signed_in("dispatcher", organisation)
    assert dispatcher.get(f"/api/v1/trace/{door.case.id}").status_code == 403
    assert dispatcher.get("/api/v1/flags").status_code == 403


def test_an_unknown_case_has_no_record(counsel: Person) -> None:
    assert counsel.get(f"/api/v1/trace/{uuid4()}").status_code == 404


def test_a_correction_and_the_feed_and_who_shares_a_value(door: Door, counsel: Person) -> None:
    url = "/api/v1/observations"
    first = counsel.post(url, json=_report(door, values={"phone": "13800138000"})).json
    body = {**_report(door, values={"phone": "13800138000"}), "reason": "misread"}
    second = counsel.post(f"{url}/{first['id']}/correct", json=body)
    assert (second.status_code, second.json["corrects_id"]) == (201, first["id"])
    told = counsel.get(f"{url}/changes?after=1").json["items"]
    assert [(one["seq"], one["what"]) for one in told] == [(2, "withdrawn"), (3, "recorded")]
    asked = {"kind": "phone", "value": "+8613800138000", "purpose": "find the buyer"}
    shared = counsel.post(f"{url}/sharing", json=asked)
    assert [one["id"] for one in shared.json["items"]] == [second.json["id"]]
    silent = counsel.post(f"{url}/sharing", json={**asked, "purpose": ""})
    assert silent.json["errors"][0]["field"] == "purpose"


def test_an_asset_is_shown_again_as_it_was_shown_before(door: Door, counsel: Person) -> None:
    counsel.post("/api/v1/observations", json=_report(door))
    url = f"/api/v1/trace/{door.case.id}"
    (asset,) = counsel.get(url).json["assets"]
    odds = 10 ** (sum(line["decibans"] for line in asset["lines"]) / 10)
    assert asset["p_evasive"] == pytest.approx(odds / (1 + odds), abs=1e-3)
    assert "AT-UNDERVALUE-REL" in {flag["code"] for flag in asset["flags"]}
    assert len(asset["telling"]) == 3
    assert counsel.get(f"{url}?as_of=2026-11-24T01:59:59Z").json["assets"] == []

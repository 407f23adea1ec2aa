"""Ownership, timeline and link graph over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fieldops.jobs import publishing
from fieldops.models import Organisation
from fieldops.models import Person as Debtor
from tests.builders.doors import Door, a_door
from tests.conftest import Person

PHONE = "13800138000"
CAR = "川A12345"


@pytest.fixture
def door(session: Session, organisation: Organisation) -> Door:
    """A case with a visit planned for it; the debtor has a telephone."""
    door = a_door(session, organisation)
    session.get_one(Debtor, door.visit.debtor_id).phone = "+86" + PHONE
    session.flush()
    return door


def _sale(door: Door, **changed: Any) -> dict[str, Any]:
    return {
        "case_id": str(door.case.id),
        "kind": "asset.disposed",
        "observed_at": "2026-11-20T09:00:00+08:00",
        "source_class": "registry",
        "source_id": "register",
        "basis": "PUBLIC_REGISTER",
        "asset": CAR,
        "data": {
            "asset_kind": "vehicle",
            "disposed_on": "2026-10-01",
            "counterparty": "unknown",
            "price": "90000.00",
            "valuation": {"amount": "100000.00", "source": "appraiser", "on": "2026-10-01"},
        },
        "values": {"name": "王小明", "phone": PHONE},
        **changed,
    }


def _owned(door: Door) -> dict[str, Any]:
    return _sale(
        door,
        kind="asset.owned",
        data={"asset_kind": "vehicle"},
        valid_from="2020-05-01",
        observed_at="2026-11-19T09:00:00+08:00",
        values={},
    )


@pytest.fixture
def sale(door: Door, counsel: Person) -> str:
    """The id of the sale, behind the day on which the debtor came to own the car."""
    assert counsel.post("/api/v1/observations", json=_owned(door)).status_code == 201
    made = counsel.post("/api/v1/observations", json=_sale(door))
    assert made.status_code == 201
    return str(made.json["id"])


def _get(person: Person, door: Door, what: str, query: str = "") -> Any:
    answer = person.get(f"/api/v1/trace/{door.case.id}/{what}{query}")
    assert answer.status_code == 200
    return answer.json


def test_ownership_is_shown_with_price_valuation_and_relation(
    door: Door, counsel: Person, sale: str
) -> None:
    found = _get(counsel, door, "ownership")
    assert [(one["holder"], one["since"], one["until"]) for one in found["holdings"]] == [
        ("debtor", "2020-05-01", "2026-10-01"),
        (sale, "2026-10-01", None),
    ]
    (transfer,) = found["transfers"]
    assert (transfer["price"], transfer["ratio"]) == ("90000.00", pytest.approx(0.9))
    assert transfer["valuation"]["source"] == "appraiser"
    assert found["named"][sale] == {
        "names": {"name": "王小明", "phone": PHONE},
        "relation": "kin",
        "is_hinted": True,
    }
    (hint,) = found["hints"]
    assert hint["shown"] == ["same_phone"]
    assert "same_address" in hint["missing"]
    assert hint["decibans"] == hint["prior"] + sum(one["decibans"] for one in hint["lines"])


def test_ownership_is_asked_of_a_day_and_of_what_was_known(
    door: Door, counsel: Person, sale: str
) -> None:
    eve = _get(counsel, door, "ownership", "?as_of=2026-09-30")
    assert [one["holder"] for one in eve["holdings"]] == ["debtor"]
    assert eve["transfers"] == []
    before = _get(counsel, door, "ownership", "?known_at=2026-11-24T01:59:59Z")
    assert before["holdings"] == []
    future = counsel.get(f"/api/v1/trace/{door.case.id}/ownership?known_at=2030-01-01T00:00:00Z")
    assert future.status_code == 422


def test_an_auditor_sees_names_and_telephones_masked(
    door: Door,
    sale: str,
    signed_in: Callable[..., Person],
    organisation: Organisation,
) -> None:
    auditor = signed_in("auditor", organisation)
    masked = {"name": "王**", "phone": "138****8000"}
    assert _get(auditor, door, "ownership")["named"][sale]["names"] == masked
    graph = _get(auditor, door, "graph")
    assert "王小明" not in {one["label"] for one in graph["nodes"]}
    listed = auditor.get(f"/api/v1/observations?case_id={door.case.id}").json["items"]
    assert masked in [one["values"] for one in listed]


@pytest.mark.parametrize("what", ["ownership", "timeline", "graph"])
def test_another_houses_case_is_as_if_it_did_not_exist(
    counsel: Person, door: Door, what: str
) -> None:
    assert counsel.get(f"/api/v1/trace/{uuid4()}/{what}").status_code == 404


def test_the_graph_has_edges_with_grounds_and_confidence(
    door: Door, counsel: Person, sale: str
) -> None:
    found = _get(counsel, door, "graph")
    assert found["left_out"] == 0
    assert found["nodes"][0]["kind"] == "debtor"
    kinds = {one["kind"]: one for one in found["edges"]}
    assert {"holds", "lives_at", "hint:relative"} <= set(kinds)
    hint = kinds["hint:relative"]
    assert 0.5 < hint["confidence"] < 1
    assert hint["grounds"] == [sale]
    ids = {one["id"] for one in found["nodes"]}
    assert all({one["source"], one["target"]} <= ids for one in found["edges"])


def test_a_graph_that_is_cut_says_how_much_is_left_out(
    door: Door, counsel: Person, sale: str
) -> None:
    whole, cut = _get(counsel, door, "graph"), _get(counsel, door, "graph", "?limit=2")
    assert len(cut["nodes"]) == 2
    assert cut["left_out"] == len(whole["nodes"]) - 2
    assert cut["nodes"] == whole["nodes"][:2]


def test_pages_of_the_timeline_put_together_are_the_whole(
    app: Flask, door: Door, counsel: Person, sale: str
) -> None:
    publishing.publish(app.extensions["fieldops"], inline=True)
    whole = _get(counsel, door, "timeline")["items"]
    assert {"visit", "observation", "flag"} <= {one["kind"] for one in whole}
    assert [one["at"] for one in whole] == sorted((one["at"] for one in whole), reverse=True)
    pages, after = [], ""
    while True:
        page = counsel.get(f"/api/v1/trace/{door.case.id}/timeline?limit=1{after}")
        pages += page.json["items"]
        if page.json["next"] is None:
            break
        assert 'rel="next"' in page.headers["Link"]
        after = f"&after={page.json['next']}"
    assert pages == whole


def test_the_timeline_is_filtered_by_kind_and_time(door: Door, counsel: Person, sale: str) -> None:
    found = _get(counsel, door, "timeline", "?kinds=observation&since=2026-11-20T00:00:00Z")
    assert [one["id"] for one in found["items"]] == [sale]
    assert found["items"][0]["facts"]["kind"] == "asset.disposed"
    assert _get(counsel, door, "timeline", "?until=2020-01-01T00:00:00Z")["items"] == []


@pytest.mark.parametrize(
    "after", ["x", "2026-01-01/visit/x", f"2026-01-01T00:00:00/visit/{UUID(int=1)}"]
)
def test_a_place_that_no_page_gave_is_refused(door: Door, counsel: Person, after: str) -> None:
    answer = counsel.get(f"/api/v1/trace/{door.case.id}/timeline?after={after}")
    assert answer.status_code == 422

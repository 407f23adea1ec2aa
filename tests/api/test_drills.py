"""Batches of observations, standings and reports of drills over HTTP."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fieldops.jobs import publishing
from fieldops.models import Organisation
from fieldops.services import organisations
from tests.builders.doors import Door
from tests.builders.drills import a_report
from tests.conftest import NOW, Person

People = Callable[..., Person]
AS_OF = "2026-11-24T02:00:00Z"


@pytest.fixture
def compliance(signed_in: People, organisation: Organisation) -> Person:
    """Somebody who files and reads reports."""
    return signed_in("compliance", organisation)


def _item(door: Door, **changed: Any) -> dict[str, Any]:
    return {
        "case_id": str(door.case.id),
        "kind": "visit.new_occupant",
        "observed_at": "2026-11-20T09:00:00+08:00",
        "source_class": "agent",
        "source_id": "agent1",
        "basis": "OBSERVED_FROM_PUBLIC_PLACE",
        "address_id": str(door.visit.address_id),
        **changed,
    }


def test_a_batch_is_answered_item_by_item_and_believed(
    app: Flask, door: Door, signed_in: People, organisation: Organisation
) -> None:
    counsel = signed_in("counsel", organisation)
    items = [_item(door), _item(door, kind="gossip.heard")]
    answer = counsel.post("/api/v1/observations/batch", json={"items": items})
    assert (answer.status_code, answer.json["recorded"], answer.json["refused"]) == (200, 1, 1)
    assert answer.json["items"][1]["errors"][0]["field"] == "kind"
    publishing.publish(app.extensions["fieldops"], inline=True)
    jobs = counsel.get(f"/api/v1/jobs/batch/{answer.json['id']}").json
    assert [(job["name"], job["state"], job["done"]) for job in jobs] == [
        ("believe-batch", "done", 1)
    ]
    standing = counsel.get(f"/api/v1/trace/standings?as_of={AS_OF}").json["items"]
    (belief,) = [one for person in standing for one in person["beliefs"]]
    assert belief["p_moved"] > 0.5


def test_a_batch_sent_twice_is_taken_once(
    door: Door, signed_in: People, organisation: Organisation
) -> None:
    counsel = signed_in("counsel", organisation)
    sent = {"json": {"items": [_item(door)]}, "headers": {"Idempotency-Key": "week-1"}}
    first = counsel.post("/api/v1/observations/batch", **sent).json
    assert counsel.post("/api/v1/observations/batch", **sent).json == first
    assert len(counsel.get("/api/v1/observations").json["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "items"),
        ({"items": []}, "items"),  # Nothing to record.
        ({"items": [{}]}, "items.0.kind"),
        ({"items": [{}] * 2001}, "items"),  # More than one batch holds.
        ({"items": "all"}, "items"),
    ],
)
def test_a_misshapen_batch_names_its_field(
    signed_in: People, organisation: Organisation, body: dict[str, Any], field: str
) -> None:
    answer = signed_in("counsel", organisation).post("/api/v1/observations/batch", json=body)
    assert answer.status_code == 422
    assert field in [fault["field"] for fault in answer.json["errors"]]


@pytest.mark.parametrize(
    "as_of", ["", "yesterday", "2026-11-24", "2030-01-01T00:00:00Z", f"{AS_OF},soon"]
)
def test_standings_at_no_possible_date_are_refused(
    signed_in: People, organisation: Organisation, as_of: str
) -> None:
    counsel = signed_in("counsel", organisation)
    assert counsel.get(f"/api/v1/trace/standings?as_of={as_of}").status_code == 422


def test_a_report_is_filed_once_and_read(compliance: Person) -> None:
    body = {"name": "seed 3", "report": a_report()}
    first = compliance.post("/api/v1/drills", json=body)
    assert first.status_code == 201
    assert compliance.post("/api/v1/drills", json=body).json["id"] == first.json["id"]
    listed = compliance.get("/api/v1/drills").json["items"]
    assert [(one["name"], "report" in one) for one in listed] == [("seed 3", False)]
    whole = compliance.get(f"/api/v1/drills/{first.json['id']}").json
    assert whole["report"]["residence"]["brier"] == a_report()["residence"]["brier"]


def test_a_report_of_another_organisation_is_not_there(
    session: Session, signed_in: People, compliance: Person
) -> None:
    filed = compliance.post("/api/v1/drills", json={"name": "x", "report": a_report()}).json
    other = signed_in("auditor", organisations.found(session, "Another agency", now=NOW))
    assert other.get(f"/api/v1/drills/{filed['id']}").status_code == 404
    assert other.get("/api/v1/drills").json["items"] == []


def _wrong(path: str, value: Any) -> dict[str, Any]:
    report = deepcopy(a_report())
    *way, last = path.split(".")
    place: Any = report
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return dict(report)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("form", "fieldops-drill-report-9"),
        ("residence.brier", 2),
        ("residence.brier", "good"),
        ("residence.bins", []),
        ("world.persons", -1),
        ("kinds.0.kind", ""),
        ("mend.0.what", "weather"),
        ("mend.0.detail", {"brier": "high"}),
        ("agents.shown", "all"),
    ],
)
def test_a_report_in_another_form_names_the_field(
    compliance: Person, path: str, value: Any
) -> None:
    answer = compliance.post("/api/v1/drills", json={"name": "x", "report": _wrong(path, value)})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"].startswith(f"report.{path}")


def test_a_report_without_a_name_is_refused(compliance: Person) -> None:
    answer = compliance.post("/api/v1/drills", json={"name": "  ", "report": a_report()})
    assert [fault["field"] for fault in answer.json["errors"]] == ["name"]


def test_an_auditor_reads_reports_and_files_none(
    signed_in: People, organisation: Organisation
) -> None:
    auditor = signed_in("auditor", organisation)
    assert auditor.get("/api/v1/drills").status_code == 200
    answer = auditor.post("/api/v1/drills", json={"name": "x", "report": a_report()})
    assert answer.status_code == 403


def test_a_reader_learns_whether_he_is_in_a_drill(
    session: Session, signed_in: People, organisation: Organisation
) -> None:
    me = signed_in("counsel", organisation).get("/api/v1/auth/me").json
    assert (me["organisation_name"], me["organisation_kind"]) == ("Test agency", "agency")


def test_no_pack_is_drawn_from_a_drill(
    session: Session, door: Door, signed_in: People, organisation: Organisation
) -> None:
    organisation.kind = organisations.DRILL
    session.commit()
    counsel = signed_in("counsel", organisation)
    body = {"case_id": str(door.case.id), "purpose": "court"}
    answer = counsel.post("/api/v1/packs", json=body)
    assert (answer.status_code, "made up" in answer.json["detail"]) == (409, True)

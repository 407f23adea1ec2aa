"""How the custody log is kept, over HTTP and on the page of compliance."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.jobs import publishing
from fieldops.models import Item, Organisation
from fieldops.services import custody, fixity, organisations, stamps
from fieldops.wiring import wiring
from tests.builders.cases import a_case, an_agent
from tests.builders.evidence import an_item
from tests.builders.visits import a_visit
from tests.conftest import Person


@pytest.fixture
def item(session: Session, organisation: Organisation, signed_in: Callable[..., Person]) -> Item:
    agent = an_agent(session, organisation)
    visit = a_visit(session, organisation, case=a_case(session, organisation), agent=agent)
    sender = signed_in("agent", organisation, agent_id=agent.id)
    return an_item(session, visit, actor=sender.actor)


@pytest.fixture
def compliance(organisation: Organisation, signed_in: Callable[..., Person]) -> Person:
    return signed_in("compliance", organisation)


def _lose(item: Item) -> None:
    root = wiring().settings.data_dir / "blobs" / str(item.organisation_id)
    (root / item.sha256[:2] / item.sha256).unlink()


def test_a_scan_that_is_asked_for_alerts_compliance_and_the_health_check(
    compliance: Person, client: FlaskClient, item: Item
) -> None:
    assert client.get("/readyz").json["custody"]["fixity"] is True  # type: ignore[index]
    _lose(item)
    asked = compliance.post("/api/v1/custody/scans", json={})
    assert asked.status_code == 202
    publishing.publish(wiring(), inline=True)
    found = compliance.get("/api/v1/custody/keeping").json
    (fault,) = found["faults"]
    assert (fault["sha256"], fault["kind"]) == (item.sha256, "missing")
    assert (found["scans"][0]["id"], found["scans"][0]["broken"]) == (asked.json["id"], 1)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["custody"]["fixity"]) == (200, False)  # type: ignore[index]


def test_a_scan_that_runs_is_not_begun_twice(compliance: Person, item: Item) -> None:
    first = compliance.post("/api/v1/custody/scans", json={}).json["id"]
    assert compliance.post("/api/v1/custody/scans", json={}).json["id"] == first


def test_a_stamp_that_is_owed_is_shown_and_does_not_make_the_service_unready(
    session: Session, compliance: Person, client: FlaskClient, item: Item
) -> None:
    at = clock.wall_time()
    head = custody.signed_checkpoint(session, item.organisation_id, at=at)
    (owed,) = stamps.owe(session, head.id, ["https://tsa.example"], at=at)
    stamps.missed(session, owed.id, "answers with status 503", at=at)
    session.commit()
    (shown,) = compliance.get("/api/v1/custody/keeping").json["stamps_owed"]
    assert (shown["authority"], shown["reason"]) == (
        "https://tsa.example",
        "answers with status 503",
    )
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["custody"]["timestamps"]) == (200, False)  # type: ignore[index]


def test_another_organisation_is_shown_nothing(
    session: Session, signed_in: Callable[..., Person], item: Item
) -> None:
    at = clock.wall_time()
    _lose(item)
    scan = fixity.begin(session, item.organisation_id, at=at)
    missing = fixity.Read(item.blob_id, 0, fixity.MISSING, "not stored")
    fixity.advance(session, scan.id, [missing], at=at)
    session.commit()
    other = signed_in("compliance", organisations.found(session, "Other agency", now=at))
    assert other.get("/api/v1/custody/keeping").json["faults"] == []

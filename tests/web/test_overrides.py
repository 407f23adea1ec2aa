"""Overrides on the pages, over HTTP and as a file."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import Party, RuleOverride
from tests.builders.worlds import World
from tests.conftest import Person
from tests.web.conftest import Reader

FORM = {
    "rule": "CN-FREQ-03", "channel": "visit", "starts_at": "2026-11-24T11:00",
    "ends_at": "2026-11-25T18:00", "reason": "the debtor asked us to come again",
    "reference": "his letter of 20 November",
}  # fmt: skip


def _party(session: Session, world: World) -> str:
    query = select(Party.id).where(Party.case_id == world.case.id)
    return str(session.scalars(query).first())


def test_compliance_overrides_a_rule_on_the_page_of_the_case_and_revokes_it(
    reads: Callable[[str], Reader], world: World, session: Session
) -> None:
    compliance, case = reads("compliance"), f"/cases/{world.case.id}"
    party = _party(session, world)
    short = compliance.post(f"{case}/overrides", party_id=party, **{**FORM, "reason": "so"})
    assert short.status_code == 422
    assert compliance.post(f"{case}/overrides", party_id="nobody", **FORM).status_code == 422
    compliance.post(f"{case}/overrides", party_id=party, **FORM)
    assert "his letter of 20 November" in compliance.get(case).text
    assert "Overrides of today: 1" in compliance.get("/compliance").text
    row = session.scalars(select(RuleOverride)).one()
    page = compliance.get("/overrides").text
    assert "not used yet" in page
    compliance.post(f"/overrides/{row.id}/revoke", reason="it was a mistake")
    assert "revoked" in compliance.get("/overrides").text


def test_counsel_is_offered_his_own_rules_alone(
    reads: Callable[[str], Reader], world: World
) -> None:
    page = reads("counsel").get(f"/cases/{world.case.id}").text
    assert 'value="GL-BKR-01"' in page
    assert 'value="CN-FREQ-03"' not in page


def test_the_file_has_a_line_for_each(
    reads: Callable[[str], Reader], world: World, session: Session
) -> None:
    compliance = reads("compliance")
    compliance.post(f"/cases/{world.case.id}/overrides", party_id=_party(session, world), **FORM)
    answer = compliance.get("/overrides/report.csv?since=2026-11-24&until=2026-11-24")
    assert answer.mimetype == "text/csv"
    assert "CN-FREQ-03" in answer.text.splitlines()[-1]


def test_an_override_goes_in_and_out_over_http(
    world: World, session: Session, signed_in: Callable[..., Person]
) -> None:
    compliance = signed_in("compliance", world.organisation)
    told: dict[str, Any] = {
        **FORM, "party_id": _party(session, world), "starts_at": "2026-11-24T11:00:00+08:00",
        "ends_at": "2026-11-25T18:00:00+08:00",
    }  # fmt: skip
    wrong = compliance.post("/api/v1/overrides", json={**told, "rule": "CN-TIME-01"})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "rule")
    counsel = signed_in("counsel", world.organisation)
    assert counsel.post("/api/v1/overrides", json=told).status_code == 403
    made = compliance.post("/api/v1/overrides", json=told).json
    assert made["office"] == "case_worker"
    listed = counsel.get("/api/v1/overrides?since=2026-11-24T00:00:00%2B08:00").json["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    ended = compliance.post(
        f"/api/v1/overrides/{made['id']}/revoke", json={"reason": "it was a mistake"}
    )
    assert ended.json["revoked_at"]

"""Consents on the page of a case, and over HTTP."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import Consent, Party
from tests.builders.worlds import World
from tests.conftest import Person
from tests.web.conftest import Reader

FORM = {"channel": "call", "from": "20:00", "until": "21:00", "evidence": "message 7"}


def test_counsel_takes_a_consent_down_and_ends_it(
    reads: Callable[[str], Reader], world: World, session: Session
) -> None:
    counsel, case = reads("counsel"), f"/cases/{world.case.id}"
    party = session.scalars(select(Party).where(Party.case_id == world.case.id)).first()
    assert party is not None
    blank = counsel.post(f"{case}/consents", party_id=str(party.id), **{**FORM, "evidence": ""})
    assert blank.status_code == 422
    assert counsel.post(f"{case}/consents", party_id="nobody", **FORM).status_code == 422
    counsel.post(f"{case}/consents", party_id=str(party.id), **FORM)
    assert "20:00–21:00" in counsel.get(case).text
    consent = session.scalars(select(Consent)).one()
    counsel.post(f"{case}/consents/{consent.id}/revoke")
    assert "revoked" in counsel.get(case).text


def test_a_consent_goes_in_and_out_over_http(
    world: World, session: Session, signed_in: Callable[..., Person]
) -> None:
    compliance = signed_in("compliance", world.organisation)
    party = session.scalars(select(Party).where(Party.case_id == world.case.id)).first()
    assert party is not None
    told = {"party_id": str(party.id), "channel": "call", "evidence": "message 7"}
    wrong = compliance.post("/api/v1/consents", json={**told, "window": ["9"]})
    assert wrong.status_code == 422
    consent = compliance.post("/api/v1/consents", json=told).json
    assert consent["window"] == []
    assert compliance.post(f"/api/v1/consents/{consent['id']}/revoke").json["revoked_at"]
    listed = compliance.get(f"/api/v1/cases/{world.case.id}/consents").json
    assert [one["id"] for one in listed] == [consent["id"]]

"""Counsel's page of a case shows who held what, the hints, and the links in words."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.permissions import Actor
from fieldops.models import Organisation
from fieldops.models import Person as Debtor
from fieldops.services import observations
from fieldops.services.observation_checks import ObservationReport
from tests.builders.cases import a_case
from tests.builders.worlds import World
from tests.conftest import NOW
from tests.web.conftest import Reader

SOLD = {"asset_kind": "vehicle", "disposed_on": "2026-10-01", "price_ratio": 0.9}


@pytest.mark.parametrize("role", ["counsel", "auditor"])
def test_the_page_shows_the_counterparty_to_who_may_know_him(
    session: Session, world: World, admin: Actor, reads: Callable[[str], Reader], role: str
) -> None:
    visit = world.visits[0]
    session.get_one(Debtor, visit.debtor_id).phone = "+8613800138000"
    report = ObservationReport(
        visit.case_id, "asset.disposed", NOW - timedelta(days=1), SourceClass.REGISTRY, "register",
        Basis.PUBLIC_REGISTER, asset="川A12345", data=SOLD,
        values={"name": "王小明", "phone": "13800138000"},
    )  # fmt: skip
    observations.record_observation(session, report, actor=admin, now=NOW)
    session.commit()
    text = reads(role).get(f"/cases/{visit.case_id}/links").text
    assert ("王小明" in text) is (role == "counsel")
    parties = reads(role).get(f"/cases/{visit.case_id}").text
    assert ("+8613800138000" in parties) is (role == "counsel")
    assert "same telephone" in text
    assert "may be close to" in text
    before = reads(role).get(f"/cases/{visit.case_id}/links?as_of=2026-09-30&known_on=no-day").text
    assert "<h4>Transfers</h4>" in text
    assert "<h4>Transfers</h4>" not in before
    unknown = reads(role).get(f"/cases/{visit.case_id}/links?known_on=2026-11-20").text
    assert "same telephone" not in unknown


def test_links_through_other_files_are_looked_for_with_a_purpose(
    session: Session, world: World, admin: Actor, reads: Callable[[str], Reader]
) -> None:
    case, house = world.visits[0].case, session.get_one(Organisation, world.organisation.id)
    other = a_case(session, house, number="C-other", creditor=case.creditor)
    for one in (case, other):
        report = ObservationReport(
            one.id, "asset.disposed", NOW - timedelta(days=1), SourceClass.REGISTRY, "register",
            Basis.PUBLIC_REGISTER, asset=f"car of {one.number}", data=SOLD,
            values={"phone": "13700137000"},
        )  # fmt: skip
        observations.record_observation(session, report, actor=admin, now=NOW)
    session.commit()
    url, counsel = f"/cases/{case.id}/links-across", reads("counsel")
    assert "took of other debtors too" not in counsel.get(f"/cases/{case.id}").text
    found = counsel.post(url, purpose="who took the car").text
    assert "took of other debtors too" in found
    assert f"/cases/{other.id}" in found
    assert counsel.post(url, purpose=" ").status_code == 422
    assert reads("agent").post(url, purpose="curious").status_code == 403

"""Clocks and alerts on the pages: countdowns, events, channels, steps and lead sheets."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.domain.permissions import Actor, system
from fieldops.models import AlertChannel, AlertPolicy, Case, Flag, LegalEvent, Notice, Organisation
from fieldops.services import alert_settings
from tests.builders import alerts as built
from tests.builders.doors import Door, a_door
from tests.builders.observations import CAR
from tests.builders.visits import START
from tests.builders.worlds import World
from tests.conftest import NOW
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]
FREEZE = {"kind": "seizure_deposit", "at": "2026-11-20T10:00", "subject": "account 1"}


@pytest.fixture
def flag(session: Session, organisation: Organisation, admin: Actor) -> Flag:
    """A car that is up for sale, with hours on its clock."""
    door: Door = a_door(session, organisation)
    flag = built.a_listing(door, admin)
    session.commit()
    return flag


def test_the_desk_counts_down_and_an_alert_can_be_put_away(
    reads: Reads, world: World, flag: Flag, session: Session
) -> None:
    counsel = reads("counsel")
    page = counsel.get("/desk").text
    assert "min left" in page
    notice = session.scalars(select(Notice).where(Notice.flag_id == flag.id)).one()
    number = session.get_one(Case, notice.case_id).number
    assert number in page
    assert f"N-{notice.id.hex[-10:].upper()}" in page
    assert counsel.post(f"/alerts/{notice.id}/seen").status_code == 302
    session.refresh(notice)
    assert notice.seen_by == world.people["counsel"].id


def test_following_an_alert_leads_to_its_flag_and_is_seeing_it(
    reads: Reads, world: World, flag: Flag, session: Session
) -> None:
    notice = session.scalars(select(Notice).where(Notice.flag_id == flag.id)).one()
    reads("auditor").get(f"/alerts/{notice.id}")
    session.refresh(notice)
    assert notice.seen_at is None
    answer = reads("counsel").get(f"/alerts/{notice.id}")
    assert answer.location.endswith(f"/cases/{flag.case_id}#flag-{flag.id}")
    session.refresh(notice)
    assert notice.seen_at == NOW


def test_counsel_records_a_freeze_on_the_page_and_withdraws_it(
    reads: Reads, world: World, session: Session
) -> None:
    counsel = reads("counsel")
    answer = counsel.post(f"/cases/{world.case.id}/legal-events", **FREEZE)
    assert answer.status_code == 302
    page = counsel.get(f"/cases/{world.case.id}").text
    assert "2027-11-13" in page
    assert "2027-11-13" in counsel.get("/desk").text
    event = session.scalars(select(LegalEvent)).one()
    assert event.at == datetime.fromisoformat("2026-11-20T10:00+08:00")
    counsel.post(f"/legal-events/{event.id}/withdraw", reason="wrong case")
    assert "2027-11-13" not in counsel.get("/desk").text


@pytest.mark.parametrize("changed", [{"at": "soon"}, {"subject": ""}, {"kind": "thunder"}])
def test_a_faulty_event_comes_back_with_its_form(
    reads: Reads, world: World, changed: dict[str, str], session: Session
) -> None:
    answer = reads("counsel").post(f"/cases/{world.case.id}/legal-events", **{**FREEZE, **changed})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert session.scalars(select(LegalEvent)).all() == []


def test_an_administrator_sets_channels_and_times(
    reads: Reads, world: World, session: Session
) -> None:
    chief = reads("admin")
    wrong = chief.post("/admin/alerts/channels", role="counsel", kind="mail", target="nobody")
    assert wrong.status_code == 422
    form = {"role": "counsel", "kind": "mail", "target": "c@agency.example", "language": "en"}
    assert chief.post("/admin/alerts/channels", **form).status_code == 302
    channel = session.scalars(select(AlertChannel)).one()
    assert "c@agency.example" in chief.get("/admin/alerts").text
    times = {"quiet_from": "21:00", "quiet_until": "08:00", "digest_at": "16:00"}
    asked = {**times, "escalate_minutes": "60", "escalate_to": "counsel"}
    assert chief.post("/admin/alerts/policy", **asked).status_code == 302
    assert session.scalars(select(AlertPolicy.digest_at)).one() == "16:00"
    assert chief.post("/admin/alerts/policy", **{**asked, "digest_at": "noon"}).status_code == 422
    chief.post(f"/admin/alerts/channels/{channel.id}/close")
    session.refresh(channel)
    assert channel.disabled_at == NOW


def test_a_failing_channel_is_told_on_the_desk_and_to_compliance_and_in_health(
    reads: Reads, world: World, session: Session, organisation: Organisation
) -> None:
    row = built.a_channel(session, system(organisation.id))
    row.failing_since, row.reason = NOW, "ConnectionRefusedError"
    session.commit()
    shown = {"counsel": "/desk", "compliance": "/compliance", "admin": "/admin/alerts"}
    for role, page in shown.items():
        assert "ConnectionRefusedError" in reads(role).get(page).text
    answer = reads("counsel").get("/readyz")
    assert (answer.status_code, answer.json["alerts"]) == (200, {"channels": False})
    alert_settings.close_channel(session, row.id, actor=system(organisation.id), now=NOW)
    session.commit()
    assert reads("counsel").get("/readyz").json["alerts"] == {"channels": True}


@pytest.mark.parametrize(("tongue", "word"), [("en", "Next lawful steps"), ("zh-CN", "下一步建议")])
def test_a_flag_shows_its_steps_and_its_lead_sheet(
    reads: Reads, world: World, flag: Flag, tongue: str, word: str
) -> None:
    counsel = reads("counsel")
    counsel.client.set_cookie("fieldops_language", tongue)
    page = counsel.get(f"/cases/{flag.case_id}").text
    assert word in page
    assert f"/flags/{flag.id}/lead-sheet" in page
    sheet = counsel.get(f"/flags/{flag.id}/lead-sheet").text
    assert "被保全财产线索" in sheet
    assert CAR in sheet
    assert reads("auditor").get(f"/flags/{flag.id}/lead-sheet").status_code == 403


@pytest.mark.parametrize("place", ["/flags/{}/lead-sheet.pdf", "/api/v1/flags/{}/lead-sheet"])
def test_the_printed_sheet_says_elements_and_observations_in_words(
    reads: Reads, world: World, flag: Flag, place: str
) -> None:
    drawn = reads("counsel").get(place.format(flag.id)).data
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(drawn)).pages)
    codes = [*flag.shown, *flag.missing, "asset.was_listed_for_sale"]
    assert [code for code in codes if code in printed] == []


@pytest.mark.parametrize(
    ("tongue", "law"),
    [("en", "PRC Civil Procedure Law art. 103-104 ("), ("zh-CN", "民诉法 103-104")],
)
def test_a_page_cites_the_law_of_a_flag_and_of_its_clocks_in_the_readers_language(
    reads: Reads, world: World, flag: Flag, tongue: str, law: str
) -> None:
    counsel = reads("counsel")
    counsel.client.set_cookie("fieldops_language", tongue)
    page = counsel.get(f"/cases/{flag.case_id}").text
    assert page.count(law) == 2


def test_a_clock_that_ran_out_is_told_as_over(
    reads: Reads, world: World, flag: Flag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(days=4))
    assert "min over" in reads("counsel").get("/desk").text

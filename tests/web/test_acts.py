"""What the forms of the pages do."""

from collections.abc import Callable
from datetime import UTC, datetime

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import AccessRecord, Address, Flag, Hold, Plan, RulingRecord, Visit
from tests.builders.worlds import PASSWORD, World
from tests.conftest import NOW
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]
FIX = {
    "lat": "30.66", "lon": "104.06", "datum": "WGS84", "accuracy_metres": "12",
    "fix_age_seconds": "1", "badge_shown": "yes", "authorisation_shown": "yes",
    "recorder_on": "yes",
}  # fmt: skip


def _again(session: Session, row: object) -> None:
    session.expire_all()
    session.refresh(row)


def test_the_right_words_sign_in_and_a_foreign_address_is_not_followed(
    client: FlaskClient, world: World
) -> None:
    form = {"username": world.people["dispatcher"].username, "password": PASSWORD}
    answer = Reader(client).post("/sign-in", **form, next="//elsewhere.example/")
    assert (answer.status_code, answer.location) == (302, "/")
    cookie = client.get_cookie("fieldops_page")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_a_wrong_password_and_an_unknown_name_look_alike(client: FlaskClient, world: World) -> None:
    reader = Reader(client)
    known = world.people["dispatcher"].username
    wrong = reader.post("/sign-in", username=known, password="not the right password")
    unknown = reader.post("/sign-in", username="nobody", password="not the right password")
    assert wrong.status_code == unknown.status_code == 401
    assert "Username, password or code is wrong" in wrong.text
    assert "Username, password or code is wrong" in unknown.text


def test_whoever_needs_a_second_factor_is_asked_for_its_code(
    client: FlaskClient, session: Session, world: World
) -> None:
    account = world.people["counsel"]
    account.otp_secret = pyotp.random_base32()
    session.commit()
    reader, form = Reader(client), {"username": account.username, "password": PASSWORD}
    assert "authenticator" in reader.post("/sign-in", **form).text
    code = pyotp.TOTP(account.otp_secret).at(NOW)
    assert reader.post("/sign-in", **form, code=code).status_code == 302


def test_signing_out_ends_the_page_session(reads: Reads, client: FlaskClient) -> None:
    reader = reads("dispatcher")
    cookie = reader.client.get_cookie("fieldops_page")
    assert cookie is not None
    reader.post("/sign-out")
    client.set_cookie("fieldops_page", cookie.value)
    assert client.get("/board").status_code == 302


def test_an_agent_arrives_once(reads: Reads, session: Session, world: World) -> None:
    visit = session.get_one(Visit, world.visits[0].id)
    answer = reads("agent").post(f"/visits/{visit.id}/arrive", **FIX)
    assert answer.status_code == 302, answer.text
    _again(session, visit)
    assert visit.state == "waiting"


def test_a_refusal_at_the_door_is_shown_and_kept(
    reads: Reads,
    session: Session,
    world: World,
    frozen_clock: Callable[[datetime], None],
) -> None:
    reader, url = reads("agent"), f"/visits/{world.visits[0].id}/arrive"
    token = {"csrf_token": reader.token()}
    before = len(session.scalars(select(RulingRecord.id)).all())
    frozen_clock(datetime(2026, 11, 23, 22, 0, tzinfo=UTC))
    answer = reader.client.post(url, data={**FIX, **token})
    assert answer.status_code == 422
    assert "The rulebook forbids this contact" in answer.text
    assert len(session.scalars(select(RulingRecord.id)).all()) == before + 1


def test_an_arrival_without_a_position_names_the_field(reads: Reads, world: World) -> None:
    answer = reads("agent").post(f"/visits/{world.visits[0].id}/arrive", **{**FIX, "lat": ""})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_names_and_telephones_are_masked_for_the_agent(reads: Reads, world: World) -> None:
    text = reads("agent").get(f"/visits/{world.visits[0].id}").text
    assert "138****8000" in text
    assert "13800138000" not in text
    assert "张三" not in text


def test_an_agent_stops_contact(reads: Reads, session: Session, world: World) -> None:
    visit = session.get_one(Visit, world.visits[1].id)
    form = {"what": "request:cease", "words": "asked us to stop"}
    assert reads("agent").post(f"/visits/{visit.id}/said", **form).status_code == 302
    _again(session, visit)
    assert visit.state == "cancelled"


def test_a_hold_is_placed_by_number_and_lifted_with_a_reason(
    reads: Reads, session: Session, world: World
) -> None:
    reader = reads("compliance")
    form = {"number": world.case.number, "kind": "complaint", "scope": "debt", "reason": "told us"}
    assert reader.post("/holds", **form).status_code == 302
    assert reader.post("/holds", **{**form, "number": "nothing"}).status_code == 422
    assert reader.post(f"/holds/{world.hold.id}/lift", reason="").status_code == 422
    assert reader.post(f"/holds/{world.hold.id}/lift", reason="settled").status_code == 302
    hold = session.get_one(Hold, world.hold.id)
    _again(session, hold)
    assert hold.lifted_reason == "settled"


def test_counsel_judges_a_flag(reads: Reads, session: Session, world: World) -> None:
    url, flag = f"/flags/{world.flag.id}/review", session.get_one(Flag, world.flag.id)
    reader = reads("counsel")
    assert reader.post(url, verdict="confirmed", reason="").status_code == 422
    assert reader.post(url, verdict="confirmed", reason="the register says so").status_code == 302
    _again(session, flag)
    assert flag.state == "confirmed"


def test_a_pack_of_a_case_without_evidence_is_refused(reads: Reads, world: World) -> None:
    answer = reads("counsel").post(f"/cases/{world.case.id}/packs", purpose="suit")
    assert answer.status_code == 409
    assert answer.mimetype == "text/html"


def test_a_dispatcher_settles_an_address(reads: Reads, session: Session, world: World) -> None:
    form = {"version": "1", "candidate": "0", "reason": "rang the property manager"}
    answer = reads("dispatcher").post(f"/addresses/{world.doubtful}", **form)
    assert answer.status_code == 302, answer.text
    address = session.get_one(Address, world.doubtful)
    _again(session, address)
    assert address.state == "settled"


def test_a_plan_is_asked_for_and_thrown_away(reads: Reads, session: Session, world: World) -> None:
    reader = reads("dispatcher")
    answer = reader.post("/board/propose", day="2026-11-25")
    assert answer.status_code == 302
    assert "<progress" in reader.get(answer.location).text
    plan = session.scalars(select(Plan).where(Plan.state == "solving")).one()
    assert reader.get(f"/progress/plan/{plan.id}").json["state"] == "queued"
    discarded = reader.post(f"/plans/{plan.id}/discard", version=str(plan.version))
    assert discarded.status_code == 302


def test_opening_a_case_is_kept(reads: Reads, session: Session, world: World) -> None:
    reads("counsel").get(f"/cases/{world.case.id}")
    kept = session.scalars(select(AccessRecord.subject)).all()
    assert f"case:{world.case.id}" in kept

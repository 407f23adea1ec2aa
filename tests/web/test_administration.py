"""Administration: people, the organisation, providers, work, and channels that are tried."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.gateways import alerts
from fieldops.gateways.couriers import NotCarried
from fieldops.models import (
    AccessRecord,
    Account,
    Agent,
    AlertChannel,
    JobRun,
    Notice,
    NoticeSending,
    OutboxFact,
    Token,
)
from fieldops.services import organisations
from tests.builders.alerts import a_channel
from tests.builders.cases import an_agent
from tests.builders.worlds import World, a_world
from tests.conftest import NOW
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]
ROBOT = "https://robot.example/send?key=very-secret"


def _named(session: Session, username: str) -> Account:
    session.expire_all()
    return session.scalars(select(Account).where(Account.username == username)).one()


def test_somebody_is_added_and_his_secrets_are_shown_once(
    session: Session, world: World, reads: Reads
) -> None:
    reader = reads("admin")
    answer = reader.post("/admin/people", username="lawyer", name="王律师", role="counsel")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "otpauth://totp" in answer.text
    assert "<svg" in answer.text
    made = _named(session, "lawyer")
    assert (made.role, made.organisation_id) == ("counsel", world.organisation.id)
    assert "otpauth" not in reader.get(f"/admin/people/{made.id}").text


def test_a_field_agent_is_tied_to_his_number(session: Session, world: World, reads: Reads) -> None:
    agent: Agent = an_agent(session, world.organisation, code="B7")
    session.commit()
    reads("admin").post("/admin/people", username="b7", role="agent", agent="B7")
    assert _named(session, "b7").agent_id == agent.id


@pytest.mark.parametrize(
    ("form", "status"),
    [
        # No name, no such role, a field agent without a number, one with a number of nobody.
        ({"username": " ", "role": "counsel"}, 422),
        ({"username": "x", "role": "system"}, 422),
        ({"username": "x", "role": "agent"}, 422),
        ({"username": "x", "role": "agent", "agent": "nobody"}, 422),
    ],
)
def test_what_makes_no_account_is_refused_on_the_page(
    world: World, reads: Reads, form: dict[str, str], status: int
) -> None:
    answer = reads("admin").post("/admin/people", **form)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text


def test_a_name_that_is_taken_is_told(world: World, reads: Reads) -> None:
    taken = world.people["counsel"].username
    answer = reads("admin").post("/admin/people", username=taken, role="counsel")
    assert answer.status_code == 409


def test_a_shut_account_is_out_at_once_and_may_come_back(
    session: Session, world: World, reads: Reads
) -> None:
    counsel, admin = reads("counsel"), reads("admin")
    url = f"/admin/people/{world.people['counsel'].id}"
    assert counsel.get("/desk").status_code == 200
    admin.post(f"{url}/disable")
    assert counsel.get("/desk").status_code == 302
    admin.post(f"{url}/enable")
    assert _named(session, world.people["counsel"].username).disabled_at is None
    assert counsel.get("/desk").status_code == 302


def test_a_new_role_ends_the_sign_ins_and_is_kept_in_the_record(
    session: Session, world: World, reads: Reads
) -> None:
    dispatcher, account = reads("dispatcher"), world.people["dispatcher"]
    reads("admin").post(f"/admin/people/{account.id}/role", role="auditor")
    assert dispatcher.get("/board").status_code == 302
    assert _named(session, account.username).role == "auditor"
    kept = select(AccessRecord.purpose).where(AccessRecord.subject == f"account:{account.id}")
    assert "administration: role auditor" in session.scalars(kept).all()


def test_nobody_shuts_or_demotes_himself(session: Session, world: World, reads: Reads) -> None:
    own, reader = world.people["admin"], reads("admin")
    assert reader.post(f"/admin/people/{own.id}/disable").status_code == 409
    assert reader.post(f"/admin/people/{own.id}/role", role="auditor").status_code == 409
    assert _named(session, own.username).role == "admin"


def test_new_secrets_are_shown_once_and_end_the_sign_ins(
    session: Session, world: World, reads: Reads
) -> None:
    account = world.people["compliance"]
    before, url = account.password_hash, f"/admin/people/{account.id}"
    live = select(Token).where(Token.account_id == account.id, Token.revoked_at.is_(None))
    reads("compliance")
    answer = reads("admin").post(f"{url}/password")
    assert _named(session, account.username).password_hash != before
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert session.scalars(live).all() == []
    assert "otpauth" in reads("admin").post(f"{url}/factor").text


def test_people_of_another_house_are_not_there(
    session: Session, world: World, reads: Reads
) -> None:
    other = a_world(session, organisations.found(session, "Another agency", now=NOW))
    account, reader = other.people["counsel"], reads("admin")
    assert account.username not in reader.get("/admin").text
    assert reader.get(f"/admin/people/{account.id}").status_code == 404
    for what in ("role", "password", "factor", "disable", "enable"):
        assert reader.post(f"/admin/people/{account.id}/{what}", role="admin").status_code == 404


def test_people_come_page_by_page(session: Session, world: World, reads: Reads) -> None:
    for number in range(60):
        session.add(
            Account(
                organisation_id=world.organisation.id, username=f"person-{number:02d}",
                role="auditor", name="x", password_hash="x", language="en", created_at=NOW,
            )
        )  # fmt: skip
        session.flush()
    session.commit()
    first = reads("admin").get("/admin").text
    assert "person-59" not in first
    assert "after=" in first


def test_a_house_is_renamed_and_takes_jurisdictions_on_but_never_off(
    session: Session, world: World, reads: Reads
) -> None:
    reader = reads("admin")
    reader.post("/admin/organisation", name=" New name ", jurisdiction="UK")
    session.refresh(world.organisation)
    assert world.organisation.name == "New name"
    assert world.organisation.jurisdictions == ["CN", "UK"]
    assert "cn" in reader.get("/admin/organisation").text
    assert reader.post("/admin/organisation", name="x", jurisdiction="Mars").status_code == 422
    assert reader.post("/admin/organisation", name=" ").status_code == 422
    organisations.found(session, "Another agency", now=NOW)
    session.commit()
    assert reader.post("/admin/organisation", name="Another agency").status_code == 409


def test_providers_are_told_without_their_secrets(
    app: Flask, world: World, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = app.extensions["fieldops"]
    told = replace(
        parts.settings, geocoders=("amap", "photon"), amap_key="very-secret",
        photon_url="https://photon.example/api?token=very-secret", roads_engine="osrm",
        roads_url="https://roads.example/very-secret",
    )  # fmt: skip
    monkeypatch.setattr(parts, "settings", told)
    page = reads("admin").get("/admin/providers").text
    assert "photon.example" in page
    assert "roads.example" in page
    assert "very-secret" not in page


def test_jobs_are_narrowed_and_paged(session: Session, world: World, reads: Reads) -> None:
    for number in range(60):
        session.add(
            JobRun(
                id=f"{number:03d}_solve-plan", organisation_id=world.organisation.id,
                name="solve-plan", subject=f"plan:{number}", queued_at=NOW,
                state="failed" if number else "done", message=f"reason-{number:02d}",
            )
        )  # fmt: skip
    session.commit()
    reader = reads("admin")
    page = reader.get("/admin/work?state=failed").text
    assert "reason-59" in page
    assert "reason-00" not in page
    assert "before=010_solve-plan" in page
    rest = reader.get("/admin/work?before=010_solve-plan").text
    assert "reason-09" in rest
    assert "reason-10" not in rest


@pytest.fixture
def robot(session: Session, world: World) -> AlertChannel:
    """A channel that posts to a robot."""
    actor = Actor(world.organisation.id, Role.ADMIN)
    row = a_channel(session, actor, kind="wecom", target="", url=ROBOT)
    session.commit()
    return row


def test_a_channel_is_tried_and_what_came_of_it_is_told_without_secrets(
    world: World, reads: Reads, robot: AlertChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[alerts.Alert] = []
    monkeypatch.setattr(alerts, "carry", lambda letter, *_, **__: seen.append(letter))
    reader, url = reads("admin"), f"/admin/alerts/channels/{robot.id}/test"
    assert "The test was taken" in reader.post(url).text
    assert seen[0].document == {"test": True}

    def refuse(*_: Any, **__: Any) -> None:
        raise NotCarried(f"{ROBOT}: answered 500")

    monkeypatch.setattr(alerts, "carry", refuse)
    page = reader.post(url).text
    assert "answered 500" in page
    assert "very-secret" not in page


def test_a_sending_is_sent_again_by_a_job_and_not_while_one_has_it(
    session: Session, world: World, reads: Reads, robot: AlertChannel
) -> None:
    notice = Notice(
        organisation_id=world.organisation.id, case_id=world.case.id, code="RL-MOVED",
        occasion="raised", version="v1", way="now", role="counsel", made_at=NOW,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    sending = NoticeSending(
        organisation_id=world.organisation.id, notice_id=notice.id, channel_id=robot.id,
        state="sent", due_at=NOW, sent_at=NOW,
    )  # fmt: skip
    session.add(sending)
    session.commit()
    url = f"/admin/alerts/sendings/{sending.id}/again"
    assert reads("admin").post(url).status_code == 302
    session.refresh(sending)
    assert sending.state == "handed"
    facts = session.scalars(select(OutboxFact.name)).all()
    assert "alerts-owed" in facts
    sending.state, sending.due_at = "sending", NOW + timedelta(minutes=5)
    session.commit()
    assert reads("admin").post(url).status_code == 409
    assert reads("counsel").post(url).status_code == 403

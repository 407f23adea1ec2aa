"""Compliance is told of the clocks of data requests and breaches, each word once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.data_rights import DataRightsInvalid, rights_from_toml
from fieldops.domain.permissions import Actor
from fieldops.gateways.protection_rules import load_data_rights
from fieldops.models import DataRequest, Notice, Organisation
from fieldops.services import notices
from fieldops.services.protection import clock_alerts, registers
from fieldops.services.protection.registers import Register
from fieldops.settings import config_dir
from tests.builders.cases import NOW, a_person

RIGHTS = load_data_rights(config_dir() / "data-rights" / "clocks.toml")
FILE = (config_dir() / "data-rights" / "clocks.toml").read_text("utf-8")
DUE = NOW + timedelta(days=30)


def _request(session: Session, organisation: Organisation, **more: Any) -> DataRequest:
    row = DataRequest(
        organisation_id=organisation.id, person_id=a_person(session, organisation).id,
        **{"kind": "access", "jurisdiction": "CN", "state": "received", "channel": "letter",
           "received_at": NOW, "due_at": DUE, "answer": {}, **more},
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _round(session: Session, organisation: Organisation, **before: float) -> list[Notice]:
    at = DUE - timedelta(**before)
    clock_alerts.go_round(session, organisation.id, rights=RIGHTS, at=at)
    return list(session.scalars(select(Notice).order_by(Notice.id)))


def test_a_data_request_is_told_of_at_each_step_once(
    session: Session, organisation: Organisation
) -> None:
    _request(session, organisation)
    counts = [len(_round(session, organisation, days=days)) for days in (8, 7, 6, 3, 1, 0, -1)]
    assert counts == [0, 1, 1, 2, 3, 4, 4]
    told = _round(session, organisation, days=-1)
    assert [one.way for one in told] == ["digest", "today", "now", "now"]
    assert {(one.code, one.role, one.about) for one in told} == {
        ("data_request", "compliance", "protection")
    }


@pytest.mark.parametrize("state", ["answered", "refused"])
def test_what_is_answered_has_no_clock(
    session: Session, organisation: Organisation, state: str
) -> None:
    _request(session, organisation, state=state)
    assert _round(session, organisation, days=0) == []


def test_a_breach_is_told_of_at_once_until_somebody_was_told(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    words = dict.fromkeys(registers.FIELDS[Register.BREACH], "lost telephone")
    row = registers.enter(
        session, Register.BREACH, "A lost telephone", words, NOW, rights=RIGHTS, actor=admin,
        now=NOW,
    )  # fmt: skip
    clock_alerts.go_round(session, organisation.id, rights=RIGHTS, at=NOW)
    [first] = session.scalars(select(Notice)).all()
    assert (first.code, first.way, first.deadline_at) == ("breach", "now", row.due_at)
    registers.told(session, row.id, actor=admin, now=NOW)
    clock_alerts.go_round(session, organisation.id, rights=RIGHTS, at=NOW + timedelta(days=2))
    assert len(session.scalars(select(Notice)).all()) == 1


def test_what_compliance_does_not_see_goes_to_the_next_role(
    session: Session, organisation: Organisation
) -> None:
    _request(session, organisation)
    _round(session, organisation, hours=20)
    notices.go_round(session, organisation.id, at=DUE - timedelta(hours=12))
    rows = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(one.occasion, one.about) for one in rows] == [
        ("near", "protection"), ("escalated", "protection"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [('clock = "breach"', 'clock = "visit"'), ("hours = 168", "hours = -1"), ('"digest"', '"fax"')],
)
def test_a_word_that_cannot_be_is_refused(old: str, new: str) -> None:
    assert old in FILE
    with pytest.raises(DataRightsInvalid):
        rights_from_toml(FILE.replace(old, new, 1))

"""The name of a file goes with the last of its cases, and what was said of its lines with time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.jobs import retaining
from fieldops.models import Case, Hold, Import, ImportLine, Organisation
from fieldops.services import custody
from fieldops.services.protection import erasing, retention, scope
from fieldops.wiring import wiring
from tests.builders.cases import NOW, a_case

GONE = "erased"


def _file(session: Session, organisation: Organisation, name: str, **more: Any) -> Import:
    values = {"sha256": name[0] * 64, "is_dry_run": False, "created_at": NOW, **more}
    record = Import(
        organisation_id=organisation.id, kind="cases", filename=name, state="done", counts={},
        **values,
    )  # fmt: skip
    session.add(record)
    session.flush()
    return record


def _line(session: Session, record: Import, key: str) -> None:
    words = dict.fromkeys(("message_en", "message_zh", "cure_en", "cure_zh"), "look at it")
    session.add(
        ImportLine(
            import_id=record.id, line=2, key=key, verdict="refused", field="phone", heading="",
            reason="unreadable", **words,
        )
    )  # fmt: skip
    session.flush()


def _switch_on_at(
    session: Session, actor: Actor, at: datetime, frozen_clock: Any
) -> retention.Preview:
    seen = retention.preview(session, actor.organisation_id, wiring().retention, at=at)
    retention.switch(
        session, on=True, seen=seen.rules_hash, rules=wiring().retention, actor=actor, at=at
    )
    session.commit()
    frozen_clock(at)
    return seen


def _erase(session: Session, case: Case) -> None:
    custody.ensure_log(session, case.organisation_id, at=NOW)
    erasing.erase(
        session, scope.of_case(session, case.id), organisation_id=case.organisation_id,
        cause="test", by="test", at=NOW, discard=lambda _: None,
    )  # fmt: skip
    session.commit()


def test_the_name_goes_with_the_last_case_of_the_file_and_its_rehearsals(
    app: Flask, session: Session, organisation: Organisation
) -> None:
    rehearsed, taken, other = (
        _file(session, organisation, name, sha256=name[0] * 64, is_dry_run=dry)
        for name, dry in (("a 张三.xlsx", True), ("a 张三 new.xlsx", False), ("b.csv", False))
    )
    first, second = (a_case(session, organisation, import_id=taken.id) for _ in range(2))
    for record in (rehearsed, taken):
        _line(session, record, first.number)
    _erase(session, first)
    assert [one.filename for one in (rehearsed, taken)] == ["a 张三.xlsx", "a 张三 new.xlsx"]
    assert session.query(ImportLine).count() == 0
    _erase(session, second)
    assert [one.filename for one in (rehearsed, taken, other)] == [GONE, GONE, "b.csv"]
    assert taken.sha256 == "a" * 64


@pytest.mark.parametrize("held", [True, False])
def test_what_names_a_case_under_a_legal_hold_stays_with_the_name_of_its_file(
    app: Flask, session: Session, organisation: Organisation, admin: Actor, frozen_clock: Any,
    held: bool,
) -> None:  # fmt: skip
    refused, case = _file(session, organisation, "a 张三.xlsx"), a_case(session, organisation)
    for key in (case.number, "of nobody"):
        _line(session, refused, key)
    ends = None if held else NOW + timedelta(days=1)
    session.add(
        Hold(
            organisation_id=organisation.id, kind="legal", scope="debt", case_id=case.id,
            starts_at=NOW, ends_at=ends, reason="suit", placed_at=NOW,
        )
    )  # fmt: skip
    session.commit()
    _switch_on_at(session, admin, NOW + timedelta(days=90), frozen_clock)
    for _ in range(2):
        retaining.go(wiring())
    assert refused.filename == ("a 张三.xlsx" if held else GONE)
    assert [one.key for one in session.query(ImportLine)] == ([case.number] if held else [])


@pytest.mark.parametrize("days", [89, 90])
def test_a_file_from_which_no_case_is_keeps_its_name_for_ninety_days(
    app: Flask, session: Session, organisation: Organisation, admin: Actor, frozen_clock: Any,
    days: int,
) -> None:  # fmt: skip
    refused, taken = (_file(session, organisation, name) for name in ("a 张三.xlsx", "b.csv"))
    a_case(session, organisation, import_id=taken.id)
    for record in (refused, taken):
        _line(session, record, "of nobody")
    session.commit()
    seen = _switch_on_at(session, admin, NOW + timedelta(days=days), frozen_clock)
    retaining.go(wiring())
    is_over = days == 90
    names = [one.filename for one in (refused, taken)]
    assert names == [GONE if is_over else "a 张三.xlsx", "b.csv"]
    assert session.query(ImportLine).count() == (0 if is_over else 2)
    assert seen.prunable["import"] == (2 if is_over else 0)

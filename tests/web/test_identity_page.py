"""The pages on which a person judges whether two records are one person."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from fieldops.models import IdentityPair, Organisation
from tests.services.identity.people import a_debtor, link, pair
from tests.web.conftest import Reader


@pytest.fixture
def brothers(session: Session, organisation: Organisation) -> IdentityPair:
    """Two brothers on one telephone."""
    people = [a_debtor(session, organisation, name) for name in ("张三丰", "张三华")]
    link(session, organisation)
    session.commit()
    return pair(session, *people)


def test_the_queue_leads_to_the_two_records_side_by_side(
    brothers: IdentityPair, reads: Callable[[str], Reader]
) -> None:
    counsel = reads("counsel")
    assert f"/identity/{brothers.id}" in counsel.get("/identity").text
    shown = counsel.get(f"/identity/{brothers.id}").text
    assert "张三丰" in shown
    assert "张三华" in shown
    assert "the names differ in one character" in shown


def test_a_judgement_is_given_with_a_reason_and_shown(
    brothers: IdentityPair, reads: Callable[[str], Reader]
) -> None:
    counsel = reads("counsel")
    url = f"/identity/{brothers.id}"
    assert counsel.post(url, verdict="not_same", reason=" ").status_code == 422
    assert counsel.post(url, verdict="not_same", reason="two cards shown").status_code == 302
    assert "two cards shown" in counsel.get(url).text
    assert "Withdraw the judgement" in counsel.get(url).text
    refused = counsel.post(url, verdict="same", reason="after all")
    assert refused.status_code == 409
    assert "withdraw it first" in refused.text


def test_the_auditor_sees_starred_names_and_no_form(
    brothers: IdentityPair, reads: Callable[[str], Reader]
) -> None:
    shown = reads("auditor").get(f"/identity/{brothers.id}").text
    assert "张三丰" not in shown
    assert "张**" in shown
    assert 'name="verdict"' not in shown


def test_compliance_is_told_of_what_is_only_possible(
    brothers: IdentityPair, reads: Callable[[str], Reader]
) -> None:
    assert "are not counted as one: 1" in reads("compliance").get("/compliance").text


def test_compliance_switches_across_creditors_with_a_purpose(
    brothers: IdentityPair, reads: Callable[[str], Reader]
) -> None:
    compliance = reads("compliance")
    assert compliance.post("/identity/scope", across="on", purpose="").status_code == 422
    assert compliance.post("/identity/scope", across="on", purpose="caps").status_code == 302
    assert "Switch off" in compliance.get("/identity").text


def test_the_case_tells_who_else_has_the_telephone(
    brothers: IdentityPair, session: Session, reads: Callable[[str], Reader]
) -> None:
    entry = reads("counsel").get(f"/identity/{brothers.id}").text
    case = entry.split('href="/cases/')[1].split('"')[0]
    assert "Also used by others" in reads("counsel").get(f"/cases/{case}").text


def test_an_odd_queue_or_place_in_it_breaks_nothing(reads: Callable[[str], Reader]) -> None:
    counsel = reads("counsel")
    assert counsel.get("/identity?queue=what&after=nothing").status_code == 200
    assert counsel.get("/identity/01a20b51-0000-7000-8000-000000000001").status_code == 404

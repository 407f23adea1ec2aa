"""A legal hold over somebody who rests: placed, kept to, told to the office, and lifted."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import AccessRecord, Case, Hold, Organisation, restriction
from fieldops.services.protection import restricting, retention, revealing, scope
from fieldops.wiring import wiring
from tests.builders.cases import NOW, a_case
from tests.conftest import Person as SignedIn

LATER = NOW + timedelta(days=366 * 6)


@pytest.fixture
def rests(session: Session, organisation: Organisation, admin: Actor) -> Case:
    """A closed case whose debtor is restricted."""
    case = a_case(session, organisation, state="closed")
    person_id = case.parties[0].person_id
    found = scope.of_person(session, person_id, admin)
    restricting.restrict(
        session, person_id, found, restricting.REQUEST, "PIPL 44", "", until=None, actor=admin,
        now=NOW, at=NOW,
    )  # fmt: skip
    session.commit()
    return case


def _place(who: SignedIn, person_id: UUID) -> int:
    url = f"/api/v1/protection/persons/{person_id}/legal-hold"
    answer = who.post(url, json={"reason": "the suit", "evidence": "(2026)川01民初1号"})
    return int(answer.status_code)


def _person(session: Session, case: Case) -> UUID:
    with restriction.seeing(session):
        return case.parties[0].person_id


def test_it_keeps_the_record_while_he_rests_and_is_kept_in_the_log(
    app: Flask, session: Session, organisation: Organisation, admin: Actor, rests: Case,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    person_id, counsel = _person(session, rests), signed_in("counsel", organisation)
    due = retention.preview(session, organisation.id, wiring().retention, at=LATER)
    assert (due.due_count, due.kept_count) == (1, 0)
    assert [_place(counsel, person_id), _place(counsel, person_id)] == [201, 201]
    kept = retention.preview(session, organisation.id, wiring().retention, at=LATER)
    assert (kept.due_count, [one.by for one in kept.kept]) == (0, ["legal_hold"])
    assert session.query(Hold).count() == 0  # He rests on, and so does what is about him.
    whole = scope.of_person(session, person_id, admin)
    read, _ = revealing.access_log(session, admin, scope=whole)
    assert {(one.account_id, one.purpose) for one in read} == {(counsel.account.id, "legal-hold")}


def test_counsel_lifts_it_and_the_schedule_counts_again(
    app: Flask, session: Session, organisation: Organisation, rests: Case,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    counsel, compliance = (signed_in(role, organisation) for role in ("counsel", "compliance"))
    _place(compliance, _person(session, rests))
    with restriction.seeing(session):
        hold_id = session.query(Hold).one().id
    url = f"/api/v1/protection/legal-holds/{hold_id}/lift"
    assert compliance.post(url, json={"reason": "over"}).status_code == 403
    assert counsel.post(url, json={"reason": "over"}).status_code == 200
    seen = retention.preview(session, organisation.id, wiring().retention, at=LATER)
    assert (seen.due_count, seen.kept_count) == (1, 0)


def test_nobody_else_places_one_and_only_over_who_rests(
    app: Flask, session: Session, organisation: Organisation, rests: Case,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    person_id = _person(session, rests)
    free = a_case(session, organisation).parties[0].person_id
    session.commit()
    for role in ("dispatcher", "auditor"):
        assert _place(signed_in(role, organisation), person_id) == 403
    assert _place(signed_in("counsel", organisation), free) == 404
    assert session.query(AccessRecord).filter_by(purpose="legal-hold").count() == 0

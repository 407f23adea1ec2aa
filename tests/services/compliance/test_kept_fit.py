"""The usual look at what does not fit is counted by the hour, kept, and the same as when asked."""

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.facts import FitAged
from fieldops.domain.permissions import Actor
from fieldops.domain.team.doubting import Ground, ReviewOutcome
from fieldops.jobs import publishing
from fieldops.models import AgentFit, JobRun, Organisation, OutboxFact, Visit
from fieldops.services import agent_reviews, kept_fit, organisations
from fieldops.services.evidence_fit import Fit
from fieldops.wiring import wiring
from tests.builders import rounds
from tests.builders.cases import a_case, an_agent
from tests.builders.doubts import an_inventing_agent, an_item_that_does_not_fit, keep_the_count
from tests.builders.overriding import an_officer
from tests.builders.visits import START, a_past_visit
from tests.domain.test_team_records import POLICY

HOUR = timedelta(hours=1)


@pytest.fixture
def officer(session: Session, organisation: Organisation) -> Actor:
    """Somebody of compliance in a house with an inventing agent."""
    agent = an_inventing_agent(session, organisation)
    visit = session.scalars(select(Visit).where(Visit.agent_id == agent.id)).all()[0]
    visit.remarks = [{"code": "far-from-address"}]
    an_item_that_does_not_fit(session, visit, at=START - HOUR)
    return an_officer(organisation)


@pytest.fixture
def every_house_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has one visit more than none has many."""
    monkeypatch.setattr(kept_fit, "FEW", 0)


def _fits(session: Session, actor: Actor, *, now: datetime = START, **more: Any) -> dict[str, Fit]:
    since, until = kept_fit.usual_period(session, actor.organisation_id, now)
    asked = {"since": since, "until": until, "doubts": POLICY.doubts, **more}
    found = kept_fit.fit_of_period(session, actor, now=now, **asked)
    return {one.agent.code: one for one in found}


def _figures(fits: dict[str, Fit]) -> dict[str, dict[str, Any]]:
    names = [one.name for one in fields(Fit) if one.name != "as_of"]
    return {code: {name: getattr(fit, name) for name in names} for code, fit in fits.items()}


def _asked(session: Session) -> int:
    query = select(func.count()).where(OutboxFact.name == FitAged.name)
    return session.scalar(query) or 0


def test_what_is_kept_is_what_is_counted_when_asked(session: Session, officer: Actor) -> None:
    live = _fits(session, officer)
    keep_the_count(session, officer.organisation_id)
    kept = _fits(session, officer)
    assert _figures(kept) == _figures(live)
    assert list(kept) == list(live)
    assert {one.as_of for one in live.values()} == {None}
    assert {one.as_of for one in kept.values()} == {START}
    liar = kept["B1"]
    assert (liar.doubtful, liar.remarked, liar.repeated, liar.nobody) == (1, 1, 1, 12)


def test_what_came_since_is_in_the_next_count(session: Session, officer: Actor) -> None:
    keep_the_count(session, officer.organisation_id, START - HOUR)
    agent = an_agent(session, organisations.of(session, officer), code="C1")
    case = a_case(session, organisations.of(session, officer), number="N-new")
    a_past_visit(session, case, agent, at=START - timedelta(minutes=5))
    assert "C1" not in _fits(session, officer)
    keep_the_count(session, officer.organisation_id)
    assert _fits(session, officer)["C1"].visits == 1


def test_a_review_closes_the_ground_of_a_kept_count_at_once(
    session: Session, officer: Actor
) -> None:
    keep_the_count(session, officer.organisation_id)
    liar = _fits(session, officer)["B1"]
    assert liar.is_open
    row = agent_reviews.note(
        session, liar.agent.id, ReviewOutcome.TALK, "shown the visits", fit=liar, actor=officer,
        now=START,
    )  # fmt: skip
    found = _fits(session, officer)["B1"]
    assert (found.review, found.is_open) == (row, False)
    assert row.grounds["nobody"][0] == 12


def test_grounds_are_judged_by_the_thresholds_of_now(session: Session, officer: Actor) -> None:
    keep_the_count(session, officer.organisation_id)
    assert Ground.NOBODY_HOME in _fits(session, officer)["B1"].grounds
    stricter = replace(POLICY.doubts, least=99)
    assert Ground.NOBODY_HOME not in _fits(session, officer, doubts=stricter)["B1"].grounds


def test_other_days_are_counted_when_somebody_asks_for_them(
    session: Session, officer: Actor
) -> None:
    keep_the_count(session, officer.organisation_id)
    found = _fits(session, officer, since=START - timedelta(days=7))
    assert set(found) == {"B1"}
    assert found["B1"].as_of is None


@pytest.mark.parametrize(
    "later",
    [
        timedelta(hours=2),  # no worker has counted for so long
        timedelta(hours=14),  # another day has begun
        -timedelta(minutes=1),  # the clock was set back
    ],
)
def test_what_is_not_lately_counted_of_these_days_is_counted_anew(
    session: Session, officer: Actor, later: timedelta
) -> None:
    keep_the_count(session, officer.organisation_id)
    assert _fits(session, officer, now=START + later)["B1"].as_of is None


def test_a_count_takes_the_place_of_the_one_before(session: Session, officer: Actor) -> None:
    keep_the_count(session, officer.organisation_id)
    keep_the_count(session, officer.organisation_id, START + timedelta(days=60))
    assert session.scalars(select(AgentFit)).all() == []


def test_another_house_is_neither_counted_nor_shown(session: Session, officer: Actor) -> None:
    keep_the_count(session, officer.organisation_id)
    other = organisations.found(session, "Another agency", now=START)
    keep_the_count(session, other.id)
    assert _fits(session, an_officer(other)) == {}
    assert len(session.scalars(select(AgentFit)).all()) == 3


def test_a_house_with_few_visits_is_counted_whenever_somebody_looks(
    session: Session, officer: Actor
) -> None:
    session.commit()
    rounds.go("evidence-fit")
    assert _asked(session) == 0


def test_workers_side_by_side_hand_out_one_count_and_the_next_an_hour_later(
    app: Flask, session: Session, officer: Actor, every_house_is_large: None, frozen_clock: Any
) -> None:
    session.commit()
    asked = []
    for minutes in (0, 0, 5, 11, 59, 60):
        frozen_clock(START + timedelta(minutes=minutes))
        rounds.go("evidence-fit")
        publishing.publish(wiring(), inline=True)
        asked.append(_asked(session))
    assert asked == [1, 1, 1, 1, 1, 2]
    assert {one.counted_at for one in session.scalars(select(AgentFit))} == {START + HOUR}
    assert {one.state for one in session.scalars(select(JobRun))} == {"done"}


def test_a_count_that_waits_for_the_queue_is_not_handed_out_again(
    session: Session, officer: Actor, every_house_is_large: None, frozen_clock: Any
) -> None:
    session.commit()
    for hours in (0, 1, 2):
        frozen_clock(START + hours * HOUR)
        rounds.go("evidence-fit")
    assert _asked(session) == 1


def test_a_new_day_is_counted_when_it_begins(
    session: Session, officer: Actor, every_house_is_large: None
) -> None:
    evening = START.replace(hour=15, minute=50)  # ten to midnight in Shanghai
    keep_the_count(session, officer.organisation_id, evening)
    due = [
        kept_fit.is_due(session, officer.organisation_id, now=evening + timedelta(minutes=minutes))
        for minutes in (9, 10)
    ]
    assert due == [False, True]

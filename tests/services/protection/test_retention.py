"""Retention: rules are read strictly, runs are proved, and a crash between steps loses nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from evidence.custody.canonical import canonical
from fieldops.domain.errors import Conflict
from fieldops.domain.permissions import Actor
from fieldops.domain.retention import RecordKind, RetentionInvalid, Span, period, rules_from_toml
from fieldops.jobs import retaining
from fieldops.models import (
    Arrival,
    Case,
    DeviceEntry,
    Hold,
    Organisation,
    Plan,
    RetentionRun,
    Stop,
    Visit,
    restriction,
)
from fieldops.services.protection import erasing, restricting, retention, scope
from fieldops.wiring import wiring
from tests.builders.cases import NOW, a_case, an_agent
from tests.builders.journals import a_conflict, a_device
from tests.builders.visits import a_visit
from tests.conftest import Person

LATER = NOW + timedelta(days=365 * 6)


def _rule(**more: str) -> str:
    said = {
        "id": "X", "kind": "case", "longest": "2y", "start": "last_activity", "source": "law",
        "provenance": "policy", **more,
    }  # fmt: skip
    lines = "\n".join(f'{name} = "{value}"' for name, value in said.items() if value)
    return f'jurisdiction = "CN"\n[[rule]]\n{lines}\n'


@pytest.mark.parametrize(
    "more",
    [
        {"longest": ""},  # neither bound
        {"longest": "two years"},  # no period
        {"kind": "letter"},  # no kind
        {"source": " "},  # nobody says so
        {"provenance": "sure"},  # no mark
        {"colour": "red"},  # not a known key
    ],
)
def test_a_rule_that_is_not_sound_is_refused(more: dict[str, str]) -> None:
    with pytest.raises(RetentionInvalid, match=r"cn\.toml"):
        rules_from_toml(_rule(**more), "cn.toml")


def test_the_longest_least_and_the_shortest_longest_decide() -> None:
    rules = [
        *rules_from_toml(_rule(id="A", least="2y", longest="9y"), "a"),
        *rules_from_toml(_rule(id="B", least="5y", longest="5y"), "b"),
    ]
    says = period(rules, RecordKind.CASE, NOW)
    assert says.keeps is not None
    assert says.ends is not None
    assert (says.keeps.id, says.ends.id) == ("B", "B")
    assert not says.is_due(NOW + timedelta(days=4 * 365))
    assert says.is_due(LATER)


@given(
    st.floats(0, 4e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.integers(1, 40),
    st.sampled_from("dmy"),
)
def test_a_period_ends_after_it_began(moment: datetime, count: int, unit: str) -> None:
    span = Span(count, unit)
    assert (
        span.before(span.after(moment))
        <= moment
        <= span.after(span.before(moment)) + (timedelta(days=3))
    )


@pytest.fixture
def closed(session: Session, organisation: Organisation) -> list[Case]:
    found = [a_case(session, organisation, name=name, state="closed") for name in "甲乙丙"]
    session.commit()
    return found


def _switch_on(session: Session, actor: Actor) -> None:
    seen = retention.preview(session, actor.organisation_id, wiring().retention, at=LATER)
    retention.switch(
        session, on=True, seen=seen.rules_hash, rules=wiring().retention, actor=actor, at=LATER
    )
    session.commit()


def test_a_dry_run_changes_nothing(
    app: Flask, session: Session, closed: list[Case], admin: Actor
) -> None:
    seen = retention.preview(session, admin.organisation_id, wiring().retention, at=LATER)
    assert [one.case_id for one in seen.due] == [case.id for case in closed]
    assert session.query(RetentionRun).count() == 0
    assert retention.preview(session, admin.organisation_id, wiring().retention, at=NOW).due == []


def test_it_is_not_switched_on_by_rules_that_nobody_saw(
    app: Flask, session: Session, closed: list[Case], admin: Actor
) -> None:
    with pytest.raises(Conflict):
        retention.switch(
            session, on=True, seen="0" * 64, rules=wiring().retention, actor=admin, at=LATER
        )


def test_nothing_is_erased_before_it_is_switched_on(
    app: Flask, session: Session, closed: list[Case], frozen_clock: Any
) -> None:
    frozen_clock(LATER)
    retaining.go(wiring())
    assert session.query(RetentionRun).count() == 0


def test_a_run_that_is_killed_between_steps_goes_on_and_is_proved(
    app: Flask,
    session: Session,
    closed: list[Case],
    admin: Actor,
    frozen_clock: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frozen_clock(LATER)
    _switch_on(session, admin)
    calls = []
    whole = erasing.erase

    def killed_at_the_second(*given: Any, **more: Any) -> Any:
        calls.append(given)
        done = whole(*given, **more)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(erasing, "erase", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        retaining.go(wiring())
    retaining.go(wiring())
    run = session.query(RetentionRun).one()
    assert run.state == "done"
    assert sorted(one["case"] for one in run.record["cases"]) == sorted(str(c.id) for c in closed)
    assert len(run.record["keys"]) == 6
    assert sha256(canonical(run.record)).hexdigest() == run.record_hash
    assert run.signature
    retaining.go(wiring())
    assert session.query(RetentionRun).count() == 1


def test_a_legal_hold_beats_the_clock(
    app: Flask, session: Session, closed: list[Case], admin: Actor
) -> None:
    session.add(
        Hold(
            organisation_id=admin.organisation_id, kind="legal", scope="debt",
            case_id=closed[0].id, starts_at=NOW, reason="suit", placed_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    seen = retention.preview(session, admin.organisation_id, wiring().retention, at=LATER)
    assert closed[0].id not in {one.case_id for one in seen.due}
    assert (seen.kept[0].by, seen.due_count, seen.kept_count) == ("legal_hold", 2, 1)


def _arrival(visit: Visit) -> Arrival:
    return Arrival(
        organisation_id=visit.organisation_id, visit_id=visit.id, agent_id=visit.agent_id,
        device_at=NOW, received_at=NOW, lat=30.0, lon=104.0, given_position={"lat": 30.0},
        accuracy_metres=5, fix_age_seconds=1, is_mock=False, distance_metres=12.0,
    )  # fmt: skip


def test_the_track_of_an_agent_is_short_lived(
    app: Flask, session: Session, organisation: Organisation, admin: Actor, frozen_clock: Any
) -> None:
    agent = an_agent(session, organisation)
    visit = a_visit(session, organisation, case=a_case(session, organisation), agent=agent)
    session.add(_arrival(visit))
    session.commit()
    _switch_on(session, admin)
    frozen_clock(NOW + timedelta(days=13))
    retaining.go(wiring())
    assert session.query(Arrival).one().lat == 30.0
    frozen_clock(NOW + timedelta(days=15))
    retaining.go(wiring())
    row = session.query(Arrival).one()
    assert (row.lat, row.lon, row.given_position, row.distance_metres) == (None, None, None, 12.0)
    assert session.query(RetentionRun).one().record["counts"] == {"track": 1}


@pytest.fixture
def beside(
    session: Session, organisation: Organisation, signed_in: Callable[..., Person]
) -> list[Case]:
    """Two cases, and beside each a track, the problem of a plan and what a phone wrote."""
    agent = an_agent(session, organisation)
    device = a_device(session, signed_in("agent", organisation, agent_id=agent.id).actor)
    cases = [a_case(session, organisation) for _ in range(2)]
    for number, case in enumerate(cases, 1):
        visit = a_visit(
            session, organisation, case=case, agent=agent, day=NOW.date() + timedelta(days=number)
        )
        session.add(_arrival(visit))
        session.get_one(Plan, visit.plan_id).problem = {"stops": []}
        session.add(
            Stop(organisation_id=organisation.id, plan_id=visit.plan_id, case_id=case.id,
                 address_id=visit.address_id, windows=[], reasons=[])
        )  # fmt: skip
        told = {"state": "refused", "question": None, "visit_id": visit.id, "decided_at": NOW}
        session.add(a_conflict(device, number, body={"outcome": "met"}, **told))
    session.commit()
    return cases


def _left(session: Session) -> list[int]:
    """How much is left of each after a run."""
    retaining.go(wiring())
    session.expire_all()
    return [
        sum(one.lat is not None for one in session.query(Arrival)),
        sum(one.problem is not None for one in session.query(Plan)),
        sum(one.body is not None for one in session.query(DeviceEntry)),
    ]


@pytest.mark.parametrize("rests", [False, True])
def test_what_is_about_a_case_under_a_legal_hold_stays_beside_it_until_that_ends(
    app: Flask, session: Session, beside: list[Case], admin: Actor, frozen_clock: Any, rests: bool
) -> None:
    person_id = beside[0].parties[0].person_id
    hold = Hold(
        organisation_id=admin.organisation_id, kind="legal", scope="person", starts_at=NOW,
        person_id=person_id, reason="suit", placed_at=NOW,
    )  # fmt: skip
    session.add(hold)
    if rests:
        found = scope.of_person(session, person_id, admin)
        restricting.restrict(
            session, person_id, found, "legal_hold", "law", "", until=None, actor=admin, now=NOW,
            at=NOW,
        )  # fmt: skip
    session.commit()
    _switch_on(session, admin)
    frozen_clock(NOW + timedelta(days=200))
    assert _left(session) == [1, 1, 1]
    with restriction.seeing(session):
        hold.lifted_at = NOW
        session.commit()
    assert _left(session) == [0, 0, 0]


def test_what_a_phone_wrote_goes_when_it_was_decided_and_nobody_is_asked(
    session: Session,
    organisation: Organisation,
    admin: Actor,
    frozen_clock: Any,
    signed_in: Callable[..., Person],
) -> None:
    agent = an_agent(session, organisation)
    device = a_device(session, signed_in("agent", organisation, agent_id=agent.id).actor)
    body: dict[str, Any] = {"body": {"outcome": "met"}, "decided_at": NOW}
    done = NOW + timedelta(days=20)
    kinds: dict[str, dict[str, Any]] = {
        "refused": {"state": "refused", "question": None},
        "settled": {"settled_at": done, "settlement": "both", "settled_words": "both are true"},
        "waits for a person": {},
        "waits for its turn": {"state": "held", "question": None, "decided_at": None},
    }
    for number, told in enumerate(kinds.values(), 1):
        session.add(a_conflict(device, number, **body | told))
    session.commit()
    _switch_on(session, admin)
    left = []
    for at in (NOW + timedelta(days=180), NOW + timedelta(days=190), LATER):
        frozen_clock(at)
        retaining.go(wiring())
        rows = session.query(DeviceEntry).order_by(DeviceEntry.sequence)
        left.append([name for name, row in zip(kinds, rows, strict=True) if row.body])
        session.rollback()
    waiting = ["waits for a person", "waits for its turn"]
    assert left == [list(kinds), ["settled", *waiting], waiting]
    emptied = session.query(DeviceEntry).filter_by(sequence=2).one()
    assert (emptied.problem, emptied.settled_words) == (None, None)
    assert (emptied.content_hash, emptied.settlement) == ("0" * 64, "both")

"""The nightly round: beliefs that grew old are evaluated anew, once, whenever it is broken off."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from fieldops import clock
from fieldops.domain.lawfulness import SourceClass
from fieldops.domain.permissions import Actor
from fieldops.jobs import believing_again
from fieldops.models import Belief, BeliefRound, Flag, Notice, Organisation, OutboxFact
from fieldops.services import belief_rounds, beliefs, closing, organisations, tracing
from fieldops.services.belief_rounds import Policy
from fieldops.services.trace_model import MODEL
from fieldops.wiring import Wiring
from tests.builders.cases import a_case
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.visits import START

POLICY = Policy(days=14, hour=1)
LATER = START + timedelta(days=20)
YEARS = START + timedelta(days=8 * 365)


@pytest.fixture
def parts(app: Flask) -> Wiring:
    """The wiring; it publishes nothing."""
    found: Wiring = app.extensions["fieldops"]
    return found


def _met(door: Door, admin: Actor, now: datetime = START, **changed: Any) -> UUID:
    """The debtor was met at his door, and that is believed."""
    told: dict[str, Any] = {
        "kind": "visit.met_debtor", "source_class": SourceClass.AGENT, "source_id": "agent-1",
        "address_id": door.visit.address_id, "asset": None, "data": {}, "now": now,
        "observed_at": now, **changed,
    }  # fmt: skip
    row = a_disposal(door, admin, **told)
    tracing.believe_and_flag(door.session, row.person_id, now=now)
    door.session.commit()
    return row.person_id


def _others(door: Door, admin: Actor, count: int) -> list[UUID]:
    """More debtors who were met, each in a case of his own."""
    house = door.session.get_one(Organisation, door.case.organisation_id)
    people = []
    for number in range(count):
        case = a_case(door.session, house, number=f"C-{number}")
        place = case.addresses[0].id
        people.append(_met(door, admin, case_id=case.id, address_id=place))
    return people


def _begin(door: Door, at: datetime = LATER) -> BeliefRound | None:
    house = door.case.organisation_id
    belief_rounds.hand_out(door.session, house, POLICY, now=at, at=at)
    door.session.commit()
    return door.session.scalars(select(BeliefRound).order_by(BeliefRound.night.desc())).first()


def _go(door: Door, parts: Wiring, at: datetime = LATER, **more: Any) -> BeliefRound:
    going = _begin(door, at)
    assert going is not None
    return believing_again.go_on(parts, going.id, rest=lambda _: None, **more)


def _count(door: Door, model: type[Any] = Belief) -> int:
    return door.session.scalar(select(func.count()).select_from(model)) or 0


def _newest(door: Door) -> Belief:
    return door.session.scalars(select(Belief).order_by(Belief.as_of.desc()).limit(1)).one()


def test_a_belief_that_grew_old_is_evaluated_as_of_the_round_and_fades(
    door: Door, admin: Actor, parts: Wiring
) -> None:
    _met(door, admin)
    before = _newest(door)
    going = _go(door, parts)
    after = _newest(door)
    assert (going.state, going.evaluated, going.failed) == ("done", 1, 0)
    assert (after.as_of, after.model_version) == (LATER, MODEL.version)
    assert after.p_moved > before.p_moved
    # What was said weighs as it did, so no line is written again.
    assert after.lines == []
    assert len(beliefs.held(door.session, [after])[0].lines) == 3


def test_of_whom_was_heard_lately_nothing_is_written(
    door: Door, admin: Actor, parts: Wiring
) -> None:
    _met(door, admin, now=LATER - timedelta(days=13))
    assert _go(door, parts).evaluated == 0
    assert _count(door) == 1


def test_another_model_reaches_everybody(
    door: Door, admin: Actor, parts: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    _met(door, admin)
    _others(door, admin, 2)
    other = dataclasses.replace(MODEL, version="trace-of-later")
    for module in (tracing, beliefs, belief_rounds):
        monkeypatch.setattr(module, "MODEL", other)
    assert _go(door, parts, START + timedelta(days=1)).evaluated == 3
    assert _newest(door).model_version == "trace-of-later"


def test_gone_twice_it_writes_nothing_new(door: Door, admin: Actor, parts: Wiring) -> None:
    _met(door, admin)
    going = _go(door, parts)
    told, written = _count(door, Notice), _count(door)
    going.state, going.after_id, going.finished_at = "running", None, None
    door.session.commit()
    again = believing_again.go_on(parts, going.id, rest=lambda _: None)
    assert (again.state, again.evaluated) == ("done", 1)
    assert (_count(door, Notice), _count(door)) == (told, written)


def test_a_round_that_was_broken_off_goes_on_where_it_was(
    door: Door, admin: Actor, parts: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [_met(door, admin), *_others(door, admin, 3)]
    monkeypatch.setattr(believing_again, "_PEOPLE", 1)
    broken = _go(door, parts, turn=timedelta(0))
    assert (broken.state, broken.evaluated, broken.after_id) == ("running", 1, min(people))
    ended = believing_again.go_on(parts, broken.id, rest=lambda _: None)
    assert (ended.state, ended.evaluated) == ("done", 4)
    assert _count(door) == 8


def test_whoever_cannot_be_evaluated_keeps_nobody_else_waiting(
    door: Door, admin: Actor, parts: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = sorted([_met(door, admin), *_others(door, admin, 3)])
    evaluate = tracing.evaluate

    def fail(session: Any, asked: list[UUID], **more: Any) -> Any:
        if people[1] in asked:
            raise LookupError("his record is broken")
        return evaluate(session, asked, **more)

    monkeypatch.setattr(tracing, "evaluate", fail)
    ended = _go(door, parts)
    assert (ended.state, ended.evaluated, ended.failed) == ("done", 3, 1)


def test_time_alone_raises_a_flag_and_counsel_is_told_once(
    door: Door, admin: Actor, parts: Wiring
) -> None:
    _met(door, admin)
    assert _count(door, Flag) == 0
    _go(door, parts, YEARS)
    (flag,) = door.session.scalars(select(Flag)).all()
    assert (flag.code, flag.state) == ("RL-REVIEW", "open")
    assert [one.occasion for one in door.session.scalars(select(Notice))] == ["raised"]
    before = flag.probability
    _go(door, parts, YEARS + timedelta(days=365))
    assert (flag.probability, _count(door, Notice)) != (before, 1)
    assert _count(door, Notice) == 1


def test_a_flag_that_time_takes_away_is_not_told_and_one_that_comes_back_is(
    door: Door, admin: Actor, parts: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    _met(door, admin)
    _go(door, parts, YEARS)
    policy = dataclasses.replace(MODEL.residence.relocation, doubt=0.99, moved=0.999)
    strict = dataclasses.replace(
        MODEL, residence=dataclasses.replace(MODEL.residence, relocation=policy)
    )
    with monkeypatch.context() as patch:
        patch.setattr(tracing, "MODEL", strict)
        _go(door, parts, YEARS + timedelta(days=30))
    (flag,) = door.session.scalars(select(Flag)).all()
    assert (flag.contradicted, _count(door, Notice)) == (["not_raised_any_more"], 1)
    _go(door, parts, YEARS + timedelta(days=60))
    assert (flag.contradicted, _count(door, Notice)) == ([], 2)


def test_whose_cases_are_all_closed_is_left_alone(door: Door, admin: Actor, parts: Wiring) -> None:
    _met(door, admin)
    door.case.state = closing.CLOSED
    door.session.commit()
    assert _go(door, parts).evaluated == 0


def _asked(door: Door) -> int:
    query = select(func.count()).select_from(OutboxFact).where(OutboxFact.name == "beliefs-aged")
    return door.session.scalar(query) or 0


@pytest.mark.parametrize(
    ("policy", "kind", "begins"),
    [
        (POLICY, "agency", True),
        (Policy(days=0, hour=1), "agency", False),
        # It is ten in the morning there.
        (Policy(days=14, hour=11), "agency", False),
        (POLICY, organisations.DRILL, False),
    ],
)
def test_a_night_begins_by_the_policy_of_the_house(
    door: Door, admin: Actor, policy: Policy, kind: str, begins: bool
) -> None:
    _met(door, admin)
    door.session.get_one(Organisation, door.case.organisation_id).kind = kind
    house = door.case.organisation_id
    assert belief_rounds.hand_out(door.session, house, policy, now=START, at=START) is begins
    assert _asked(door) == begins


def test_a_house_that_believes_nothing_yet_begins_no_night(door: Door) -> None:
    assert _begin(door) is None


@pytest.mark.parametrize(
    ("minutes", "asked"),
    [(0, 1), (19, 1), (21, 2)],  # In twenty minutes without a step its worker is lost.
)
def test_a_round_whose_worker_died_is_handed_out_again(
    door: Door, admin: Actor, minutes: int, asked: int
) -> None:
    _met(door, admin)
    _begin(door)
    _begin(door, LATER + timedelta(minutes=minutes))
    assert (_asked(door), _count(door, BeliefRound)) == (asked, 1)


def test_a_night_is_gone_once(door: Door, admin: Actor, parts: Wiring) -> None:
    _met(door, admin)
    first = _go(door, parts)
    again = _begin(door, LATER + timedelta(hours=2))
    next_night = _begin(door, LATER + timedelta(days=1))
    assert again is not None
    assert next_night is not None
    assert (again.id, next_night.id != first.id) == (first.id, True)


def test_the_job_hands_the_rest_on_when_its_turn_is_over(
    door: Door,
    admin: Actor,
    parts: Wiring,
    monkeypatch: pytest.MonkeyPatch,
    frozen_clock: Callable[[datetime], None],
) -> None:
    from fieldops.domain.facts import BeliefsAged
    from fieldops.jobs.registry import JobContext

    _met(door, admin)
    _others(door, admin, 1)
    frozen_clock(LATER)
    going = _begin(door)
    assert going is not None
    monkeypatch.setattr(believing_again, "_PEOPLE", 1)
    monkeypatch.setattr(believing_again, "_TURN", timedelta(0))
    context = JobContext("a-job", admin, parts)
    for _ in range(3):
        believing_again.believe_aged(context, BeliefsAged(going.id))
    assert (going.state, going.evaluated) == ("done", 2)
    # Asked for by the night, and after each of two turns that did not come to the end.
    assert _asked(door) == 3
    assert clock.wall_time() == LATER

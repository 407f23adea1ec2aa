"""The lines of beliefs: written once, and all there again as of the time at which they were."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldops.domain.lawfulness import SourceClass
from fieldops.domain.permissions import Actor
from fieldops.models import Belief, Observation
from fieldops.services import beliefs, observations, tracing
from fieldops.services.trace_model import MODEL
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.visits import START

MANY = beliefs.MOST_STEPS + 10


def _seen(door: Door, admin: Actor, number: int, *, days_before: float = 0.0) -> Observation:
    """The `number`-th look at the door, recorded a day after the one before."""
    now = START + timedelta(days=number)
    return a_disposal(
        door, admin, now=now,
        kind=("visit.no_answer", "visit.vacant", "visit.met_family")[number % 3],
        observed_at=now - timedelta(days=days_before),
        source_class=SourceClass.AGENT, source_id=f"agent-{number % 4}",
        address_id=door.visit.address_id, asset=None, data={},
    )  # fmt: skip


def _believe(door: Door, number: int) -> list[beliefs.Held]:
    """What is believed after it, with the lines as the library has them."""
    now = START + timedelta(days=number)
    person = door.visit.debtor_id
    ids = tracing.believe_and_flag(door.session, person, now=now).beliefs
    rows = door.session.scalars(select(Belief).where(Belief.id.in_(ids)))
    seen = tracing.observations_at(door.session, person, now)
    told = tracing.beliefs_at(door.session, person, seen, now)
    return [beliefs.Held(row, beliefs.lines_of(told[str(row.address_id)])) for row in rows]


def test_every_belief_ever_written_is_shown_again_with_all_its_lines(
    door: Door, admin: Actor
) -> None:
    written = []
    for number in range(MANY):
        _seen(door, admin, number, days_before=20.5 if number % 7 == 3 else 0.0)
        written += _believe(door, number)
    doubted = door.session.scalars(select(Observation).order_by(Observation.id)).all()[5]
    then = START + timedelta(days=MANY)
    observations.withdraw(door.session, doubted.id, "wrong door", actor=admin, now=then)
    written += _believe(door, MANY)
    door.session.expire_all()
    again = beliefs.held(door.session, [one.row for one in written])
    assert [one.lines for one in again] == [one.lines for one in written]
    assert len(written[-1].lines) == 2 + MANY - 1
    assert [one.lines for one in beliefs.latest(door.session, door.case.id)] == [written[-1].lines]


def test_a_line_is_written_once_and_not_with_every_belief(door: Door, admin: Actor) -> None:
    for number in range(MANY):
        _seen(door, admin, number)
        _believe(door, number)
    rows = door.session.scalars(select(Belief).order_by(Belief.as_of)).all()
    whole = [row for row in rows if row.whole_at == row.as_of and len(row.lines) > 2]
    assert len(whole) == 1
    assert max(len(row.lines) for row in rows if row not in whole) <= 2


def test_a_belief_written_again_stays_as_it_was(door: Door, admin: Actor) -> None:
    for number in range(6):
        _seen(door, admin, number)
        before = [(one.row.lines, one.row.whole_at) for one in _believe(door, number)]
        assert [(one.row.lines, one.row.whole_at) for one in _believe(door, number)] == before


@pytest.mark.parametrize("grade", [{"reliability": "D", "credibility": 3}, None])
def test_a_line_says_why_it_weighs_less(
    door: Door, admin: Actor, grade: dict[str, object] | None
) -> None:
    told = {
        "kind": "statement.moved_away", "source_class": SourceClass.REGISTRY, "asset": None,
        "data": {}, "address_id": door.visit.address_id, "grade": grade,
    }  # fmt: skip
    for days in (2, 1):
        a_disposal(door, admin, observed_at=START - timedelta(days=days), **told)
    (held,) = _believe(door, 0)
    (shown,) = beliefs.held(door.session, [held.row])
    assert "registry:register said so before" in shown.lines[-1]["reason"]
    assert ("grade keeps" in shown.lines[-1]["reason"]) == (grade is not None)
    assert shown.lines == held.lines


def test_another_model_leaves_what_was_shown_and_says_its_own_word_as_of_now(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _seen(door, admin, 0)
    (before,) = _believe(door, 0)
    shown, other = before.row.p_moved, dataclasses.replace(MODEL, version="trace-of-later")
    monkeypatch.setattr(tracing, "MODEL", other)
    monkeypatch.setattr(beliefs, "MODEL", other)
    (after,) = _believe(door, 40)
    (again,) = _believe(door, 50)
    assert (before.row.p_moved, before.row.as_of) == (shown, START)
    assert after.row.as_of == START + timedelta(days=40)
    assert again.row.id == after.row.id
    assert after.row.model_version == "trace-of-later"

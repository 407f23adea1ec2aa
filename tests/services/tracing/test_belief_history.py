"""The course of a belief: where it turned, what each word moved, and what it rests on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.errors import NotFound
from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Observation
from fieldops.services import belief_history, observations, organisations, tracing
from fieldops.services.belief_history import History
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.visits import START
from tests.conftest import NOW

_BASES = {SourceClass.REGISTRY: Basis.PUBLIC_REGISTER, SourceClass.MAIL: Basis.RETURNED_MAIL}
NOWADAYS = START + timedelta(days=30)
Told = Callable[..., Observation]


@pytest.fixture
def told(door: Door, admin: Actor) -> Told:
    """Something is learned of where the debtor lives."""

    def tell(days: int, kind: str) -> Observation:
        source = SourceClass(kind.partition(".")[0])
        values: dict[str, Any] = {
            "kind": kind, "source_class": source, "source_id": f"{source}-{days}",
            "basis": _BASES[source], "address_id": door.visit.address_id,
            "asset": None, "data": {}, "observed_at": START + timedelta(days=days, hours=-1),
        }  # fmt: skip
        return a_disposal(door, admin, now=START + timedelta(days=days), **values)

    return tell


@pytest.fixture
def history(session: Session, door: Door, admin: Actor) -> Callable[[], History]:
    def read() -> History:
        found = belief_history.histories(session, door.case.id, actor=admin, now=NOWADAYS)
        assert len(found) == 1
        return found[0]

    return read


def test_nothing_said_is_no_history(session: Session, door: Door, admin: Actor) -> None:
    assert belief_history.histories(session, door.case.id, actor=admin, now=NOWADAYS) == []


def test_a_word_is_a_turn_and_the_course_jumps_there(
    told: Told, history: Callable[[], History]
) -> None:
    word = told(2, "mail.returned")
    found = history()
    (turn,) = found.turns
    assert turn.at == word.recorded_at
    assert turn.before.p_moved < turn.after.p_moved
    assert {one.p_moved for one in found.course if one.as_of == turn.at} == {turn.after.p_moved}
    assert found.course[-1].p_moved == pytest.approx(found.now.p_moved)


def test_the_words_add_up_and_the_heaviest_is_what_it_rests_on(
    told: Told, history: Callable[[], History]
) -> None:
    told(2, "mail.returned")
    told(5, "registry.other_address")
    found = history()
    total = found.now.prior + found.now.drift + sum(one.decibans for one in found.words)
    assert total == pytest.approx(found.now.decibans)
    assert [one.turn for one in found.words] == [1, 2]
    assert found.telling[0] is max(found.words, key=lambda one: abs(one.decibans))
    assert found.telling[0].without is not None
    assert found.telling[0].without < found.now.p_moved


def test_a_withdrawal_is_a_turn_and_the_word_stood_until_then(
    session: Session, told: Told, admin: Actor, history: Callable[[], History]
) -> None:
    word = told(2, "mail.returned")
    told(3, "registry.same_address")
    later = START + timedelta(days=9)
    observations.withdraw(session, word.id, "wrong door", actor=admin, now=later)
    found = history()
    assert [turn.withdrawn for turn in found.turns] == [0, 0, 1]
    assert found.turns[2].before.p_moved > found.turns[2].after.p_moved
    assert len(found.words) == 1


def test_the_course_is_what_was_believed_at_each_date(
    session: Session, door: Door, told: Told, history: Callable[[], History]
) -> None:
    told(2, "mail.returned")
    told(5, "registry.other_address")
    for one in history().course[::20]:
        seen = tracing.observations_at(session, door.visit.debtor_id, one.as_of)
        held = tracing.beliefs_at(session, door.visit.debtor_id, seen, one.as_of)
        assert one.p_moved == pytest.approx(held[one.address].p_moved)


def test_another_houses_case_has_no_history(session: Session, door: Door) -> None:
    other = organisations.found(session, "Another agency", now=NOW)
    actor = Actor(other.id, Role.SYSTEM)
    with pytest.raises(NotFound):
        belief_history.histories(session, door.case.id, actor=actor, now=NOWADAYS)

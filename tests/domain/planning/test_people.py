"""Agents who know a case are preferred, and work is shared out fairly."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.planning.knowledge import (
    PastVisit,
    Preferences,
    complained_of,
    known_to,
    preferred,
)
from fieldops.domain.planning.shares import Turn, fair_shares

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ANNA, BEN, CARL = (UUID(int=number) for number in (1, 2, 3))
LIKES = Preferences(knowledge_metres=3_000, half_life_days=60, territory_metres=600)


def _visit(days_ago: float, *agents: UUID) -> PastVisit:
    return PastVisit(agents, NOW - timedelta(days=days_ago))


def test_knowledge_is_halved_in_its_half_life() -> None:
    assert known_to([_visit(60, ANNA, BEN)], NOW, LIKES) == {ANNA: 1_500, BEN: 1_500}


def test_the_freshest_visit_counts() -> None:
    visits = [_visit(120, ANNA), _visit(0, ANNA), _visit(240, BEN)]
    assert known_to(visits, NOW, LIKES) == {ANNA: 3_000, BEN: 188}


def test_after_a_complaint_nobody_who_was_there_before_is_preferred() -> None:
    visits = [_visit(30, ANNA), _visit(5, BEN)]
    complaint = NOW - timedelta(days=10)
    assert set(known_to(visits, NOW, LIKES, complained_at=complaint)) == {BEN}
    assert complained_of(visits, complaint) == {ANNA}
    assert complained_of(visits, None) == frozenset()


def test_a_visit_in_the_future_is_worth_no_more_than_one_today() -> None:
    assert known_to([_visit(-3, ANNA)], NOW, LIKES) == {ANNA: 3_000}


def test_streets_and_knowledge_add_up() -> None:
    assert preferred({ANNA: 1_500}, [ANNA, BEN], 600) == {ANNA: 2_100, BEN: 600}
    assert preferred({}, [ANNA], 0) == {}


turns = st.lists(
    st.builds(
        Turn,
        st.just("a"),
        st.integers(0, 40_000),
        st.none() | st.floats(0, 60_000),
    ),
    max_size=12,
)


@given(turns, st.integers(0, 10**6))
def test_a_share_is_never_more_than_a_shift_can_hold(given_: list[Turn], expected: int) -> None:
    shares = fair_shares(given_, expected)
    assert len(shares) == len(given_)
    assert all(0 <= share <= turn.working for share, turn in zip(shares, given_, strict=True))


def test_half_a_day_is_due_half_the_work() -> None:
    assert fair_shares([Turn("a", 28_800), Turn("b", 14_400)], 30_000) == [20_000, 10_000]


def test_whoever_did_more_lately_is_due_less_but_not_without_bound() -> None:
    shares = fair_shares([Turn("a", 28_800, 90_000.0), Turn("b", 28_800, 10_000.0)], 20_000)
    assert shares == [7_000, 13_000]


def test_a_newcomer_is_due_the_usual_share() -> None:
    turns_ = [Turn("a", 28_800, 20_000.0), Turn("b", 28_800, None)]
    assert fair_shares(turns_, 20_000) == [10_000, 10_000]


def test_more_work_than_time_leaves_nothing_unfair() -> None:
    assert fair_shares([Turn("a", 28_800), Turn("b", 14_400)], 10**6) == [28_800, 14_400]

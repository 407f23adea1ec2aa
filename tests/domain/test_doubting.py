"""When what an agent handed in is put before compliance: figures against thresholds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.team.doubting import Ground, expected, grounds, surplus
from tests.domain.test_team_records import POLICY

DOUBTS = POLICY.doubts
CLEAN: dict[str, Any] = {
    "items": (0, 50), "visits": (0, 50), "repeated": 0, "compared": 50, "surplus": 0.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected_grounds"),
    [
        ({}, []),
        ({"surplus": 4.0}, [Ground.NOBODY_HOME]),
        ({"surplus": 3.99}, []),
        ({"surplus": 9.0, "compared": 9}, []),  # too few to say anything
        ({"items": (10, 50)}, [Ground.ITEMS]),
        ({"items": (9, 9)}, []),
        ({"visits": (10, 50)}, [Ground.VISITS]),
        ({"repeated": 1}, [Ground.REPEATED]),
    ],
)
def test_a_ground_needs_its_threshold_and_enough_to_go_by(
    changed: dict[str, Any], expected_grounds: list[Ground]
) -> None:
    assert grounds(DOUBTS, **{**CLEAN, **changed}) == expected_grounds


def test_who_finds_nobody_where_others_always_do_stands_out() -> None:
    chances = [expected(0, 3, 0.3)] * 20
    assert surplus(20, chances) > 4 > surplus(4, chances)


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 20), st.floats(0, 1)), min_size=1, max_size=30
    )
)
def test_more_closed_doors_never_make_the_surplus_smaller(doors: list[Any]) -> None:
    chances = [expected(min(a, b), max(a, b), usual) for a, b, usual in doors]
    assert all(0 < one < 1 for one in chances)
    values = [surplus(found, chances) for found in range(len(chances) + 1)]
    assert values == sorted(values)


def test_no_visit_gives_no_surplus() -> None:
    assert surplus(0, []) == 0.0

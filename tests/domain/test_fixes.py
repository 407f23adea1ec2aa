"""Fixes of one phone: a speed that no crew drives, and a position that never trembles."""

from datetime import timedelta

import pytest

from fieldops.domain.fixes import Fix, fastest, places
from fieldops.domain.positions import Position
from tests.conftest import NOW


def _fix(seconds: int, lat: float = 30.66, accuracy: float | None = 10.0) -> Fix:
    return Fix(NOW + timedelta(seconds=seconds), Position(lat, 104.06), accuracy)


def test_a_drive_across_town_has_a_possible_speed() -> None:
    # Eleven kilometres in twenty minutes.
    assert fastest([_fix(0), _fix(1200, 30.76)]) == pytest.approx(33, abs=1)


def test_a_jump_across_town_has_an_impossible_one() -> None:
    assert (fastest([_fix(0), _fix(60, 30.76)]) or 0) > 600


def test_the_order_in_which_fixes_came_in_does_not_matter() -> None:
    assert fastest([_fix(1200, 30.76), _fix(0)]) == fastest([_fix(0), _fix(1200, 30.76)])


def test_what_both_may_be_wrong_is_no_speed() -> None:
    assert fastest([_fix(0), _fix(1, 30.66015)]) == 0


def test_two_fixes_of_the_same_second_at_two_places_are_fast() -> None:
    assert (fastest([_fix(0), _fix(0, 30.67)]) or 0) > 1000


@pytest.mark.parametrize("fixes", [[], [_fix(0)]])
def test_a_single_fix_has_no_speed(fixes: list[Fix]) -> None:
    assert fastest(fixes) is None


def test_a_position_that_never_trembles_is_one_place() -> None:
    assert places([_fix(0), _fix(60), _fix(120)]) == 1


def test_a_real_receiver_names_other_places() -> None:
    assert places([_fix(0), _fix(60, 30.660011), _fix(120, 30.659993)]) == 3


@pytest.mark.parametrize(
    "fixes",
    [
        [_fix(0), _fix(120)],  # Two alone.
        [_fix(0), _fix(10), _fix(20)],  # Photos in a row share one fix of the receiver.
    ],
)
def test_too_few_or_too_soon_says_nothing(fixes: list[Fix]) -> None:
    assert places(fixes) is None

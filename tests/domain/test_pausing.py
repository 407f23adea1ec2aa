"""What failed is tried again after ever longer pauses, up to a longest."""

from datetime import timedelta

import pytest

from fieldops.domain.pausing import pause

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(0, 1), (1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (1_000_000, 30)]
)
def test_the_pause_doubles_up_to_the_longest(attempts: int, minutes: int) -> None:
    assert pause(attempts, MINUTE, 30 * MINUTE) == minutes * MINUTE

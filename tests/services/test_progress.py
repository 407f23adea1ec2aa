"""How a plan became cheaper is kept in few points, the first and the last among them."""

from hypothesis import given
from hypothesis import strategies as st

from fieldops.services.progress import POINTS, thinned


@given(st.integers(1, 1_000))
def test_a_series_keeps_its_ends_and_stays_short(length: int) -> None:
    series = thinned([[float(at), 1.0, 1.0] for at in range(length)])
    assert len(series) <= POINTS
    assert (series[0][0], series[-1][0]) == (0.0, float(length - 1))

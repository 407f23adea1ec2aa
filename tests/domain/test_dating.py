"""Items are dated by as few timestamps as say the same about when each arrived."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.dating import dating

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WITHIN = timedelta(minutes=5)


def stamps(*minutes: int) -> list[tuple[int, datetime]]:
    """A checkpoint after each entry, stamped at these minutes."""
    return [(size, START + timedelta(minutes=at)) for size, at in enumerate(minutes, 1)]


def test_what_arrives_together_shares_a_stamp() -> None:
    assert dating([0, 1, 2], stamps(0, 1, 2), within=WITHIN) == {3}


def test_what_arrives_later_has_a_stamp_of_its_own() -> None:
    assert dating([0, 1, 2], stamps(0, 4, 60), within=WITHIN) == {2, 3}


def test_no_item_is_dated_later_than_its_first_stamp_and_the_little_more() -> None:
    made = stamps(0, 3, 6, 9, 12, 15)
    for place in range(6):
        sizes = dating(range(6), made, within=WITHIN)
        covering = next(at for size, at in made if size > place and size in sizes)
        assert covering - made[place][1] <= WITHIN


def test_what_no_stamp_covers_yet_is_dated_by_none() -> None:
    assert dating([0, 7], stamps(0), within=WITHIN) == {1}
    assert dating([0], [], within=WITHIN) == set()


def test_hundreds_of_items_within_minutes_need_one_stamp() -> None:
    made = [(size, START + timedelta(seconds=size / 2)) for size in range(1, 501)]
    assert dating(range(500), made, within=WITHIN) == {500}


@given(
    st.lists(st.integers(0, 30), max_size=20).map(sorted),
    st.lists(st.integers(0, 60), max_size=12),
)
def test_stamps_that_came_out_of_order_date_as_when_each_is_tried(
    places: list[int], minutes: list[int]
) -> None:
    made = [(3 * size, at) for size, at in stamps(*minutes)]
    assert dating(places, made, within=WITHIN) == _one_by_one(places, made)


def _one_by_one(places: list[int], made: list[tuple[int, datetime]]) -> set[int]:
    chosen: set[int] = set()
    last = 0
    for place in places:
        over = [(size, at) for size, at in made if size > place]
        if not over:
            break
        same = [size for size, at in over if at <= over[0][1] + WITHIN]
        if last not in same:
            last = same[-1]
            chosen.add(last)
    return chosen

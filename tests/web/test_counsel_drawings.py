"""The curve of a belief, the sketch of a position, and the filter of a timeline: figures alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from evidence import trace
from fieldops.domain.positions import Position
from fieldops.models import Address
from fieldops.services.belief_history import History, Turn
from fieldops.services.trace_model import MODEL
from fieldops.web import belief_drawing
from fieldops.web.belief_views import add_up
from fieldops.web.position_drawing import SIDE, Spot, sketch
from fieldops.web.timeline_filter import USUAL, Filter

START = datetime(2026, 11, 1, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def _standing(days: float, moved: float) -> trace.Standing:
    return trace.Standing(
        "p", "a", START + timedelta(days=days), (1 - moved) * 0.9, (1 - moved) * 0.1, moved
    )


def _history(shares: list[float], turns: list[int]) -> History:
    course = [_standing(number, share) for number, share in enumerate(shares)]
    now = trace.believe([], "p", ["a"], course[-1].as_of, MODEL)["a"] if course else None
    marks = [Turn(course[at].as_of, course[max(at - 1, 0)], course[at], 0) for at in turns]
    return History(Address(), now, course, marks, [])  # type: ignore[arg-type]  # Not drawn.


def test_a_course_without_length_is_not_drawn() -> None:
    assert belief_drawing.draw(_history([0.2], []), ZONE) is None


def test_each_turn_is_a_mark_on_the_curve_of_having_moved() -> None:
    drawn = belief_drawing.draw(_history([0.1, 0.1, 0.8, 0.7], [2]), ZONE)
    assert drawn is not None
    (mark,) = drawn.marks
    moved = next(one for one in drawn.curves if one.name == "p_moved")
    assert f"{mark.x},{mark.y}" in moved.points.split()
    assert mark.number == 1


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_all_of_a_curve_lies_inside_and_no_two_names_lie_over_each_other(
    shares: list[float],
) -> None:
    turns = list(range(0, len(shares), 2))
    drawn = belief_drawing.draw(_history(shares, turns), ZONE)
    assert drawn is not None
    for curve in drawn.curves:
        for point in curve.points.split():
            x, y = map(float, point.split(","))
            assert drawn.left <= x <= drawn.right
            assert drawn.top <= y <= drawn.bottom
    heights = sorted(one.label_y for one in drawn.curves)
    assert all(b - a >= 15.8 for a, b in pairwise(heights))
    assert all(0 < one.label_y < drawn.height for one in drawn.marks)


HOME = Position(30.66, 104.06)


def test_a_place_alone_is_no_sketch() -> None:
    assert sketch([Spot("address", HOME)]) is None


def test_a_sketch_says_how_far_and_in_which_direction() -> None:
    drawn = sketch([Spot("address", HOME), Spot("fix", Position(30.661, 104.06), 12.0)])
    assert drawn is not None
    home, fix = drawn.spots
    assert fix.metres == 111
    assert fix.y < home.y
    assert fix.x == pytest.approx(home.x)
    assert fix.r > 0


@given(
    st.lists(
        st.tuples(st.floats(-85, 85), st.floats(-180, 180), st.floats(0, 3000)),
        min_size=2, max_size=6,
    )
)  # fmt: skip
def test_every_spot_lies_on_the_sketch(places: list[tuple[float, float, float]]) -> None:
    drawn = sketch([Spot("fix", Position(lat, lon), off) for lat, lon, off in places])
    assert drawn is not None
    assert all(0 <= one.x <= SIDE and 0 <= one.y <= SIDE for one in drawn.spots)


def test_a_filter_is_read_from_an_address_and_written_back() -> None:
    person = uuid4()
    given = MultiDict(
        [("kind", "visit"), ("kind", "flag"), ("person", str(person)), ("from", "2026-11-01"),
         ("to", "2026-11-02"), ("q", " 搬走 ")]
    )  # fmt: skip
    found = Filter.read(given)
    assert found == Filter(
        ("visit", "flag"), person, None, date(2026, 11, 1), date(2026, 11, 2), "搬走"
    )
    assert Filter.from_json(found.to_json()) == found
    assert found.is_of_one_case


@pytest.mark.parametrize(
    "wrong",
    [
        ("kind", "nothing"),  # No kind of event.
        ("person", "me"),  # No id.
        ("address", "../"),  # No id.
        ("from", "yesterday"),  # No day.
        ("to", "2026-13-01"),  # No month.
        ("q", "   "),  # No words.
    ],
)
def test_what_makes_no_sense_in_an_address_is_as_if_nobody_had_asked(
    wrong: tuple[str, str],
) -> None:
    assert Filter.read(MultiDict([wrong])) == Filter()


def test_the_last_day_of_a_filter_is_whole_and_in_the_zone_of_the_house() -> None:
    asked = Filter(since=date(2026, 11, 1), until=date(2026, 11, 1)).asked(ZONE)
    assert asked.since == datetime(2026, 11, 1, tzinfo=ZONE)
    assert asked.until == datetime(2026, 11, 2, tzinfo=ZONE)
    assert tuple(asked.kinds) == USUAL


def test_a_kind_is_switched_on_and_off_again() -> None:
    one = Filter(address=UUID(int=1))
    assert one.toggled("flag").toggled("visit").kinds == ("visit", "flag")
    assert one.toggled("flag").toggled("flag") == one


@given(st.lists(st.floats(-40, 40), max_size=8), st.floats(-20, 20))
def test_whoever_adds_up_the_printed_points_gets_the_printed_sum(
    weights: list[float], drift: float
) -> None:
    shown = _history([0.2, 0.3], [])
    words = [SimpleNamespace(decibans=weight) for weight in weights]
    prior = -7.5332
    now = SimpleNamespace(prior=prior, decibans=prior + drift + sum(weights), p_moved=0.5)
    told = add_up(replace(shown, now=now, words=words))  # type: ignore[arg-type]  # Figures alone.
    points = [Decimal(told[name]) for name in ("prior", "drift", "learnt")]
    assert sum(points) == Decimal(told["total"])
    assert told["begun"] == "15 %"

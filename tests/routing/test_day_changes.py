"""What phones are told of a changed day: the least that leads from the old order to the new one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from routing.day_changes import Changes, ShiftChanges, difference
from routing.plan import Leg, Plan, Route

Orders = dict[str, list[str]]


def plan(orders: Orders, start: int = 0, crew: dict[str, str] | None = None) -> Plan:
    """Visits a hundred seconds apart."""
    made = []
    for name, order in orders.items():
        legs = [Leg(one, 0, 0, start + 100 * n, 0, 0, 0) for n, one in enumerate(order)]
        with_him = (name, crew[name]) if crew and name in crew else None
        made.append(Route(name, 0, 0, tuple(legs), crew=with_him))
    return Plan(0, 0, 0, tuple(made))


def of(changes: Changes, shift: str) -> ShiftChanges:
    return next(one for one in changes.shifts if one.shift == shift)


def test_the_same_day_needs_no_word() -> None:
    assert difference(plan({"s1": ["a", "b"]}), plan({"s1": ["a", "b"]})).shifts == ()


def test_a_visit_that_moves_is_told_to_both() -> None:
    found = difference(plan({"s1": ["a", "b"], "s2": []}), plan({"s1": ["a"], "s2": ["b"]}))
    assert [one.stop for one in of(found, "s1").moved_out] == ["b"]
    assert [(one.stop, one.origin) for one in of(found, "s2").moved_in] == [("b", "s1")]


def test_new_and_lost_visits_are_told() -> None:
    found = difference(plan({"s1": ["a", "b"]}), plan({"s1": ["c", "b"]}))
    assert [one.stop for one in of(found, "s1").added] == ["c"]
    assert of(found, "s1").removed == ("a",)
    assert found.dropped == ("a",)


def test_only_the_visit_that_leaves_the_order_counts_as_reordered() -> None:
    found = difference(plan({"s1": ["a", "b", "c", "d"]}), plan({"s1": ["b", "c", "d", "a"]}))
    assert [(one.stop, one.position) for one in of(found, "s1").reordered] == [("a", 3)]


def test_another_time_is_told_only_when_it_matters() -> None:
    before = plan({"s1": ["a", "b"]})
    assert difference(before, plan({"s1": ["a", "b"]}, start=299)).shifts == ()
    told = of(difference(before, plan({"s1": ["a", "b"]}, start=-300)), "s1").retimed
    assert [(one.stop, one.seconds) for one in told] == [("a", -300), ("b", -300)]


def test_whoever_goes_on_alone_is_told_so() -> None:
    found = difference(plan({"s1": ["a"]}, crew={"s1": "s2"}), plan({"s2": ["a"]}))
    assert of(found, "s2").crew == ("s2",)


orders = st.lists(st.permutations("abcdef"), min_size=2, max_size=2)


@given(orders, st.integers(0, 6), st.integers(0, 6))
def test_a_phone_that_applies_the_changes_has_the_new_order(
    rows: list[list[str]], cut_before: int, cut_after: int
) -> None:
    first, second = rows
    before = plan({"s1": first[:cut_before], "s2": first[cut_before:]})
    after = plan({"s1": second[:cut_after], "s2": second[cut_after:]})
    told = difference(before, after, retimed=10**9)
    for shift, order in (("s1", second[:cut_after]), ("s2", second[cut_after:])):
        had = first[:cut_before] if shift == "s1" else first[cut_before:]
        changes = next((one for one in told.shifts if one.shift == shift), ShiftChanges(shift))
        place = {one.stop: one.position for one in (*changes.added, *changes.reordered)}
        place |= {one.stop: one.position for one in changes.moved_in}
        out = {*changes.removed, *(one.stop for one in changes.moved_out), *place}
        kept = [one for one in had if one not in out]
        for name, position in sorted(place.items(), key=lambda pair: pair[1]):
            kept.insert(position, name)
        assert kept == order

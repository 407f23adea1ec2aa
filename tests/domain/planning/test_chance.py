"""The chance of an answer starts from the prior, follows outcomes, and leans where few are."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.planning.chance import Attempt, Chances, DayKind, Slot, learned
from fieldops.domain.planning.hours import joined, pieces_of, slot_label
from fieldops.gateways.planning_policy import load_policy
from fieldops.settings import config_dir

ZONE = ZoneInfo("Asia/Shanghai")
PRIOR = load_policy(config_dir() / "planning").prior
MONDAY = datetime(2026, 11, 23, tzinfo=ZONE)
MORNING, EVENING = Slot(DayKind.WEEKDAY, "morning"), Slot(DayKind.WEEKDAY, "evening")
VISIT = timedelta(minutes=15)

attempts = st.lists(
    st.builds(
        Attempt,
        st.sampled_from(["home", "work", "other"]),
        st.integers(0, 5),
        st.integers(0, 7 * 24 * 60 - 1).map(lambda minute: MONDAY + timedelta(minutes=minute)),
        st.booleans(),
    ),
    max_size=80,
)
slots = st.builds(
    Slot, st.sampled_from(list(DayKind)), st.sampled_from([band.name for band in PRIOR.bands])
)


def _attempts(hour: int, count: int, answered: bool, address: int | None = None) -> list[Attempt]:
    at = MONDAY + timedelta(hours=hour)
    return [Attempt("home", n if address is None else address, at, answered) for n in range(count)]


@settings(max_examples=80)
@given(attempts, st.sampled_from(["home", "work", "hospital"]), slots, st.integers(0, 9))
def test_a_chance_lies_between_never_and_always(
    seen: list[Attempt], kind: str, slot: Slot, address: int
) -> None:
    chance = learned(PRIOR, seen).at(kind, slot, address)
    assert 0 < chance.value < 1
    assert 0 <= chance.outcomes <= len(seen)


@settings(max_examples=80)
@given(attempts, slots, st.randoms(use_true_random=False))
def test_the_order_of_outcomes_is_nothing(seen: list[Attempt], slot: Slot, random: object) -> None:
    turned = list(reversed(seen))
    assert learned(PRIOR, seen).at("home", slot) == learned(PRIOR, turned).at("home", slot)


def test_before_any_outcome_evenings_and_sundays_beat_weekday_mornings() -> None:
    before = Chances(PRIOR)
    morning = before.at("home", MORNING).value
    assert morning < 0.5 < before.at("home", EVENING).value
    assert before.at("home", Slot(DayKind.SUNDAY, "morning")).value > morning
    assert before.at("home", MORNING).outcomes == 0


def test_at_work_all_hours_are_alike_until_outcomes_say_otherwise() -> None:
    before = Chances(PRIOR)
    assert before.at("work", MORNING).value == before.at("work", EVENING).value == 0.5


def test_many_outcomes_overrule_the_prior() -> None:
    seen = _attempts(9, 900, answered=True) + _attempts(18, 900, answered=False)
    after = learned(PRIOR, seen)
    assert after.at("home", MORNING).value > 0.9
    assert after.at("home", EVENING).value < 0.1
    assert after.at("home", MORNING).outcomes == 900


def test_few_outcomes_change_little() -> None:
    before = Chances(PRIOR).at("home", MORNING).value
    after = learned(PRIOR, _attempts(9, 2, answered=False)).at("home", MORNING).value
    assert before - 0.25 < after < before


def test_nobody_at_home_in_the_morning_moves_the_second_attempt_to_another_hour() -> None:
    after = learned(PRIOR, _attempts(9, 2, answered=False, address=7))
    assert after.at("home", MORNING, 7).value < after.at("home", MORNING, 8).value
    assert after.at("home", EVENING, 7).value == after.at("home", EVENING, 8).value


def _pieces(first: tuple[int, int], *, weight: float = 0.1) -> list[tuple[str, str, int]]:
    chances = Chances(PRIOR)
    span = tuple(MONDAY + timedelta(minutes=minutes) for minutes in first)
    found = joined(
        pieces_of(
            [(span[0], span[1])],
            VISIT,
            PRIOR.bands,
            lambda at: chances.at("home", PRIOR.slot(at)),
            prize=200_000,
            weight=weight,
        )
    )
    return [(f"{one.opens:%H:%M}", f"{one.closes:%H:%M}", one.cost) for one in found]


def test_a_window_is_cut_at_the_edges_and_a_visit_may_cross_one() -> None:
    morning, afternoon, evening = _pieces((9 * 60, 19 * 60))
    assert (morning[:2], afternoon[:2]) == (("09:00", "12:15"), ("12:00", "17:15"))
    assert evening == ("17:00", "19:00", 0)
    assert morning[2] > afternoon[2] > 0


def test_without_weight_no_window_is_cut() -> None:
    assert _pieces((9 * 60, 19 * 60), weight=0.0) == [("09:00", "19:00", 0)]


def test_a_window_shorter_than_a_visit_gives_nothing() -> None:
    assert _pieces((9 * 60, 9 * 60 + 10)) == []


windows = st.tuples(st.integers(0, 2_800), st.integers(1, 1_400))


@settings(max_examples=80)
@given(st.lists(windows, min_size=1, max_size=4), st.floats(0, 1), st.integers(0, 10**6))
def test_cutting_forbids_no_lawful_visit_and_allows_no_other(
    given_: list[tuple[int, int]], weight: float, prize: int
) -> None:
    chances = Chances(PRIOR)
    spans = [
        (MONDAY + timedelta(minutes=opens), MONDAY + timedelta(minutes=opens + length))
        for opens, length in given_
    ]
    cut = pieces_of(
        spans,
        VISIT,
        PRIOR.bands,
        lambda at: chances.at("home", PRIOR.slot(at)),
        prize=prize,
        weight=weight,
    )
    found = joined(cut)
    for minute in range(0, 4_300, 7):
        start = MONDAY + timedelta(minutes=minute)
        lawful = any(opens <= start and start + VISIT <= closes for opens, closes in spans)
        allowed = [one for one in found if one.opens <= start and start + VISIT <= one.closes]
        assert lawful <= bool(allowed)
        if not lawful:
            # Two lawful windows that overlap or touch may have become one.
            assert not allowed or len(spans) > 1
    assert all(0 <= one.cost <= prize for one in found)
    assert not found or min(one.cost for one in found) == 0


def test_a_slot_has_one_word() -> None:
    assert slot_label(EVENING) == "weekday-evening"

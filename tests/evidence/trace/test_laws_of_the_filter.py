"""The laws of the residence filter, held for any history that hypothesis thinks of."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.trace import Observation, believe, replay_at
from tests.evidence.trace.building import MODEL, day, graded, p_moved, seen

WORDS = [
    (kind, source or "neighbour")
    for kind, source in MODEL.residence.emissions
    if kind.startswith(("statement.", "vendor.", "registry.", "visit.", "call.", "mail."))
]
FOR_MOVING = [e.kind for e in MODEL.residence.emissions.values() if e.claim == "moved"]
few = settings(max_examples=80, derandomize=True)


@st.composite
def histories(draw: st.DrawFn) -> list[Observation]:
    """Up to 15 observations from a handful of sources, some recorded late, some graded."""
    found = []
    for number in range(draw(st.integers(0, 15))):
        kind, source_class = draw(st.sampled_from(WORDS))
        at = draw(st.floats(0, 400))
        late = draw(st.sampled_from([0.0, 0.0, 1.0, 30.0]))
        letter = draw(st.sampled_from([None, "A", "D", "F"]))
        found.append(
            seen(
                kind,
                at,
                id=f"h{number:02d}",
                source=f"{source_class}:{draw(st.sampled_from('xy'))}",
                recorded=at + late,
                grade=graded(letter) if letter else None,
            )
        )
    return found


@few
@given(histories(), st.sampled_from(FOR_MOVING), st.floats(0, 400), st.floats(400, 900))
def test_a_new_source_that_speaks_for_moving_never_lowers_the_belief(
    history: list[Observation], kind: str, at: float, asked: float
) -> None:
    word = seen(kind, at, source="neighbour:somebody-new")
    assert p_moved([*history, word], asked) >= p_moved(history, asked) - 1e-12


@few
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_upload_does_not_matter(
    history: list[Observation], chance: random.Random
) -> None:
    mixed = list(history)
    chance.shuffle(mixed)
    assert p_moved(mixed, 500) == p_moved(history, 500)


@few
@given(histories(), st.floats(0, 450))
def test_what_is_recorded_later_does_not_change_an_earlier_belief(
    history: list[Observation], asked: float
) -> None:
    then = [o for o in history if o.recorded_at <= day(asked)]
    assert p_moved(history, asked) == p_moved(then, asked)


@few
@given(histories(), st.lists(st.floats(0, 500), min_size=1, max_size=6))
def test_a_replay_over_many_dates_agrees_to_the_last_bit_with_single_questions(
    history: list[Observation], asked: list[float]
) -> None:
    for standing in replay_at(MODEL.residence, history, [day(d) for d in asked]):
        alone = believe(history, "p1", ["home"], standing.as_of, MODEL)["home"]
        assert (alone.p_home, alone.p_away, alone.p_moved) == (
            standing.p_home,
            standing.p_away,
            standing.p_moved,
        )


@few
@given(
    st.sampled_from(FOR_MOVING),
    st.integers(2, 12),
    st.floats(0, 2),
    st.lists(st.sampled_from(["statement.lives_here", "visit.met_family"]), max_size=3),
)
def test_no_repetition_adds_more_than_the_first_word(
    kind: str, times: int, gap: float, before: list[str]
) -> None:
    """Measured in probability, at gaps so short that time itself changes next to nothing."""
    start = [seen(k, i, source=f"neighbour:n{i}") for i, k in enumerate(before)]
    words = [seen(kind, 10 + gap * i / 100, source="neighbour:gossip") for i in range(times)]
    chain = [p_moved(start + words[:n], 11) for n in range(times + 1)]
    gains = [after - earlier for earlier, after in pairwise(chain)]
    assert max(gains[1:]) <= gains[0] + 1e-9
    assert min(gains) >= -1e-12


@few
@given(histories())
def test_the_three_probabilities_add_up_to_one(history: list[Observation]) -> None:
    found = believe(history, "p1", ["home"], day(500), MODEL)["home"]
    assert found.p_home + found.p_away + found.p_moved == pytest.approx(1.0)
    assert min(found.p_home, found.p_away, found.p_moved) > 0


@few
@given(histories())
def test_the_lines_add_up_to_the_belief(history: list[Observation]) -> None:
    found = believe(history, "p1", ["home"], day(500), MODEL)["home"]
    lines = sum(line.decibans for line in found.lines)
    assert found.prior + found.drift + lines == pytest.approx(found.decibans, abs=1e-9)


def test_twenty_calls_to_a_dead_number_say_hardly_more_than_one() -> None:
    calls = [seen("call.number_dead", i, source="phone:t1") for i in range(20)]
    one, all_of_them = p_moved(calls[:1], 21), p_moved(calls, 21)
    another_source = p_moved([*calls[:1], seen("mail.returned", 5, source="mail:post")], 21)
    assert all_of_them < another_source
    assert all_of_them - one < one - p_moved([], 21)


def test_certainty_that_somebody_lives_there_fades_by_itself() -> None:
    met = [seen("visit.met_debtor", 0)]
    chain = [p_moved(met, days) for days in (0, 30, 180, 720)]
    assert chain == sorted(chain)
    assert chain[0] < 0.02 < 0.2 < chain[-1]


def test_certainty_that_somebody_moved_fades_too() -> None:
    gone = [seen("visit.new_occupant", 0), seen("visit.new_occupant", 1, source="agent:a2")]
    assert p_moved(gone, 1) > p_moved(gone, 720)


def test_the_same_observation_uploaded_twice_counts_once() -> None:
    word = seen("statement.moved_away", 3, source="family:f")
    assert p_moved([word, word]) == p_moved([word])


def test_a_later_record_under_an_old_id_does_not_rewrite_the_first() -> None:
    word = seen("statement.moved_away", 3, source="family:f")
    forged = replace(word, kind="statement.lives_here", recorded_at=day(50))
    assert p_moved([forged, word]) == p_moved([word])


def test_a_worse_grade_shrinks_the_evidence_and_never_turns_it_round() -> None:
    chain = [
        p_moved([seen("statement.moved_away", 3, source="neighbour:n", grade=graded(letter))])
        for letter in "EDCA"
    ]
    assert chain == sorted(chain)
    assert chain[0] > p_moved([])


def test_sources_that_repeat_one_origin_are_one_witness() -> None:
    origin = {"independence_group": "broker"}
    words = [seen("vendor.other_address", i, source=f"vendor:v{i}", data=origin) for i in range(4)]
    apart = [seen("vendor.other_address", i, source=f"vendor:v{i}") for i in range(4)]
    assert p_moved(words[:1]) < p_moved(words) < p_moved(apart)


def test_a_person_of_whom_nothing_is_recorded_has_the_prior() -> None:
    assert p_moved([]) == pytest.approx(MODEL.residence.prior_moved)


def test_a_date_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        believe([], "p1", ["home"], day(1).replace(tzinfo=None), MODEL)

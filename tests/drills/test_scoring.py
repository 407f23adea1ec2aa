"""The scorer, against figures that were reckoned by hand."""

import numpy as np
import pytest

from fieldops.drills.scoring import bootstrap
from fieldops.drills.scoring.baselines import counted
from fieldops.drills.scoring.disposals import recall_at
from fieldops.drills.scoring.noticing import Watch
from fieldops.drills.scoring.probabilities import auc, quality
from fieldops.drills.scoring.reading import Person, Seen


def _watch(states: str, moves: tuple[int, ...], weeks: list[int]) -> Watch:
    moved = np.array([[states[week - 1] == "M" for week in weeks]])
    return Watch([Person("p", "stays", states, moves)], weeks, len(states), moved)


def test_the_scores_of_two_beliefs() -> None:
    found = quality(np.array([True, False]), np.array([0.8, 0.4]))
    assert found.brier == pytest.approx((0.2**2 + 0.4**2) / 2)
    assert found.ece == pytest.approx((0.2 + 0.4) / 2)
    assert found.log_loss == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)
    assert [one.count for one in found.bins] == [0, 0, 0, 0, 1, 0, 0, 0, 1, 0]


def test_ties_count_half_under_the_curve() -> None:
    assert auc(np.array([True, False]), np.array([0.5, 0.5])) == 0.5
    assert auc(np.array([True, False]), np.array([0.6, 0.5])) == 1.0


def test_without_both_answers_there_is_no_curve() -> None:
    assert auc(np.array([True, True]), np.array([0.5, 0.6])) is None


def test_a_move_is_noticed_with_its_delay() -> None:
    weeks = list(range(4, 52, 4))
    watch = _watch("H" * 10 + "M" * 42, (10,), weeks)
    believed = np.array([[0.9 if week >= 16 else 0.1 for week in weeks]])
    found = watch.at(believed, 0.5)
    assert (found.share, found.delays, found.false_per_year) == (1.0, [6], 0.0)


@pytest.mark.parametrize(
    ("states", "move", "why"),
    [
        ("H" * 30 + "M" * 22, 30, "fewer than 26 weeks are left"),
        ("H" * 10 + "M" * 7 + "H" * 35, 10, "he came back within 8 weeks"),
        ("M" * 52, -3, "he had gone before"),
    ],
)
def test_a_move_that_could_not_be_noticed_does_not_count(states: str, move: int, why: str) -> None:
    weeks = list(range(4, 52, 4))
    found = _watch(states, (move,), weeks).at(np.full((1, len(weeks)), 0.1), 0.5)
    assert found.moves == (), why
    assert found.share is None


def test_an_alarm_that_goes_on_is_one_false_alarm() -> None:
    weeks = list(range(4, 52, 4))
    watch = _watch("H" * 52, (), weeks)
    believed = np.full((1, len(weeks)), 0.1)
    believed[0, 2:5] = 0.9
    believed[0, 8] = 0.9
    assert watch.at(believed, 0.5).false_per_year == 2.0


def test_where_every_threshold_cries_wolf_none_is_chosen() -> None:
    weeks = list(range(4, 52, 4))
    believed = np.tile([0.9, 0.1], len(weeks) // 2)[None, :]
    assert _watch("H" * 52, (), weeks).within_budget(believed) is None


def test_the_last_word_and_the_last_five_vote() -> None:
    person = Person("p", "stays", "H" * 20, ())
    kinds = ["visit.met_debtor"] * 4 + ["visit.no_answer", "statement.moved_away"]
    seen = [Seen("p", kind, "agent", "a", float(n), float(n)) for n, kind in enumerate(kinds)]
    assert counted([person], [4, 8], seen, 1).tolist() == [[0.0, 1.0]]
    assert counted([person], [4, 8], seen, 5).tolist() == [[0.0, 0.2]]


def test_recall_at_a_precision_takes_the_largest_cut_that_holds() -> None:
    true = np.array([True, False, True, True, True, False])
    said = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    assert recall_at(true, said, 0.8) == 1.0
    assert recall_at(true, said, 0.9) == 0.25


def test_an_interval_holds_the_figure_and_narrows_with_more_persons() -> None:
    chance = np.random.default_rng(1)

    def width(persons: int) -> float:
        true = chance.random((persons, 6)) < 0.3
        said = np.full(true.shape, 0.3)
        found = bootstrap.brier(bootstrap.weights(persons), true, said)
        assert found.low <= quality(true, said).brier <= found.high
        return found.high - found.low

    assert width(400) < width(25)

"""A world is drawn from its seed and habits alone, and says what an office would be told."""

import gzip
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from evidence.trace import from_mapping
from fieldops.drills.world import files, habits
from fieldops.drills.world.habits import HabitError
from tests.builders.drills import a_made_up_world


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        files.write(a_made_up_world(), tmp_path / name)
    for file in (files.OBSERVATIONS, files.TRUTH, files.CASES):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_another_seed_gives_another_world() -> None:
    assert list(a_made_up_world(1).observations()) != list(a_made_up_world(2).observations())


def test_more_debtors_change_nothing_for_those_who_were_there() -> None:
    few, many = a_made_up_world().truth(), a_made_up_world(**{"world.persons": 60}).truth()
    assert many["persons"][:40] == few["persons"]


def test_observations_come_in_the_order_in_which_they_were_recorded() -> None:
    lines = list(a_made_up_world().observations())
    recorded = [datetime.fromisoformat(line["recorded_at"]) for line in lines]
    assert recorded == sorted(recorded)
    assert [line["id"] for line in lines] == sorted(line["id"] for line in lines)


def test_nothing_is_recorded_before_it_was_seen() -> None:
    for line in a_made_up_world().observations():
        seen = datetime.fromisoformat(line["observed_at"])
        assert seen <= datetime.fromisoformat(line["recorded_at"])


def test_every_line_is_an_observation_as_the_trace_library_reads_it() -> None:
    for line in a_made_up_world().observations():
        assert from_mapping(line).kind == line["kind"]


def test_the_stream_names_no_truth(tmp_path: Path) -> None:
    files.write(a_made_up_world(), tmp_path)
    told = gzip.decompress((tmp_path / files.OBSERVATIONS).read_bytes()).decode()
    cases = (tmp_path / files.CASES).read_text("utf-8-sig")
    for secret in ("evade", "secret", "evasive", "inventing", "states"):
        assert secret not in told + cases


def test_whoever_moved_is_gone_from_that_week() -> None:
    for person in a_made_up_world(**{"moving.returns": 0}).truth()["persons"]:
        for week in person["moves"]:
            assert set(person["states"][max(0, week) :]) <= {"M"}


def test_an_asset_has_its_interval_and_what_is_kept_is_no_disposal() -> None:
    for asset in a_made_up_world(**{"assets.owns": 1}).truth()["assets"]:
        assert asset["since"] < asset["until"]


def test_an_inventing_agent_finds_nobody() -> None:
    world = a_made_up_world(**{"agents.invents": 1})
    (inventing,) = world.truth()["fabricators"]
    seen = {o["kind"] for o in world.observations() if o["source"]["id"] == inventing}
    assert seen == {"visit.no_answer"}


def test_half_the_visits_are_half_the_visits() -> None:
    usual, half = habits.usual(), habits.usual().halve_visits()
    assert half["visits.per_week"] == usual["visits.per_week"] / 2


def test_more_evaders_are_more() -> None:
    def evaders(found: habits.Habits) -> int:
        shares = found.shares("kinds")
        world = a_made_up_world(**{f"kinds.{name}": share for name, share in shares.items()})
        return sum(one["evader"] for one in world.truth()["persons"])

    assert evaders(habits.usual().more_evaders()) > evaders(habits.usual())


def test_every_kind_of_debtor_can_be_had() -> None:
    kinds = habits.usual().shares("kinds")
    for name in kinds:
        only = {f"kinds.{one}": float(one == name) for one in kinds}
        found = Counter(one["kind"] for one in a_made_up_world(**only).truth()["persons"])
        assert set(found) == {name}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("visits.per_weak=1", "did you mean visits.per_week?"),
        ("visits.per_week", "write name=value"),
        ("visits.per_week=often", "is no number"),
        ("door.debtor_opens=1.5", "is not between 0 and 1"),  # A share of more than everything.
        ("world.persons=0", "is not a whole number from 1"),
        ("world.weeks=2.5", "is not a whole number from 1"),
        ("away.mean_weeks=0", "must be more than 0"),  # Would be divided by.
        ("household.lying=0.9", "more than all"),
        ("visits.per_week=nan", "is not between"),
    ],
)
def test_a_wrong_habit_is_named_with_its_cure(change: str, told: str) -> None:
    with pytest.raises(HabitError, match=told.replace("?", r"\?")):
        habits.usual().changed(habits.written([change]))


def test_a_file_of_habits_changes_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "habits.toml"
    file.write_text("[visits]\nper_week = 0.5\n")
    found = habits.load(file)
    assert (found["visits.per_week"], found["phone.per_week"]) == (
        0.5,
        habits.usual()["phone.per_week"],
    )


@pytest.mark.parametrize("text", ["[visits\n", "visits = 1\n", "\xff"])
def test_a_broken_file_of_habits_is_one_clear_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "habits.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(HabitError):
        habits.load(file)


def test_the_truth_can_be_read_back(tmp_path: Path) -> None:
    world = a_made_up_world()
    files.write(world, tmp_path)
    packed = (tmp_path / files.TRUTH).read_bytes()
    assert json.loads(gzip.decompress(packed)) == json.loads(json.dumps(world.truth()))

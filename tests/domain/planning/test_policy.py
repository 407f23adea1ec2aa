"""The policy files are read strictly: whatever is missing, wrong or unknown is named."""

import re
from pathlib import Path

import pytest

from fieldops.domain.planning.chance import DayKind, Slot
from fieldops.domain.planning.policy import PolicyInvalid, policy_from_toml, read_prior
from fieldops.gateways.planning_policy import load_policy
from fieldops.settings import config_dir

HOME = config_dir() / "planning"
POLICY, ANSWERS = ((HOME / name).read_text() for name in ("policy.toml", "answers.toml"))


def test_the_shipped_files_can_be_read() -> None:
    policy = load_policy(HOME)
    assert policy.most_step > policy.least_step
    assert policy.prior.odds["home"][Slot(DayKind.WEEKDAY, "morning")] == 1.0
    assert "work" not in policy.prior.odds


BAD_POLICY = {
    "is not TOML": ("[prize]", "[prize"),
    "prize.source": ('[prize]\nsource = "own policy"', "[prize]"),
    "prize.least_step": ("least_step = 21600", "least_step = 0"),
    "prize.most_step": ("most_step = 200000", "most_step = 100"),
    "ageing.waiting[1].days": ("days = 14, steps = 0.25", "days = 7, steps = 0.25"),
    "ageing.clocks[0].steps": ("steps = 2.0", "steps = nan"),
    "preferences.half_life_days": ("half_life_days = 60", "half_life_days = 0"),
    "preferences.territory_metres": ("territory_metres = 600", "territory_metres = true"),
    "answers.weight": ("weight = 0.1", "weight = 1.5"),
    "shares.weeks": ("weeks = 4", "weeks = 400"),
    "attempts.days_between": ("days_between = 2", 'days_between = "2"'),
    "more": ("[attempts]", "[more]\n[attempts]"),
    "attempts": ("[attempts]", "[other]"),
}


@pytest.mark.parametrize("told", BAD_POLICY)
def test_a_bad_policy_is_refused_by_its_field(told: str) -> None:
    good, bad = BAD_POLICY[told]
    assert good in POLICY
    with pytest.raises(PolicyInvalid, match=f"policy.toml.*{re.escape(told)}"):
        policy_from_toml(POLICY.replace(good, bad, 1), ANSWERS)


BAD_ANSWERS = {
    "prior.mean": ("mean = 0.5", "mean = 1.0"),
    "prior.weight": ("\nweight = 4", "\nweight = -4"),
    "band[1]": ('opens = "12:00"', 'opens = "13:00"'),
    "band[0].closes": ('closes = "12:00"', 'closes = "noon"'),
    "band": ('closes = "24:00"', 'closes = "23:00"'),
    "rates[0].weekday.morning": ("morning = 13.9", "morning = 100"),
    "rates[0].sunday.dusk": ("night = 18.8", "night = 18.8, dusk = 2"),
    "rates[0].source": ('source = "PMC5875189, table 3, landline"', ""),
}


@pytest.mark.parametrize("told", BAD_ANSWERS)
def test_a_bad_prior_is_refused_by_its_field(told: str) -> None:
    good, bad = BAD_ANSWERS[told]
    assert good in ANSWERS
    with pytest.raises(PolicyInvalid, match=f"answers.toml.*{re.escape(told)}"):
        read_prior(ANSWERS.replace(good, bad, 1))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyInvalid, match=r"policy.toml: cannot be read"):
        load_policy(tmp_path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("#" * 200_001)
    with pytest.raises(PolicyInvalid, match="larger than"):
        load_policy(tmp_path)

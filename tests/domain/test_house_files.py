"""All files by which a house is run are read alike: a fault names file, field and cure."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from fieldops.domain import data_rights, instalments, phone_policy, retention, safety
from fieldops.domain.disclosure import profiles
from fieldops.domain.errors import FieldopsError
from fieldops.domain.planning import policy as planning
from fieldops.domain.rights import tables
from fieldops.domain.rulebook import loading
from fieldops.domain.team import policy as team
from fieldops.settings import config_dir

ANSWERS = (config_dir() / "planning" / "answers.toml").read_text("utf-8")
HOLDS = (config_dir() / "rights" / "holds.toml").read_text("utf-8")


@dataclass(frozen=True)
class HouseFile:
    """One kind of file: how it is read, and as what it is refused."""

    path: str
    read: Callable[[str], object]
    invalid: type[FieldopsError]

    @property
    def text(self) -> str:
        """As it lies in the configuration."""
        return (config_dir() / self.path).read_text("utf-8")


FILES = [
    HouseFile("instalments/policy.toml", instalments.terms_from_toml, instalments.TermsInvalid),
    HouseFile("phones/policy.toml", phone_policy.policy_from_toml, phone_policy.PhonePolicyInvalid),
    HouseFile("team/records.toml", team.policy_from_toml, team.TeamPolicyInvalid),
    HouseFile("planning/answers.toml", planning.read_prior, planning.PolicyInvalid),
    HouseFile(
        "planning/policy.toml",
        lambda text: planning.policy_from_toml(text, ANSWERS),
        planning.PolicyInvalid,
    ),
    HouseFile("safety/policy.toml", safety.policy_from_toml, safety.SafetyPolicyInvalid),
    HouseFile(
        "data-rights/clocks.toml", data_rights.rights_from_toml, data_rights.DataRightsInvalid
    ),
    HouseFile(
        "rights/complaints.toml",
        lambda text: tables.rights_from_toml(HOLDS, text),
        tables.RightsInvalid,
    ),
    HouseFile(
        "retention/cn.toml",
        lambda text: retention.rules_from_toml(text, "cn.toml"),
        retention.RetentionInvalid,
    ),
    HouseFile(
        "rulebook/cn.toml",
        lambda text: loading.pack_from_toml(text, "cn.toml"),
        loading.RulebookInvalid,
    ),
    HouseFile(
        "disclosure/court.toml",
        lambda text: profiles.profile_from_toml(text, "court"),
        profiles.ProfileInvalid,
    ),
]
each = pytest.mark.parametrize("file", FILES, ids=lambda file: file.path)


@each
def test_a_key_that_nobody_knows_is_refused_with_its_file_and_a_cure(file: HouseFile) -> None:
    file.read(file.text)
    with pytest.raises(file.invalid) as refused:
        file.read(f"nonsense = 1\n{file.text}")
    name = file.path.rpartition("/")[2]
    wanted = f"{name}: nonsense: is not a known key; remove it or mend its spelling"
    assert str(refused.value).endswith(wanted)
    assert [fault.field for fault in refused.value.extra["faults"]] == ["nonsense"]


@each
def test_a_file_that_is_no_toml_is_refused_by_its_name(file: HouseFile) -> None:
    with pytest.raises(file.invalid, match=rf"{file.path.rpartition('/')[2]}: is not TOML: "):
        file.read("[open")

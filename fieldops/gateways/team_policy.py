"""Reads the kinds of team records and the criteria of agencies from their directory."""

from pathlib import Path

from fieldops.domain.team.policy import TeamPolicy, TeamPolicyInvalid, policy_from_toml
from fieldops.gateways.config_files import content

LARGEST_FILE = 100_000


def load_policy(directory: Path) -> TeamPolicy:
    """The policy in a directory; raises TeamPolicyInvalid naming the field."""
    return policy_from_toml(content(directory / "records.toml", LARGEST_FILE, TeamPolicyInvalid))

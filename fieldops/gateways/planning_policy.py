"""Reads the planning policy and the prior of answers from their directory."""

from pathlib import Path

from fieldops.domain.planning.policy import Policy, PolicyInvalid, policy_from_toml
from fieldops.gateways.config_files import content

LARGEST_FILE = 200_000


def load_policy(directory: Path) -> Policy:
    """The policy in a directory; raises PolicyInvalid naming file and field."""
    return policy_from_toml(
        content(directory / "policy.toml", LARGEST_FILE, PolicyInvalid),
        content(directory / "answers.toml", LARGEST_FILE, PolicyInvalid),
    )

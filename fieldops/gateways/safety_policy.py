"""Reads the safety policy from its directory."""

from pathlib import Path

from fieldops.domain.safety import SafetyPolicy, SafetyPolicyInvalid, policy_from_toml
from fieldops.gateways.config_files import content

LARGEST_FILE = 100_000


def load_policy(directory: Path) -> SafetyPolicy:
    """The policy in a directory; raises SafetyPolicyInvalid naming the field."""
    file = directory / "policy.toml"
    return policy_from_toml(content(file, LARGEST_FILE, SafetyPolicyInvalid))

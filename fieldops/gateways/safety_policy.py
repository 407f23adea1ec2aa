"""Reads the safety policy from its directory."""

from pathlib import Path

from fieldops.domain.safety import SafetyPolicy, SafetyPolicyInvalid, policy_from_toml

LARGEST_FILE = 100_000


def load_policy(directory: Path) -> SafetyPolicy:
    """The policy in a directory; raises SafetyPolicyInvalid naming the field."""
    return policy_from_toml(_content(directory / "policy.toml"))


def _content(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise SafetyPolicyInvalid(f"{file.name}: is larger than {LARGEST_FILE} bytes")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise SafetyPolicyInvalid(f"{file.name}: cannot be read: {wrong}") from wrong

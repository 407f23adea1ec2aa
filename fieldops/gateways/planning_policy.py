"""Reads the planning policy and the prior of answers from their directory."""

from pathlib import Path

from fieldops.domain.planning.policy import Policy, PolicyInvalid, policy_from_toml

LARGEST_FILE = 200_000


def load_policy(directory: Path) -> Policy:
    """The policy in a directory; raises PolicyInvalid naming file and field."""
    return policy_from_toml(
        _content(directory / "policy.toml"), _content(directory / "answers.toml")
    )


def _content(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise PolicyInvalid(f"{file.name}: is larger than {LARGEST_FILE} bytes")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise PolicyInvalid(f"{file.name}: cannot be read: {wrong}") from wrong

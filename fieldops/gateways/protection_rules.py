"""Reads the rules of data protection from their files: retention, and the clocks of rights."""

from collections.abc import Sequence
from pathlib import Path

from fieldops.domain.data_rights import DataRights, DataRightsInvalid, rights_from_toml
from fieldops.domain.retention import RetentionInvalid, RetentionRule, rules_from_toml


def load_retention(directory: Path) -> Sequence[RetentionRule]:
    """Every rule of every file, in the order of names; raises RetentionInvalid."""
    found = [
        rule for file in sorted(directory.glob("*.toml")) for rule in rules_from_toml(
            _content(file, RetentionInvalid), file.name
        )
    ]  # fmt: skip
    ids = [rule.id for rule in found]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise RetentionInvalid(f"{directory}: two rules are named {', '.join(twice)}")
    return tuple(found)


def load_data_rights(file: Path) -> DataRights:
    """The clocks of the file; raises DataRightsInvalid."""
    return rights_from_toml(_content(file, DataRightsInvalid))


def _content(file: Path, fault: type[Exception]) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise fault(f"{file.name}: cannot be read: {wrong}") from wrong

"""Reads the rules of data protection from their files: retention, and the clocks of rights."""

from collections.abc import Sequence
from pathlib import Path

from fieldops.domain.data_rights import DataRights, DataRightsInvalid, rights_from_toml
from fieldops.domain.retention import RetentionInvalid, RetentionRule, rules_from_toml
from fieldops.gateways.config_files import content

LARGEST_FILE = 200_000


def load_retention(directory: Path) -> Sequence[RetentionRule]:
    """Every rule of every file, in the order of names; raises RetentionInvalid."""
    texts = {
        file.name: content(file, LARGEST_FILE, RetentionInvalid)
        for file in sorted(directory.glob("*.toml"))
    }
    found = [rule for name, text in texts.items() for rule in rules_from_toml(text, name)]
    ids = [rule.id for rule in found]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise RetentionInvalid(f"{directory}: two rules are named {', '.join(twice)}")
    return tuple(found)


def load_data_rights(file: Path) -> DataRights:
    """The clocks of the file; raises DataRightsInvalid."""
    return rights_from_toml(content(file, LARGEST_FILE, DataRightsInvalid))
